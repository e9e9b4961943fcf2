//! Where the futures of a blocking client run.

use std::fmt;
use std::sync::Arc;
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::error::Error;
use crate::error::kind::ErrorKind;

/// Runs futures for callers that are not async; clones share the one runtime.
///
/// A thread of its own drives timers and connections, so callers on any number of threads wait at the same
/// time, each polling its own future. That thread ends the runtime, too, when the last clone is dropped:
/// to drop a runtime blocks, which an async context does not allow.
#[derive(Clone)]
pub struct Runtime(Arc<Shared>);

struct Shared {
    handle: Handle,
    /// Tells the thread to end by being dropped.
    _alive: oneshot::Sender<()>,
}

impl Runtime {
    /// A runtime on a new thread.
    ///
    /// # Errors
    /// A set-up error when the system grants no thread, or no files to wait on. Nothing was sent.
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
                // An error is what comes when the sender is dropped, and all that ever comes.
                let _ = runtime.block_on(ended);
            })
            .map_err(setup)?;
        Ok(Self(Arc::new(Shared {
            handle,
            _alive: alive,
        })))
    }

    /// Waits for what `future` gives.
    ///
    /// # Errors
    /// - Those of `future`.
    /// - Invalid input inside of an async runtime, whose other tasks would stand still. Nothing was sent.
    pub fn block_on<T>(&self, future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        refuse_in_async()?;
        self.0.handle.block_on(future)
    }
}

/// tokio panics where this gives an error. It would let a thread of `spawn_blocking` pass, which cannot be
/// told from a task: there, the async client and the `Handle` at hand do the same.
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
