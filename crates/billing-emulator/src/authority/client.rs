//! The application that sends a request to the authority.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hyper::header;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use uuid::Uuid;

use super::{
    error_response::{ErrorResponse, Result},
    registration::{App, SignIn},
    request::AuthorityRequest,
    tenant,
};
use crate::{http::request::Request, options::EmulatorOptions};

/// An application, and what happens when its users sign in.
pub(super) struct Client {
    pub(super) tenant: Uuid,
    pub(super) id: String,
    pub(super) sign_in: SignIn,
}

impl Client {
    /// Returns an application that is not registered, whose users can sign in.
    pub(super) fn unregistered(tenant: Uuid, id: &str) -> Self {
        Self {
            tenant,
            id: id.to_owned(),
            sign_in: SignIn::default(),
        }
    }

    /// Finds an application without checking its secret.
    pub(super) fn find(options: &EmulatorOptions, tenant: Uuid, id: &str) -> Result<Self> {
        let app = registered(options, tenant, id)?;
        Ok(Self {
            sign_in: app.map_or(options.sign_in, |app| app.sign_in),
            ..Self::unregistered(tenant, id)
        })
    }

    /// Authenticates the application by its secret, in the form or in the header (RFC 6749, section
    /// 2.3.1). An unregistered application needs no secret if it `can_be_public`.
    pub(super) fn authenticate(
        request: &AuthorityRequest<'_>,
        tenant: Uuid,
        can_be_public: bool,
    ) -> Result<Self> {
        let (options, form) = (&request.context.options, &request.form);
        let basic = basic(request.http);
        let (id, secret) = match &basic {
            Some((id, secret)) => (id.as_str(), Some(secret.as_str())),
            None => (form.require("client_id")?, form.get("client_secret")),
        };
        match (secret, registered(options, tenant, id)?) {
            (Some(secret), Some(app)) if secret != app.secret.reveal() => {
                return Err(ErrorResponse::WrongSecret(id.to_owned()));
            }
            (Some(_), _) => {}
            // While no application is registered, neither secrets nor assertions are checked.
            (None, None) if can_be_public || form.get("client_assertion").is_some() => {}
            (None, _) => return Err(ErrorResponse::SecretMissing),
        }
        Self::find(options, tenant, id)
    }

    /// Refuses to issue tokens if the application's users cannot sign in.
    pub(super) fn check_sign_in(&self) -> Result<()> {
        match self.sign_in {
            SignIn::WithSecondFactor | SignIn::PasswordOnly | SignIn::SecondFactorOnDemand => {
                Ok(())
            }
            SignIn::SecondFactorRequired => Err(ErrorResponse::SecondFactorRequired),
            SignIn::ConsentRequired => Err(ErrorResponse::ConsentRequired(self.id.clone())),
            SignIn::Revoked => Err(ErrorResponse::Revoked),
        }
    }

    /// Applies the parameter `claims`, which can demand a second factor ("Claims challenges, claims
    /// requests and client capabilities").
    pub(super) fn with_claims(mut self, claims: Option<&str>) -> Result<Self> {
        let Some(claims) = claims else {
            return Ok(self);
        };
        let claims: Value =
            serde_json::from_str(claims).map_err(|_| ErrorResponse::ClaimsInvalid)?;
        let demands_mfa = claims.pointer("/access_token/acrs").is_some();
        match self.sign_in {
            SignIn::SecondFactorOnDemand if demands_mfa => {
                self.sign_in = SignIn::WithSecondFactor;
            }
            SignIn::PasswordOnly if demands_mfa => {
                return Err(ErrorResponse::SecondFactorRequired);
            }
            _ => {}
        }
        Ok(self)
    }

    /// Returns the authentication methods of its user (`amr` in "Access token claims reference").
    pub(super) fn amr(&self) -> Vec<String> {
        let methods: &[&str] = match self.sign_in {
            SignIn::PasswordOnly | SignIn::SecondFactorOnDemand => &["pwd"],
            _ => &["pwd", "mfa"],
        };
        methods.iter().map(|method| (*method).to_owned()).collect()
    }
}

/// Finds a registered application; `None` while no application is registered at all, so that any is
/// accepted.
fn registered<'a>(options: &'a EmulatorOptions, tenant: Uuid, id: &str) -> Result<Option<&'a App>> {
    if options.apps.is_empty() {
        return Ok(None);
    }
    let found = options.apps.iter().find(|app| {
        app.client_id.eq_ignore_ascii_case(id) && tenant::id(&app.tenant) == Some(tenant)
    });
    found.map(Some).ok_or_else(|| {
        let id = id.to_owned();
        ErrorResponse::UnknownApp { id, tenant }
    })
}

/// Returns the id and the secret of `Authorization: Basic`, each encoded as in a form.
fn basic(http: &Request) -> Option<(String, String)> {
    let (scheme, encoded) = http.header(header::AUTHORIZATION)?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((decode(id), decode(secret)))
}

fn decode(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}
