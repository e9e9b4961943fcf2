//! How much of a change a stored resource shows.

use billing_core::pipeline::is_equivalent;
use billing_core::{MemberPath, StoredValue, UpdateOutcome};
use serde_json::{Value, json};

fn told(outcome: &UpdateOutcome) -> String {
    let word = match outcome {
        UpdateOutcome::Applied => "applied",
        UpdateOutcome::PartlyApplied { .. } => "partly",
        UpdateOutcome::NotApplied { .. } => "not",
        _ => "?",
    };
    let members = outcome.unapplied().iter().map(|member| {
        let stored = match member.stored() {
            StoredValue::Unchanged => "unchanged",
            StoredValue::OtherForm => "other form",
            StoredValue::Unknown => "unknown",
            _ => "?",
        };
        format!(" {} {stored}", member.path())
    });
    [word.to_owned()]
        .into_iter()
        .chain(members)
        .collect::<Vec<_>>()
        .join(";")
}

#[test]
fn outcome_of_a_patch_is_told_by_member() {
    let before =
        json!({ "p": { "po": "old", "name": "A", "opt": true, "plans": [{ "sku": "1" }] } });
    let table = [
        // The stored document; the outcome with and without the document before.
        (
            json!({ "po": "new" }),
            json!({ "po": "new" }),
            "applied",
            "applied",
        ),
        (
            json!({ "po": "new" }),
            json!({ "po": "old" }),
            "not; p.po unchanged",
            "not; p.po unknown",
        ),
        (
            json!({ "po": "new" }),
            json!({}),
            "partly; p.po other form",
            "not; p.po unknown",
        ),
        (
            json!({ "po": "new" }),
            json!({ "po": "NEW" }),
            "partly; p.po other form",
            "not; p.po unknown",
        ),
        (
            json!({ "po": "new", "name": "B" }),
            json!({ "po": "new", "name": "A" }),
            "partly; p.name unchanged",
            "partly; p.name unknown",
        ),
        // An unchanged member is not part of the change.
        (
            json!({ "po": "new", "name": "A" }),
            json!({ "po": "old", "name": "A" }),
            "not; p.po unchanged",
            "partly; p.po unknown",
        ),
        (
            json!({ "name": "A" }),
            json!({ "name": "A" }),
            "applied",
            "applied",
        ),
        (
            json!({ "name": "A" }),
            json!({ "name": "C" }),
            "partly; p.name other form",
            "not; p.name unknown",
        ),
        // `null`, absent and empty are the same.
        (json!({ "po": null }), json!({}), "applied", "applied"),
        (
            json!({ "po": null }),
            json!({ "po": "" }),
            "applied",
            "applied",
        ),
        (
            json!({ "po": "" }),
            json!({ "po": null }),
            "applied",
            "applied",
        ),
        (
            json!({ "po": null }),
            json!({ "po": "old" }),
            "not; p.po unchanged",
            "not; p.po unknown",
        ),
        (
            json!({ "opt": false }),
            json!({}),
            "partly; p.opt other form",
            "not; p.opt unknown",
        ),
        (json!({}), json!({ "po": "else" }), "applied", "applied"),
        // A list is one member; its items may have more than was sent.
        (
            json!({ "plans": [{ "sku": "2" }] }),
            json!({ "plans": [{ "sku": "2", "text": "x" }] }),
            "applied",
            "applied",
        ),
        (
            json!({ "plans": [{ "sku": "2" }] }),
            json!({ "plans": [{ "sku": "2" }, { "sku": "3" }] }),
            "partly; p.plans other form",
            "not; p.plans unknown",
        ),
        (
            json!({ "plans": [{ "sku": "2" }, { "sku": "1" }] }),
            json!({ "plans": [{ "sku": "1" }] }),
            "not; p.plans unchanged",
            "not; p.plans unknown",
        ),
        (json!({ "plans": [] }), json!({}), "applied", "applied"),
        // An object in place of a text, and the other way round.
        (
            json!({ "po": { "x": 1 } }),
            json!({ "po": "old" }),
            "not; p.po.x unchanged",
            "not; p.po.x unknown",
        ),
        (
            json!({ "po": "new" }),
            json!({ "po": { "x": 1 } }),
            "partly; p.po other form",
            "not; p.po unknown",
        ),
    ];
    for (patch, stored, expected, expected_alone) in table {
        let (patch, stored) = (json!({ "p": patch }), json!({ "p": stored }));
        let outcome = UpdateOutcome::of_patch(Some(&before), &patch, &stored);
        assert_eq!(told(&outcome), expected, "{patch} {stored}");
        let alone = UpdateOutcome::of_patch(None::<&Value>, &patch, &stored);
        assert_eq!(told(&alone), expected_alone, "{patch} {stored}");
        assert_eq!(outcome.is_applied(), outcome.unapplied().is_empty());
    }
}

#[test]
fn outcome_of_a_document_counts_what_it_changes() {
    let before = json!({ "name": "A", "mail": "a@x.example", "tag": "1", "address": { "city": "X", "zip": "1" } });
    let wanted = json!({ "name": "B", "tag": "1", "address": { "city": "X", "zip": "2" } });
    let table = [
        (
            json!({ "name": "B", "tag": "2", "address": { "city": "X", "zip": "2" } }),
            "applied",
        ),
        (
            before.clone(),
            "not; address.zip unchanged; mail unchanged; name unchanged",
        ),
        (
            json!({ "name": "b", "mail": "a@x.example", "tag": "2", "address": { "zip": "2" } }),
            "partly; mail unchanged; name other form",
        ),
    ];
    for (stored, expected) in table {
        let outcome = UpdateOutcome::of_document(Some(&before), &wanted, &stored);
        assert_eq!(told(&outcome), expected, "{stored}");
    }
    let alone = UpdateOutcome::of_document(None::<&Value>, &wanted, &before);
    assert_eq!(told(&alone), "partly; address.zip unknown; name unknown");
}

#[test]
fn odd_member_names_shadow_no_other() {
    let before = json!({ "a.b": 1, "a": { "b": 1, "": 1 }, "": { "a": 1 } });
    let patch = json!({ "a.b": 2, "a": { "b": 2, "": 2 }, "": { "a": 2 } });
    let outcome = UpdateOutcome::of_patch(Some(&before), &patch, &before);
    let mut shown: Vec<_> = outcome
        .unapplied()
        .iter()
        .map(|one| one.path().to_string())
        .collect();
    shown.sort();
    assert_eq!(shown, [r#"[""].a"#, r#"["a.b"]"#, "a.b", r#"a[""]"#]);
    let path: MemberPath = ["a", "b"].into_iter().collect();
    assert!(outcome.unapplied().iter().any(|one| *one.path() == path));
    let stored = json!({ "a.b": 2, "a": { "b": 1, "": 2 }, "": { "a": 2 } });
    let outcome = UpdateOutcome::of_patch(Some(&before), &patch, &stored);
    assert_eq!(told(&outcome), "partly; a.b unchanged");
}

#[test]
fn outcome_prints_paths_and_no_value() {
    let patch = json!({ "name": "canary" });
    let outcome = UpdateOutcome::of_patch(Some(&json!({ "name": "Canary" })), &patch, &json!({}));
    let text = format!("{outcome:?}");
    assert!(
        text.contains("name") && !text.to_lowercase().contains("canary"),
        "{text}"
    );
}

fn raw(text: &str) -> Box<serde_json::value::RawValue> {
    serde_json::value::RawValue::from_string(text.to_owned()).unwrap()
}

#[test]
fn numbers_beyond_floats_are_compared_by_all_digits() {
    for (before, wanted) in [
        ("12345678901234567.89", "12345678901234567.88"),
        ("1e400", "2e400"),
        ("1e-400", "0"),
        ("123456789012345678901", "123456789012345678902"),
        (r#""\ud800""#, r#""\ud801""#),
    ] {
        let [before, wanted] = [before, wanted].map(|value| format!(r#"{{"n":{value}}}"#));
        assert!(!is_equivalent(&raw(&before), &raw(&wanted)), "{wanted}");
        assert!(is_equivalent(&raw(&wanted), &raw(&wanted)), "{wanted}");
        let [before, wanted] = [&before, &wanted].map(|text| raw(text));
        for stored_wanted in [
            UpdateOutcome::of_patch(Some(&before), &wanted, &wanted),
            UpdateOutcome::of_document(Some(&before), &wanted, &wanted),
        ] {
            assert_eq!(told(&stored_wanted), "applied");
        }
        for stored_before in [
            UpdateOutcome::of_patch(Some(&before), &wanted, &before),
            UpdateOutcome::of_document(Some(&before), &wanted, &before),
        ] {
            assert_eq!(told(&stored_before), "not; n unchanged");
        }
    }
}

#[test]
fn same_number_in_another_form_is_applied() {
    for (wanted, stored) in [
        ("5", "5.0"),
        ("0.10", "0.1"),
        ("1e2", "100"),
        ("10e399", "1e400"),
        ("1.2345678901234567890", "1.234567890123456789"),
    ] {
        let [wanted, stored] = [wanted, stored].map(|value| format!(r#"{{"n":{value}}}"#));
        let outcome = UpdateOutcome::of_patch(None::<&Value>, &raw(&wanted), &raw(&stored));
        assert_eq!(told(&outcome), "applied", "{wanted}");
    }
}

#[test]
fn unreadable_number_elsewhere_hides_no_outcome() {
    let [before, wanted] =
        ["old", "new"].map(|name| raw(&format!(r#"{{"name":"{name}","n":1e400}}"#)));
    let applied = UpdateOutcome::of_document(Some(&before), &wanted, &wanted);
    assert_eq!(told(&applied), "applied");
    let unchanged = UpdateOutcome::of_document(Some(&before), &wanted, &before);
    assert_eq!(told(&unchanged), "not; name unchanged");
}
