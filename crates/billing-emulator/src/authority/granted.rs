//! The tokens that were asked for, and the answer that they come in.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    Version, app::Client, form::Form, id_of, refresh::RefreshToken, reply, resource::Wanted, user,
};
use crate::{access::Claims, call::Reply, clock::seconds, seal::JWT, state::Context};

/// What is granted to whom.
pub(super) struct Granting<'a> {
    pub(super) context: &'a Context,
    /// The base address of the authority, as the caller knows it.
    pub(super) authority: &'a str,
    pub(super) version: Version,
    pub(super) client: &'a Client,
    pub(super) wanted: &'a Wanted,
}

/// "OAuth 2.0 authorization code flow", "Successful response"; with more in version 1.
#[derive(Serialize)]
struct Granted<'a> {
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    expires_in: Seconds,
    ext_expires_in: Seconds,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_on: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before: Option<Seconds>,
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

/// Version 1 writes numbers as texts.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Seconds {
    Number(u64),
    Text(String),
}

impl Seconds {
    pub(super) fn of(number: u64, version: Version) -> Self {
        match version {
            Version::One => Self::Text(number.to_string()),
            Version::Two => Self::Number(number),
        }
    }
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

impl<'a> Granting<'a> {
    pub(super) fn to_app(&self) -> Reply {
        reply::json(&self.granted(self.app_claims()))
    }

    /// With the next refresh token and who the user is, for whoever asks for them.
    pub(super) fn to_user(&self, form: &Form, nonce: Option<String>) -> Reply {
        let user = user::object_id(self.client.tenant);
        let claims = Claims {
            amr: Some(self.client.amr()),
            idtyp: "user".to_owned(),
            oid: user,
            scp: Some(self.wanted.permission.clone()),
            sub: user,
            upn: Some(user::PRINCIPAL.to_owned()),
            ..self.app_claims()
        };
        let wants_info = form.get("client_info") == Some("1");
        reply::json(&Granted {
            scope: Some(&self.wanted.scope),
            refresh_token: self
                .wanted
                .has_refresh_token
                .then(|| RefreshToken::of(self.context, self.client).seal(self.context)),
            id_token: self.wanted.has_id_token.then(|| self.id_token(user, nonce)),
            client_info: wants_info.then(|| self.client_info(user)),
            ..self.granted(claims)
        })
    }

    /// The access token alone.
    fn granted(&self, claims: Claims) -> Granted<'a> {
        let lifetime = self.context.options.token_lifetime.as_secs();
        let now = seconds(self.context.clock.now());
        let is_first = self.version == Version::One;
        let number = |number| Seconds::of(number, self.version);
        Granted {
            token_type: "Bearer",
            scope: None,
            expires_in: number(lifetime),
            ext_expires_in: number(lifetime),
            expires_on: is_first.then(|| number(now.saturating_add(lifetime))),
            not_before: is_first.then(|| number(now)),
            resource: is_first.then_some(&self.wanted.audience),
            access_token: self.context.access_token(claims),
            refresh_token: None,
            id_token: None,
            client_info: None,
        }
    }

    fn app_claims(&self) -> Claims {
        let Client { tenant, id, .. } = self.client;
        // Another object in each tenant: the service principal, not the application.
        let object = id_of(&format!("{id} in {tenant}"));
        Claims {
            aud: self.wanted.audience.clone(),
            iss: format!("{}/{tenant}/", self.authority),
            iat: 0,
            nbf: 0,
            exp: 0,
            amr: None,
            appid: id.clone(),
            idtyp: "app".to_owned(),
            oid: object,
            scp: None,
            sub: object,
            tid: *tenant,
            upn: None,
            uti: Uuid::nil(),
            ver: "1.0".to_owned(),
        }
    }

    fn id_token(&self, user: Uuid, nonce: Option<String>) -> String {
        let now = seconds(self.context.clock.now());
        let tenant = self.client.tenant;
        let claims = IdClaims {
            aud: &self.client.id,
            iss: format!("{}/{tenant}/v2.0", self.authority),
            iat: now,
            nbf: now,
            exp: now.saturating_add(self.context.options.token_lifetime.as_secs()),
            name: user::NAME,
            nonce,
            oid: user,
            preferred_username: user::PRINCIPAL,
            sub: user,
            tid: tenant,
            ver: "2.0",
        };
        self.context.seal.seal(JWT, &claims)
    }

    /// By which libraries know an account.
    fn client_info(&self, user: Uuid) -> String {
        let info = json!({ "uid": user, "utid": self.client.tenant });
        URL_SAFE_NO_PAD.encode(info.to_string())
    }
}
