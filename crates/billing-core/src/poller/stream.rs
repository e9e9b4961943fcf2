//! A poller as a future and as a stream.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::{PollStatus, Poller};
use crate::{BoxFuture, Error, Response};

type Item<T> = Result<PollStatus<T>, Error>;

/// `poller.await` is [`wait`](Poller::wait), but owns the poller. An error while the outcome is open
/// carries the [token](Error::poll_token); a future that is dropped takes it along, so take it before.
impl<T: DeserializeOwned + Send + 'static> IntoFuture for Poller<T> {
    type Output = Result<Response<T>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move { self.wait().await })
    }
}

/// The states of a running operation as they become known; made by [`Poller::statuses`].
///
/// It borrows the poller: dropped at any moment, it loses nothing, and another stream goes on.
#[must_use = "nothing happens before it is polled"]
pub struct PollStream<'a, T> {
    turn: StreamState<'a, T>,
    started: Duration,
}

/// Who has the poller.
enum StreamState<'a, T> {
    Ours(&'a mut Poller<T>),
    Waiting(BoxFuture<'a, (&'a mut Poller<T>, Item<T>)>),
    Ended,
}

impl<'a, T> PollStream<'a, T> {
    pub(super) fn new(poller: &'a mut Poller<T>, started: Duration) -> Self {
        let turn = StreamState::Ours(poller);
        Self { turn, started }
    }
}

impl<T: DeserializeOwned + Send + 'static> Stream for PollStream<'_, T> {
    type Item = Item<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Item<T>>> {
        let started = self.started;
        let mut waiting = match std::mem::replace(&mut self.turn, StreamState::Ended) {
            StreamState::Ours(poller) => Box::pin(async move {
                let state = poller.next_state(started).await;
                (poller, state)
            }),
            StreamState::Waiting(waiting) => waiting,
            StreamState::Ended => return Poll::Ready(None),
        };
        let Poll::Ready((poller, state)) = waiting.as_mut().poll(context) else {
            self.turn = StreamState::Waiting(waiting);
            return Poll::Pending;
        };
        if let Ok(PollStatus::Running { .. }) = state {
            self.turn = StreamState::Ours(poller);
        }
        Poll::Ready(Some(state))
    }
}

impl<T> fmt::Debug for PollStream<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PollStream").finish_non_exhaustive()
    }
}
