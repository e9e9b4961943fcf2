//! Authorization codes (RFC 6749, section 4.1) with proof keys (RFC 7636).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac_sha256::Hash;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Refusal, app::Client, form::Form};
use crate::{clock::seconds, state::Context};

const HEAD: &str = "code";

/// How long a code can be redeemed: ten minutes ("OAuth 2.0 authorization code flow", "Successful
/// response").
const LIFETIME: u64 = 10 * 60;

/// What an authorization code stands for.
#[derive(Deserialize, Serialize)]
pub(super) struct Code {
    pub(super) id: Uuid,
    pub(super) tenant: Uuid,
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) challenge: Option<Challenge>,
    pub(super) resource: Option<String>,
    pub(super) scope: Option<String>,
    pub(super) nonce: Option<String>,
    /// In seconds since 1970.
    pub(super) issued: u64,
}

#[derive(Deserialize, Serialize)]
pub(super) enum Challenge {
    Plain(String),
    Sha256(String),
}

impl Challenge {
    fn is_met(&self, verifier: &str) -> bool {
        match self {
            Self::Plain(challenge) => challenge == verifier,
            Self::Sha256(challenge) => {
                *challenge == URL_SAFE_NO_PAD.encode(Hash::hash(verifier.as_bytes()))
            }
        }
    }
}

impl Code {
    pub(super) fn seal(&self, context: &Context) -> String {
        context.seal.seal(HEAD, self)
    }

    /// The code of a form, which what comes with it fits. It is to be spent; one that is refused can still be used.
    pub(super) fn read(context: &Context, client: &Client, form: &Form) -> Result<Self, Refusal> {
        let sealed = form.require("code")?;
        let code: Self = context
            .seal
            .open(HEAD, sealed)
            .ok_or_else(Refusal::malformed)?;
        client.check_given(code.tenant, &code.client_id)?;
        let redirect_uri = form.require("redirect_uri")?;
        if code.redirect_uri != redirect_uri {
            return Err(Refusal::other_redirect(redirect_uri, &code.redirect_uri));
        }
        let verifier = form.get("code_verifier");
        let is_met = match (&code.challenge, verifier) {
            (Some(challenge), Some(verifier)) => challenge.is_met(verifier),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !is_met {
            return Err(Refusal::verifier_does_not_match());
        }
        let now = context.clock.now();
        if seconds(now) >= code.issued.saturating_add(LIFETIME) {
            return Err(Refusal::code_expired());
        }
        Ok(code)
    }

    /// Takes it, once.
    pub(super) fn spend(&self, context: &Context) -> Result<(), Refusal> {
        let is_usable = context.state().spent.spend(self.id);
        is_usable.then_some(()).ok_or_else(Refusal::code_redeemed)
    }
}
