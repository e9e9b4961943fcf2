//! The applications that ask for tokens.

use axum::http::header;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use uuid::Uuid;

use super::{Refusal, form::Form, tenant_id};
use crate::{
    Token,
    builder::Options,
    call::{self, Call},
};

/// An application that is registered at the authority, for [`Builder::app`](crate::Builder::app).
///
/// ```
/// use billing_emulator::{App, SAMPLE_TENANT_ID, SignIn};
///
/// let client_id = "5f0c2b1e-0000-4000-8000-000000000001";
/// let app = App::new(SAMPLE_TENANT_ID, client_id, "not-a-real-secret");
/// // Its users have to agree to something first:
/// let app = app.users(SignIn::ConsentRequired);
/// ```
#[derive(Debug, Clone)]
pub struct App {
    tenant: String,
    client_id: String,
    secret: Token,
    sign_in: SignIn,
}

/// What happens when a user of an application signs in, or a refresh token of one is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SignIn {
    /// It works, with a second factor: the tokens' `amr` has `mfa`.
    #[default]
    WithSecondFactor,
    /// It works with a password alone, and Partner Center refuses the tokens: 401 with code 900421.
    PasswordOnly,
    /// It works with a password alone, and with a second factor where the request's `claims` ask for it, as
    /// a claims challenge does.
    SecondFactorOnDemand,
    /// AADSTS50076: the authority wants a second factor.
    SecondFactorRequired,
    /// AADSTS65001: nobody has agreed to what the application asks for.
    ConsentRequired,
    /// AADSTS50173: the user's password was changed or the tokens revoked since.
    Revoked,
}

impl App {
    /// The application with this id and secret in `tenant`, a GUID or a domain. Its users sign in with a
    /// second factor.
    pub fn new(
        tenant: impl Into<String>,
        client_id: impl Into<String>,
        secret: impl Into<String>,
    ) -> Self {
        Self {
            tenant: tenant.into(),
            client_id: client_id.into(),
            secret: Token::new(secret),
            sign_in: SignIn::default(),
        }
    }

    /// Sets what happens when its users sign in.
    #[must_use]
    pub fn users(mut self, sign_in: SignIn) -> Self {
        self.sign_in = sign_in;
        self
    }
}

/// The application that asks.
pub(super) struct Client {
    pub(super) tenant: Uuid,
    pub(super) id: String,
    pub(super) sign_in: SignIn,
}

/// What of a request says which application asks, beside its secret.
#[derive(Clone, Copy)]
pub(super) struct Named<'a> {
    pub(super) tenant: Uuid,
    pub(super) id: &'a str,
}

impl Client {
    /// Any application, in the name of whose users everything works.
    pub(super) fn unchecked(tenant: Uuid, id: &str) -> Self {
        Self {
            tenant,
            id: id.to_owned(),
            sign_in: SignIn::default(),
        }
    }

    /// The application of this id, whether it proves to be it or not.
    pub(super) fn find(options: &Options, named: Named<'_>) -> Result<Self, Refusal> {
        Ok(Self::of(
            named,
            registered(options, named)?,
            options.sign_in,
        ))
    }

    fn of(named: Named<'_>, app: Option<&App>, default: SignIn) -> Self {
        Self {
            sign_in: app.map_or(default, |app| app.sign_in),
            ..Self::unchecked(named.tenant, named.id)
        }
    }

    /// The application that asks at the token endpoint: by its secret in the form or in the header, as
    /// RFC 6749, section 2.3.1, has them. One that `can_be_public` needs none unless it is registered.
    pub(super) fn authenticate(
        options: &Options,
        call: &Call,
        form: &Form,
        tenant: Uuid,
        can_be_public: bool,
    ) -> Result<Self, Refusal> {
        let basic = basic(call);
        let (id, secret) = match &basic {
            Some((id, secret)) => (id.as_str(), Some(secret.as_str())),
            None => (form.require("client_id")?, form.get("client_secret")),
        };
        let named = Named { tenant, id };
        let app = registered(options, named)?;
        match (secret, app) {
            (Some(secret), Some(app)) if secret != app.secret.reveal() => {
                return Err(Refusal::wrong_secret(id));
            }
            (Some(_), _) => {}
            // Without registered applications nobody is checked, nor is what stands for a secret.
            (None, None) if can_be_public || form.get("client_assertion").is_some() => {}
            (None, _) => return Err(Refusal::secret_missing()),
        }
        Ok(Self::of(named, app, options.sign_in))
    }

    /// Refuses what was given to another application, or in another tenant.
    pub(super) fn check_given(&self, tenant: Uuid, client_id: &str) -> Result<(), Refusal> {
        let is_own = self.tenant == tenant && self.id.eq_ignore_ascii_case(client_id);
        is_own.then_some(()).ok_or_else(Refusal::grant_invalid)
    }

    /// What keeps the application from getting tokens for its user.
    pub(super) fn check_sign_in(&self) -> Result<(), Refusal> {
        match self.sign_in {
            SignIn::WithSecondFactor | SignIn::PasswordOnly | SignIn::SecondFactorOnDemand => {
                Ok(())
            }
            SignIn::SecondFactorRequired => Err(Refusal::second_factor_required()),
            SignIn::ConsentRequired => Err(Refusal::consent_required(&self.id)),
            SignIn::Revoked => Err(Refusal::revoked()),
        }
    }

    /// Reads the parameter `claims`, which may ask for a second factor ("Claims challenges, claims requests and
    /// client capabilities").
    pub(super) fn with_claims(mut self, claims: Option<&str>) -> Result<Self, Refusal> {
        let Some(claims) = claims else {
            return Ok(self);
        };
        let claims: Value = serde_json::from_str(claims).map_err(|_| Refusal::claims_invalid())?;
        let demands_mfa = claims.pointer("/access_token/acrs").is_some();
        match self.sign_in {
            SignIn::SecondFactorOnDemand if demands_mfa => {
                self.sign_in = SignIn::WithSecondFactor;
            }
            SignIn::PasswordOnly if demands_mfa => return Err(Refusal::second_factor_required()),
            _ => {}
        }
        Ok(self)
    }

    /// How its user signs in ("amr", in the reference of claims).
    pub(super) fn amr(&self) -> Vec<String> {
        let methods: &[&str] = match self.sign_in {
            SignIn::PasswordOnly | SignIn::SecondFactorOnDemand => &["pwd"],
            _ => &["pwd", "mfa"],
        };
        methods.iter().map(|method| (*method).to_owned()).collect()
    }
}

/// `None` when no application is registered, so that every one is known.
fn registered<'a>(options: &'a Options, named: Named<'_>) -> Result<Option<&'a App>, Refusal> {
    if options.apps.is_empty() {
        return Ok(None);
    }
    let found = options.apps.iter().find(|app| {
        app.client_id.eq_ignore_ascii_case(named.id) && tenant_id(&app.tenant) == Some(named.tenant)
    });
    found.map(Some).ok_or_else(|| Refusal::unknown_app(named))
}

/// The id and the secret of `Authorization: Basic`, each encoded as in a form.
fn basic(call: &Call) -> Option<(String, String)> {
    let (scheme, encoded) = call.header(header::AUTHORIZATION)?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((call::decode_form(id), call::decode_form(secret)))
}
