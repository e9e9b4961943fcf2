//! The global options that apply to a verb. Its help leaves the others out, and they are refused.

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args as _, Command, value_parser};

use crate::args::examples;
use crate::args::global::{Global, Output};
use crate::failure::{Failure, Result};

/// Returns why a verb, such as `arm wait`, does not take a global option; `None` if it does.
fn why_not(verb: &str, option: &str) -> Option<&'static str> {
    let (group, verb) = verb.split_once(' ').unwrap_or((verb, ""));
    match (group, verb, option) {
        (.., "error_format") => None,
        ("demo" | "emulator", ..) => Some("it brings services of its own"),
        ("completions" | "man", ..) => Some("it uses no service"),
        ("config", _, "config") | ("config", "" | "show" | "refresh-token", "context") => None,
        (
            "config",
            "" | "show",
            "partner_endpoint" | "arm_endpoint" | "cloud" | "credential" | "token_env" | "output",
        ) => None,
        ("config", ..) => Some("it has no effect on this command"),
        ("bulk", "", "output") => None,
        ("bulk", ..) => why_not_in_bulk(verb, option),
        ("arm", _, "correlation_id") => {
            Some("Azure Resource Manager chooses it itself; --request-id takes an id of your own")
        }
        ("arm", "wait", "emulator") => Some(
            "an emulator that is started for this command has no update to wait for; name the one \
             that accepted the update with --arm-endpoint and --token-env",
        ),
        ("arm", "wait", "dry_run") => Some("waiting only reads and writes nothing"),
        ("arm", "wait", "request_id") => {
            Some("waiting sends many requests, and each has an id of its own")
        }
        _ => None,
    }
}

/// Returns why a verb of `billing bulk` does not take a global option.
fn why_not_in_bulk(verb: &str, option: &str) -> Option<&'static str> {
    match (verb, option) {
        ("show" | "status" | "receipts", "output") | ("export", "emulator") | ("erase", "yes") => {
            None
        }
        ("explain", "output") => Some(
            "it prints plain words; `billing bulk apply --output json` prints these steps as JSON",
        ),
        ("report", "output") => Some("--csv and --json choose the format"),
        ("rows", "output") => Some("the rows are written in the form in which they came"),
        (
            "show" | "status" | "explain" | "report" | "rows" | "receipts" | "erase" | "schema",
            _,
        ) => Some("it uses no service"),
        (_, "emulator") => Some(
            "an emulator that is started for this command ends with it, and a plan is for one \
             emulator only; start one with eval \"$(billing emulator --env)\"",
        ),
        (_, "retries") => Some("a run decides itself when a request is sent again"),
        (_, "request_id" | "correlation_id") => {
            Some("it sends many requests, and each has an id of its own")
        }
        ("export" | "plan" | "undo" | "verify", "dry_run" | "yes") => {
            Some("it writes nothing to a service")
        }
        ("" | "apply", "dry_run") => Some("`billing bulk show` prints what the plan writes"),
        ("reconcile", "dry_run") => {
            Some("without --resend it asks before it writes; `billing bulk status` only looks")
        }
        _ => None,
    }
}

/// Gives verbs options whose names a global option has: `-o` is the file that verbs of `bulk`
/// write, `--profile`, the former name of `--context`, is one profile of `bulk show`, `receipts`
/// and `erase`, and `bulk show`, `bulk receipts` and the lists also print CSV. A global option that
/// a verb already has is not copied to it.
fn adapt(command: Command) -> Command {
    let option = |id: &str| {
        let mut options = options().into_iter();
        let option = options.find(|option| option.get_id() == id);
        option.map(|option| option.hide_short_help(true))
    };
    let with_csv = || option("output").map(|output| output.value_parser(value_parser!(Output)));
    let context = || option("context").map(|context| context.alias(None));
    let command = ["partner", "arm"].iter().fold(command, |command, group| {
        command.mut_subcommand(group, |group| {
            group.mut_subcommand("list", |list| list.args(with_csv()))
        })
    });
    let with_long_output =
        |verb: Command| verb.args(option("output").map(|output| output.short(None)));
    let command =
        command.mut_subcommand("demo", |demo| demo.mut_subcommand("bulk", with_long_output));
    command.mut_subcommand("bulk", |bulk| {
        ["export", "plan", "report", "rows", "undo"]
            .iter()
            .fold(bulk, |bulk, verb| {
                bulk.mut_subcommand(verb, with_long_output)
            })
            .mut_subcommand("show", |show| show.args(with_csv()).args(context()))
            .mut_subcommand("receipts", |receipts| {
                receipts.args(with_csv()).args(context())
            })
            .mut_subcommand("erase", |erase| erase.args(context()))
    })
}

/// Prepares the help of the command: no verb shows options that it does not take, `-h` shows only
/// the options of the verb itself, and each verb has examples.
pub(crate) fn shown(command: Command) -> Command {
    let mut command = adapt(command);
    // Before `build`, which copies the global options to each verb.
    command = command.mut_args(|arg| {
        let is_for_all = arg.is_global_set();
        arg.hide_short_help(is_for_all)
    });
    command.build();
    hide(command, "")
}

fn hide(command: Command, verb: &str) -> Command {
    let options = options();
    let is_hidden = |arg: &Arg| {
        let is_global = options.iter().any(|option| option.get_id() == arg.get_id());
        is_global && why_not(verb, arg.get_id().as_str()).is_some()
    };
    let command = command.mut_args(|arg| {
        let hidden = arg.is_hide_set() || is_hidden(&arg);
        arg.hide(hidden)
    });
    let own = command
        .get_after_help()
        .map(|own| format!("{own}\n\n"))
        .unwrap_or_default();
    let long = format!("{own}{}", examples::text(verb));
    let short = format!("{long}\n\n{}", examples::where_global_options_are(verb));
    let command = command.after_help(short).after_long_help(long);
    command.mut_subcommands(|inner| {
        let verb = format!("{verb} {}", inner.get_name());
        hide(inner, verb.trim_start())
    })
}

/// Refuses global options that do not apply to the verb.
///
/// # Errors
/// A usage failure for a global option that the verb does not take.
pub(crate) fn check(matches: &ArgMatches) -> Result {
    let mut verb = Vec::new();
    let mut given = matches;
    while let Some((name, inner)) = given.subcommand() {
        verb.push(name);
        given = inner;
    }
    let verb = verb.join(" ");
    for option in options() {
        let id = option.get_id().as_str();
        if given.value_source(id) == Some(ValueSource::CommandLine)
            && let Some(why) = why_not(&verb, id)
        {
            let long = option.get_long().unwrap_or(id);
            return Err(Failure::usage(
                format!("`billing {verb}` does not take --{long}"),
                format!("leave it out: {why}"),
            ));
        }
    }
    Ok(())
}

fn options() -> Vec<Arg> {
    let options = Global::augment_args(Command::new("options"));
    options.get_arguments().cloned().collect()
}
