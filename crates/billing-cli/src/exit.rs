//! The exit codes of the command.

use std::process::ExitCode;

/// How the command ended; a later variant is worse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: done, or the reader of stdout has closed the pipe.
    #[default]
    Done,
    /// 3: the command stopped waiting for an update, and printed the token that resumes it; or a
    /// bulk run stopped before its end, and the same command resumes it.
    StillRunning,
    /// 2: the arguments, the environment or a file must be corrected.
    Usage,
    /// 1: refused by the service or the user, failed or not applied; or the resume token of an
    /// accepted update could not be written to stdout and is on stderr.
    Failed,
    /// 4: a write was sent, and it is unknown whether it took effect.
    Unknown,
    /// Stopped by a signal. The process ends by that signal, so that a shell stops too; 130 is for
    /// systems without signals.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code().unwrap_or(130))
    }
}

impl Exit {
    /// Returns the exit code, or `None` if the process ends by a signal.
    pub(crate) fn code(self) -> Option<u8> {
        match self {
            Self::Done => Some(0),
            Self::Failed => Some(1),
            Self::Usage => Some(2),
            Self::StillRunning => Some(3),
            Self::Unknown => Some(4),
            Self::Interrupted => None,
        }
    }
}
