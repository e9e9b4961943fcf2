//! What is read and stored for each profile.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use billing_bulk::plan::{Aim, Filter, PlanError, PlanItem, PlanOptions, ReadOptions, make};
use billing_bulk::target::Comparison;
use billing_bulk::{Edits, Members, ProfileId, Service, Targets};
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

use super::fake::{FakeTarget, MemoryStore, customer, edits, item, items, options, planned};

#[tokio::test]
async fn rows_are_in_the_order_of_the_items() {
    let mut target = FakeTarget::new(Service::Partner);
    let mut all = Vec::new();
    for number in 1..=300 {
        let language = if number % 3 == 0 { "de" } else { "en" };
        target = target.with(&customer(number), json!({ "language": language }));
        all.push(item(&customer(number), &[("language", json!("de"))]));
    }
    let target = Arc::new(target);
    let mut store = MemoryStore::default();
    let summary = planned(all, &mut store, &target).await.unwrap();
    let lines = store.lines();
    assert_eq!(lines.len(), 300);
    for (index, line) in lines.iter().enumerate() {
        let number = index + 1;
        let expected = if number % 3 == 0 {
            format!("{number} partner/customer-{number} no_change")
        } else {
            format!("{number} partner/customer-{number} change language: \"en\" → \"de\"")
        };
        assert_eq!(*line, expected);
    }
    assert_eq!(
        (summary.counts.change, summary.counts.no_change),
        (200, 100)
    );
    assert_eq!(target.most_in_flight.load(Ordering::SeqCst), 32);
    assert!(
        store.batches.iter().all(|rows| *rows <= 128 + 32),
        "{:?}",
        store.batches
    );
}

#[tokio::test]
async fn both_services_are_planned_together() {
    let (partner, arm) = (customer(1), ProfileId::arm("account", "profile"));
    let one = FakeTarget::new(Service::Partner).with(&partner, json!({ "email": "a" }));
    let other = FakeTarget::new(Service::Arm);
    let other = other.with(&arm, json!({ "properties": { "poNumber": "1" } }));
    let targets = Targets::default().with(Arc::new(one)).with(Arc::new(other));
    let all = vec![
        item(&partner, &[("email", json!("b"))]),
        item(
            &arm,
            &[("poNumber", json!(null)), ("displayName", json!("x"))],
        ),
    ];
    let mut store = MemoryStore::default();
    make(items(all), &mut store, &targets, options(&Arc::default()))
        .await
        .unwrap();
    assert_eq!(
        store.lines(),
        [
            r#"1 partner/customer-1 change email: "a" → "b""#,
            r#"2 arm/account/profile change properties.poNumber: "1" → - properties.displayName: - → "x""#,
        ]
    );
}

#[tokio::test]
async fn value_in_the_form_of_the_service_is_no_change() {
    let mut target =
        FakeTarget::new(Service::Partner).with(&customer(1), json!({ "culture": "DE" }));
    target.comparison = Comparison::Applied;
    let mut store = MemoryStore::default();
    let all = vec![item(&customer(1), &[("culture", json!("de"))])];
    planned(all, &mut store, &Arc::new(target)).await.unwrap();
    assert_eq!(store.lines(), ["1 partner/customer-1 no_change"]);
}

#[tokio::test]
async fn filters_leave_profiles_out() {
    let mut target = FakeTarget::new(Service::Partner);
    for (number, country) in [(1, "DE"), (2, "AT"), (3, "DE")] {
        let document = json!({ "defaultAddress": { "country": country }, "email": "a" });
        target = target.with(&customer(number), document);
    }
    let target = Arc::new(target);
    let all = (1..=4)
        .map(|it| item(&customer(it), &[("email", json!("b"))]))
        .collect();
    let filter = Filter::parse(Members::of(Service::Partner), "defaultAddress.country=DE").unwrap();
    let excluded = Arc::new(Mutex::new(0));
    let seen = excluded.clone();
    let options = options(&Arc::default())
        .with_filter(filter)
        .on_progress(Arc::new(move |progress| {
            *seen.lock().unwrap() = progress.excluded
        }));
    let mut store = MemoryStore::default();
    let targets = Targets::default().with(target);
    make(items(all), &mut store, &targets, options)
        .await
        .unwrap();
    assert_eq!(
        store.lines(),
        [
            r#"1 partner/customer-1 change email: "a" → "b""#,
            r#"2 partner/customer-3 change email: "a" → "b""#,
            // It may be one that the filter includes.
            "3 partner/customer-4 unplanned (NotFound)",
        ]
    );
    assert_eq!(*excluded.lock().unwrap(), 1);
}

#[tokio::test]
async fn profile_that_is_listed_twice_is_planned_once() {
    let target = FakeTarget::new(Service::Partner).with(&customer(1), json!({ "email": "a" }));
    let target = Arc::new(target);
    let mut store = MemoryStore::default();
    let twice = ProfileId::partner("CUSTOMER-1");
    let all = [customer(1), twice].map(|it| item(&it, &[("email", json!("b"))]));
    planned(all.to_vec(), &mut store, &target).await.unwrap();
    assert_eq!(
        store.lines(),
        [r#"1 partner/customer-1 change email: "a" → "b""#]
    );
    assert_eq!(target.reads_of(&customer(1)), 1);
}

#[tokio::test]
async fn interrupted_plan_continues_with_the_profiles_that_are_left() {
    let mut target = FakeTarget::new(Service::Partner);
    for number in 1..=200 {
        target = target.with(&customer(number), json!({ "email": "a" }));
    }
    let target = Arc::new(target);
    let targets = Targets::default().with(target.clone());
    let all: Vec<_> = (1..=200)
        .map(|it| item(&customer(it), &[("email", json!("b"))]))
        .collect();
    let mut store = MemoryStore::default();
    // The input ends with an error: what was read before is stored.
    let broken = stream::iter(all[..150].to_vec()).map(Ok);
    let error = stream::iter([Err(PlanError::Input("the disk is gone".into()))]);
    let options = PlanOptions::default().with_reading(ReadOptions::default().with_concurrency(4));
    let made = make(
        Box::pin(broken.chain(error)),
        &mut store,
        &targets,
        options.clone(),
    );
    assert!(matches!(made.await, Err(PlanError::Input(_))));
    let stored = store.rows.len();
    assert!((140..=150).contains(&stored), "{stored}");
    let summary = make(items(all), &mut store, &targets, options)
        .await
        .unwrap();
    assert_eq!((summary.counts.change, summary.counts.total()), (200, 200));
    for number in 1..=stored {
        assert_eq!(target.reads_of(&customer(number)), 1, "{number}");
    }
    assert_eq!(store.rows[199].profile.key(), customer(200).key());
}

#[tokio::test]
async fn one_slow_profile_does_not_hold_up_others() {
    let mut target = FakeTarget::new(Service::Partner);
    let slow = customer(1);
    let failed = super::fake::failure(billing_bulk::target::FailureKind::Unknown, None);
    let mut responses = vec![Err(failed); 5];
    responses.push(Ok(json!({ "email": "a" })));
    target = target.scripted(&slow, responses);
    let mut all = vec![item(&slow, &[("email", json!("b"))])];
    for number in 2..=3000 {
        target = target.with(&customer(number), json!({ "email": "a" }));
        all.push(item(&customer(number), &[("email", json!("b"))]));
    }
    let target = Arc::new(target);
    let mut store = MemoryStore::default();
    let summary = planned(all, &mut store, &target).await.unwrap();
    assert_eq!(summary.counts.change, 3000);
    // Many others were read before the slow one ended.
    let reads = target.reads.lock().unwrap();
    let last = reads.iter().rposition(|key| *key == slow.key()).unwrap();
    assert!(last > 32, "{last}");
}

#[tokio::test]
async fn rows_behind_a_stuck_one_are_bounded() {
    let mut target = FakeTarget::new(Service::Partner);
    target.stuck = Some(customer(1).key());
    let mut all = Vec::new();
    for number in 1..=5000 {
        target = target.with(&customer(number), json!({ "email": "a" }));
        all.push(item(&customer(number), &[("email", json!("b"))]));
    }
    let target = Arc::new(target);
    let targets = Targets::default().with(target.clone());
    let mut store = MemoryStore::default();
    {
        let options = options(&Arc::default());
        let made = make(items(all), &mut store, &targets, options);
        let long_enough = async {
            for _ in 0..20_000 {
                tokio::task::yield_now().await;
            }
        };
        let (made, long_enough) = (std::pin::pin!(made), std::pin::pin!(long_enough));
        let first = futures_util::future::select(made, long_enough).await;
        assert!(matches!(first, futures_util::future::Either::Right(_)));
    }
    assert_eq!(target.reads.lock().unwrap().len(), 1023);
    assert_eq!(store.rows.len(), 0);
}

#[tokio::test]
async fn cell_that_is_the_stored_value_is_no_change() {
    let stored = json!({ "lastName": " Lee ", "email": "<clear>" });
    let target = FakeTarget::new(Service::Partner)
        .with(&customer(1), stored.clone())
        .with(&customer(2), stored);
    let edited = [("lastName", json!("Lee")), ("email", json!(null))];
    let row = |number, literal: &[(&str, Value)]| PlanItem {
        aim: Aim::Row {
            edits: edits(Service::Partner, &edited),
            literal: edits(Service::Partner, literal),
            like_marker: Edits::default(),
        },
        ..item(&customer(number), &[])
    };
    let same = row(
        1,
        &[("lastName", json!(" Lee ")), ("email", json!("<clear>"))],
    );
    let other = row(2, &[("lastName", json!("Lee "))]);
    let mut store = MemoryStore::default();
    planned(vec![same, other], &mut store, &Arc::new(target))
        .await
        .unwrap();
    assert_eq!(
        store.lines(),
        [
            "1 partner/customer-1 no_change",
            "2 partner/customer-2 change lastName: \" Lee \" → \"Lee\" email: \"<clear>\" → -"
        ]
    );
}

#[tokio::test]
async fn cell_like_the_clear_marker_is_only_the_stored_value() {
    let target = FakeTarget::new(Service::Partner)
        .with(&customer(1), json!({ "email": "<Clear>" }))
        .with(&customer(2), json!({ "email": "<CLEAR>" }));
    let row = |number| PlanItem {
        aim: Aim::Row {
            edits: edits(
                Service::Partner,
                &[("email", json!("<Clear>")), ("culture", json!("de-DE"))],
            ),
            literal: Edits::default(),
            like_marker: edits(Service::Partner, &[("email", json!("<Clear>"))]),
        },
        ..item(&customer(number), &[])
    };
    let mut store = MemoryStore::default();
    planned(vec![row(1), row(2)], &mut store, &Arc::new(target))
        .await
        .unwrap();
    assert_eq!(
        store.lines(),
        [
            "1 partner/customer-1 change culture: - → \"de-DE\"",
            "2 partner/customer-2 unplanned (like_clear_marker)"
        ]
    );
    let cause = store.rows[1].outcome.cause().unwrap();
    assert_eq!(
        cause.message,
        "email differs from the clear marker in letter case only"
    );
    assert_eq!(
        cause.hint.as_deref(),
        Some(
            "write the marker as it is to clear the member; if it is a value, choose another \
             marker, and plan the row again"
        )
    );
}
