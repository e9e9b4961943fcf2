//! Runs against any server end, and never send faster than the chosen rate.

use billing_bulk::pacing::{Class, Keys, Pacers, PerSecond, Rate};
use proptest::prelude::*;

use super::server::{Header, RateLimit, RetryAfter, Server};
use super::simulation::{Client, Simulation};

fn public(_row: usize) -> Keys {
    Keys::arm("https://management.azure.com", "principal", Class::Write)
}

fn loopback(_row: usize) -> Keys {
    Keys::arm("http://127.0.0.1:8080", "principal", Class::Write)
}

fn partner(row: usize) -> Keys {
    let origin = "https://api.partnercenter.microsoft.com";
    Keys::partner(origin, "tenant", &row.to_string())
}

fn limits() -> impl Strategy<Value = RateLimit> {
    prop_oneof![
        (1.0..300.0, 0.5..50.0).prop_map(|(capacity, rate)| RateLimit::bucket(capacity, rate)),
        (5_usize..300, 1.0..30.0, 0.0..1.0).prop_map(|(requests, interval, phase)| {
            RateLimit::fixed_window(requests, interval, interval * phase)
        }),
        (5_usize..300, 1.0..30.0)
            .prop_map(|(requests, interval)| RateLimit::sliding_window(requests, interval)),
    ]
}

fn servers() -> impl Strategy<Value = Server> {
    let headers = prop_oneof![
        Just(Header::None),
        Just(Header::True),
        (0.0..20.0).prop_map(Header::Stale),
        (0_u64..12_000).prop_map(Header::Stuck),
        (0.0..100.0).prop_map(Header::Instances),
    ];
    let pauses = prop_oneof![
        Just(RetryAfter::True),
        Just(RetryAfter::Date),
        Just(RetryAfter::Missing),
        (0.1..3.0).prop_map(RetryAfter::Part),
        (0.0..30.0).prop_map(RetryAfter::Always),
    ];
    (limits(), headers, pauses, any::<bool>()).prop_map(|(limit, header, pause, cost)| Server {
        header,
        retry_after: pause,
        rejections_cost: cost,
        ..Server::new(limit)
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 96,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_run_ends(
        server in servers(),
        keys in prop_oneof![
            Just(public as fn(usize) -> Keys),
            Just(loopback as fn(usize) -> Keys),
            Just(partner as fn(usize) -> Keys),
        ],
        seed in any::<u64>(),
    ) {
        // A header may scatter more than the bucket holds; then a request waits up to a minute.
        let limit = 20.0 * server.clone().optimum(300) + 300.0 * 60.0;
        let outcome = Simulation::run(Client::paced(keys), server, 300, seed, limit);
        prop_assert!(outcome.has_ended, "{outcome:?}");
    }

    #[test]
    fn cap_is_kept_and_a_lower_one_is_slower(
        server in servers(),
        cap in 0.5..20.0_f64,
        seed in any::<u64>(),
    ) {
        let run = |cap: f64| {
            let rate = Rate::Capped(PerSecond::new(cap).unwrap());
            let client = Client::Paced(Pacers::new(rate), loopback);
            Simulation::run(client, server.clone(), 100, seed, 1e6)
        };
        let (slow, fast) = (run(cap / 4.0), run(cap));
        // A request may take up to 0.6 s to the server, and the first one as little as 0.025 s.
        prop_assert!(fast.time >= 99.0 / cap - 0.6, "{fast:?}");
        prop_assert!(slow.time >= 99.0 / (cap / 4.0) - 0.6, "{slow:?}");
    }
}

#[test]
fn few_requests_of_a_documented_burst_are_sent_at_once() {
    let server = Server::new(RateLimit::bucket(200.0, 10.0));
    let outcome = Simulation::run(Client::paced(public), server, 100, 1, 100.0);
    // 100 requests, 32 at a time, each between 0.05 and 0.4 s.
    assert!(outcome.time < 2.0, "{outcome:?}");
    assert_eq!(outcome.refused, 0);
}
