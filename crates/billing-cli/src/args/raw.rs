//! What has to be known of the arguments before, or although, they cannot be parsed.

use std::ffi::OsString;

use clap::{ColorChoice, CommandFactory as _, ValueEnum};

use crate::args::applicable::shown;
use crate::args::cli::Cli;
use crate::args::global::Global;
use crate::output::escape::one_line;
use crate::output::hidden::is_hidden;
use crate::shell::shell_word;

/// What `--color` says, before the arguments are parsed: their errors and the help have colours, too.
pub(crate) fn wanted_color(args: impl Iterator<Item = OsString>) -> ColorChoice {
    wanted("--color", args).unwrap_or(ColorChoice::Auto)
}

/// Whether errors are to be JSON, before the arguments are parsed, as their errors are errors, too.
pub(crate) fn wants_json_errors(args: impl Iterator<Item = OsString>) -> bool {
    let args: Vec<_> = args.collect();
    let output = wanted("--output", args.iter().cloned());
    let global = Global {
        error_format: wanted("--error-format", args.iter().cloned()),
        output: output.or_else(|| wanted("-o", args.into_iter())),
        ..Global::default()
    };
    global.wants_json_errors()
}

/// The last value of an option that has a good one.
fn wanted<T: ValueEnum>(option: &str, args: impl Iterator<Item = OsString>) -> Option<T> {
    let mut wanted = None;
    let mut is_next = false;
    for arg in args.take_while(|arg| arg != "--") {
        let arg = arg.to_string_lossy();
        let value = if is_next {
            Some(arg.as_ref())
        } else {
            let rest = arg.strip_prefix(option);
            let is_long = option.starts_with("--");
            rest.and_then(|rest| rest.strip_prefix('=').or((!is_long).then_some(rest)))
        };
        if let Some(value) = value.and_then(|value| T::from_str(value, false).ok()) {
            wanted = Some(value);
        }
        is_next = arg == option;
    }
    wanted
}

/// An error of the arguments that repeats them harmlessly: where one of them has something hidden, the error is that
/// of the same arguments with it escaped.
pub(crate) fn harmless(error: clap::Error, args: impl Iterator<Item = OsString>) -> clap::Error {
    let args: Vec<_> = args.map(|arg| arg.to_string_lossy().into_owned()).collect();
    if !args.iter().any(|arg| arg.contains(is_hidden)) {
        return error;
    }
    let escaped = args.iter().map(|arg| one_line(arg));
    match shown(Cli::command()).try_get_matches_from(escaped) {
        Err(escaped) => escaped,
        // What is wrong is the hidden part itself, which the message had better not repeat.
        Ok(_) => {
            shown(Cli::command()).error(error.kind(), "an argument holds what cannot be shown")
        }
    }
}

/// What may be meant by arguments that are not understood: a value of `--set` with spaces and without quotes.
pub(crate) fn unquoted(args: impl Iterator<Item = OsString>) -> Option<String> {
    let args: Vec<_> = args.map(|arg| arg.to_string_lossy().into_owned()).collect();
    let mut rest = args.as_slice();
    while let [first, after @ ..] = rest {
        rest = after;
        let value = match first.strip_prefix("--set=") {
            Some(value) => value,
            None if first == "--set" => {
                let (value, after) = rest.split_first()?;
                rest = after;
                value
            }
            None => continue,
        };
        let words = rest.iter().take_while(|word| !word.starts_with('-'));
        let words: Vec<_> = words.map(String::as_str).collect();
        if value.contains('=') && !words.is_empty() {
            let whole = format!("{value} {}", words.join(" "));
            let quoted = shell_word(&whole);
            return Some(format!(
                "a value with spaces goes into quotes\n  --set {quoted}"
            ));
        }
    }
    None
}
