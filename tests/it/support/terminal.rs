//! A pseudoterminal of 80 columns that the command runs on.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::{Billing, in_time, redact};

pub(crate) struct Terminal {
    keyboard: File,
    shown: UnboundedReceiver<Vec<u8>>,
    /// The output so far.
    text: String,
    pub(crate) child: Child,
}

impl Terminal {
    /// Runs the command with the terminal as stdin, stdout and stderr.
    pub(crate) fn run(billing: Billing) -> Self {
        Self::start(billing.into_command())
    }

    /// Runs a script in a shell whose controlling terminal this is, so that keys send signals. The
    /// command is the script's `"$@"`. Bash handles a signal only after the command has ended.
    pub(crate) fn in_shell(script: &str, billing: Billing) -> Self {
        let args = ["--ctty", "bash", "-c", script, "bash"];
        let billing = billing.below("setsid", &args).hearing_signals();
        Self::start(billing.into_command())
    }

    fn start(mut command: Command) -> Self {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let size = Winsize {
            ws_row: 24,
            ws_col: 80,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&ours, size).unwrap();
        let name = ptsname(&ours, Vec::new()).unwrap();
        let path = OsStr::from_bytes(name.as_bytes());
        let theirs = OpenOptions::new().read(true).write(true).open(path);
        let theirs = theirs.unwrap();
        command
            .stdin(theirs.try_clone().unwrap())
            .stdout(theirs.try_clone().unwrap())
            .stderr(theirs);
        let child = command.spawn().unwrap();
        let keyboard = File::from(ours);
        let mut screen = keyboard.try_clone().unwrap();
        let (sender, shown) = unbounded_channel();
        // Reading fails when the last process on the terminal has ended.
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(count @ 1..) = screen.read(&mut chunk) {
                if sender.send(chunk[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            keyboard,
            shown,
            text: String::new(),
            child,
        }
    }

    /// Waits until this text is shown.
    pub(crate) async fn until(&mut self, wanted: &str) {
        while !self.text.contains(wanted) {
            assert!(
                self.read().await,
                "it ended without {wanted}: {}",
                self.text
            );
        }
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits for the end, and returns the exit code and the output.
    pub(crate) async fn end(mut self) -> (Option<i32>, String) {
        let status = in_time(self.child.wait()).await.unwrap();
        while self.read().await {}
        (status.code(), redact(&self.text).replace('\r', ""))
    }

    async fn read(&mut self) -> bool {
        let Some(chunk) = in_time(self.shown.recv()).await else {
            return false;
        };
        // These tests do not look at characters that are cut in two.
        self.text.push_str(&String::from_utf8_lossy(&chunk));
        true
    }
}
