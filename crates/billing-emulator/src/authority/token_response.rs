//! The tokens that a request is granted, and the response that carries them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    client::Client, refresh, request::AuthorityRequest, requested_scope::RequestedScope, response,
    tenant, version::Version,
};
use crate::{auth::Claims, http::response::Response, signing::JWT};

/// The name and the user principal name of the only user, who is invented.
const USER_NAME: &str = "Robin Example";
const USER_PRINCIPAL: &str = "robin@contoso.example.com";

/// The scope that a request grants to an application.
pub(super) struct TokenGrant<'a> {
    pub(super) request: &'a AuthorityRequest<'a>,
    pub(super) client: &'a Client,
    pub(super) scope: &'a RequestedScope,
}

/// "OAuth 2.0 authorization code flow", "Successful response"; version 1 has more members.
#[derive(Serialize)]
struct TokenResponse<'a> {
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    expires_in: Value,
    ext_expires_in: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_on: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<&'a str>,
    access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_info: Option<String>,
}

/// "ID token claims reference".
#[derive(Serialize)]
struct IdClaims<'a> {
    aud: &'a str,
    iss: String,
    iat: u64,
    nbf: u64,
    exp: u64,
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    oid: Uuid,
    preferred_username: &'static str,
    sub: Uuid,
    tid: Uuid,
    ver: &'static str,
}

impl<'a> TokenGrant<'a> {
    /// Returns an access token for the application itself.
    pub(super) fn app_response(&self) -> Response {
        response::json(&self.token_response(self.app_claims()))
    }

    /// Returns an access token for the user, and the other tokens that the scope asks for.
    pub(super) fn user_response(&self, nonce: Option<String>) -> Response {
        let user = tenant::object_id(USER_PRINCIPAL, self.client.tenant);
        let claims = Claims {
            amr: Some(self.client.amr()),
            idtyp: "user".to_owned(),
            oid: user,
            scp: Some(self.scope.permission.clone()),
            sub: user,
            upn: Some(USER_PRINCIPAL.to_owned()),
            ..self.app_claims()
        };
        let refresh_token = || refresh::issue(self.request.context, self.client);
        let wants_info = self.request.form.get("client_info") == Some("1");
        response::json(&TokenResponse {
            scope: Some(&self.scope.scope),
            refresh_token: self.scope.has_refresh_token.then(refresh_token),
            id_token: self.scope.has_id_token.then(|| self.id_token(user, nonce)),
            client_info: wants_info.then(|| self.client_info(user)),
            ..self.token_response(claims)
        })
    }

    /// Returns a response with the access token only.
    fn token_response(&self, claims: Claims) -> TokenResponse<'a> {
        let AuthorityRequest {
            context, version, ..
        } = self.request;
        let lifetime = context.options.token_lifetime.as_secs();
        let now = self.request.now();
        let is_version_one = *version == Version::One;
        TokenResponse {
            token_type: "Bearer",
            scope: None,
            expires_in: version.seconds(lifetime),
            ext_expires_in: version.seconds(lifetime),
            expires_on: is_version_one.then(|| version.seconds(now.saturating_add(lifetime))),
            not_before: is_version_one.then(|| version.seconds(now)),
            resource: is_version_one.then_some(&self.scope.audience),
            access_token: context.signer.sign(JWT, &claims),
            refresh_token: None,
            id_token: None,
            client_info: None,
        }
    }

    fn app_claims(&self) -> Claims {
        let Client { tenant, id, .. } = self.client;
        // The service principal, which is another object in each tenant; not the application.
        let object = tenant::object_id(id, *tenant);
        let (now, lifetime) = (
            self.request.now(),
            self.request.context.options.token_lifetime,
        );
        Claims {
            aud: self.scope.audience.clone(),
            iss: format!("{}/{tenant}/", self.request.base_address()),
            iat: now,
            nbf: now,
            exp: now.saturating_add(lifetime.as_secs()),
            amr: None,
            appid: id.clone(),
            idtyp: "app".to_owned(),
            oid: object,
            scp: None,
            sub: object,
            tid: *tenant,
            upn: None,
            uti: Uuid::new_v4(),
            ver: "1.0".to_owned(),
        }
    }

    fn id_token(&self, user: Uuid, nonce: Option<String>) -> String {
        let context = self.request.context;
        let now = self.request.now();
        let tenant = self.client.tenant;
        let claims = IdClaims {
            aud: &self.client.id,
            iss: format!("{}/{tenant}/v2.0", self.request.base_address()),
            iat: now,
            nbf: now,
            exp: now.saturating_add(context.options.token_lifetime.as_secs()),
            name: USER_NAME,
            nonce,
            oid: user,
            preferred_username: USER_PRINCIPAL,
            sub: user,
            tid: tenant,
            ver: "2.0",
        };
        context.signer.sign(JWT, &claims)
    }

    /// Returns the ids that libraries identify an account with.
    fn client_info(&self, user: Uuid) -> String {
        let info = json!({ "uid": user, "utid": self.client.tenant });
        URL_SAFE_NO_PAD.encode(info.to_string())
    }
}
