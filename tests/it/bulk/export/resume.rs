//! An export that was killed and continues.

use std::time::Duration;

use billing_emulator::{Fault, FaultPlan};

use crate::bulk::setup::{Site, many, tidy};
use crate::support::in_time;

/// Longer than a test may take.
const LONG: Duration = Duration::from_secs(600);

const ARGS: [&str; 4] = ["export", "--all-customers", "-o", "customers.xlsx"];

/// Returns how many profiles were read.
fn reads(site: &Site) -> usize {
    let requests = site.emulator.requests();
    let reads = requests
        .iter()
        .filter(|one| one.path.contains("profiles/billing"));
    reads.count()
}

#[tokio::test]
async fn killed_export_continues_and_leaves_no_part_of_a_file() {
    // One profile is not answered, and no later one is stored before it.
    let probe = Site::start(many(300, 0)).await;
    let (customers, _) = probe.ids();
    let slow = Fault::new().path(&customers[200]).nth(1).delay(LONG);
    let faults = FaultPlan::new().fault(slow);
    let site = Site::start(many(300, 0).faults(faults)).await;
    let mut child = site.bulk(ARGS).spawn();
    in_time(async {
        while reads(&site) < 300 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    child.kill().await.unwrap();
    let files = site.files();
    assert!(
        files
            .iter()
            .all(|it| it.starts_with("customers.xlsx.partial")),
        "{files:?}"
    );

    let other = [
        "export",
        "--all-customers",
        "--where=culture=x",
        "-o",
        "customers.xlsx",
    ];
    let refused = site.bulk(other).run().await;
    insta::assert_snapshot!("other_export", site.shown(&refused));

    let continued = site.bulk(ARGS).run().await;
    assert_eq!(continued.code, Some(0), "{}", continued.stderr);
    let told = tidy(&continued.stderr);
    let begin = "continuing customers.xlsx.partial of <time>, which has ";
    assert!(told.starts_with(begin), "{told}");
    assert!(
        told.contains(" profiles already; delete it to begin again\n"),
        "{told}"
    );
    assert_eq!(
        continued.stdout,
        "customers.xlsx has 300 profiles in 25 columns\n"
    );
    assert_eq!(site.files(), ["customers.xlsx"]);
    // At least the first 128 profiles were stored, and not read again.
    assert!(reads(&site) <= 300 + 300 - 128, "{}", reads(&site));
    let args = ["plan", "customers.xlsx", "-o", "run.plan"];
    let planned = site.bulk(args).run().await;
    assert_eq!(planned.code, Some(0), "{}", planned.stderr);
    assert!(
        planned.stdout.contains("unchanged  300"),
        "{}",
        planned.stdout
    );
}
