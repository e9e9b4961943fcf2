//! The part that authorization codes, device codes and refresh tokens have in common.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    client::Client,
    error_response::{ErrorResponse, Result},
};
use crate::{clock::seconds, context::Context};

/// To which application a code or a refresh token was issued, and when.
#[derive(Deserialize, Serialize)]
pub(super) struct Issued {
    pub(super) id: Uuid,
    tenant: Uuid,
    client_id: String,
    /// In seconds since 1970.
    pub(super) at: u64,
}

impl Issued {
    pub(super) fn to(client: &Client, context: &Context) -> Self {
        Self {
            id: Uuid::new_v4(),
            tenant: client.tenant,
            client_id: client.id.clone(),
            at: seconds(context.clock.now()),
        }
    }

    /// Refuses a code or token that was issued to another application or in another tenant.
    pub(super) fn check_client(&self, client: &Client) -> Result<()> {
        let is_own =
            client.tenant == self.tenant && client.id.eq_ignore_ascii_case(&self.client_id);
        is_own.then_some(()).ok_or(ErrorResponse::GrantInvalid)
    }

    /// Returns whether it was issued `lifetime` seconds ago or earlier.
    pub(super) fn has_expired(&self, context: &Context, lifetime: u64) -> bool {
        seconds(context.clock.now()) >= self.at.saturating_add(lifetime)
    }
}
