//! Which limit a rejection is about, and what is remembered of each.

use std::time::{Duration, SystemTime};

use billing_bulk::pacing::{Class, Keys, Limit, Pacers, Rate, Readiness, Signal};
use serde_json::{Value, json};

const NOW: Duration = Duration::ZERO;
const PARTNER: &str = "https://api.partnercenter.microsoft.com";

fn arm(origin: &str, class: Class) -> Keys {
    Keys::arm(origin, "principal", class)
}

fn public() -> Keys {
    arm("https://management.azure.com", Class::Write)
}

fn refused() -> Signal {
    Signal {
        is_refused: true,
        retry_after: Some(Duration::from_secs(5)),
        ..Signal::default()
    }
}

/// Sends a request and returns the key that its rejection pauses.
fn paused_key(pacers: &mut Pacers, keys: &Keys, now: Duration, signal: &Signal) -> String {
    let ticket = pacers.sent(keys, now);
    let pause = pacers.received(ticket, now, signal).unwrap();
    pause.key.to_string()
}

#[test]
fn named_limit_is_the_one_of_the_provider() {
    let signal = Signal {
        limit: Some(Limit {
            requests: 150,
            interval: Duration::from_secs(60),
        }),
        ..refused()
    };
    let mut pacers = Pacers::new(Rate::Learned);
    let key = paused_key(&mut pacers, &public(), NOW, &signal);
    assert_eq!(key, "arm.write.provider");
    let saved: Value = serde_json::from_str(&pacers.save(NOW, SystemTime::UNIX_EPOCH)).unwrap();
    let limits = saved["limits"].as_object().unwrap();
    let (_, limit) = limits
        .iter()
        .find(|(key, _)| key.starts_with("arm.write.provider "))
        .unwrap();
    assert_eq!(limit["capacity"], 150.0);
    assert_eq!(limit["rate"], 2.5);
}

#[test]
fn rejection_with_remaining_requests_is_the_providers() {
    let mut pacers = Pacers::new(Rate::Learned);
    let mut now = NOW;
    // Without a header that has changed, nothing says so.
    let stuck = Signal {
        remaining: Some(11_999),
        ..refused()
    };
    assert_eq!(paused_key(&mut pacers, &public(), now, &stuck), "arm.write");
    for remaining in [199, 198, 197] {
        now += Duration::from_secs(10);
        let ticket = pacers.sent(&public(), now);
        let signal = Signal {
            remaining: Some(remaining),
            ..Signal::default()
        };
        pacers.received(ticket, now, &signal);
    }
    let signal = Signal {
        remaining: Some(196),
        ..refused()
    };
    let key = paused_key(&mut pacers, &public(), now, &signal);
    assert_eq!(key, "arm.write.provider");
    let signal = Signal {
        remaining: Some(0),
        ..refused()
    };
    let key = paused_key(&mut pacers, &public(), now, &signal);
    assert_eq!(key, "arm.write");
}

#[test]
fn customer_is_blamed_when_the_tenant_is_accepted() {
    let mut pacers = Pacers::new(Rate::Learned);
    let busy = Keys::partner(PARTNER, "tenant", "A");
    let other = Keys::partner(PARTNER, "tenant", "B");
    assert_eq!(paused_key(&mut pacers, &busy, NOW, &refused()), "partner");
    let now = Duration::from_secs(6);
    let probe = pacers.sent(&other, now);
    pacers.received(probe, now, &Signal::default());
    let now = Duration::from_secs(7);
    // Ids differ in case only.
    let busy = Keys::partner(PARTNER, "tenant", "a");
    assert_eq!(
        paused_key(&mut pacers, &busy, now, &refused()),
        "partner.customer"
    );
    assert_eq!(pacers.ready_at(&other, now, 9), Readiness::Ready);
    let until = now + Duration::from_secs(5);
    assert_eq!(pacers.ready_at(&busy, now, 9), Readiness::At(until));
}

#[test]
fn customers_that_say_nothing_are_forgotten() {
    let mut pacers = Pacers::new(Rate::Learned);
    for number in 0..20_000_u64 {
        let now = Duration::from_secs(61 * number);
        let customer = number.to_string();
        let keys = Keys::partner(PARTNER, "tenant", &customer);
        let ticket = pacers.sent(&keys, now);
        pacers.received(ticket, now, &refused());
    }
    let remembered = format!("{pacers:?}")
        .matches("Key(partner.customer)")
        .count();
    assert!(remembered < 200, "{remembered}");
}

#[test]
fn documented_limits_depend_on_cloud_and_class() {
    let limit = |keys: &Keys| {
        let mut pacers = Pacers::new(Rate::Learned);
        let _ticket = pacers.sent(keys, NOW);
        let saved: Value = serde_json::from_str(&pacers.save(NOW, SystemTime::UNIX_EPOCH)).unwrap();
        let limits = saved["limits"].as_object().unwrap().clone();
        assert!(limits.len() <= 1, "{limits:?}");
        let limit = limits.into_iter().next();
        limit.map(|(_, limit)| json!([limit["capacity"], limit["rate"]]))
    };
    let clouds = [
        ("https://management.azure.com", [200.0, 10.0], [250.0, 25.0]),
        (
            "https://management.usgovcloudapi.net",
            [200.0, 10.0],
            [250.0, 25.0],
        ),
        (
            "https://management.chinacloudapi.cn",
            [1_200.0, 1_200.0 / 3_600.0],
            [12_000.0, 12_000.0 / 3_600.0],
        ),
    ];
    for (origin, writes, reads) in clouds {
        assert_eq!(limit(&arm(origin, Class::Write)), Some(json!(writes)));
        assert_eq!(limit(&arm(origin, Class::Read)), Some(json!(reads)));
    }
    let partner = limit(&Keys::partner(PARTNER, "tenant", "customer"));
    assert_eq!(partner, Some(json!([500.0, 500.0 / 60.0])));
    for origin in ["http://127.0.0.1:8080", "https://proxy.example.com"] {
        assert_eq!(limit(&arm(origin, Class::Write)), None);
        assert_eq!(limit(&Keys::partner(origin, "tenant", "customer")), None);
    }
}
