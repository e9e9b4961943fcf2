//! Exchanges of refresh tokens that are under way.

use std::sync::LazyLock;
use std::time::Duration;

use tokio::sync::watch;

/// How long the end of the command waits for exchanges that are under way.
const LAST_EXCHANGE: Duration = Duration::from_secs(5);

/// How many refresh tokens this process is exchanging.
static EXCHANGES: LazyLock<watch::Sender<usize>> = LazyLock::new(watch::Sender::default);

/// An exchange of a refresh token, under way until this is dropped.
pub(super) struct Exchange;

impl Exchange {
    pub(super) fn begin() -> Self {
        EXCHANGES.send_modify(|count| *count = count.saturating_add(1));
        Self
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        EXCHANGES.send_modify(|count| *count = count.saturating_sub(1));
    }
}

/// Waits until the exchanges under way are done and their refresh tokens saved, for at most 5
/// seconds. A process that ends before would lose the only token that still works.
pub(crate) async fn finish_exchanges() {
    let mut count = EXCHANGES.subscribe();
    let done = count.wait_for(|count| *count == 0);
    // Nothing is left to do if it takes longer.
    let _ = tokio::time::timeout(LAST_EXCHANGE, done).await;
}
