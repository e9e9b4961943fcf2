//! The number of allocations of a read: a test binary of its own, since it counts those of the
//! whole process.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "../benches/codec/by_hand.rs"]
#[allow(
    clippy::enum_variant_names,
    dead_code,
    reason = "the service names them so, and they are only read"
)]
mod by_hand;
#[path = "../benches/codec/documents.rs"]
#[allow(dead_code, reason = "the benchmark uses the rest")]
mod documents;

use allocation_counter::measure;
use billing_models::{arm, partner};
use serde::de::DeserializeOwned;

/// Returns how often reading the text as a `T` allocates or reallocates.
fn count<T: DeserializeOwned>(text: &str) -> u64 {
    let counted = measure(|| drop(serde_json::from_str::<T>(text).unwrap()));
    counted.count_total
}

#[test]
fn known_members_take_no_more_than_structs_by_hand() {
    let (arm, partner) = (documents::arm().plain, documents::partner().plain);
    assert_eq!(
        count::<arm::BillingProfile>(&arm.text),
        count::<by_hand::BillingProfile>(&arm.text),
    );
    assert_eq!(
        count::<partner::CustomerBillingProfile>(&partner.text),
        count::<by_hand::CustomerBillingProfile>(&partner.text),
    );
}

/// One allocation for the texts, and one for their ends.
#[test]
fn three_unknown_members_in_an_object_take_two_more() {
    let (arm, partner) = (documents::arm(), documents::partner());
    let objects = |text: &str| text.matches('{').count() as u64;
    let counts = [&arm.plain, &arm.with_unknown_members]
        .map(|document| count::<arm::BillingProfile>(&document.text));
    assert!(
        counts[1] - counts[0] <= 2 * objects(&arm.plain.text),
        "{counts:?}"
    );
    assert!(counts[1] <= 36, "{counts:?}");
    let counts = [&partner.plain, &partner.with_unknown_members]
        .map(|document| count::<partner::CustomerBillingProfile>(&document.text));
    assert!(
        counts[1] - counts[0] <= 2 * objects(&partner.plain.text),
        "{counts:?}"
    );
}
