//! Which requests a fault hits.

use billing_emulator::{Emulator, Fault, FaultPlan, Service};

use super::{met, planned, profile, start};
use crate::{
    authority,
    support::{HttpClient, customer_path, sample},
};

async fn get(emulator: &Emulator, times: usize) {
    for _ in 0..times {
        HttpClient::partner(emulator).get(&customer_path()).await;
    }
}

#[tokio::test]
async fn fault_matches_by_service_method_and_part_of_path() {
    let emulator = start([
        Fault::new()
            .name("service")
            .service(Service::Arm)
            .method("DELETE")
            .status(500),
        Fault::new().name("method").method("put").status(500),
        Fault::new()
            .name("path")
            .path("s/billing?a=%20")
            .status(500),
    ])
    .await;
    let (partner, arm) = (HttpClient::partner(&emulator), HttpClient::arm(&emulator));
    let encoded = format!("{}?a=%20b", customer_path());
    arm.send("DELETE", &profile(), "").await;
    partner.send("DELETE", &customer_path(), "").await;
    partner.send("PUT", &customer_path(), "{}").await;
    partner.get(&encoded).await;
    arm.get(&profile()).await;
    assert_eq!(met(&emulator), ["service", ".", "method", "path", "."]);
}

#[tokio::test]
async fn each_fault_counts_matches_and_the_first_hit_applies() {
    let emulator = start([
        Fault::new().nth(2).status(500),
        Fault::new().nth(4).times(2).status(500),
        Fault::new().name("two").times(3).status(500),
        Fault::new().nth(5).status(500),
    ])
    .await;
    get(&emulator, 7).await;
    let expected = ["two", "fault 1", "two", "fault 2", "fault 2", ".", "."];
    assert_eq!(met(&emulator), expected);
}

#[tokio::test]
async fn disabled_fault_neither_hits_nor_counts() {
    let emulator = start([
        Fault::new().enabled(false).status(500),
        Fault::new().nth(2).status(500),
    ])
    .await;
    get(&emulator, 3).await;
    assert_eq!(met(&emulator), [".", "fault 2", "."]);
}

/// Returns which of 64 requests are hit, with other requests between them.
async fn hits(emulator: Emulator, between: usize) -> Vec<String> {
    for _ in 0..64 {
        get(&emulator, 1).await;
        for _ in 0..between {
            HttpClient::arm(&emulator).get("/").await;
        }
    }
    let requests = emulator.requests().into_iter();
    let ours = requests.filter(|request| request.service == Service::Partner);
    ours.map(|request| request.fault.unwrap_or_default())
        .collect()
}

#[tokio::test]
async fn probability_depends_on_the_seed_only() {
    let likely = |name: &str| {
        let fault = Fault::new().name(name).service(Service::Partner);
        fault.probability(0.4).status(500)
    };
    let plan = FaultPlan::new().fault(likely("a")).fault(likely("b"));
    let of = async |builder: billing_emulator::EmulatorBuilder| builder.start().await.unwrap();

    let first = hits(of(sample().seed(1).faults(plan.clone())).await, 0).await;
    let count = |name: &str| first.iter().filter(|met| *met == name).count();
    // Expected are 26 and 15 of 64.
    assert!(
        (10..42).contains(&count("a")) && (4..32).contains(&count("b")),
        "{first:?}"
    );

    let again = hits(of(sample().seed(1).faults(plan.clone())).await, 2).await;
    assert_eq!(again, first);
    let other = hits(of(sample().seed(2).faults(plan.clone())).await, 0).await;
    assert_ne!(other, first);
    // The seed of the plan overrides the emulator's.
    let own = hits(of(sample().seed(2).faults(plan.seed(1))).await, 0).await;
    assert_eq!(own, first);
}

#[tokio::test]
async fn probability_1_always_hits_and_0_never() {
    let emulator = start([
        Fault::new().probability(0.0).status(500),
        Fault::new().nth(2).times(2).probability(1.0).status(500),
    ])
    .await;
    get(&emulator, 4).await;
    assert_eq!(met(&emulator), [".", "fault 2", "fault 2", "."]);
}

#[tokio::test]
async fn the_authority_is_a_service_too() {
    let fault = Fault::new().name("down").service(Service::Authority);
    let emulator = start([fault.nth(1).status(503)]).await;
    get(&emulator, 1).await;
    for status in [503, 400] {
        assert_eq!(authority::ask(&emulator, &[]).await.status, status);
    }
    assert_eq!(met(&emulator), [".", "down", "."]);
}

#[tokio::test]
async fn reset_restores_the_first_plan_and_its_counts() {
    let emulator = planned([Fault::new().nth(1).status(500)])
        .start()
        .await
        .unwrap();
    for _ in 0..2 {
        get(&emulator, 2).await;
        assert_eq!(met(&emulator), ["fault 1", "."]);
        let control = HttpClient::anonymous(emulator.control_url());
        control.send("PUT", "/api/faults", "{}").await;
        emulator.reset();
    }
}
