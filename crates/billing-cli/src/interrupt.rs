//! Signals that ask the command to stop.
//!
//! The command first cleans up, then its process ends by the signal that it received, so that a
//! shell that runs it in a loop stops too.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use tokio::sync::watch;

use crate::exit::Exit;
use crate::failure::{Failure, Result};
pub(crate) use signals::Signal;

/// Whether a signal ends the process at once, because nothing would be lost.
static AT_ONCE: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// The last signal that was received while the listening thread was busy; 0 for none.
static PENDING: LazyLock<Arc<AtomicUsize>> = LazyLock::new(Arc::default);

/// How many calls of [`interruptible`] are running: they may be nested, or on several threads.
static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// How often the user has asked to stop, since the start of the command.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt(watch::Receiver<Asked>);

#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    times: u32,
    first: Option<Signal>,
}

impl Interrupt {
    /// Starts to listen; signals no longer end the process by themselves. A signal that was ignored
    /// when the command started (`nohup`, a background job of a script) stays ignored.
    pub(crate) fn listen() -> Result<Self> {
        let signals = signals::listen(&AT_ONCE, &PENDING).map_err(|error| {
            Failure::new(Exit::Failed, error).during("could not listen for Ctrl-C")
        })?;
        let (sender, receiver) = watch::channel(Asked::default());
        for (signal, mut events) in signals {
            let sender = sender.clone();
            tokio::spawn(async move {
                while events.recv().await.is_some() {
                    PENDING.store(0, Ordering::Relaxed);
                    sender.send_modify(|asked| {
                        asked.times = asked.times.saturating_add(1);
                        asked.first.get_or_insert(signal);
                    });
                }
            });
        }
        Ok(Self(receiver))
    }

    /// Completes when the user has asked `times` times.
    pub(crate) async fn asked(&self, times: u32) {
        let mut asked = self.0.clone();
        if asked.wait_for(|asked| asked.times >= times).await.is_err() {
            // Nothing listens any more, so this never happens.
            std::future::pending::<()>().await;
        }
    }

    /// How often the user has asked to stop so far.
    pub(crate) fn times(&self) -> u32 {
        self.0.borrow().times
    }

    /// The first signal that was received.
    pub(crate) fn signal(&self) -> Option<Signal> {
        self.0.borrow().first
    }

    /// Checks whether to start the next step.
    ///
    /// # Errors
    /// An interrupted failure if the user has asked to stop.
    pub(crate) fn check(&self) -> Result {
        match self.signal() {
            Some(_) => Err(Failure::interrupted()),
            None => Ok(()),
        }
    }

    /// Waits for `work` until the user asks to stop. Work that is done by then counts, and none is
    /// started after that.
    ///
    /// # Errors
    /// An interrupted failure if the user has asked to stop.
    pub(crate) async fn guard<T>(&self, work: impl Future<Output = T>) -> Result<T> {
        self.check()?;
        tokio::select! {
            biased;
            done = work => Ok(done),
            () = self.asked(1) => Err(Failure::interrupted()),
        }
    }
}

/// Runs `work` that may block or compute for long. A signal ends the process meanwhile, or at once
/// if it was received before. Not for use while a resume token is still to be printed.
pub(crate) fn interruptible<T>(work: impl FnOnce() -> T) -> T {
    #[cfg(unix)]
    if let Some(signal) = Signal::numbered(PENDING.load(Ordering::Relaxed)) {
        signal.end_process();
    }
    if RUNNING.fetch_add(1, Ordering::Relaxed) == 0 {
        AT_ONCE.store(true, Ordering::Relaxed);
    }
    let done = work();
    if RUNNING.fetch_sub(1, Ordering::Relaxed) == 1 {
        AT_ONCE.store(false, Ordering::Relaxed);
    }
    done
}

#[cfg(unix)]
mod signals {
    use std::io;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicUsize};

    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    use tokio::signal::unix::{self, SignalKind};

    /// The signals with which a terminal, a shell or a service manager ends a command.
    const ALL: [i32; 4] = [SIGINT, SIGTERM, SIGHUP, SIGQUIT];

    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Signal(i32);

    impl Signal {
        /// The signal of this number; `None` for 0.
        pub(super) fn numbered(number: usize) -> Option<Self> {
            i32::try_from(number)
                .ok()
                .filter(|number| *number > 0)
                .map(Self)
        }

        /// Ends the process as the signal does by default.
        pub(crate) fn end_process(self) -> ! {
            let _ = signal_hook::low_level::emulate_default_handler(self.0);
            std::process::exit(self.0.saturating_add(128))
        }
    }

    /// Starts to listen. At a signal the process ends if `at_once` is set, else the number of the
    /// signal is stored in `pending`.
    pub(super) fn listen(
        at_once: &Arc<AtomicBool>,
        pending: &Arc<AtomicUsize>,
    ) -> io::Result<Vec<(Signal, unix::Signal)>> {
        let ignored = ignored();
        let mut all = Vec::new();
        for number in ALL {
            if ignored >> (number - 1) & 1 == 1 {
                continue;
            }
            // Handlers are called in this order, so this one goes first.
            signal_hook::flag::register_conditional_default(number, Arc::clone(at_once))?;
            let value = usize::try_from(number).unwrap_or_default();
            signal_hook::flag::register_usize(number, Arc::clone(pending), value)?;
            all.push((Signal(number), unix::signal(SignalKind::from_raw(number))?));
        }
        Ok(all)
    }

    /// Returns a bit for each signal that this process ignores, on systems that list them in a file
    /// (proc_pid_status(5)); elsewhere none.
    fn ignored() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        mask.unwrap_or_default()
    }
}

#[cfg(windows)]
mod signals {
    use std::io;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicUsize};

    use tokio::signal::windows::{self, CtrlC};

    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Signal;

    impl Signal {
        /// Ends the process as Ctrl-C does by default (STATUS_CONTROL_C_EXIT).
        pub(crate) fn end_process(self) -> ! {
            std::process::exit(0xC000_013A_u32.cast_signed())
        }
    }

    pub(super) fn listen(
        _: &Arc<AtomicBool>,
        _: &Arc<AtomicUsize>,
    ) -> io::Result<Vec<(Signal, CtrlC)>> {
        Ok(vec![(Signal, windows::ctrl_c()?)])
    }
}
