//! How a billing profile is printed.

use arm_client::models::BillingProfile;
use billing_core::Response;

use crate::args::global::Format;
use crate::document::{Path, Segment};
use crate::failure::Failure;
use crate::render::print::print_document;

/// Formats the path of a member as `--set` takes it. Optional members beside `properties` begin
/// with `$.`, which distinguishes them from those inside it.
pub(crate) fn short(path: &Path) -> String {
    const BESIDE: [&str; 4] = ["id", "name", "properties", "type"];
    if let Some(inner) = path.below("properties") {
        return inner.to_string();
    }
    match path.segments().first() {
        Some(Segment::Member(name)) if !BESIDE.contains(&name.as_str()) => format!("$.{path}"),
        _ => path.to_string(),
    }
}

pub(super) fn print_profile(
    response: &Response<BillingProfile>,
    format: Format,
) -> Result<(), Failure> {
    print_document(response.body(), short, format)
}
