//! What libraries look up before they ask for a token.

use serde_json::json;

use super::{Refusal, reply, tenant_id};
use crate::call::Reply;

/// Where everything is ("OpenID Connect on the Microsoft identity platform", "Fetch the OpenID
/// configuration document").
pub(super) fn configuration(authority: &str, tenant: &str) -> Result<Reply, Refusal> {
    let tenant = tenant_id(tenant).ok_or_else(|| Refusal::unknown_tenant(tenant))?;
    let at = |path| format!("{authority}/{tenant}{path}");
    // In the order that a map has, whatever features it has.
    Ok(reply::json(&json!({
        "authorization_endpoint": at("/oauth2/v2.0/authorize"),
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "device_authorization_endpoint": at("/oauth2/v2.0/devicecode"),
        "id_token_signing_alg_values_supported": ["HS256"],
        "issuer": at("/v2.0"),
        "jwks_uri": at("/discovery/v2.0/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "subject_types_supported": ["pairwise"],
        "tenant_region_scope": null,
        "token_endpoint": at("/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
    })))
}

/// Which hosts are one authority: this one is alone.
pub(super) fn instance(authority: &str) -> Reply {
    let host = authority
        .split_once("://")
        .map_or(authority, |(_, host)| host);
    reply::json(&json!({
        "api-version": "1.1",
        "metadata": [{ "aliases": [host], "preferred_cache": host, "preferred_network": host }],
        "tenant_discovery_endpoint": format!("{authority}/common/v2.0/.well-known/openid-configuration"),
    }))
}

/// Nobody but the emulator can check its tokens, as Microsoft asks applications not to do anyway.
pub(super) fn keys() -> Reply {
    reply::json(&json!({ "keys": [] }))
}
