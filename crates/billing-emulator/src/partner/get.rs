//! `GET /v1/customers/{id}/profiles/billing`.

use uuid::Uuid;

use crate::{
    context::Context,
    partner::{
        error_response::{ErrorResponse, Result},
        media::MediaType,
        response,
    },
};

pub(super) fn respond(context: &Context, customer: Uuid, media_type: MediaType) -> Result {
    let state = context.state();
    let stored = state.customers.get(&customer);
    let stored = stored.ok_or(ErrorResponse::TenantNotFound)?;
    Ok(response::profile(context, stored, media_type))
}
