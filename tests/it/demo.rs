use std::sync::Arc;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use billing_core::{BoxFuture, Clock};

use crate::support::redact;

/// A clock whose time passes only by being waited for, at once.
#[derive(Debug, Default)]
struct Instantly(Mutex<Duration>);

impl Clock for Instantly {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        *self.0.lock().unwrap() += duration;
        Box::pin(std::future::ready(()))
    }
}

#[tokio::test]
async fn the_demonstration_shows_before_request_answer_after_and_what_changed() {
    let clock = Arc::new(Instantly::default());
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
