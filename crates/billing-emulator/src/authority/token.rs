//! `POST /{tenant}/oauth2/v2.0/token`, and version 1 without `v2.0`.

use super::{
    authorization_code::AuthorizationCode,
    client::Client,
    device_code::DeviceCode,
    error_response::{ErrorResponse, Result},
    refresh,
    request::AuthorityRequest,
    requested_scope::RequestedScope,
    token_response::TokenGrant,
};

pub(super) fn respond(request: &AuthorityRequest<'_>) -> Result {
    let tenant = request.tenant()?;
    let (form, version) = (&request.form, request.version);
    let grant_type = form.require("grant_type")?;
    let is_for_app = grant_type == "client_credentials";
    let client = || Client::authenticate(request, tenant, !is_for_app);
    // The parameters of this request override the ones that a code was issued for.
    let user_scope = |resource: Option<&str>, scope: Option<&str>| {
        let resource = form.get("resource").or(resource);
        RequestedScope::for_user(resource, form.get("scope").or(scope), version)
    };
    let (client, scope, nonce) = match grant_type {
        "client_credentials" => (client()?, RequestedScope::for_app(form, version)?, None),
        "refresh_token" => {
            let client = client()?.with_claims(form.get("claims"))?;
            let scope = user_scope(None, None)?;
            client.check_sign_in()?;
            refresh::redeem(request, &client)?;
            (client, scope, None)
        }
        "authorization_code" => {
            let client = client()?.with_claims(form.get("claims"))?;
            client.check_sign_in()?;
            let code = AuthorizationCode::verify(request, &client)?;
            let scope = user_scope(code.resource.as_deref(), code.scope.as_deref())?;
            code.redeem(request.context)?;
            (client, scope, code.nonce)
        }
        "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => {
            let client = client()?;
            let code = DeviceCode::redeem(request, &client)?;
            let scope = user_scope(code.resource.as_deref(), code.scope.as_deref())?;
            (client, scope, None)
        }
        other => return Err(ErrorResponse::GrantNotServed(other.to_owned())),
    };
    let grant = TokenGrant {
        request,
        client: &client,
        scope: &scope,
    };
    Ok(match is_for_app {
        true => grant.app_response(),
        false => grant.user_response(nonce),
    })
}
