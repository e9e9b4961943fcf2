//! Pauses after rejections, probes, and why requests wait.

use std::time::Duration;

use billing_bulk::pacing::{
    Class, Keys, Pacers, PerSecond, Rate, Readiness, Signal, Ticket, WaitingReason,
};

const NOW: Duration = Duration::ZERO;

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

fn keys() -> Keys {
    Keys::arm("https://management.azure.com", "principal", Class::Write)
}

fn refused(retry_after: Option<u64>) -> Signal {
    Signal {
        is_refused: true,
        retry_after: retry_after.map(Duration::from_secs),
        ..Signal::default()
    }
}

/// Returns pacers whose key pauses until 5 s.
fn paused() -> Pacers {
    let mut pacers = Pacers::new(Rate::Learned);
    let ticket = pacers.sent(&keys(), NOW);
    pacers.received(ticket, NOW, &refused(Some(5)));
    pacers
}

fn ready_at(pacers: &Pacers, time: f64) -> Readiness {
    pacers.ready_at(&keys(), seconds(time), u64::MAX)
}

#[test]
fn rejection_pauses_its_key_and_no_other() {
    let pacers = paused();
    assert_eq!(ready_at(&pacers, 0.0), Readiness::At(seconds(5.0)));
    let others = [
        Keys::arm("https://management.azure.com", "principal", Class::Read),
        Keys::arm("https://management.azure.com", "other", Class::Write),
        Keys::arm(
            "https://management.chinacloudapi.cn",
            "principal",
            Class::Write,
        ),
        Keys::partner(
            "https://api.partnercenter.microsoft.com",
            "tenant",
            "customer",
        ),
    ];
    for other in others {
        assert_eq!(
            pacers.ready_at(&other, NOW, 9),
            Readiness::Ready,
            "{other:?}"
        );
    }
}

#[test]
fn one_probe_reopens_a_key() {
    let mut pacers = paused();
    assert_eq!(ready_at(&pacers, 5.0), Readiness::Ready);
    let probe = pacers.sent(&keys(), seconds(5.0));
    assert_eq!(ready_at(&pacers, 6.0), Readiness::Blocked);
    assert_eq!(
        pacers.received(probe, seconds(6.0), &Signal::default()),
        None
    );
    assert_eq!(ready_at(&pacers, 6.0), Readiness::Ready);
}

#[test]
fn probe_without_response_lets_another_one_leave() {
    let mut pacers = paused();
    let probe = pacers.sent(&keys(), seconds(5.0));
    pacers.lost(probe, seconds(7.0));
    assert_eq!(ready_at(&pacers, 7.0), Readiness::Ready);
    let _unreported = pacers.sent(&keys(), seconds(7.0));
    assert_eq!(ready_at(&pacers, 100.0), Readiness::Blocked);
    assert_eq!(ready_at(&pacers, 128.0), Readiness::Ready);
}

#[test]
fn pause_doubles_with_each_refused_probe_up_to_a_minute() {
    let mut pacers = Pacers::new(Rate::Learned);
    let keys = Keys::arm(
        "https://management.chinacloudapi.cn",
        "principal",
        Class::Write,
    );
    let mut now = NOW;
    let mut pauses = Vec::new();
    for _ in 0..7 {
        let ticket = pacers.sent(&keys, now);
        let pause = pacers.received(ticket, now, &refused(None)).unwrap();
        assert_eq!(pause.key.to_string(), "arm.write");
        pauses.push((pause.until - now).as_secs());
        now = pause.until;
    }
    // Three seconds bring a token; the rate is learned meanwhile.
    assert_eq!(pauses[0], 3);
    assert!(pauses.is_sorted(), "{pauses:?}");
    assert_eq!(pauses[6], 60);
}

#[test]
fn retry_after_is_obeyed_up_to_ten_minutes() {
    for (asked, pause) in [(300, 300), (600, 600), (86_400, 600)] {
        let mut pacers = Pacers::new(Rate::Learned);
        let ticket = pacers.sent(&keys(), NOW);
        let until = pacers
            .received(ticket, NOW, &refused(Some(asked)))
            .unwrap()
            .until;
        assert_eq!(until, Duration::from_secs(pause));
    }
}

/// Sends 20 requests, of which the first `rejections` are refused, and returns what was learned.
fn learned_from(rejections: usize) -> String {
    let mut pacers = Pacers::new(Rate::Learned);
    let tickets: Vec<Ticket> = (0..20).map(|_| pacers.sent(&keys(), NOW)).collect();
    for (number, ticket) in tickets.into_iter().enumerate() {
        let now = seconds(1.0 + 0.001 * number as f64);
        let signal = if number < rejections {
            refused(None)
        } else {
            Signal::default()
        };
        pacers.received(ticket, now, &signal);
    }
    pacers.save(seconds(2.0), std::time::SystemTime::UNIX_EPOCH)
}

#[test]
fn rejections_of_one_burst_are_one_piece_of_news() {
    assert_eq!(learned_from(1), learned_from(20));
    assert_ne!(learned_from(0), learned_from(1));
}

#[test]
fn response_to_an_older_request_does_not_pause_again() {
    let mut pacers = Pacers::new(Rate::Learned);
    let (first, late) = (pacers.sent(&keys(), NOW), pacers.sent(&keys(), NOW));
    pacers.received(first, seconds(0.5), &refused(Some(1)));
    let probe = pacers.sent(&keys(), seconds(1.5));
    pacers.received(probe, seconds(1.7), &Signal::default());
    pacers.received(late, seconds(1.8), &refused(Some(60)));
    assert!(matches!(ready_at(&pacers, 3.0), Readiness::Ready));
}

#[test]
fn unlimited_rate_waits_for_nothing_but_rejections() {
    let mut pacers = Pacers::new(Rate::Unlimited);
    for _ in 0..1_000 {
        assert_eq!(ready_at(&pacers, 0.0), Readiness::Ready);
        let ticket = pacers.sent(&keys(), NOW);
        pacers.received(ticket, NOW, &Signal::default());
    }
    let ticket = pacers.sent(&keys(), NOW);
    pacers.received(ticket, NOW, &refused(Some(3)));
    assert_eq!(ready_at(&pacers, 0.0), Readiness::At(seconds(3.0)));
    let probe = pacers.sent(&keys(), seconds(3.0));
    pacers.received(probe, seconds(3.0), &Signal::default());
    for _ in 0..1_000 {
        assert_eq!(ready_at(&pacers, 3.0), Readiness::Ready);
        let _ticket = pacers.sent(&keys(), seconds(3.0));
    }
}

#[test]
fn waiting_requests_have_a_reason() {
    let reasons = |pacers: &Pacers, time: f64| -> Vec<WaitingReason> {
        let waiting = pacers.waiting(seconds(time));
        assert!(
            waiting
                .iter()
                .all(|waiting| waiting.key.to_string() == "arm.write")
        );
        waiting.iter().map(|waiting| waiting.reason).collect()
    };
    let mut pacers = paused();
    assert_eq!(reasons(&pacers, 1.0), [WaitingReason::Refused]);
    let probe = pacers.sent(&keys(), seconds(5.0));
    assert_eq!(reasons(&pacers, 5.0), [WaitingReason::Probing]);
    pacers.received(probe, seconds(5.0), &Signal::default());
    let _ticket = pacers.sent(&keys(), seconds(6.0));
    assert_eq!(reasons(&pacers, 6.0), [WaitingReason::RateLimit]);
    assert_eq!(reasons(&pacers, 60.0), []);

    let mut capped = Pacers::new(Rate::Capped(PerSecond::new(0.5).unwrap()));
    let _ticket = capped.sent(&keys(), NOW);
    let waiting = capped.waiting(NOW);
    // The provider's own limit has the same cap.
    assert_eq!(waiting.len(), 2);
    assert!(waiting.iter().all(|waiting| {
        waiting.reason == WaitingReason::Cap && waiting.until == Some(seconds(2.0))
    }));
}

#[test]
fn no_learned_rate_makes_a_request_wait_for_long() {
    for origin in ["https://management.azure.com", "http://127.0.0.1:8080"] {
        let keys = Keys::arm(origin, "principal", Class::Write);
        let mut pacers = Pacers::new(Rate::Learned);
        let mut now = NOW;
        for _ in 0..500 {
            let ticket = pacers.sent(&keys, now);
            let pause = pacers.received(ticket, now, &refused(None)).unwrap();
            assert!(pause.until - now <= seconds(60.0));
            now = pause.until;
            if let Readiness::At(at) = pacers.ready_at(&keys, now, u64::MAX) {
                assert!(at - now <= seconds(190.0), "{:?}", at - now);
                now = at;
            }
        }
    }
}
