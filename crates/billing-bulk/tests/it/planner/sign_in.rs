//! What a plan finds out about the sign-in.

use std::sync::Arc;
use std::time::Duration;

use billing_bulk::pacing::{PerSecond, Rate};
use billing_bulk::plan::{PlanOptions, ReadOptions, Severity, make};
use billing_bulk::target::{FailureKind, SignInCheck};
use billing_bulk::{ProfileId, Service, Targets};
use billing_core::Clock as _;
use billing_test::TestClock;
use serde_json::{Value, json};

use super::fake::{FakeTarget, MemoryStore, customer, item, items, planned};

/// Returns a service with two profiles, of which the first changes nothing.
fn service(sign_in: Option<Result<SignInCheck, FailureKind>>) -> Arc<FakeTarget> {
    let mut target = FakeTarget::new(Service::Partner)
        .with(&customer(1), json!({ "email": "b" }))
        .with(&customer(2), json!({ "email": "a" }));
    target.sign_in = sign_in;
    Arc::new(target)
}

fn all() -> Vec<billing_bulk::plan::PlanItem> {
    let item = |number| item(&customer(number), &[("email", json!("b"))]);
    vec![item(1), item(2)]
}

#[tokio::test]
async fn sign_in_is_checked_with_a_profile_that_changes() {
    let target = service(Some(Err(FailureKind::SignIn)));
    let summary = planned(all(), &mut MemoryStore::default(), &target)
        .await
        .unwrap();
    let [found] = summary.sign_in.as_slice() else {
        panic!("{:?}", summary.sign_in);
    };
    assert_eq!(
        (found.service, found.severity),
        (Service::Partner, Severity::Error)
    );
    assert_eq!(found.cause.code, "SignIn");
    let reads = target.reads.lock().unwrap();
    assert_eq!(
        reads.last().unwrap(),
        &format!("check of {}", customer(2).key())
    );
    let json: Value = serde_json::to_value(&summary).unwrap();
    assert_eq!(json["sign_in"][0]["severity"], "error");
}

#[tokio::test]
async fn sufficient_sign_in_is_no_finding() {
    let target = service(Some(Ok(SignInCheck::Sufficient)));
    let summary = planned(all(), &mut MemoryStore::default(), &target)
        .await
        .unwrap();
    assert_eq!(summary.sign_in, []);
}

#[tokio::test]
async fn plan_without_changes_checks_no_sign_in() {
    let target = service(Some(Err(FailureKind::SignIn)));
    let unchanged = all().into_iter().take(1).collect();
    let summary = planned(unchanged, &mut MemoryStore::default(), &target)
        .await
        .unwrap();
    assert_eq!(summary.sign_in, []);
    assert_eq!(target.reads.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn service_that_cannot_be_asked_is_noted() {
    let profile = ProfileId::arm("a", "p");
    let document = json!({ "properties": { "poNumber": "1" } });
    let target = Arc::new(FakeTarget::new(Service::Arm).with(&profile, document));
    let all = vec![item(&profile, &[("poNumber", json!("2"))])];
    let summary = planned(all, &mut MemoryStore::default(), &target)
        .await
        .unwrap();
    let found = &summary.sign_in[0];
    assert_eq!(
        (found.severity, found.cause.code.as_str()),
        (Severity::Note, "permission_unknown")
    );
}

#[tokio::test]
async fn token_that_expires_before_the_end_is_a_warning() {
    let clock = Arc::<TestClock>::default();
    // The clock runs while requests wait for the rate.
    for (lifetime, warnings) in [(20, 1), (60, 0)] {
        let target = service(Some(Ok(SignInCheck::Sufficient)));
        let expires = clock.now() + Duration::from_secs(lifetime);
        let rate = PerSecond::new(0.1).map(Rate::Capped).unwrap();
        let reading = ReadOptions::default().with_clock(clock.clone());
        let options = PlanOptions::default()
            .with_reading(reading.with_rate(rate))
            .with_token_expiry(Service::Partner, expires);
        let targets = Targets::default().with(target);
        let changed = all().into_iter().skip(1).collect();
        let mut store = MemoryStore::default();
        let summary = make(items(changed), &mut store, &targets, options)
            .await
            .unwrap();
        let codes = summary
            .sign_in
            .iter()
            .map(|found| found.cause.code.as_str());
        assert_eq!(
            codes.filter(|code| *code == "token_expires").count(),
            warnings,
            "{lifetime}"
        );
    }
}
