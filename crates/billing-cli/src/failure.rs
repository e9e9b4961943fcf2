//! How a command ends when it does not end well: what happened, what to do next, the exit code.

use std::io;
use std::process::ExitCode;

use billing_core::PollToken;

use crate::output;

/// The exit codes of the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: it is done, or whoever read the output has closed the pipe.
    Done,
    /// 1: the service or the user refused, or it failed.
    Failed,
    /// 2: the arguments, the environment or a file have to be put right.
    Usage,
    /// 3: the update was still running when the time was up; a resume token was printed.
    StillRunning,
    /// 130: interrupted by Ctrl-C or SIGTERM.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::StillRunning => 3,
            Exit::Interrupted => 130,
        })
    }
}

/// What is shown, and how the process ends.
#[derive(Debug)]
pub(crate) struct Failure(Box<Inner>);

#[derive(Debug)]
struct Inner {
    exit: Exit,
    /// The chain from what was attempted down to the cause; `None` says nothing.
    error: Option<anyhow::Error>,
    /// Facts to quote or to look at, one a line.
    notes: Vec<String>,
    hint: Option<String>,
    /// What resumes a running update: data, so it goes to stdout.
    token: Option<PollToken>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, error: impl Into<anyhow::Error>) -> Self {
        Self::silent(exit).error(error.into())
    }

    fn silent(exit: Exit) -> Self {
        Self(Box::new(Inner {
            exit,
            error: None,
            notes: Vec::new(),
            hint: None,
            token: None,
        }))
    }

    fn error(mut self, error: anyhow::Error) -> Self {
        self.0.error = Some(error);
        self
    }

    /// The arguments cannot be carried out; `hint` says what would do.
    pub(crate) fn usage(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Exit::Usage, anyhow::Error::msg(what.into())).hint(hint)
    }

    pub(crate) fn interrupted() -> Self {
        Self::new(Exit::Interrupted, anyhow::Error::msg("interrupted"))
    }

    /// Stdout did not take the data. A pipe that its reader has closed has done what it was for.
    pub(crate) fn output(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::silent(Exit::Done);
        }
        Self::new(Exit::Failed, error).during("could not write to standard output")
    }

    /// The same failure below what was being done.
    pub(crate) fn during(mut self, doing: impl Into<String>) -> Self {
        self.0.error = self.0.error.map(|error| error.context(doing.into()));
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.0.notes.push(note.into());
        self
    }

    pub(crate) fn token(mut self, token: Option<&PollToken>) -> Self {
        self.0.token = token.cloned();
        self
    }

    /// Shows it and gives the exit code.
    pub(crate) fn report(self) -> Exit {
        let Inner {
            exit,
            error,
            notes,
            hint,
            token,
        } = *self.0;
        if let Some(token) = &token {
            // If stdout cannot take it the message below still says that it is running.
            let _ = output::print(&token.to_string());
        }
        let Some(error) = &error else {
            return exit;
        };
        let (red, cyan) = (output::ERROR, output::HINT);
        let error = output::one_line(&format!("{error:#}"));
        let mut text = format!("{red}error:{red:#} {error}");
        for note in &notes {
            text.push('\n');
            text.push_str(&output::note(&output::one_line(note)));
        }
        if let Some(hint) = &hint {
            text.push_str(&format!("\n\n{cyan}hint:{cyan:#} {hint}"));
        }
        output::say(&text);
        exit
    }
}
