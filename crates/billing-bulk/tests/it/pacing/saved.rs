//! Learned rates in the journal.

use std::time::{Duration, SystemTime};

use billing_bulk::pacing::{Class, Keys, Pacers, Rate, Readiness, Signal};

const NOW: Duration = Duration::ZERO;

fn keys() -> Keys {
    let principal = "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04";
    Keys::arm("https://management.azure.com", principal, Class::Write)
}

fn day(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds)
}

/// Returns what pacers save at `day(0)` whose bucket has just refused a request.
fn saved() -> String {
    let mut pacers = Pacers::new(Rate::Learned);
    let ticket = pacers.sent(&keys(), NOW);
    let signal = Signal {
        is_refused: true,
        ..Signal::default()
    };
    pacers.received(ticket, NOW, &signal);
    pacers.save(NOW, day(0))
}

/// Returns when the second request may leave after a start from this text at this time.
fn second_request(text: &str, time: SystemTime) -> Readiness {
    let mut pacers = Pacers::new(Rate::Learned);
    pacers.load(text, time);
    let ticket = pacers.sent(&keys(), NOW);
    pacers.received(ticket, NOW, &Signal::default());
    pacers.ready_at(&keys(), NOW, 1)
}

#[test]
fn next_run_starts_with_the_tokens_that_came_back() {
    let text = saved();
    // The bucket was empty.
    assert!(matches!(second_request(&text, day(0)), Readiness::At(_)));
    assert_eq!(second_request(&text, day(10)), Readiness::Ready);
    // A clock that went back says nothing.
    let before = SystemTime::UNIX_EPOCH;
    assert!(matches!(second_request(&text, before), Readiness::At(_)));
}

#[test]
fn saved_text_names_no_principal() {
    insta::assert_snapshot!(
        saved(),
        @r#"{"version":1,"limits":{"arm.write 77774413932c5cfc":{"shape":"bucket","capacity":200.0,"rate":10.0,"level":0.0,"time":1000000}}}"#
    );
}

#[test]
fn what_is_not_used_is_saved_again() {
    let mut pacers = Pacers::new(Rate::Learned);
    pacers.load(&saved(), day(5));
    assert_eq!(pacers.save(NOW, day(9)), saved());
}

#[test]
fn damaged_text_is_ignored() {
    let good = saved();
    let damaged = [
        String::new(),
        "{".to_owned(),
        "null".to_owned(),
        "[1]".to_owned(),
        good.replace("\"version\":1", "\"version\":2"),
        good.replace("\"rate\":10.0", "\"rate\":0.0"),
        good.replace("\"rate\":10.0", "\"rate\":-1e300"),
        good.replace("\"rate\":10.0", "\"rate\":\"fast\""),
        good.replace("\"capacity\":200.0", "\"capacity\":null"),
        good.replace("\"shape\":\"bucket\"", "\"shape\":\"cone\""),
        good.replace("\"level\":0.0", "\"level\":1e999"),
    ];
    for text in damaged {
        assert_ne!(text, good);
        // As without a text: the bucket is full.
        assert_eq!(second_request(&text, day(0)), Readiness::Ready, "{text}");
    }
    let other = good.replace("\"limits\":{", "\"limits\":{\"new.kind 01\":{\"x\":[]},");
    assert!(matches!(second_request(&other, day(0)), Readiness::At(_)));
}

#[test]
fn window_is_remembered_with_what_was_used() {
    let keys = Keys::partner(
        "https://api.partnercenter.microsoft.com",
        "tenant",
        "customer",
    );
    let mut pacers = Pacers::new(Rate::Learned);
    for _ in 0..499 {
        let ticket = pacers.sent(&keys, NOW);
        pacers.received(ticket, NOW, &Signal::default());
    }
    let text = pacers.save(NOW, day(0));
    let mut pacers = Pacers::new(Rate::Learned);
    pacers.load(&text, day(20));
    let now = Duration::from_secs(1_000);
    assert_eq!(pacers.ready_at(&keys, now, 9), Readiness::Ready);
    let ticket = pacers.sent(&keys, now);
    pacers.received(ticket, now, &Signal::default());
    // Those 500 were all of a minute; a probe shows whether it is a bucket.
    assert!(matches!(pacers.ready_at(&keys, now, 9), Readiness::At(_)));
}
