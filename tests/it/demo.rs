//! `billing demo`.

use std::sync::Arc;
use std::time::Duration;

use billing_core::Clock;
use billing_test::TestClock;

use crate::support::redact;

#[tokio::test]
async fn demo_shows_requests_responses_and_changes() {
    let clock = Arc::new(TestClock::default());
    let mut out = Vec::new();
    billing_cli::demo::run(&mut out, 80, Arc::clone(&clock) as Arc<dyn Clock>)
        .await
        .unwrap();
    let text = String::from_utf8(out).unwrap();
    insta::assert_snapshot!(redact(&text));
    let long = text.lines().filter(|line| line.chars().count() > 80);
    assert_eq!(long.collect::<Vec<_>>(), Vec::<&str>::new());
    assert_eq!(
        clock.elapsed(),
        Duration::from_secs(2),
        "two polls, a second apart"
    );
}
