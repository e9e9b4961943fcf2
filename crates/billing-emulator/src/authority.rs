//! Microsoft Entra ID as clients use it to obtain tokens: the token endpoint, an authorization
//! endpoint that signs in the same invented user at once, and the metadata that libraries read
//! first.
//!
//! Codes and refresh tokens carry their contents, signed by the emulator. It stores only which of
//! them were redeemed and which device codes are waiting.

use hyper::StatusCode;

use crate::{
    context::Context,
    error::Error,
    http::{
        request::Request,
        response::{Response, empty},
        routes::{self, Route},
    },
    token::Token,
};
use client::Client;
use error_response::{ErrorResponse, Result};
use request::AuthorityRequest;

mod authorization_code;
mod authorize;
mod client;
mod device_code;
mod error_response;
mod form;
mod issued;
mod metadata;
mod redirect;
mod refresh;
pub(crate) mod registration;
mod request;
mod requested_scope;
mod response;
mod tenant;
mod token;
mod token_response;
mod version;

type Handler = fn(&AuthorityRequest<'_>) -> Result;

/// Every endpoint; `{}` is a tenant.
pub(crate) const ROUTES: &[Route<Handler>] = &[
    Route::post("{}/oauth2/v2.0/token", token::respond),
    Route::post("{}/oauth2/token", token::respond),
    Route::get("{}/oauth2/v2.0/authorize", authorize::respond),
    Route::get("{}/oauth2/authorize", authorize::respond),
    Route::post("{}/oauth2/v2.0/devicecode", device_code::issue),
    Route::post("{}/oauth2/devicecode", device_code::issue),
    Route::get("devicelogin", device_code::show_page),
    Route::post("devicelogin", device_code::decide),
    Route::get(
        "{}/v2.0/.well-known/openid-configuration",
        metadata::configuration,
    ),
    Route::get(
        "{}/.well-known/openid-configuration",
        metadata::configuration,
    ),
    Route::get("common/discovery/instance", metadata::instance),
    Route::get("{}/discovery/v2.0/keys", metadata::keys),
    Route::get("{}/discovery/keys", metadata::keys),
];

/// Responds to a request on the authority's port.
pub(crate) fn respond(context: &Context, http: &Request) -> Response {
    let segments = http.segments();
    let Some((route, captured)) = routes::find(ROUTES, &segments, str::eq_ignore_ascii_case) else {
        return empty(StatusCode::NOT_FOUND);
    };
    let tenant = captured.first().copied().unwrap_or_default();
    let request = AuthorityRequest::new(context, http, route.path, tenant);
    let response = match routes::with_method(ROUTES, route.path, &http.method) {
        Ok(route) => (route.handler)(&request),
        Err(served) => {
            let sent = http.method.clone();
            Err(ErrorResponse::Method { served, sent })
        }
    };
    let response = response.unwrap_or_else(|error| response::error(&error, &request));
    response::with_ids(response, &request)
}

/// Issues a refresh token as if the user had just signed in to the application.
///
/// # Errors
///
/// [`Error::InvalidData`]: the tenant is neither a GUID nor a domain.
pub(crate) fn refresh_token(
    context: &Context,
    tenant: &str,
    client_id: &str,
) -> Result<Token, Error> {
    let tenant = tenant::id(tenant)
        .ok_or_else(|| Error::invalid(format!("tenant {tenant}"), "must be a GUID or a domain"))?;
    let client = Client::unregistered(tenant, client_id);
    Ok(Token::new(refresh::issue(context, &client)))
}
