//! How fast the models read and write JSON, as ratios to hand-written structs.
//!
//! Run it with `cargo xtask bench codec`; `cargo xtask codegen` makes `codec/before_passes/`. The
//! four subjects take turns in every round and a ratio is the median over the rounds, since a
//! machine that other people use slows down and speeds up by more than the differences that are
//! measured here; criterion measures one subject after the other.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a benchmark prints, measures the time that passes, and ends when it cannot go on"
)]

#[path = "codec/before_passes/arm_v2019_10_01_preview.rs"]
#[rustfmt::skip]
#[allow(dead_code, unreachable_pub, clippy::all, reason = "typify's own words")]
mod before_passes_arm;
#[path = "codec/before_passes/partner_v1.rs"]
#[rustfmt::skip]
#[allow(dead_code, unreachable_pub, clippy::all, reason = "typify's own words")]
mod before_passes_partner;
#[path = "codec/by_hand.rs"]
#[allow(clippy::enum_variant_names, reason = "the service names them so")]
mod by_hand;
#[path = "codec/documents.rs"]
mod documents;
#[path = "codec/measure.rs"]
mod measure;

use billing_models::{arm, partner};
use documents::Document;
use measure::{Subject, compare};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const ROUNDS: usize = 300;

fn main() {
    let arm = documents::arm();
    let partner = documents::partner();
    let mut results = Vec::new();
    for (document, subjects) in [
        (&arm.plain, arm_subjects()),
        (&arm.with_unknown_members, arm_subjects()),
        (&arm.nested, arm_subjects()),
        (&arm.page, arm_page_subjects()),
        (&partner.plain, partner_subjects()),
        (&partner.with_unknown_members, partner_subjects()),
        (&partner.nested, partner_subjects()),
        (&partner.page, partner_page_subjects()),
    ] {
        results.push(report(document, &subjects));
    }
    println!(
        "Unknown members: by hand drops them; serde_json::Value, ours and typify keep them (typify because the lowered \
         schema asks for it), ours to the letter.\nUnknown enum values: typify and by hand refuse the whole document; ours keeps them."
    );
    // `cargo bench` passes `--bench`; the verb passes the path of the report after `--json`.
    let mut arguments = std::env::args()
        .skip_while(|argument| argument != "--json")
        .skip(1);
    if let Some(path) = arguments.next() {
        std::fs::write(path, serde_json::to_string_pretty(&results).unwrap() + "\n").unwrap();
    }
}

fn arm_subjects() -> Vec<Subject> {
    vec![
        Subject::of::<by_hand::BillingProfile>("by hand"),
        Subject::of::<Value>("serde_json::Value"),
        Subject::of::<arm::BillingProfile>("ours"),
        Subject::of::<before_passes_arm::BillingProfile>("typify before our passes"),
    ]
}

fn partner_subjects() -> Vec<Subject> {
    vec![
        Subject::of::<by_hand::CustomerBillingProfile>("by hand"),
        Subject::of::<Value>("serde_json::Value"),
        Subject::of::<partner::CustomerBillingProfile>("ours"),
        Subject::of::<before_passes_partner::CustomerBillingProfile>("typify before our passes"),
    ]
}

/// A page as `arm-client` reads one, whatever its items are.
#[derive(Serialize, Deserialize)]
struct ArmPage<T> {
    value: Vec<T>,
}

fn arm_page_subjects() -> Vec<Subject> {
    vec![
        Subject::of::<ArmPage<by_hand::BillingProfile>>("by hand"),
        Subject::of::<Value>("serde_json::Value"),
        Subject::of::<ArmPage<arm::BillingProfile>>("ours"),
        Subject::of::<ArmPage<before_passes_arm::BillingProfile>>("typify before our passes"),
    ]
}

#[derive(Serialize, Deserialize)]
struct PartnerPage<T> {
    items: Vec<T>,
}

fn partner_page_subjects() -> Vec<Subject> {
    vec![
        Subject::of::<PartnerPage<by_hand::CustomerBillingProfile>>("by hand"),
        Subject::of::<Value>("serde_json::Value"),
        Subject::of::<PartnerPage<partner::CustomerBillingProfile>>("ours"),
        Subject::of::<PartnerPage<before_passes_partner::CustomerBillingProfile>>(
            "typify before our passes",
        ),
    ]
}

fn report(document: &Document, subjects: &[Subject]) -> Value {
    let measured = compare(subjects, &document.text, ROUNDS);
    println!("{} ({} bytes)", document.name, document.text.len());
    println!(
        "  {:<26} {:>9} {:>7} {:>9} {:>7} {:>7}",
        "", "read ns", "ratio", "write ns", "ratio", "both"
    );
    for one in &measured {
        println!(
            "  {:<26} {:>9.0} {:>7.2} {:>9.0} {:>7.2} {:>7.2}",
            one.name, one.read_ns, one.read_ratio, one.write_ns, one.write_ratio, one.both_ratio
        );
    }
    println!();
    let rows: Vec<Value> = measured
        .iter()
        .map(|one| {
            json!({
                "subject": one.name,
                "read_ns": one.read_ns,
                "read_ratio": one.read_ratio,
                "write_ns": one.write_ns,
                "write_ratio": one.write_ratio,
                "both_ratio": one.both_ratio,
            })
        })
        .collect();
    json!({ "document": document.name, "bytes": document.text.len(), "subjects": rows })
}
