//! Runs that are killed at any moment and resumed.

use billing_emulator::{Fault, FaultPlan};
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::bulk::setup::{Site, many};
use crate::support::in_time;

/// The seed of faults and of the moments to kill at.
const SEED: u64 = 20_411;

/// Faults of every kind, each for a part of the requests.
fn faults() -> FaultPlan {
    let some = |fault: Fault| fault.probability(0.01);
    let writes = |method: &'static str| Fault::new().method(method).probability(0.02);
    FaultPlan::new()
        .fault(some(Fault::new().method("GET").reset()))
        .fault(some(Fault::new().method("GET").status(500)))
        .fault(some(Fault::new().method("GET").truncate(40)))
        .fault(some(Fault::new().status(429).header("Retry-After", "0")))
        .fault(some(Fault::new().status(503).header("Retry-After", "0")))
        .fault(writes("PUT").reset())
        .fault(writes("PUT").reset().committed())
        .fault(writes("PUT").status(500).committed())
        .fault(writes("PATCH").reset())
        .fault(writes("PATCH").reset().committed())
        .fault(writes("PATCH").status(500).committed())
}

/// Applies the plan and kills the process after this many lines of events.
///
/// Returns whether it was killed before its end.
async fn kill_after(site: &Site, lines: u64) -> bool {
    let mut child = site.apply(["--output=json", "--read-back=0s"]).spawn();
    let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
    for _ in 0..lines {
        if in_time(stdout.next_line()).await.unwrap().is_none() {
            return false;
        }
    }
    child.kill().await.unwrap();
    true
}

#[tokio::test]
async fn killed_runs_write_each_profile_once() {
    println!("seed {SEED}");
    let builder = many(200, 100).seed(SEED).faults(faults());
    let site = Site::start(builder.operation_time(std::time::Duration::from_secs(1))).await;
    let planned = {
        site.write("profiles.csv", site.input());
        site.bulk(["plan", "profiles.csv", "-o", "run.plan"])
            .run()
            .await
    };
    assert_eq!(planned.code, Some(0), "{}", planned.stderr);
    let mut draws = SEED;
    let mut kills = 0;
    loop {
        draws = draws
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        if !kill_after(&site, 1 + (draws >> 33) % 60).await {
            break;
        }
        kills += 1;
        assert!(kills < 200, "no progress");
    }
    assert!(kills >= 3, "killed {kills} times only");
    let reconcile = [
        "reconcile",
        "run.db",
        "--settle=3s",
        "--resend",
        "--yes",
        "--read-back=0s",
    ];
    let mut ended = site.bulk(reconcile).run().await;
    // A resent write may meet another fault.
    for _ in 0..5 {
        if ended.code == Some(0) {
            break;
        }
        ended = site.bulk(reconcile).run().await;
    }
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    site.assert_each_written_once();
}
