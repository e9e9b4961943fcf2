//! Reads raw arguments: what must be known before they are parsed, or after parsing fails.

use std::ffi::OsString;

use clap::{ColorChoice, CommandFactory as _, ValueEnum};

use crate::args::applicable::shown;
use crate::args::cli::Cli;
use crate::args::global::Global;
use crate::output::escape::one_line;
use crate::output::hidden::is_hidden;
use crate::shell::shell_word;

/// Returns the value of `--color` before the arguments are parsed, since their errors and the help
/// use colour as well.
pub(crate) fn color_choice(args: impl Iterator<Item = OsString>) -> ColorChoice {
    last_value("--color", args).unwrap_or(ColorChoice::Auto)
}

/// Returns true if errors are printed as JSON, before the arguments are parsed, since this holds
/// for their errors as well.
pub(crate) fn wants_json_errors(args: impl Iterator<Item = OsString>) -> bool {
    let args: Vec<_> = args.collect();
    let output = last_value("--output", args.iter().cloned());
    let global = Global {
        error_format: last_value("--error-format", args.iter().cloned()),
        output: output.or_else(|| last_value("-o", args.into_iter())),
        ..Global::default()
    };
    global.wants_json_errors()
}

/// Returns the last valid value of an option.
fn last_value<T: ValueEnum>(option: &str, args: impl Iterator<Item = OsString>) -> Option<T> {
    let mut last = None;
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
            last = Some(value);
        }
        is_next = arg == option;
    }
    last
}

/// Returns the error with hidden characters of the arguments escaped, by parsing the escaped
/// arguments.
pub(crate) fn escape_hidden(
    error: clap::Error,
    args: impl Iterator<Item = OsString>,
) -> clap::Error {
    let args: Vec<_> = args.map(|arg| arg.to_string_lossy().into_owned()).collect();
    if !args.iter().any(|arg| arg.contains(is_hidden)) {
        return error;
    }
    let escaped = args.iter().map(|arg| one_line(arg));
    match shown(Cli::command()).try_get_matches_from(escaped) {
        Err(escaped) => escaped,
        // The hidden characters themselves cause the error, so the message does not repeat them.
        Ok(_) => shown(Cli::command()).error(error.kind(), "an argument has hidden characters"),
    }
}

/// Returns a hint if the arguments cannot be parsed because a value of `--set` has spaces and no
/// quotes.
pub(crate) fn suggest_quotes(args: impl Iterator<Item = OsString>) -> Option<String> {
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
            return Some(format!("quote a value with spaces\n  --set {quoted}"));
        }
    }
    None
}
