//! How a command ends when it does not end well: what happened, what to do next, the exit code.

use std::io;
use std::process::ExitCode;

use billing_core::{PollToken, UnappliedMember};

use crate::output::{self, Painted};
use crate::report::{self, ErrorLine, ResultLine, Unapplied};

/// The exit codes of the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: it is done, or whoever read the output has closed the pipe.
    Done,
    /// 1: the service or the user refused, it failed or was not applied, or the token that resumes
    /// an accepted update could not be written to stdout and is on stderr.
    Failed,
    /// 2: the arguments, the environment or a file have to be put right.
    Usage,
    /// 3: nobody waits for the update any more, and it can be resumed: its token was printed.
    StillRunning,
    /// 4: a write was sent, and it is unknown whether it took effect.
    Unknown,
    /// Stopped by a signal. The process ends by that signal, so that a shell stops, too; 130 is for
    /// systems that have no signals.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code().unwrap_or(130))
    }
}

impl Exit {
    /// The worse of two ends: unknown is worse than failed, and failed worse than still running.
    pub(crate) fn worse(self, other: Self) -> Self {
        let badness = |exit: Self| match exit {
            Self::Done => 0,
            Self::StillRunning => 1,
            Self::Usage => 2,
            Self::Failed => 3,
            Self::Unknown => 4,
            Self::Interrupted => 5,
        };
        if badness(other) > badness(self) {
            other
        } else {
            self
        }
    }

    /// `None` where the process ends by a signal.
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
    /// A word for scripts, where the exit code and the cause do not say enough.
    kind: Option<&'static str>,
    /// That of the response, where there is no error of a client that has it.
    request_id: Option<String>,
    /// What a write asked for and the service did not store.
    unapplied: Vec<Unapplied>,
    /// A write was sent, and may have been carried out in spite of the failure.
    may_have_taken_effect: bool,
    /// What resumes a running update: data, so it goes to stdout.
    tokens: Vec<PollToken>,
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
            kind: None,
            request_id: None,
            unapplied: Vec::new(),
            may_have_taken_effect: false,
            tokens: Vec::new(),
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

    /// Arguments that are none of the command's, in the words of the parser.
    pub(crate) fn arguments(error: &clap::Error) -> Self {
        let words = error.render().to_string();
        let words = words.trim();
        let words = words.strip_prefix("error: ").unwrap_or(words);
        match words.split_once("\n\n") {
            Some((what, hint)) => Self::usage(what, hint),
            None => Self::usage(words, "see --help"),
        }
    }

    pub(crate) fn interrupted() -> Self {
        Self::new(Exit::Interrupted, anyhow::Error::msg("interrupted"))
    }

    /// What is said about it, without what goes around it on a terminal.
    #[cfg(test)]
    pub(crate) fn plain(&self) -> String {
        let error = self.0.error.as_ref().map(|error| format!("{error:#}"));
        let hint = self.0.hint.as_deref().unwrap_or_default();
        format!("{}\nhint: {hint}", error.unwrap_or_default())
    }

    /// Stdout did not take the data. A pipe that its reader has closed has done what it was for.
    pub(crate) fn output(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::silent(Exit::Done);
        }
        Self::new(Exit::Failed, error).during("could not write to standard output")
    }

    /// An update was accepted, and nobody wants to wait for it.
    pub(crate) fn accepted(token: &PollToken) -> Self {
        Self::silent(Exit::Done).token(Some(token))
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

    /// The same hint with a line more.
    pub(crate) fn more_hint(self, more: &str) -> Self {
        match self.0.hint.clone() {
            Some(hint) => self.hint(format!("{hint}\n{more}")),
            None => self.hint(more),
        }
    }

    pub(crate) fn kind(mut self, kind: &'static str) -> Self {
        self.0.kind = Some(kind);
        self
    }

    /// The same failure with the id to quote to support.
    pub(crate) fn request_id(mut self, id: &str) -> Self {
        self.0.request_id = Some(id.to_owned());
        self.note(format!("request id {id}"))
    }

    pub(crate) fn unapplied(mut self, members: &[&UnappliedMember]) -> Self {
        self.0.unapplied = members.iter().map(|one| Unapplied::new(one)).collect();
        self
    }

    /// The same failure after a write that may have been carried out.
    pub(crate) fn with_effect(mut self) -> Self {
        self.0.may_have_taken_effect = true;
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.0.notes.push(note.into());
        self
    }

    pub(crate) fn token(mut self, token: Option<&PollToken>) -> Self {
        self.0.tokens = token.into_iter().cloned().collect();
        self
    }

    /// The same failure with the tokens of updates that nobody has waited for yet.
    pub(crate) fn more_tokens<'a>(mut self, tokens: impl Iterator<Item = &'a PollToken>) -> Self {
        self.0.tokens.extend(tokens.cloned());
        self
    }

    pub(crate) fn is_interrupted(&self) -> bool {
        self.0.exit == Exit::Interrupted
    }

    /// What was reported already, and ends with this.
    pub(crate) fn reported(exit: Exit) -> Self {
        Self::silent(exit)
    }

    /// What resumes the updates that it leaves running, one on each line.
    pub(crate) fn resume_token(&self) -> Option<String> {
        let tokens: Vec<_> = self.0.tokens.iter().map(ToString::to_string).collect();
        (!tokens.is_empty()).then(|| tokens.join("\n"))
    }

    /// Shows it and gives the exit code.
    pub(crate) fn report(mut self) -> Exit {
        if let Some(token) = self.resume_token() {
            match output::print_token(&token) {
                Ok(()) if self.0.error.is_none() && output::is_for_scripts() => {
                    output::report(&report::line(&ResultLine::accepted(&token)));
                }
                Ok(()) => {}
                Err(error) => self = self.lost_token(&token, error),
            }
        }
        if self.0.error.is_none() {
            return self.0.exit;
        }
        if output::is_for_scripts() {
            output::report(&self.json_line());
        } else {
            output::tell(self.text());
        }
        self.0.exit
    }

    /// The error for people.
    fn text(&self) -> Painted {
        let Inner {
            error, notes, hint, ..
        } = &*self.0;
        let error = error.as_ref().map(|error| format!("{error:#}"));
        let error = output::one_line(&error.unwrap_or_default());
        let text = Painted::default().styled(output::ERROR, "error:");
        let mut text = text.text(" ").text(&error);
        for note in notes {
            text = text.note(note);
        }
        if let Some(hint) = hint {
            let text_and_hint = text.text("\n\n").styled(output::HINT, "hint:");
            text = text_and_hint.text(" ").text(hint);
        }
        text
    }

    /// The error for scripts.
    fn json_line(&self) -> String {
        let Inner {
            exit,
            error,
            hint,
            kind,
            request_id,
            unapplied,
            may_have_taken_effect,
            ..
        } = &*self.0;
        let token = self.resume_token();
        let message = error.as_ref().map(|error| format!("{error:#}"));
        let mut line = ErrorLine::new(*exit, message.unwrap_or_default());
        if let Some(error) = error
            .as_ref()
            .and_then(|error| error.downcast_ref::<billing_core::Error>())
        {
            line = line.caused_by(error);
        }
        let line = line
            .unapplied(*kind, unapplied.clone())
            .request_id(request_id.as_deref())
            .may_have_taken_effect(*may_have_taken_effect)
            .resume_token(token.as_deref())
            .hint(hint.as_deref());
        report::line(&line)
    }

    /// The same failure where stdout did not take the token, which is the only way to the outcome.
    fn lost_token(mut self, token: &str, error: io::Error) -> Self {
        let inner = &mut *self.0;
        if inner.exit != Exit::Interrupted {
            inner.exit = Exit::Failed;
        }
        let what = "the resume token could not be written to standard output";
        match &inner.error {
            None => inner.error = Some(anyhow::Error::new(error).context(what)),
            Some(_) => inner.notes.push(format!("{what}: {error}")),
        }
        token.lines().fold(self, |told, token| {
            told.note(format!("resume token: {token}"))
        })
    }
}
