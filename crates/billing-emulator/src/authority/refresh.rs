//! Refresh tokens (RFC 6749, section 6).

use std::time::{Duration, SystemTime};

use super::{
    client::Client,
    error_response::{ErrorResponse, Result},
    issued::Issued,
    request::AuthorityRequest,
};
use crate::{clock, context::Context};

/// Signed with each refresh token, so that no code is accepted as one.
const PURPOSE: &str = "refresh";

/// Ninety days ("Refresh tokens", "Token lifetime"), in seconds.
const LIFETIME: u64 = 90 * 24 * 60 * 60;

/// Issues the refresh token of a user who signed in to an application.
pub(super) fn issue(context: &Context, client: &Client) -> String {
    let issued = Issued::to(client, context);
    context.signer.sign(PURPOSE, &issued)
}

/// Verifies the refresh token of a form, and marks it as redeemed if each can be used once only.
pub(super) fn redeem(request: &AuthorityRequest<'_>, client: &Client) -> Result<()> {
    let context = request.context;
    let token = request.form.require("refresh_token")?;
    let issued: Option<Issued> = context.signer.verify(PURPOSE, token);
    let issued = issued.ok_or(ErrorResponse::Malformed)?;
    issued.check_client(client)?;
    if issued.has_expired(context, LIFETIME) {
        let issued = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(issued.at));
        let issued = clock::rfc3339(issued.unwrap_or(SystemTime::UNIX_EPOCH));
        return Err(ErrorResponse::Inactive { issued });
    }
    let is_usable =
        !context.options.single_use_refresh_tokens || context.state().redeemed.insert(issued.id);
    is_usable.then_some(()).ok_or(ErrorResponse::Revoked)
}
