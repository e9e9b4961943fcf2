//! `billing emulator`: serves both services on loopback until it is stopped.

mod output_file;
mod usage;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use billing_emulator::{Emulator, EmulatorBuilder, Error, FaultPlan, Snapshot};

use crate::args::emulator::{AccessArgs, Behaviour, Documents, EmulatorArgs, Limits};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::input::{self, InputError, Limit};
use crate::interrupt::Interrupt;
use crate::output::page::Page;
use crate::output::stderr::say;
use crate::output::stdout::{announce, close_stdout};
use output_file::{OutputFile, Readers};

pub(crate) async fn run(args: EmulatorArgs, interrupt: &Interrupt) -> Result {
    let save = output_file("--save", args.documents.save.as_ref())?;
    let ca_file = output_file("--ca-file", args.access.ca_file.as_ref())?;
    let builder = tls(access(Emulator::builder(), &args.access), &args.access)?;
    let builder = interrupt.guard(hold(builder, &args.documents)).await??;
    let builder = interrupt.guard(behave(builder, &args.behaviour)).await??;
    let builder = limit(builder, &args.limits);
    let mut emulator = builder.start().await.map_err(refuse)?;
    if let (Some(file), Some(pem)) = (ca_file, emulator.ca_certificate_pem()) {
        let hint = "the file was not changed, and nothing is listening";
        file.write(pem.as_bytes(), Readers::Everybody, hint)?;
    }
    match args.env {
        Some(shell) => {
            announce(&usage::variables(&emulator, shell))?;
            // `eval` continues at the end of the output.
            close_stdout();
        }
        None => announce(&ready_line(&emulator))?,
    }
    if args.env.is_none() && Page::stderr().columns().is_some() {
        say(usage::usage(&emulator, args.access.tls));
    }
    if args.documents.seed.is_none() {
        let seed = emulator.seed();
        say(format!(
            "the seed is {seed}; --seed {seed} repeats this run"
        ));
    }
    interrupt.asked(1).await;
    say("stopping after the requests in flight; repeat to stop at once");
    tokio::select! {
        () = emulator.drain() => {}
        () = interrupt.asked(2) => {}
    }
    if let Some(file) = save {
        let hint = "the file was not changed, and the data of the emulator is lost";
        file.write(&emulator.snapshot().to_json(), Readers::Owner, hint)?;
    }
    Ok(())
}

fn output_file(option: &'static str, file: Option<&PathBuf>) -> Result<Option<OutputFile>> {
    file.map(|file| OutputFile::check(option, file)).transpose()
}

fn access(builder: EmulatorBuilder, args: &AccessArgs) -> EmulatorBuilder {
    let mut builder = builder
        .listen(args.listen)
        .exposed(args.expose)
        .token_lifetime(args.token_lifetime)
        .single_use_refresh_tokens(args.single_use_refresh_tokens)
        .sign_in(args.sign_in)
        .partner_mfa(args.partner_mfa)
        .require_arm_mfa(args.require_arm_mfa);
    if args.no_auth {
        builder = builder.without_authentication();
    }
    for origin in &args.cors {
        builder = builder.cors(origin);
    }
    builder
}

#[cfg(feature = "emulator-tls")]
fn tls(builder: EmulatorBuilder, args: &AccessArgs) -> Result<EmulatorBuilder> {
    let builder = if args.tls { builder.tls() } else { builder };
    Ok(args
        .tls_name
        .iter()
        .fold(builder, EmulatorBuilder::tls_name))
}

#[cfg(not(feature = "emulator-tls"))]
fn tls(builder: EmulatorBuilder, args: &AccessArgs) -> Result<EmulatorBuilder> {
    if args.tls {
        return Err(crate::features::left_out(
            "TLS for the emulator",
            "emulator-tls",
        ));
    }
    Ok(builder)
}

async fn hold(builder: EmulatorBuilder, documents: &Documents) -> Result<EmulatorBuilder> {
    let limit = u64::from(documents.documents_limit) * 1024 * 1024;
    let builder = builder.documents_limit(usize::try_from(limit).unwrap_or(usize::MAX));
    let builder = match documents.seed {
        Some(seed) => builder.seed(seed),
        None => builder,
    };
    if let Some(file) = &documents.data {
        return Ok(builder.snapshot(read(file).await?));
    }
    let seed = documents.seed.unwrap_or_default();
    let builder = match (documents.customers, documents.profiles) {
        (None, None) if documents.account.is_empty() => builder.sample_data(),
        (customers, profiles) => builder.synthetic_data(
            seed,
            customers.unwrap_or_default(),
            profiles.unwrap_or_default(),
        ),
    };
    let accounts = documents.account.iter();
    Ok(accounts.fold(builder, |builder, (name, profiles)| {
        builder.synthetic_account(seed, name, *profiles)
    }))
}

async fn behave(mut builder: EmulatorBuilder, behaviour: &Behaviour) -> Result<EmulatorBuilder> {
    if let Some(file) = &behaviour.faults {
        builder = builder.faults(faults(file).await?);
    }
    if let Some(time) = behaviour.clock_at {
        builder = builder.clock_at(time);
    }
    if let Some(time) = behaviour.operation_time {
        builder = builder.operation_time(time);
    }
    Ok(builder
        .polls_until_done(behaviour.polls)
        .retry_after(behaviour.retry_after)
        .location(behaviour.location)
        .read_only_members(behaviour.read_only)
        .page_size(behaviour.page_size)
        .expand_on_request(behaviour.expand_on_request)
        .json_patch(behaviour.json_patch)
        .require_etag(behaviour.require_etag)
        .stale_etag(behaviour.stale_etag)
        .check_addresses(behaviour.check_addresses)
        .empty_not_found(behaviour.empty_not_found)
        .byte_order_mark(!behaviour.no_bom))
}

fn limit(builder: EmulatorBuilder, limits: &Limits) -> EmulatorBuilder {
    let given = limits.bucket.iter().chain(&limits.window).cloned();
    given.fold(
        documented_limits(builder, limits),
        EmulatorBuilder::rate_limit,
    )
}

fn documented_limits(mut builder: EmulatorBuilder, limits: &Limits) -> EmulatorBuilder {
    if limits.no_rate_limits {
        return builder.without_rate_limits();
    }
    // `arm_rate_limits` replaces the limits per hour.
    builder = builder
        .partner_requests_per_minute(limits.partner_requests_per_minute)
        .arm_rate_limits(limits.arm_rate_limits);
    if let Some(reads) = limits.arm_reads_per_hour {
        builder = builder.arm_reads_per_hour(reads);
    }
    if let Some(writes) = limits.arm_writes_per_hour {
        builder = builder.arm_writes_per_hour(writes);
    }
    builder
}

async fn faults(file: &Path) -> Result<FaultPlan> {
    let unusable = |error, hint| unusable("--faults", file, error, hint);
    let text = input::file(file, Limit::DOCUMENT).await.map_err(|error| {
        let source = format!("--faults {}", file.display());
        error.refuse(&source, "check the name and the permission to read it")
    })?;
    let keys = "a [[fault]] selects requests (by service, method, path, nth, times and \
                probability) and sets what goes wrong (status, reset, delay_ms, truncate, \
                operation and others); see the README";
    text.parse().map_err(|error: Error| unusable(error, keys))
}

async fn read(file: &Path) -> Result<Snapshot> {
    let unusable = |error, hint| unusable("--data", file, error, hint);
    let text = input::file(file, Limit::SNAPSHOT).await.map_err(|error| {
        let hint = match &error {
            InputError::Read(error) if error.kind() == ErrorKind::NotFound => {
                "check the name; a first run with --save and without --data creates the file when \
                 it stops"
            }
            _ => "check the name and the permission to read it",
        };
        error.refuse(&format!("--data {}", file.display()), hint)
    })?;
    let documents =
        "give an object with customers and billingAccounts: see `billing emulator --help`";
    Snapshot::from_json(text.as_bytes()).map_err(|error| unusable(error, documents))
}

fn unusable(option: &str, file: &Path, error: Error, hint: &'static str) -> Failure {
    let doing = format!("{option} {}", file.display());
    Failure::new(Exit::Usage, error).during(doing).hint(hint)
}

/// Returns the line on stdout with the addresses and the token.
fn ready_line(emulator: &Emulator) -> String {
    let text = serde_json::Value::from;
    // Not from a map: the order of its members depends on a feature that any crate may enable.
    format!(
        r#"{{"partner":{},"arm":{},"control":{},"authority":{},"token":{}}}"#,
        text(emulator.partner_url()),
        text(emulator.arm_url()),
        text(emulator.control_url()),
        text(emulator.authority_url()),
        text(emulator.token().reveal()),
    )
}

fn refuse(error: Error) -> Failure {
    let hint = match &error {
        Error::NotLoopback { .. } => {
            "an emulator is for this machine only; use a tunnel to reach it from another one, or \
             add --expose: then everyone who reaches it can read and change its data"
        }
        Error::Bind { .. } => "with --listen 127.0.0.1:0 each service takes a free port",
        Error::InvalidData { .. } => "correct the data and start it again; nothing is listening",
        _ => "nothing is listening",
    };
    let exit = match &error {
        Error::NotLoopback { .. } | Error::Bind { .. } | Error::InvalidData { .. } => Exit::Usage,
        _ => Exit::Failed,
    };
    Failure::new(exit, error).hint(hint)
}

#[cfg(all(test, not(feature = "emulator-tls")))]
mod tests {
    use billing_emulator::Emulator;
    use clap::Parser as _;

    use super::tls;
    use crate::args::cli::{Cli, Verb};

    fn start_with(option: &[&str]) -> Option<String> {
        let args = ["billing", "emulator"].iter().chain(option);
        let Verb::Emulator(args) = Cli::parse_from(args).verb else {
            unreachable!("the verb is in the arguments")
        };
        let builder = tls(Emulator::builder(), &args.access);
        builder.err().map(|failure| failure.plain())
    }

    #[test]
    fn tls_is_refused_with_the_feature_that_it_needs() {
        let refused = start_with(&["--tls"]).unwrap();
        assert!(refused.contains("feature emulator-tls"), "{refused}");
        assert_eq!(start_with(&[]), None);
    }
}
