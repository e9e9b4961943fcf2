//! What happens when a profile cannot be read or its change cannot be sent.

use std::sync::Arc;

use billing_bulk::plan::{PlanError, make};
use billing_bulk::target::FailureKind;
use billing_bulk::{ProfileId, Service, Targets};
use billing_test::TestClock;
use serde_json::json;

use super::fake::{FakeTarget, MemoryStore, customer, failure, item, items, options, planned};

fn one() -> Vec<billing_bulk::plan::PlanItem> {
    vec![item(&customer(1), &[("email", json!("b"))])]
}

#[tokio::test]
async fn passing_errors_are_tried_again_with_growing_pauses() {
    let responses = vec![
        Err(failure(FailureKind::Unknown, None)),
        Err(failure(FailureKind::NotSent, Some(503))),
        Err(failure(FailureKind::Locked, Some(429))),
        Ok(json!({ "email": "a" })),
    ];
    let target = Arc::new(FakeTarget::new(Service::Partner).scripted(&customer(1), responses));
    let (mut store, clock) = (MemoryStore::default(), Arc::<TestClock>::default());
    let targets = Targets::default().with(target);
    make(items(one()), &mut store, &targets, options(&clock))
        .await
        .unwrap();
    assert_eq!(
        store.lines(),
        [r#"1 partner/customer-1 change email: "a" → "b""#]
    );
    assert_eq!(clock.seconds(), [1, 2, 4]);
}

#[tokio::test]
async fn unreadable_profile_is_unplanned_after_bounded_attempts() {
    for (kind, status, attempts) in [
        (FailureKind::NotFound, Some(404), 1),
        (FailureKind::Refused, Some(400), 1),
        (FailureKind::Forbidden, Some(403), 1),
        (FailureKind::Unknown, Some(500), 6),
        (FailureKind::Unknown, None, 6),
        // A body that cannot be read, or one about another profile.
        (FailureKind::Unknown, Some(200), 6),
        (FailureKind::Throttled, Some(429), 51),
    ] {
        let responses = vec![Err(failure(kind, status))];
        let target = FakeTarget::new(Service::Partner).scripted(&customer(1), responses);
        let target = Arc::new(target.with(&customer(2), json!({ "email": "b" })));
        let mut store = MemoryStore::default();
        let mut all = one();
        all.push(item(&customer(2), &[("email", json!("b"))]));
        let summary = planned(all, &mut store, &target).await.unwrap();
        assert_eq!(
            store.lines(),
            [
                format!("1 partner/customer-1 unplanned ({kind:?})"),
                "2 partner/customer-2 no_change".to_owned()
            ]
        );
        assert_eq!(
            target.reads_of(&customer(1)),
            attempts,
            "{kind:?} {status:?}"
        );
        assert_eq!((summary.counts.unplanned, summary.counts.no_change), (1, 1));
        assert_eq!(summary.unplanned[0].cause.status, status);
    }
}

#[tokio::test]
async fn second_refused_token_stops_the_plan() {
    let refused = || failure(FailureKind::SignIn, Some(401));
    let once = vec![Err(refused()), Ok(json!({ "email": "a" }))];
    let target = Arc::new(FakeTarget::new(Service::Partner).scripted(&customer(1), once));
    let mut store = MemoryStore::default();
    planned(one(), &mut store, &target).await.unwrap();
    assert_eq!(store.rows.len(), 1);

    let target =
        Arc::new(FakeTarget::new(Service::Partner).scripted(&customer(1), vec![Err(refused())]));
    let mut store = MemoryStore::default();
    let stopped = planned(one(), &mut store, &target).await;
    let Err(PlanError::Stopped(cause)) = stopped else {
        panic!("{stopped:?}");
    };
    assert_eq!(cause.code, "SignIn");
    assert_eq!(store.rows.len(), 0);
}

/// Plans profiles of which the first are refused with 403, and the others can be read.
async fn with_forbidden(
    forbidden: usize,
    readable: usize,
) -> (
    Result<billing_bulk::plan::PlanSummary, PlanError>,
    MemoryStore,
) {
    let mut target = FakeTarget::new(Service::Partner);
    let mut all = Vec::new();
    for number in 1..=forbidden + readable {
        let refused = Err(failure(FailureKind::Forbidden, Some(403)));
        let response = if number <= forbidden {
            refused
        } else {
            Ok(json!({ "email": "a" }))
        };
        target = target.scripted(&customer(number), vec![response]);
        all.push(item(&customer(number), &[("email", json!("b"))]));
    }
    let mut store = MemoryStore::default();
    let made = planned(all, &mut store, &Arc::new(target)).await;
    (made, store)
}

#[tokio::test]
async fn same_403_for_every_profile_stops_the_plan() {
    let (stopped, store) = with_forbidden(50, 0).await;
    let Err(PlanError::Stopped(cause)) = stopped else {
        panic!("{stopped:?}");
    };
    assert_eq!(
        (cause.code.as_str(), cause.status),
        ("permission_missing", Some(403))
    );
    assert_eq!(
        store.rows.len(),
        0,
        "they are read again when the plan continues"
    );
}

#[tokio::test]
async fn profiles_refused_among_others_are_unplanned() {
    for (forbidden, readable) in [(2, 0), (1, 1), (30, 1), (20, 400)] {
        let (made, store) = with_forbidden(forbidden, readable).await;
        let counts = made.unwrap().counts;
        let expected = (forbidden as u64, readable as u64);
        assert_eq!((counts.unplanned, counts.change), expected);
        let numbers: Vec<u64> = store.rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, (1..=expected.0 + expected.1).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn service_that_cannot_be_reached_stops_the_plan() {
    let target = FakeTarget::new(Service::Partner);
    let responses = vec![Err(failure(FailureKind::NotSent, None))];
    let target = Arc::new(target.scripted(&customer(1), responses));
    let mut store = MemoryStore::default();
    let stopped = planned(one(), &mut store, &target).await;
    assert!(matches!(stopped, Err(PlanError::Stopped(_))), "{stopped:?}");
    assert_eq!(store.rows.len(), 0);
}

#[tokio::test]
async fn item_of_a_service_without_target_stops_the_plan() {
    let target = Arc::new(FakeTarget::new(Service::Partner));
    let mut store = MemoryStore::default();
    let all = vec![item(&ProfileId::arm("a", "p"), &[])];
    let stopped = planned(all, &mut store, &target).await;
    assert!(
        matches!(
            stopped,
            Err(PlanError::NoTarget {
                service: Service::Arm
            })
        ),
        "{stopped:?}"
    );
}

#[tokio::test]
async fn change_that_cannot_be_sent_is_unplanned() {
    let mut target = FakeTarget::new(Service::Partner).with(&customer(1), json!({ "email": "a" }));
    target.has_no_body = true;
    let mut store = MemoryStore::default();
    planned(one(), &mut store, &Arc::new(target)).await.unwrap();
    assert_eq!(store.lines(), ["1 partner/customer-1 unplanned (no_body)"]);
}

#[tokio::test]
async fn full_disk_ends_the_plan_and_keeps_what_was_stored() {
    let mut target = FakeTarget::new(Service::Partner);
    let mut all = Vec::new();
    for number in 1..=400 {
        target = target.with(&customer(number), json!({ "email": "a" }));
        all.push(item(&customer(number), &[("email", json!("b"))]));
    }
    let target = Arc::new(target);
    let mut store = MemoryStore {
        room: Some(200),
        ..MemoryStore::default()
    };
    let ended = planned(all.clone(), &mut store, &target).await;
    assert!(matches!(ended, Err(PlanError::File(_))), "{ended:?}");
    let stored = store.rows.len();
    assert!((100..=200).contains(&stored), "{stored}");
    store.room = None;
    let summary = planned(all, &mut store, &target).await.unwrap();
    assert_eq!(summary.counts.change, 400);
}
