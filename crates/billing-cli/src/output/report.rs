//! Reports a failure: resume tokens on stdout, the error on stderr.

use std::io;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::escape::one_line;
use crate::output::json_line::{self, Line};
use crate::output::painted::{ERROR, HINT, Painted};
use crate::output::{stderr, stdout};

/// Reports the failure and returns the exit code.
pub(crate) fn report(mut failure: Failure) -> Exit {
    if let Some(tokens) = failure.resume_tokens() {
        match stdout::print_tokens(&tokens) {
            Ok(()) if failure.0.error.is_none() => {
                let line = Line::of_result("accepted").with("resume_token", tokens);
                line.write_result();
            }
            Ok(()) => {}
            Err(error) => failure = lost_tokens(failure, &tokens, error),
        }
    }
    if failure.0.error.is_some() {
        if stderr::is_for_scripts() {
            stderr::write_json(&json_line::error(&failure));
        } else {
            stderr::tell(text(&failure));
        }
    }
    failure.0.exit
}

/// Returns the error for people.
fn text(failure: &Failure) -> Painted {
    let text = Painted::default().styled(ERROR, "error:");
    let mut text = text.text(" ").text(&one_line(&failure.message()));
    for note in &failure.0.notes {
        text = text.note(note);
    }
    match &failure.0.hint {
        Some(hint) => text.text("\n\n").styled(HINT, "hint:").text(" ").text(hint),
        None => text,
    }
}

/// Adds the tokens to a failure if stdout did not take them: there is no other way to the outcome.
fn lost_tokens(mut failure: Failure, tokens: &str, error: io::Error) -> Failure {
    if failure.0.exit != Exit::Interrupted {
        failure.0.exit = Exit::Failed;
    }
    let what = "could not write the resume token to standard output";
    if failure.0.error.is_none() {
        failure.0.error = Some(error.into());
        failure = failure.during(what);
    } else {
        failure = failure.note(format!("{what}: {error}"));
    }
    tokens.lines().fold(failure, |failure, token| {
        failure.note(format!("resume token: {token}"))
    })
}
