//! A poller as a future and as a stream.

use futures_core::stream::BoxStream;
use futures_util::{StreamExt as _, stream};
use serde::de::DeserializeOwned;

use crate::clock::BoxFuture;
use crate::error::Error;
use crate::poller::Poller;
use crate::poller::status::PollStatus;
use crate::response::Response;

/// `poller.await` is [`wait`](Poller::wait), but owns the poller. An error while the outcome is
/// open has the [token](Error::poll_token); a dropped future loses it, so take it before.
impl<T: DeserializeOwned + Send + 'static> IntoFuture for Poller<T> {
    type Output = Result<Response<T>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move { self.wait().await })
    }
}

impl<T: DeserializeOwned + Send + 'static> Poller<T> {
    /// Returns each status as a stream, at the pace and with the errors of [`wait`](Self::wait).
    /// The stream ends after a success or an error. The deadline counts from this call. It borrows
    /// the poller: dropping it at any moment loses nothing, and another stream continues.
    ///
    /// ```
    /// use billing_core::{Error, PollStatus, Poller, Response};
    /// use futures_util::StreamExt;
    ///
    /// async fn watch<T>(poller: &mut Poller<T>) -> Result<Option<Response<T>>, Error>
    /// where
    ///     T: serde::de::DeserializeOwned + Send + 'static,
    /// {
    ///     let mut statuses = poller.statuses();
    ///     while let Some(status) = statuses.next().await {
    ///         match status? {
    ///             PollStatus::Running { status, .. } => println!("{status:?}"),
    ///             PollStatus::Succeeded(response) => return Ok(Some(response)),
    ///         }
    ///     }
    ///     Ok(None)
    /// }
    /// ```
    pub fn statuses(&mut self) -> BoxStream<'_, Result<PollStatus<T>, Error>> {
        let started = self.now();
        let statuses = stream::unfold(Some(self), move |poller| async move {
            let poller = poller?;
            let status = poller.next_status(started).await;
            let is_running = matches!(status, Ok(PollStatus::Running { .. }));
            Some((status, is_running.then_some(poller)))
        });
        Box::pin(statuses.fuse())
    }
}
