//! A process that does not outlive the demonstration, and what it prints.

use std::io::{self, BufRead as _, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};

use tokio::sync::mpsc::{self, UnboundedReceiver};

/// A process, which is killed when this is dropped.
pub(super) struct Process {
    child: Child,
    lines: UnboundedReceiver<io::Result<String>>,
}

impl Process {
    /// Starts a command without input.
    pub(super) fn start(mut command: Command) -> io::Result<Self> {
        // One pipe, so that the lines have the order in which they were printed.
        let (printed, pipe) = io::pipe()?;
        command.stdin(Stdio::null());
        command.stdout(pipe.try_clone()?).stderr(pipe);
        let child = command.spawn()?;
        // Its copies would keep the pipe open.
        drop(command);
        let (sender, lines) = mpsc::unbounded_channel();
        tokio::task::spawn_blocking(move || {
            for line in BufReader::new(printed).lines() {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self { child, lines })
    }

    /// Returns the next line that it prints, and `None` at its end.
    pub(super) async fn line(&mut self) -> io::Result<Option<String>> {
        self.lines.recv().await.transpose()
    }

    /// Returns whether it still runs.
    pub(super) fn is_running(&mut self) -> io::Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// Waits for its end, after its last line.
    pub(super) fn end(mut self) -> io::Result<ExitStatus> {
        self.child.wait()
    }

    /// Ends it at once: by SIGKILL, on Windows by `TerminateProcess`. It cannot react.
    pub(super) fn kill(&mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(drop)
    }
}

impl Drop for Process {
    /// Waits for the end, so that nothing is written into a folder that is being removed.
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
