//! `GET /{tenant}/oauth2/v2.0/authorize`: nobody is asked anything. The user is signed in, and the browser
//! goes back to the application at once, with a code.

use std::net::Ipv6Addr;

use uuid::Uuid;

use super::{
    Refusal, Version,
    app::{Client, Named},
    back::{self, Mode},
    code::{Challenge, Code},
    tenant_id,
};
use crate::{
    call::{Call, Reply},
    clock::seconds,
    state::Context,
};

/// Of applications that read the code from the browser that they show.
const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

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
    if !is_absolute_uri(redirect_uri) || !is_application(redirect_uri) {
        return Err(Refusal::redirect_invalid(redirect_uri));
    }
    let mode = call.query("response_mode").unwrap_or("query");
    let mode = Mode::named(mode).ok_or_else(|| Refusal::response_mode_not_served(mode))?;
    let mut members = match code(context, call, &client, redirect_uri, version) {
        Ok(code) => vec![("code", code.seal(context))],
        Err(refusal) => refusal.into_members(context, call),
    };
    if let Some(state) = call.query("state") {
        members.push(("state", state.to_owned()));
    }
    back::go(redirect_uri, mode, &members)
}

/// Whether it has a scheme and no fragment (RFC 3986, section 4.3), as RFC 6749, section 3.1.2, wants it.
fn is_absolute_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let is_of_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(is_of_scheme)
        && rest
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'#')
}

/// Whether a challenge has the length and the characters of RFC 7636, section 4.2.
fn is_challenge(text: &str) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(is_unreserved)
}

/// Whether a browser may be sent there: to a web address, or to an application by a scheme that no browser gives a meaning
/// of its own ("Redirect URI (reply URL) outline and restrictions"; RFC 8252, section 7.1).
fn is_application(uri: &str) -> bool {
    let Some((scheme, rest)) = uri.split_once("://") else {
        return uri == OUT_OF_BAND;
    };
    if ["http", "https"]
        .iter()
        .any(|web| web.eq_ignore_ascii_case(scheme))
    {
        return is_host(rest.split(['/', '?']).next().unwrap_or_default());
    }
    let is_of_application =
        scheme.contains('.') || scheme.starts_with("msal") || scheme == "ms-appx-web";
    // They stand around an IPv6 address alone.
    is_of_application && !rest.contains(['[', ']'])
}

/// Whether it is a name or an address of an IP version, with a port or without.
fn is_host(text: &str) -> bool {
    let in_brackets = text.strip_prefix('[');
    let (is_known, port) =
        if let Some((address, port)) = in_brackets.and_then(|rest| rest.split_once(']')) {
            (address.parse::<Ipv6Addr>().is_ok(), port)
        } else {
            let (name, port) = text.split_at(text.find(':').unwrap_or(text.len()));
            let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
            (!name.is_empty() && name.bytes().all(is_of_name), port)
        };
    let is_port = |port: &str| {
        port.bytes().all(|digit| digit.is_ascii_digit()) && port.parse::<u16>().is_ok()
    };
    is_known && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
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
    let text = |name| call.query(name).map(str::to_owned);
    if version == Version::Two && text("scope").is_none() {
        return Err(Refusal::parameter_missing("scope"));
    }
    client.check_sign_in()?;
    // One that is there and empty protects nothing.
    let challenge = call.parameter("code_challenge").map(str::to_owned);
    if challenge.as_deref().is_some_and(|sent| !is_challenge(sent)) {
        return Err(Refusal::challenge_invalid());
    }
    let challenge = match (challenge, call.query("code_challenge_method")) {
        (None, None) => None,
        (None, Some("S256" | "plain")) => {
            return Err(Refusal::parameter_missing("code_challenge"));
        }
        (Some(challenge), Some("S256")) => Some(Challenge::Sha256(challenge)),
        // Which is what it is without a method (RFC 7636, section 4.3).
        (Some(challenge), None | Some("plain")) => Some(Challenge::Plain(challenge)),
        (_, Some(other)) => return Err(Refusal::challenge_method_not_served(other)),
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
