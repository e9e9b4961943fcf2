//! The metadata that libraries read before they request a token.

use serde_json::json;

use super::{error_response::Result, request::AuthorityRequest, response};

/// Returns the addresses of all endpoints ("OpenID Connect on the Microsoft identity platform",
/// "Fetch the OpenID configuration document").
pub(super) fn configuration(request: &AuthorityRequest<'_>) -> Result {
    let tenant = request.tenant()?;
    let authority = request.base_address();
    let at = |path| format!("{authority}/{tenant}{path}");
    // In alphabetical order, which serde_json keeps with and without its feature `preserve_order`.
    Ok(response::json(&json!({
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

/// Returns the hosts that are aliases of this authority: itself only.
pub(super) fn instance(request: &AuthorityRequest<'_>) -> Result {
    let authority = request.base_address();
    let host = authority
        .split_once("://")
        .map_or(authority.as_str(), |(_, host)| host);
    Ok(response::json(&json!({
        "api-version": "1.1",
        "metadata": [{ "aliases": [host], "preferred_cache": host, "preferred_network": host }],
        "tenant_discovery_endpoint": format!("{authority}/common/v2.0/.well-known/openid-configuration"),
    })))
}

/// Returns an empty list of keys: only the emulator can verify its tokens, and Microsoft asks
/// applications not to verify access tokens for its APIs.
pub(super) fn keys(_: &AuthorityRequest<'_>) -> Result {
    Ok(response::json(&json!({ "keys": [] })))
}
