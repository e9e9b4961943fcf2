//! `billing bulk status` and `explain` without a run.

use crate::bulk::setup::{Site, tidy};
use crate::support::sample;

#[tokio::test]
async fn what_is_no_journal_is_named() {
    let site = Site::start(sample()).await;
    site.write("text.db", "service,customer_id\n");
    let mut seen = String::new();
    for args in [
        &["status", "missing.db"][..],
        &["explain", "missing.db", "arm/a/b"],
        &["reconcile", "missing.db"],
    ] {
        let refused = site.offline(args.iter().copied()).run().await;
        seen += &(refused.refused(2) + "\n\n");
    }
    for args in [
        &["status", "text.db"][..],
        &["explain", "text.db", "arm/a/b"],
    ] {
        let refused = site.offline(args.iter().copied()).run().await;
        seen += &(refused.refused(2) + "\n\n");
    }
    insta::assert_snapshot!(tidy(&seen));
    assert!(!site.path("missing.db").exists());
}
