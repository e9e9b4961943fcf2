//! Lines on stdout while a run continues.
//!
//! A thread writes them: a reader that is slow, or gone, must not stop the requests in flight.

use std::io;

use tokio::sync::mpsc::{self, Sender};
use tokio::task::JoinHandle;

use crate::failure::{Failure, Result};
use crate::output::stdout::write_announcement;

/// How many lines may wait for a slow reader.
const WAITING: usize = 4096;

/// Lines on stdout, in order.
pub(super) struct EventOutput {
    lines: Sender<String>,
    writer: JoinHandle<io::Result<()>>,
}

impl EventOutput {
    /// Starts the thread that writes.
    pub(super) fn start() -> Self {
        let (lines, mut waiting) = mpsc::channel::<String>(WAITING);
        let writer = tokio::task::spawn_blocking(move || {
            while let Some(line) = waiting.blocking_recv() {
                write_announcement(&line)?;
            }
            Ok(())
        });
        Self { lines, writer }
    }

    /// Writes a line. Nothing happens once stdout takes no more: the journal has everything.
    pub(super) async fn write(&self, line: String) {
        let _ = self.lines.send(line).await;
    }

    /// Waits until all lines are written.
    ///
    /// # Errors
    /// Any failure to write, except a closed pipe.
    pub(super) async fn finish(self) -> Result {
        drop(self.lines);
        let written = self.writer.await.map_err(io::Error::other);
        match written.and_then(|written| written) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::output(error)),
            _ => Ok(()),
        }
    }
}
