//! Ctrl-C and SIGTERM, heard from the start to the end of a command.

use std::future::Future;
use std::io;

use tokio::sync::watch;

use crate::failure::{Exit, Failure};

/// How often the user has asked to stop. It never forgets, so no moment is too early or too late.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt(watch::Receiver<u32>);

impl Interrupt {
    /// Listens from now on; the signals no longer end the process by themselves.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let mut signals = Signals::listen().map_err(|error| {
            Failure::new(Exit::Failed, error).during("could not listen for Ctrl-C")
        })?;
        let (sender, receiver) = watch::channel(0_u32);
        tokio::spawn(async move {
            while signals.next().await {
                sender.send_modify(|count: &mut u32| *count = count.saturating_add(1));
            }
        });
        Ok(Self(receiver))
    }

    /// Completes when the user has asked `times` times.
    pub(crate) async fn asked(&self, times: u32) {
        let mut count = self.0.clone();
        if count.wait_for(|count| *count >= times).await.is_err() {
            // Nobody listens any more, so nobody will ever ask.
            std::future::pending::<()>().await;
        }
    }

    /// The result of `work`, or an interrupted failure as soon as the user asks to stop.
    pub(crate) async fn guard<T>(&self, work: impl Future<Output = T>) -> Result<T, Failure> {
        tokio::select! {
            biased;
            () = self.asked(1) => Err(Failure::interrupted()),
            done = work => Ok(done),
        }
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Whether a signal came; `false` when none can come any more.
    async fn next(&mut self) -> bool {
        tokio::select! {
            came = self.interrupt.recv() => came.is_some(),
            came = self.terminate.recv() => came.is_some(),
        }
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn listen() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn next(&mut self) -> bool {
        self.0.recv().await.is_some()
    }
}
