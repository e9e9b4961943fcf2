//! A journal in PostgreSQL. These tests need a server: `BILLING_TEST_POSTGRES` has its address, and
//! without it they are skipped.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use billing_core::{Clock as _, SystemClock};
use billing_emulator::SAMPLE_CUSTOMER_ID;

use crate::bulk::setup::{Site, events, many};
use crate::support::sample;

/// Returns the address of a journal of its own, or says that the test is skipped.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test, not the command, reads the environment and says what it skips"
)]
pub(super) fn journal() -> Option<String> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let Ok(url) = std::env::var("BILLING_TEST_POSTGRES") else {
        println!("skipped: BILLING_TEST_POSTGRES has no address of a PostgreSQL server");
        return None;
    };
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    // The server may be used by several runs of the tests.
    let now = SystemClock::new().now();
    let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Some(format!("{url}#c{:x}_{number}", now.as_nanos()))
}

#[tokio::test]
async fn verbs_use_a_journal_in_postgresql() {
    let Some(journal) = journal() else { return };
    let site = Site::start(many(4, 2)).await;
    site.plan(&site.input()).await;
    let missing = site.offline(["status", &journal]).run().await;
    assert!(missing.refused(2).contains("there is no journal"));
    let apply = ["apply", "run.plan", "--journal", &journal, "--yes"];
    let applied = site.bulk(apply).run().await;
    assert_eq!(applied.code, Some(0), "{}", applied.stderr);
    site.assert_each_written_once();
    let again = site.bulk(apply).run().await;
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    site.assert_each_written_once();
    let status = site.offline(["status", &journal, "--output=json"]);
    assert_eq!(events(&status.run().await)[0]["done"], 6);
    let reconciled = site.bulk(["reconcile", &journal]).run().await;
    assert_eq!(reconciled.code, Some(0), "{}", reconciled.stderr);
    let (customers, _) = site.ids();
    let explained = site.offline(["explain", &journal, &customers[0]]);
    let explained = explained.run().await;
    assert!(
        explained.stdout.contains("The planned values are stored."),
        "{}",
        explained.stdout
    );
}

#[tokio::test]
async fn run_in_postgresql_resumes_after_a_stop() {
    let Some(journal) = journal() else { return };
    let site = Site::start(many(4, 0)).await;
    site.plan(&site.input()).await;
    let apply = ["apply", "run.plan", "--journal", &journal, "--yes"];
    let first = site
        .bulk(apply.into_iter().chain(["--first=1"]))
        .run()
        .await;
    assert_eq!(first.code, Some(3), "{}", first.stderr);
    assert_eq!(site.effective_writes().iter().sum::<u64>(), 1);
    let resumed = site.bulk(apply).run().await;
    assert_eq!(resumed.code, Some(0), "{}", resumed.stderr);
    site.assert_each_written_once();
}

#[tokio::test]
async fn server_that_is_not_there_is_named_with_its_port() {
    let site = Site::start(sample()).await;
    let csv = format!("service,customer_id,culture\npartner,{SAMPLE_CUSTOMER_ID},fr-CH\n");
    site.plan(&csv).await;
    let journal = "postgres://me:s3cret@127.0.0.1:1/runs#march";
    let apply = ["apply", "run.plan", "--journal", journal, "--yes"];
    let refused = site.bulk(apply).run().await;
    assert_eq!(refused.stdout, "");
    for needed in [
        "postgres://127.0.0.1:1/runs#march",
        "Connection refused",
        "check that the server runs there",
    ] {
        assert!(
            refused.stderr.contains(needed),
            "{needed}: {}",
            refused.stderr
        );
    }
    assert!(!refused.stderr.contains("s3cret"), "{}", refused.stderr);
    assert_eq!(site.writes(), Vec::<String>::new());
}
