//! What a plan says as a whole.

use billing_bulk::change::Change;
use billing_bulk::document::{Document, Version};
use billing_bulk::plan::{Outcome, PlanRow, PlanStore as _, PlanSummary, Source};
use billing_bulk::target::Cause;
use serde_json::{Value, json};

use super::fake::{MemoryStore, customer};

fn change(name: &str, old: Option<Value>, new: Option<Value>) -> Change {
    Change {
        path: name.split('.').map(str::to_owned).collect(),
        old,
        new,
    }
}

fn store(outcomes: impl IntoIterator<Item = Outcome>) -> MemoryStore {
    let mut store = MemoryStore::default();
    for outcome in outcomes {
        let number = store.last() + 1;
        let row = PlanRow {
            number,
            profile: customer(usize::try_from(number).unwrap()),
            outcome,
            findings: Vec::new(),
            source: Source::default(),
        };
        store.add(&[row]).unwrap();
    }
    store
}

fn changed(changes: Vec<Change>) -> Outcome {
    let before = Document::new("{}", Version::Hash([0; 32]));
    Outcome::Change { before, changes }
}

#[test]
fn summary_counts_members_changes_and_causes() {
    let cause = |code: &str, message: &str| {
        Outcome::Unplanned(Cause {
            code: code.to_owned(),
            message: message.to_owned(),
            ..Cause::default()
        })
    };
    let store = store([
        changed(vec![change(
            "language",
            Some(json!("en")),
            Some(json!("de")),
        )]),
        changed(vec![
            change("language", None, Some(json!("de"))),
            change("email", Some(json!("a")), None),
        ]),
        changed(vec![change(
            "language",
            Some(json!("fr")),
            Some(json!("en")),
        )]),
        cause("not_found", "there is no profile customer-4"),
        cause("not_found", "there is no profile customer-5"),
        cause("forbidden", "no permission"),
    ]);
    let summary = PlanSummary::of(&store).unwrap();
    insta::assert_json_snapshot!(summary, @r#"
    {
      "counts": {
        "change": 3,
        "no_change": 0,
        "unplanned": 3
      },
      "with_findings": 0,
      "members": [
        {
          "service": "partner",
          "path": "email",
          "set": 0,
          "replaced": 0,
          "cleared": 1
        },
        {
          "service": "partner",
          "path": "language",
          "set": 1,
          "replaced": 2,
          "cleared": 0
        }
      ],
      "frequent": [
        {
          "service": "partner",
          "path": "language",
          "new": "de",
          "profiles": 2
        },
        {
          "service": "partner",
          "path": "email",
          "new": null,
          "profiles": 1
        },
        {
          "service": "partner",
          "path": "language",
          "new": "en",
          "profiles": 1
        }
      ],
      "findings": [],
      "unplanned": [
        {
          "cause": {
            "code": "not_found",
            "message": "there is no profile customer-4"
          },
          "profiles": 2,
          "first": {
            "service": "partner",
            "customer_id": "customer-4"
          }
        },
        {
          "cause": {
            "code": "forbidden",
            "message": "no permission"
          },
          "profiles": 1,
          "first": {
            "service": "partner",
            "customer_id": "customer-6"
          }
        }
      ]
    }
    "#);
}

#[test]
fn frequent_changes_are_exact_among_many_different_ones() {
    let frequent = (0..12).map(|it| (format!("frequent-{it}"), 100 - it));
    let frequent = frequent.flat_map(|(value, times)| std::iter::repeat_n(value, times));
    // Every other row has a value of its own.
    let mut values: Vec<_> = (0..20_000).map(|it| format!("own-{it}")).collect();
    for (index, value) in frequent.enumerate() {
        values.insert(index * 15, value);
    }
    let store = store(
        values
            .into_iter()
            .map(|value| changed(vec![change("companyName", None, Some(json!(value)))])),
    );
    let summary = PlanSummary::of(&store).unwrap();
    let found: Vec<_> = (summary.frequent.iter())
        .map(|it| (it.new.clone().unwrap(), it.profiles))
        .collect();
    let expected: Vec<_> = (0..10)
        .map(|it| (json!(format!("frequent-{it}")), 100 - it))
        .collect();
    assert_eq!(found, expected);
    assert_eq!(summary.members[0].set, summary.counts.change);
}
