//! Authorization codes (RFC 6749, section 4.1) with proof keys (RFC 7636).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac_sha256::Hash;
use serde::{Deserialize, Serialize};

use super::{
    client::Client,
    error_response::{ErrorResponse, Result},
    issued::Issued,
    request::AuthorityRequest,
};
use crate::context::Context;

/// Signed with each code, so that no other token is accepted as one.
const PURPOSE: &str = "code";

/// How long a code can be redeemed: ten minutes ("OAuth 2.0 authorization code flow", "Successful
/// response"), in seconds.
const LIFETIME: u64 = 10 * 60;

/// The contents of an authorization code.
#[derive(Deserialize, Serialize)]
pub(super) struct AuthorizationCode {
    #[serde(flatten)]
    pub(super) issued: Issued,
    pub(super) redirect_uri: String,
    pub(super) challenge: Option<Challenge>,
    pub(super) resource: Option<String>,
    pub(super) scope: Option<String>,
    pub(super) nonce: Option<String>,
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

impl AuthorizationCode {
    pub(super) fn sign(&self, context: &Context) -> String {
        context.signer.sign(PURPOSE, self)
    }

    /// Verifies the code of a form and checks the parameters beside it.
    ///
    /// It is not redeemed by this: after an error the code can still be used.
    pub(super) fn verify(request: &AuthorityRequest<'_>, client: &Client) -> Result<Self> {
        let (context, form) = (request.context, &request.form);
        let code: Option<Self> = context.signer.verify(PURPOSE, form.require("code")?);
        let code = code.ok_or(ErrorResponse::Malformed)?;
        code.issued.check_client(client)?;
        let redirect_uri = form.require("redirect_uri")?;
        if code.redirect_uri != redirect_uri {
            let (sent, before) = (redirect_uri.to_owned(), code.redirect_uri);
            return Err(ErrorResponse::OtherRedirect { sent, before });
        }
        let is_met = match (&code.challenge, form.get("code_verifier")) {
            (Some(challenge), Some(verifier)) => challenge.is_met(verifier),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !is_met {
            return Err(ErrorResponse::VerifierMismatch);
        }
        if code.issued.has_expired(context, LIFETIME) {
            return Err(ErrorResponse::CodeExpired);
        }
        Ok(code)
    }

    /// Marks the code as redeemed, which succeeds once.
    pub(super) fn redeem(&self, context: &Context) -> Result<()> {
        let is_first = context.state().redeemed.insert(self.issued.id);
        is_first.then_some(()).ok_or(ErrorResponse::CodeRedeemed)
    }
}
