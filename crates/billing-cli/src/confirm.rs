//! Asks for confirmation before a write.

use std::io::{self, IsTerminal as _, Write as _};

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::input;
use crate::interrupt::Interrupt;
use crate::output::stderr::say;

/// Whether a write needs confirmation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Confirm {
    /// The user has agreed beforehand, or no real data changes.
    Agreed,
    /// Ask on the terminal.
    Ask,
}

impl Confirm {
    /// Decides before anything is sent.
    ///
    /// # Errors
    /// A usage failure if confirmation is needed and there is no terminal.
    pub(crate) fn decide(agreed: bool) -> Result<Self> {
        if agreed {
            return Ok(Self::Agreed);
        }
        if Self::has_terminal() {
            return Ok(Self::Ask);
        }
        Err(Failure::usage(
            "this command writes, and there is no terminal to confirm on",
            "check the request with --dry-run, then run the command with --yes",
        ))
    }

    /// Whether there is a terminal to ask on.
    pub(crate) fn has_terminal() -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Asks whether to write, unless the user has agreed.
    ///
    /// # Errors
    /// A failure unless the user types yes; nothing was written.
    pub(crate) async fn ask(self, interrupt: &Interrupt) -> Result {
        self.ask_to("Write this?", interrupt).await
    }

    /// Asks a question, unless the user has agreed.
    ///
    /// # Errors
    /// A failure unless the user types yes; nothing was written.
    pub(crate) async fn ask_to(self, text: &'static str, interrupt: &Interrupt) -> Result {
        if self == Self::Agreed {
            return Ok(());
        }
        // On another thread, so that Ctrl-C stops the question.
        let answer = tokio::task::spawn_blocking(move || question(text));
        let answer = interrupt.guard(answer).await.map_err(|interrupted| {
            // The cursor is behind the question.
            say("");
            interrupted.hint("nothing was written")
        })?;
        match answer.map_err(io::Error::other).and_then(|answer| answer) {
            Ok(answer) if is_yes(&answer) => Ok(()),
            Ok(_) => Err(Failure::new(
                Exit::Failed,
                "not confirmed: nothing was written",
            )),
            Err(error) => Err(Failure::new(Exit::Failed, error)
                .during("could not read the confirmation: nothing was written")),
        }
    }
}

/// Asks the user to do something and to press Enter then; returns whether that was done.
#[cfg(feature = "bulk")]
pub(crate) async fn entered(text: &'static str, interrupt: &Interrupt) -> bool {
    let answer = tokio::task::spawn_blocking(move || prompt(text));
    let answer = interrupt.guard(answer).await;
    if answer.is_err() {
        // The cursor is behind the question.
        say("");
    }
    matches!(answer, Ok(Ok(Ok(line))) if line.ends_with('\n'))
}

fn question(text: &str) -> io::Result<String> {
    prompt(&format!("{text} [y/N] "))
}

/// Shows a text, and returns the line that the user types.
fn prompt(text: &str) -> io::Result<String> {
    // Discard input from before the question.
    #[cfg(unix)]
    let _ = rustix::termios::tcflush(io::stdin(), rustix::termios::QueueSelector::IFlush);
    let mut err = io::stderr();
    write!(err, "\n{text}")?;
    err.flush()?;
    let answer = input::line()?;
    if !answer.ends_with('\n') {
        // Ctrl-D leaves the cursor behind the question.
        say("");
    }
    Ok(answer)
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::is_yes;

    #[test]
    fn only_yes_is_yes() {
        for yes in ["y", "Y\n", " yes \r\n", "YES"] {
            assert!(is_yes(yes), "{yes:?}");
        }
        for no in ["", "\n", "n", "no", "yep", "y y", "ja"] {
            assert!(!is_yes(no), "{no:?}");
        }
    }
}
