//! Why a command ended without success: what failed, the next step, and the exit code.

use std::error::Error;
use std::io;
use std::iter::successors;

use billing_core::{PollToken, UnappliedMember};

use crate::exit::Exit;

/// The result of a step of a command.
pub(crate) type Result<T = (), E = Failure> = std::result::Result<T, E>;

/// What is reported before the command ends. [`report`](crate::output::report::report) writes it.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) Box<Details>);

#[derive(Debug, Default)]
pub(crate) struct Details {
    pub(crate) exit: Exit,
    /// The cause; nothing is reported without one.
    pub(crate) error: Option<Box<dyn Error + Send + Sync>>,
    /// The steps in which it occurred, the innermost first.
    pub(crate) steps: Vec<String>,
    /// Facts to quote or to look at, one on each line.
    pub(crate) notes: Vec<String>,
    pub(crate) hint: Option<String>,
    /// The kind for scripts, if the exit code and the cause do not tell enough.
    pub(crate) kind: Option<&'static str>,
    /// The id of the response, if the cause has none.
    pub(crate) request_id: Option<String>,
    /// What a write requested and the service did not store.
    pub(crate) unapplied: Vec<UnappliedMember>,
    /// Whether a write was sent that may have been carried out in spite of the failure.
    pub(crate) may_have_taken_effect: bool,
    /// The mistakes in an input file.
    pub(crate) mistakes: Vec<InputMistake>,
    /// Tokens that resume running updates: they are data, and go to stdout.
    pub(crate) tokens: Vec<PollToken>,
}

/// Returns whether a cause only names a layer of the HTTP library: the client's own message says
/// more.
pub(crate) fn is_layer(cause: &str) -> bool {
    const LAYERS: [&str; 4] = [
        "error sending request",
        "client error (Connect)",
        "client error (SendRequest)",
        "tcp connect error",
    ];
    LAYERS.contains(&cause)
}

/// A mistake in an input file, for scripts; people read it in the notes.
#[derive(Debug)]
pub(crate) struct InputMistake {
    /// The line or the cell.
    pub(crate) location: Option<String>,
    pub(crate) column: Option<String>,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Failure {
    /// Creates a failure from its cause: an error or a message.
    pub(crate) fn new(exit: Exit, error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let mut failure = Self::silent(exit);
        failure.0.error = Some(error.into());
        failure
    }

    /// Creates an end of the command that reports no error.
    pub(crate) fn silent(exit: Exit) -> Self {
        Self(Box::new(Details {
            exit,
            ..Details::default()
        }))
    }

    /// Creates a failure for arguments, settings or files that cannot be used; the hint names what
    /// can.
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message.into()).hint(hint)
    }

    /// Creates a failure from an error of the argument parser.
    pub(crate) fn arguments(error: &clap::Error) -> Self {
        let text = error.render().to_string();
        let text = text.trim();
        let text = text.strip_prefix("error: ").unwrap_or(text);
        match text.split_once("\n\n") {
            Some((message, hint)) => Self::usage(message, hint),
            None => Self::usage(text, "see --help"),
        }
    }

    pub(crate) fn interrupted() -> Self {
        Self::new(Exit::Interrupted, "interrupted")
    }

    /// Creates a failure to write to stdout. If its reader has closed the pipe, the command has
    /// done its work.
    pub(crate) fn output(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::silent(Exit::Done);
        }
        Self::new(Exit::Failed, error).during("could not write to standard output")
    }

    /// Adds the step in which the failure occurred.
    pub(crate) fn during(mut self, step: impl Into<String>) -> Self {
        self.0.steps.push(step.into());
        self
    }

    /// Sets the hint.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Adds a line to the hint.
    pub(crate) fn more_hint(self, more: &str) -> Self {
        match self.0.hint.clone() {
            Some(hint) => self.hint(format!("{hint}\n{more}")),
            None => self.hint(more),
        }
    }

    /// Adds the id to quote to support.
    pub(crate) fn request_id(mut self, id: &str) -> Self {
        self.0.request_id = Some(id.to_owned());
        self.note(format!("request id {id}"))
    }

    /// Marks it as the failure of a write that may have been carried out.
    pub(crate) fn with_effect(mut self) -> Self {
        self.0.may_have_taken_effect = true;
        self
    }

    /// Adds a line below the error.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.0.notes.push(note.into());
        self
    }

    /// Adds tokens that resume updates.
    pub(crate) fn tokens<'a>(mut self, tokens: impl IntoIterator<Item = &'a PollToken>) -> Self {
        self.0.tokens.extend(tokens.into_iter().cloned());
        self
    }

    /// Returns the steps and the chain of causes, from the outermost step to the last cause.
    pub(crate) fn message(&self) -> String {
        let cause = self.0.error.as_deref().map(|error| error as &dyn Error);
        let causes = successors(cause, |&error| error.source()).map(ToString::to_string);
        let causes = causes.filter(|cause| !is_layer(cause));
        let steps = self.0.steps.iter().rev().cloned();
        steps.chain(causes).collect::<Vec<_>>().join(": ")
    }

    /// Returns the cause, if it is an error of a client.
    pub(crate) fn client_error(&self) -> Option<&billing_core::Error> {
        self.0.error.as_ref()?.downcast_ref()
    }

    /// Returns the tokens that resume the updates that are still running, one on each line.
    pub(crate) fn resume_tokens(&self) -> Option<String> {
        let tokens: Vec<_> = self.0.tokens.iter().map(ToString::to_string).collect();
        (!tokens.is_empty()).then(|| tokens.join("\n"))
    }

    /// Returns the message and the hint, as a test compares them.
    #[cfg(test)]
    pub(crate) fn plain(&self) -> String {
        let hint = self.0.hint.as_deref().unwrap_or_default();
        format!("{}\nhint: {hint}", self.message())
    }
}
