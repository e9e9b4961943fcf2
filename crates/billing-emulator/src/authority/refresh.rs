//! Refresh tokens (RFC 6749, section 6).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Refusal, app::Client, form::Form};
use crate::{clock::seconds, state::Context};

const HEAD: &str = "refresh";

/// Ninety days ("Refresh tokens", "Token lifetime").
const REFRESH_LIFETIME: u64 = 90 * 24 * 60 * 60;

/// What a refresh token stands for: a user's sign-in to an application.
#[derive(Deserialize, Serialize)]
pub(super) struct RefreshToken {
    id: Uuid,
    tenant: Uuid,
    client_id: String,
    /// In seconds since 1970.
    issued: u64,
}

impl RefreshToken {
    pub(super) fn of(context: &Context, client: &Client) -> Self {
        Self {
            id: Uuid::new_v4(),
            tenant: client.tenant,
            client_id: client.id.clone(),
            issued: seconds(context.clock.now()),
        }
    }

    pub(super) fn seal(&self, context: &Context) -> String {
        context.seal.seal(HEAD, self)
    }

    /// Checks the one of a form, and takes it where it can be used once only.
    pub(super) fn redeem(context: &Context, client: &Client, form: &Form) -> Result<(), Refusal> {
        let sealed = form.require("refresh_token")?;
        let token: Self = context
            .seal
            .open(HEAD, sealed)
            .ok_or_else(Refusal::malformed)?;
        client.check_given(token.tenant, &token.client_id)?;
        let now = seconds(context.clock.now());
        if now >= token.issued.saturating_add(REFRESH_LIFETIME) {
            return Err(Refusal::inactive(token.issued));
        }
        let is_usable =
            !context.options.single_use_refresh_tokens || context.state().spent.spend(token.id);
        is_usable.then_some(()).ok_or_else(Refusal::revoked)
    }
}
