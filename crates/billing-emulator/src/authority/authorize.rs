//! `GET /{tenant}/oauth2/v2.0/authorize`: nobody is asked anything. The user is signed in, and the browser
//! goes back to the application at once, with a code.

use axum::http::{HeaderValue, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::Uuid;

use super::{
    Refusal, Version,
    app::{Client, Named},
    code::{Challenge, Code},
    reply, tenant_id,
};
use crate::{
    call::{Call, Reply},
    clock::seconds,
    state::Context,
};

/// All but the unreserved characters (RFC 3986, section 2.3).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

pub(super) fn answer(
    context: &Context,
    call: &Call,
    tenant: &str,
    version: Version,
) -> Result<Reply, Refusal> {
    let tenant = tenant_id(tenant).ok_or_else(|| Refusal::unknown_tenant(tenant))?;
    let require = |name| {
        call.query(name)
            .ok_or_else(|| Refusal::parameter_missing(name))
    };
    let id = require("client_id")?;
    let client = Client::find(&context.options, Named { tenant, id })?;
    let redirect_uri = require("redirect_uri")?;
    // Who does not know where to go back to is told here, and everybody else there (RFC 6749, 4.1.2.1).
    if !redirect_uri.contains(':') || redirect_uri.contains('#') {
        return Err(Refusal::redirect_invalid(redirect_uri));
    }
    let code = code(context, call, &client, redirect_uri, version);
    let mut members = match code {
        Ok(code) => vec![("code", code.seal(context))],
        Err(refusal) => refusal.into_members(context, call),
    };
    if let Some(state) = call.query("state") {
        members.push(("state", state.to_owned()));
    }
    let members: Vec<_> = members
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, ENCODED)))
        .collect();
    let separator = match call.query("response_mode") {
        Some("fragment") => '#',
        _ if redirect_uri.contains('?') => '&',
        _ => '?',
    };
    let location = format!("{redirect_uri}{separator}{}", members.join("&"));
    let location =
        HeaderValue::from_str(&location).map_err(|_| Refusal::redirect_invalid(redirect_uri))?;
    let mut reply = reply::empty(StatusCode::FOUND);
    reply.headers_mut().insert(header::LOCATION, location);
    Ok(reply)
}

fn code(
    context: &Context,
    call: &Call,
    client: &Client,
    redirect_uri: &str,
    version: Version,
) -> Result<Code, Refusal> {
    let response_type = call.query("response_type");
    let response_type = response_type.ok_or_else(|| Refusal::parameter_missing("response_type"))?;
    if response_type != "code" {
        return Err(Refusal::response_type_not_served(response_type));
    }
    let mode = call.query("response_mode");
    if let Some(other) = mode.filter(|mode| !["query", "fragment"].contains(mode)) {
        return Err(Refusal::response_mode_not_served(other));
    }
    let text = |name| call.query(name).map(str::to_owned);
    if version == Version::Two && text("scope").is_none() {
        return Err(Refusal::parameter_missing("scope"));
    }
    client.check_sign_in()?;
    let challenge = match (text("code_challenge"), call.query("code_challenge_method")) {
        (None, _) => None,
        (Some(challenge), Some("S256")) => Some(Challenge::Sha256(challenge)),
        // Which is what it is without a method (RFC 7636, section 4.3).
        (Some(challenge), None | Some("plain")) => Some(Challenge::Plain(challenge)),
        (Some(_), Some(other)) => return Err(Refusal::challenge_method_not_served(other)),
    };
    Ok(Code {
        id: Uuid::new_v4(),
        tenant: client.tenant,
        client_id: client.id.clone(),
        redirect_uri: redirect_uri.to_owned(),
        challenge,
        resource: text("resource"),
        scope: text("scope"),
        nonce: text("nonce"),
        issued: seconds(context.clock.now()),
    })
}
