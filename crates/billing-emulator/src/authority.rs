//! Microsoft Entra ID, as far as clients ask it for tokens: the token endpoint, an authorization endpoint
//! that signs the same invented user in at once, and the metadata that libraries look up before.
//!
//! Codes and refresh tokens carry what they stand for under the emulator's seal, so nothing is kept for
//! them but which ones can no longer be used.

use axum::http::{Method, StatusCode};
use hmac_sha256::Hash;
use uuid::{Builder, Uuid};

use crate::{
    Error, SAMPLE_TENANT_ID, Token,
    call::{self, Call, Reply},
    state::Context,
};
use app::Client;
pub use app::{App, SignIn};
pub(crate) use device::Devices;
use refresh::RefreshToken;
use refusal::Refusal;
pub(crate) use spent::Spent;

mod app;
mod authorize;
mod back;
mod code;
mod device;
mod form;
mod grant;
mod granted;
mod metadata;
mod refresh;
mod refusal;
mod reply;
mod resource;
mod spent;
mod user;

/// The two forms of the endpoints: the first takes a `resource`, the second a `scope`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

/// What a path names.
enum Target<'a> {
    Token(&'a str, Version),
    Authorize(&'a str, Version),
    DeviceCode(&'a str, Version),
    DeviceLogin,
    Configuration(&'a str),
    Instance,
    Keys,
}

pub(crate) fn answer(context: &Context, call: &Call) -> Reply {
    let Some(target) = find(&call.segments()) else {
        return reply::empty(StatusCode::NOT_FOUND);
    };
    // Libraries go on to where they came to.
    let here = call.origin(&context.addresses.authority);
    let reply = match (target, &call.method) {
        (Target::Token(tenant, version), &Method::POST) => {
            grant::answer(context, call, tenant, version)
        }
        (Target::DeviceCode(tenant, version), &Method::POST) => {
            device::begin(context, call, tenant, version)
        }
        (Target::Token(..) | Target::DeviceCode(..), method) => {
            Err(Refusal::method("POST", method))
        }
        (Target::DeviceLogin, &Method::GET | &Method::POST) => device::page(context, call),
        (Target::Authorize(tenant, version), &Method::GET) => {
            authorize::answer(context, call, tenant, version)
        }
        (Target::Configuration(tenant), &Method::GET) => metadata::configuration(&here, tenant),
        (Target::Instance, &Method::GET) => Ok(metadata::instance(&here)),
        (Target::Keys, &Method::GET) => Ok(metadata::keys()),
        (_, method) => Err(Refusal::method("GET", method)),
    };
    let reply = reply.unwrap_or_else(|refusal| refusal.into_reply(context, call));
    reply::with_ids(reply, context, call)
}

fn find<'a>(segments: &[&'a str]) -> Option<Target<'a>> {
    let named = |pattern: &[&str]| call::matches(segments, pattern).map(|[tenant]| tenant);
    let known = |pattern: &[&str]| call::matches::<0>(segments, pattern).is_some();
    let target = if let Some(tenant) = named(&["{}", "oauth2", "v2.0", "token"]) {
        Target::Token(tenant, Version::Two)
    } else if let Some(tenant) = named(&["{}", "oauth2", "token"]) {
        Target::Token(tenant, Version::One)
    } else if let Some(tenant) = named(&["{}", "oauth2", "v2.0", "authorize"]) {
        Target::Authorize(tenant, Version::Two)
    } else if let Some(tenant) = named(&["{}", "oauth2", "authorize"]) {
        Target::Authorize(tenant, Version::One)
    } else if let Some(tenant) = named(&["{}", "oauth2", "v2.0", "devicecode"]) {
        Target::DeviceCode(tenant, Version::Two)
    } else if let Some(tenant) = named(&["{}", "oauth2", "devicecode"]) {
        Target::DeviceCode(tenant, Version::One)
    } else if known(&["devicelogin"]) {
        Target::DeviceLogin
    } else if let Some(tenant) = named(&["{}", "v2.0", ".well-known", "openid-configuration"])
        .or_else(|| named(&["{}", ".well-known", "openid-configuration"]))
    {
        Target::Configuration(tenant)
    } else if known(&["common", "discovery", "instance"]) {
        Target::Instance
    } else if named(&["{}", "discovery", "v2.0", "keys"])
        .or_else(|| named(&["{}", "discovery", "keys"]))
        .is_some()
    {
        Target::Keys
    } else {
        return None;
    };
    Some(target)
}

/// The tenant behind a name: itself for an id, the sample's for the names that stand for any, and for a
/// domain an id that follows from it.
fn tenant_id(name: &str) -> Option<Uuid> {
    let name = name.to_ascii_lowercase();
    if let Ok(id) = Uuid::try_parse(&name) {
        return Some(id);
    }
    if ["common", "organizations", "contoso.example.com"].contains(&name.as_str()) {
        return Uuid::try_parse(SAMPLE_TENANT_ID).ok();
    }
    let is_domain = name.contains('.')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-');
    is_domain.then(|| id_of(&name))
}

/// An id that follows from a name, the same in every run.
fn id_of(name: &str) -> Uuid {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = Hash::hash(name.as_bytes());
    let bytes = [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p];
    Builder::from_random_bytes(bytes).into_uuid()
}

pub(crate) fn refresh_token(
    context: &Context,
    tenant: &str,
    client_id: &str,
) -> Result<Token, Error> {
    let tenant = tenant_id(tenant)
        .ok_or_else(|| Error::invalid(format!("tenant {tenant}"), "must be a GUID or a domain"))?;
    let client = Client::unchecked(tenant, client_id);
    Ok(Token::new(RefreshToken::of(context, &client).seal(context)))
}
