//! Parses the arguments of the process, and reports arguments that cannot be parsed.

use billing_edit::is_hidden;
use clap::error::ErrorKind;
use clap::{ColorChoice, CommandFactory as _, FromArgMatches as _, ValueEnum};

use crate::args::applicable::{check, shown};
use crate::args::cli::Cli;
use crate::args::global::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::escape::one_line;
use crate::output::painted::{HINT, Painted, color};
use crate::output::report::report;
use crate::output::stderr;
use crate::shell::shell_word;

/// Parses the arguments of this process. Sets the use of colour and the format of errors first, as
/// both hold for the errors of arguments as well.
///
/// # Errors
/// The exit code if help or an error was printed instead.
pub(crate) fn parse() -> Result<Cli, Exit> {
    let args: Vec<_> = std::env::args_os().collect();
    let texts = args.iter().map(|arg| arg.to_string_lossy().into_owned());
    let texts: Vec<_> = texts.collect();
    color(last_value("--color", &texts).unwrap_or(ColorChoice::Auto));
    stderr::relay_panics();
    let given = Global {
        error_format: last_value("--error-format", &texts),
        output: last_value("--output", &texts).or_else(|| last_value("-o", &texts)),
        ..Global::default()
    };
    stderr::set_for_scripts(given.wants_json_errors());
    let matches = shown(Cli::command()).try_get_matches_from(args);
    let parsed = matches.and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    let (cli, matches) = parsed.map_err(|error| refuse(error, &texts))?;
    stderr::set_for_scripts(cli.global.wants_json_errors());
    check(&matches).map_err(report)?;
    Ok(cli)
}

/// Prints help, the version or an error, and returns the exit code.
fn refuse(error: clap::Error, args: &[String]) -> Exit {
    let error = escape_hidden(error, args);
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        return match error.print() {
            Ok(()) => Exit::Done,
            Err(error) => report(Failure::output(error)),
        };
    }
    let hint = match error.kind() {
        ErrorKind::UnknownArgument => suggest_quotes(args),
        _ => None,
    };
    if stderr::is_for_scripts() {
        let failure = Failure::arguments(&error);
        return report(hint.into_iter().fold(failure, Failure::hint));
    }
    // It is no failure if stderr cannot be written.
    let _ = error.print();
    if let Some(hint) = hint {
        let head = Painted::from("\n").styled(HINT, "hint:");
        stderr::say(head.text(&format!(" {hint}")));
    }
    Exit::Usage
}

/// Returns the last valid value of an option.
fn last_value<T: ValueEnum>(option: &str, args: &[String]) -> Option<T> {
    let mut last = None;
    let mut is_next = false;
    for arg in args.iter().take_while(|arg| *arg != "--") {
        let value = if is_next {
            Some(arg.as_str())
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
fn escape_hidden(error: clap::Error, args: &[String]) -> clap::Error {
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
fn suggest_quotes(args: &[String]) -> Option<String> {
    let mut rest = args;
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
