//! The question before a write.

use std::io::{self, IsTerminal as _, Write as _};

use crate::failure::{Exit, Failure};
use crate::input;
use crate::interrupt::Interrupt;
use crate::output::say;

/// Whether and how a write is asked about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Confirm {
    /// The user has said yes beforehand, or nothing real is at stake.
    Agreed,
    /// Ask on the terminal.
    Ask,
}

impl Confirm {
    /// Decides it before anything is sent.
    ///
    /// # Errors
    /// A usage failure when there is nobody to ask.
    pub(crate) fn decide(agreed: bool) -> Result<Self, Failure> {
        if agreed {
            return Ok(Self::Agreed);
        }
        if Self::has_terminal() {
            return Ok(Self::Ask);
        }
        Err(Failure::usage(
            "this writes, and there is no terminal to ask on",
            "look at the request with --dry-run, then run it with --yes",
        ))
    }

    /// Whether a person is there to be told something and asked about it.
    pub(crate) fn has_terminal() -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Asks unless that is settled.
    ///
    /// # Errors
    /// A failure when the answer is anything but yes; nothing was written.
    pub(crate) async fn ask(self, interrupt: &Interrupt) -> Result<(), Failure> {
        if self == Self::Agreed {
            return Ok(());
        }
        // Not on this thread: Ctrl-C must be heard while the question stands.
        let answer = tokio::task::spawn_blocking(question);
        let answer = interrupt.guard(answer).await.map_err(|interrupted| {
            // The cursor stands behind the question.
            say("");
            interrupted.hint("nothing was written")
        })?;
        match answer.map_err(io::Error::other).and_then(|answer| answer) {
            Ok(answer) if is_yes(&answer) => Ok(()),
            Ok(_) => Err(Failure::new(
                Exit::Failed,
                anyhow::Error::msg("not agreed to: nothing was written"),
            )),
            Err(error) => Err(Failure::new(Exit::Failed, error)
                .during("could not read the answer: nothing was written")),
        }
    }
}

fn question() -> io::Result<String> {
    // What was typed before the question is no answer to it.
    #[cfg(unix)]
    let _ = rustix::termios::tcflush(io::stdin(), rustix::termios::QueueSelector::IFlush);
    let mut err = io::stderr();
    write!(err, "\nWrite this? [y/N] ")?;
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
    fn only_a_plain_yes_is_one() {
        for yes in ["y", "Y\n", " yes \r\n", "YES"] {
            assert!(is_yes(yes), "{yes:?}");
        }
        for no in ["", "\n", "n", "no", "yep", "y y", "ja"] {
            assert!(!is_yes(no), "{no:?}");
        }
    }
}
