//! PATCH: a merge patch of 2019-10-01-preview.
//!
//! It is merged into the document that is stored when its operation succeeds. So of two operations
//! that overlap, the one that succeeds last determines the members that both change.

use hyper::body::Bytes;

use crate::{
    arm::{
        body,
        error_response::{ErrorResponse, Result},
        operation::{self, Accepted},
    },
    context::Context,
    contract::{self, ApiVersion},
    faults::check::PlannedOperation,
    http::request::Request,
    store::{
        change::Change,
        resource::{ProfileKey, Resource},
    },
};

/// The bytes that a profile may have as JSON: each write may add members that the schema does not
/// have, and no write has to remove any.
const DOCUMENT_LIMIT: usize = 4 * 1024 * 1024;

pub(super) fn begin(
    context: &Context,
    request: &Request,
    key: ProfileKey,
    planned: PlannedOperation,
) -> Result {
    let patch = body::patch(context, request)?;
    let state = &mut *context.state();
    let stored = state.profiles.get(&key).ok_or(ErrorResponse::NotFound)?;
    check_size(stored, request)?;
    let accepted = Accepted {
        key,
        version: ApiVersion::V2019,
        change: Change::Merge(patch),
    };
    operation::begin(context, request, state, accepted, planned)
}

/// Refuses a change after which the profile may be too large.
pub(super) fn check_size(stored: &Resource, request: &Request) -> Result<()> {
    let sent = request.body.as_ref().map_or(0, Bytes::len);
    if contract::to_json(&stored.document, &[]).len() + sent > DOCUMENT_LIMIT {
        return Err(ErrorResponse::malformed(
            "$",
            "The billing profile becomes too large.",
        ));
    }
    Ok(())
}
