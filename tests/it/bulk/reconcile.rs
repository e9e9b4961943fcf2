//! `billing bulk reconcile`: writes whose outcome is unknown.

use billing_emulator::{Fault, FaultPlan, SAMPLE_OTHER_ACCOUNT, SAMPLE_OTHER_PROFILE};
use serde_json::json;

use crate::bulk::setup::{Site, events};
use crate::support::sample;

/// Plans a change of a billing profile, and applies it with a fault of the update.
async fn lost(fault: Fault) -> Site {
    let fault = fault.method("PATCH").nth(1).reset();
    let builder = sample().faults(FaultPlan::new().fault(fault));
    let site = Site::start(builder).await;
    site.plan(&format!(
        "service,billing_account,billing_profile,poNumber\n\
         arm,{SAMPLE_OTHER_ACCOUNT},{SAMPLE_OTHER_PROFILE},PO-2041\n"
    ))
    .await;
    site
}

fn effective_writes(site: &Site) -> Option<u64> {
    let writes = &site.emulator;
    writes.billing_profile_effective_writes(SAMPLE_OTHER_ACCOUNT, SAMPLE_OTHER_PROFILE)
}

#[tokio::test]
async fn lost_write_is_sent_once_more_only_on_request() {
    // The request never arrives.
    let site = lost(Fault::new()).await;
    let applied = site.apply(["--read-back=0s"]).run().await;
    insta::assert_snapshot!("lost_apply", site.shown(&applied));
    let again = site.apply(["--read-back=0s", "--settle=5s"]).run().await;
    let proposal = "billing bulk reconcile run.db --settle 5s";
    assert!(again.stderr.contains(proposal), "{}", again.stderr);
    assert_eq!(
        (again.code, effective_writes(&site)),
        (Some(1), Some(0)),
        "{}",
        again.stderr
    );

    let reconcile = ["reconcile", "run.db", "--settle=0s"];
    let status = site.offline(["status", "run.db"]).run().await;
    insta::assert_snapshot!("lost_status", site.shown(&status));
    let left = site.bulk(reconcile).run().await;
    insta::assert_snapshot!("lost_left", site.shown(&left));
    assert_eq!(effective_writes(&site), Some(0));
    let more = ["--resend", "--output=json"];
    let resent = site.bulk(reconcile.into_iter().chain(more)).run().await;
    assert_eq!(resent.code, Some(0), "{}", resent.stderr);
    let events = events(&resent);
    let sent = events
        .iter()
        .find(|event| event["event"] == "sent")
        .unwrap();
    assert_eq!(sent["attempt"], json!(2));
    assert_eq!(effective_writes(&site), Some(1));
    let profile = format!("arm/{SAMPLE_OTHER_ACCOUNT}/{SAMPLE_OTHER_PROFILE}");
    let explained = site.offline(["explain", "run.db", &profile]).run().await;
    insta::assert_snapshot!("lost_explained", site.shown(&explained));
}

#[tokio::test]
async fn write_whose_response_was_lost_is_found() {
    // The update is carried out, and its response is lost.
    let site = lost(Fault::new().committed()).await;
    let applied = site.apply(["--read-back=0s"]).run().await;
    let code = applied.code;
    assert!(matches!(code, Some(0 | 1)), "{}", applied.stderr);
    // The operation finishes by the clock.
    site.emulator
        .advance_clock(std::time::Duration::from_secs(48 * 3600))
        .unwrap();
    let found = site
        .bulk(["reconcile", "run.db", "--settle=0s", "--resend"])
        .run()
        .await;
    insta::assert_snapshot!(site.shown(&found));
    assert_eq!(effective_writes(&site), Some(1));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn reconcile_asks_on_a_terminal() {
    use crate::support::terminal::Terminal;
    let site = lost(Fault::new()).await;
    assert_eq!(site.apply(["--read-back=0s"]).run().await.code, Some(1));
    let reconcile = ["reconcile", "run.db", "--settle=0s"];
    let mut terminal = Terminal::run(site.bulk(reconcile));
    terminal.until("Write this? [y/N]").await;
    terminal.press("n\n");
    let (code, shown) = terminal.end().await;
    assert_eq!(
        (code, effective_writes(&site)),
        (Some(1), Some(0)),
        "{shown}"
    );
    let mut terminal = Terminal::run(site.bulk(reconcile));
    terminal.until("Write this? [y/N]").await;
    terminal.press("y\n");
    let (code, shown) = terminal.end().await;
    assert_eq!(
        (code, effective_writes(&site)),
        (Some(0), Some(1)),
        "{shown}"
    );
}
