//! The runtime of a blocking client.

use std::fmt;
use std::sync::Arc;
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::error::Error;
use crate::error::kind::ErrorKind;

/// Runs futures for callers that are not async; clones share one runtime.
///
/// A thread of its own drives timers and connections, so callers on any number of threads wait at
/// the same time, each polling its own future. That thread also drops the runtime after the last
/// clone is dropped: dropping a runtime blocks, which an async context does not allow.
#[derive(Clone)]
pub struct Runtime(Arc<Shared>);

struct Shared {
    handle: Handle,
    /// Ends the thread when it is dropped.
    _alive: oneshot::Sender<()>,
}

impl Runtime {
    /// Creates a runtime on a new thread.
    ///
    /// # Errors
    /// A set-up error if the system has no more threads, or no files to wait on. Nothing was sent.
    pub fn new() -> Result<Self, Error> {
        let setup = |source| {
            Error::new(ErrorKind::Setup, "the blocking client could not be set up")
                .with_source(source)
        };
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(setup)?;
        let handle = runtime.handle().clone();
        let (alive, ended) = oneshot::channel::<()>();
        thread::Builder::new()
            .name("billing-blocking".to_owned())
            .spawn(move || {
                // The sender never sends; it only is dropped.
                let _ = runtime.block_on(ended);
            })
            .map_err(setup)?;
        Ok(Self(Arc::new(Shared {
            handle,
            _alive: alive,
        })))
    }

    /// Runs `future` to completion.
    ///
    /// # Errors
    /// The error of `future`, and invalid input inside of an async runtime, whose other tasks would
    /// stop. Then nothing was sent.
    pub fn block_on<T>(&self, future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        refuse_in_async()?;
        self.0.handle.block_on(future)
    }
}

/// Refuses to block inside of an async runtime, where tokio would panic. tokio would allow a thread
/// of `spawn_blocking`, which cannot be told from a task: there, use the async client and the
/// current `Handle`.
///
/// # Errors
/// Invalid input.
pub(super) fn refuse_in_async() -> Result<(), Error> {
    if Handle::try_current().is_err() {
        return Ok(());
    }
    Err(Error::invalid_input(
        "a blocking client was called inside of an async runtime: use the async client there (on a thread of \
         `spawn_blocking`, through `Handle::block_on`)",
    ))
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Runtime")
    }
}
