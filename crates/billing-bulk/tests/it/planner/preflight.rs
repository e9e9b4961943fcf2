//! Findings of the countries' rules.

use std::sync::{Arc, Mutex};

use billing_bulk::plan::{Aim, CountryRules, PlanItem, PlanOptions, PlanSummary, Strictness, make};
use billing_bulk::{Edits, Service, Targets};
use billing_core::{BoxFuture, Error};
use partner_client::models::CountryValidationRules;
use serde_json::json;

use super::fake::{FakeTarget, MemoryStore, customer, edits, item, items, options};

/// Rules of Germany, and of no other country.
#[derive(Default)]
struct Rules(Mutex<Vec<String>>);

impl CountryRules for Rules {
    fn rules<'a>(
        &'a self,
        country: &'a str,
    ) -> BoxFuture<'a, Result<CountryValidationRules, Error>> {
        self.0.lock().unwrap().push(country.to_owned());
        Box::pin(async move {
            tokio::task::yield_now().await;
            if country != "DE" {
                return Err(billing_core::decode::<()>(b"").unwrap_err());
            }
            let rules = json!({ "iso2Code": "DE", "postalCodeRegex": r"^\d{5}$" });
            Ok(serde_json::from_value(rules).unwrap())
        })
    }
}

async fn planned(options: PlanOptions) -> (MemoryStore, PlanSummary) {
    let mut target = FakeTarget::new(Service::Partner);
    let mut all = Vec::new();
    for (number, country, postal_code) in [
        (1, "DE", "10115"),
        (2, "de", "101"),
        (3, "DE", "1011"),
        (4, "FR", "75001"),
        (5, "Germany", "10115"),
    ] {
        let address = json!({
            "country": country, "postalCode": "00000", "addressLine1": "7 Sample Row",
        });
        target = target.with(&customer(number), json!({ "defaultAddress": address }));
        let edit = ("defaultAddress.postalCode", json!(postal_code));
        all.push(item(&customer(number), &[edit]));
    }
    // What does not change is not checked.
    let old = json!({ "email": "a", "defaultAddress": { "country": "DE", "postalCode": "1" } });
    target = target.with(&customer(6), old);
    all.push(item(&customer(6), &[("email", json!("a"))]));
    let targets = Targets::default().with(Arc::new(target));
    let mut store = MemoryStore::default();
    let summary = make(items(all), &mut store, &targets, options)
        .await
        .unwrap();
    (store, summary)
}

fn findings(store: &MemoryStore) -> Vec<String> {
    let rows = store.rows.iter();
    let lines = rows.map(|row| {
        let findings = row.findings.iter();
        let findings: Vec<_> = findings
            .map(|found| {
                format!(
                    "{}{}",
                    found.member,
                    if found.is_certain { "!" } else { "?" }
                )
            })
            .collect();
        format!(
            "{} {} {}",
            row.number,
            row.outcome.state(),
            findings.join(" ")
        )
    });
    lines.collect()
}

#[tokio::test]
async fn findings_are_reported_and_rules_are_read_once_per_country() {
    let rules = Arc::new(Rules::default());
    let options = options(&Arc::default())
        .with_preflight(Strictness::Report)
        .with_country_rules(rules.clone());
    let (store, summary) = planned(options).await;
    assert_eq!(
        findings(&store),
        [
            "1 change ",
            "2 change defaultAddress.postalCode!",
            "3 change defaultAddress.postalCode!",
            "4 change defaultAddress.country?",
            "5 change defaultAddress.country!",
            "6 no_change ",
        ]
    );
    let mut countries = rules.0.lock().unwrap().clone();
    countries.sort();
    assert_eq!(countries, ["DE", "FR"]);
    assert_eq!(summary.with_findings, 4);
    assert_eq!(summary.findings[0].profiles, 2);
    assert_eq!(
        summary.findings[0].finding.member,
        "defaultAddress.postalCode"
    );
}

#[tokio::test]
async fn damage_by_a_spreadsheet_is_reported_without_preflight() {
    let mut target = FakeTarget::new(Service::Partner);
    let mut all = Vec::new();
    for (number, old, new) in [(1, "01067", "1067"), (2, "02115", "2115"), (3, "1", "2")] {
        let address = json!({ "country": "DE", "postalCode": old });
        target = target.with(&customer(number), json!({ "defaultAddress": address }));
        let edit = ("defaultAddress.postalCode", json!(new));
        all.push(PlanItem {
            aim: Aim::Row {
                edits: edits(Service::Partner, &[edit]),
                literal: Edits::default(),
                like_marker: Edits::default(),
            },
            ..item(&customer(number), &[])
        });
    }
    // Only rows of an input were in a spreadsheet.
    let address = json!({ "country": "DE", "postalCode": "01067" });
    target = target.with(&customer(4), json!({ "defaultAddress": address }));
    let edit = ("defaultAddress.postalCode", json!("1067"));
    all.push(item(&customer(4), &[edit]));
    let targets = Targets::default().with(Arc::new(target));
    let mut store = MemoryStore::default();
    let summary = make(items(all), &mut store, &targets, options(&Arc::default())).await;
    assert_eq!(
        findings(&store),
        [
            "1 change defaultAddress.postalCode?",
            "2 change defaultAddress.postalCode?",
            "3 change ",
            "4 change ",
        ]
    );
    let [found] = &summary.unwrap().findings[..] else {
        unreachable!()
    };
    assert_eq!(found.profiles, 2);
    assert_eq!(
        found.finding.message,
        "defaultAddress.postalCode loses the zeros before its value, as when Excel opens a CSV file"
    );
}

#[tokio::test]
async fn strict_preflight_does_not_plan_what_is_certainly_refused() {
    let options = options(&Arc::default())
        .with_preflight(Strictness::Strict)
        .with_country_rules(Arc::new(Rules::default()));
    let (store, summary) = planned(options).await;
    assert_eq!(
        findings(&store),
        [
            "1 change ",
            "2 unplanned defaultAddress.postalCode!",
            "3 unplanned defaultAddress.postalCode!",
            // Rules that could not be read refuse nothing.
            "4 change defaultAddress.country?",
            "5 unplanned defaultAddress.country!",
            "6 no_change ",
        ]
    );
    let unplanned = summary.unplanned.iter().map(|counted| {
        let code = &*counted.cause.code;
        (code, &*counted.cause.message, counted.profiles)
    });
    assert_eq!(
        unplanned.collect::<Vec<_>>(),
        [
            (
                "preflight",
                r"defaultAddress.postalCode has the wrong form: it must match `^\d{5}$` in DE",
                2
            ),
            (
                "preflight",
                "defaultAddress.country has the wrong form: it must be the country's ISO 3166 \
                 code of two letters, such as US",
                1
            ),
        ]
    );
    let first = summary.unplanned.iter().map(|it| it.first.to_string());
    let expected = [2, 5].map(|number| customer(number).to_string());
    assert_eq!(first.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn rules_that_cannot_be_read_are_requested_three_times() {
    let mut target = FakeTarget::new(Service::Partner);
    let mut all = Vec::new();
    for number in 1..=40 {
        let address = json!({ "country": "FR", "postalCode": "75001" });
        target = target.with(&customer(number), json!({ "defaultAddress": address }));
        let edit = ("defaultAddress.postalCode", json!("75002"));
        all.push(item(&customer(number), &[edit]));
    }
    let rules = Arc::new(Rules::default());
    let options = options(&Arc::default())
        .with_preflight(Strictness::Report)
        .with_country_rules(rules.clone());
    let targets = Targets::default().with(Arc::new(target));
    let mut store = MemoryStore::default();
    let summary = make(items(all), &mut store, &targets, options).await;
    assert_eq!(summary.unwrap().findings[0].profiles, 40);
    assert_eq!(*rules.0.lock().unwrap(), ["FR", "FR", "FR"]);
}
