//! `billing bulk schema`, and the documents that the schemas describe.

use serde_json::Value;

use crate::support::billing;

pub(super) const EVENTS: &str =
    include_str!("../../../crates/billing-cli/schemas/bulk-events.schema.json");
pub(super) const EXPORT: &str =
    include_str!("../../../crates/billing-cli/schemas/bulk-export.schema.json");
pub(super) const PLAN: &str =
    include_str!("../../../crates/billing-cli/schemas/bulk-plan.schema.json");
pub(super) const SUMMARY: &str =
    include_str!("../../../crates/billing-cli/schemas/bulk-summary.schema.json");
pub(super) const REPORT: &str =
    include_str!("../../../crates/billing-cli/schemas/bulk-report.schema.json");
pub(super) const VERIFY: &str =
    include_str!("../../../crates/billing-cli/schemas/bulk-verify.schema.json");

pub(super) const RECEIPTS: &str =
    include_str!("../../../crates/billing-cli/schemas/bulk-receipts.schema.json");

/// Asserts that a document is valid by a schema.
pub(super) fn assert_valid(schema: &str, document: &Value) {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(document)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{document}: {errors:?}");
}

#[tokio::test]
async fn schema_is_printed() {
    let schemas = [
        ("events", EVENTS),
        ("export", EXPORT),
        ("plan", PLAN),
        ("receipts", RECEIPTS),
        ("report", REPORT),
        ("summary", SUMMARY),
        ("verify", VERIFY),
    ];
    for (name, expected) in schemas {
        let shown = billing(["bulk", "schema", name]).run().await;
        assert_eq!((shown.code, shown.stderr.as_str()), (Some(0), ""));
        assert_eq!(shown.stdout, expected);
        let schema = shown.json();
        assert!(jsonschema::draft202012::meta::is_valid(&schema));
    }
}

#[test]
fn documents_with_unknown_members_are_invalid() {
    let valid = |schema, text: &str| {
        let schema: Value = serde_json::from_str(schema).unwrap();
        let document = serde_json::from_str(text).unwrap();
        jsonschema::draft202012::is_valid(&schema, &document)
    };
    let event =
        r#"{"v":1,"time":"2026-11-30T00:53:20.250Z","profile":"arm/a/b","event":"accepted"}"#;
    assert!(valid(EVENTS, event));
    for (from, to) in [
        (r#""v":1"#, r#""v":2"#),
        ("accepted", "sent"),
        (r#""arm/a/b""#, "null"),
        (r#""event""#, r#""x":1,"event""#),
    ] {
        assert!(!valid(EVENTS, &event.replace(from, to)), "{to}");
    }
    let row = r#"{"service":"partner","customer_id":"x","state":"change","changes":[{"path":"email","old":"a","new":null}]}"#;
    assert!(valid(PLAN, row));
    for (from, to) in [
        (r#""partner""#, r#""arm""#),
        (r#""change""#, r#""unplanned""#),
        (r#""path""#, r#""x":1,"path""#),
        (r#""state""#, r#""x":1,"state""#),
    ] {
        assert!(!valid(PLAN, &row.replace(from, to)), "{to}");
    }
}
