//! `billing bulk apply`: does what a plan says, each profile exactly once.

use std::time::SystemTime;

use billing_bulk::Run;
use billing_bulk::journal::{Counts, RunInfo, State};
use billing_bulk::plan::{PlanCounts, SignInFinding, VerifiedPlan};
use billing_core::{Clock as _, SystemClock};

use crate::args::bulk::{BulkApply, LimitArgs, READ_BACK, REPLAY_WINDOW};
use crate::args::global::Global;
use crate::bulk::end::RunCommand;
use crate::bulk::follow::Follow;
use crate::bulk::progress::Progress;
use crate::bulk::services::Services;
use crate::bulk::summary::{self, profiles};
use crate::bulk::{journal, limits, pace, plan_file, target_lock};
use crate::confirm::Confirm;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;
use crate::output::escape::one_line;
use crate::output::stderr::say;
use crate::shell::{command_line, shell_word};

/// The states of profiles that it works on.
const OPEN: [State; 3] = [State::Planned, State::Sending, State::Accepted];

pub(super) async fn run(args: &BulkApply, global: &Global, interrupt: &Interrupt) -> Result {
    let plan = plan_file::open(&args.plan)?;
    let kinds: Vec<_> = plan.header().bindings.iter().map(|it| it.service).collect();
    let counts = plan.counts().map_err(plan_file::refused)?;
    let services = Services::open(&kinds, global).await?;
    let now = SystemClock::new().now();
    let plan = plan
        .verify(now, &services.bindings)
        .map_err(plan_file::refused)?;
    check_unplanned(args, counts)?;
    let command = RunCommand {
        line: line(args, &args.limits, global, &services.options),
        after_first: args.limits.first.map(|_| {
            let others = LimitArgs {
                first: None,
                ..args.limits.clone()
            };
            line(args, &others, global, &services.options)
        }),
        journal: args.journal.clone(),
        reconcile: command_line(
            "bulk reconcile",
            &[&journal::shown(&args.journal)],
            &services.options,
        ),
        unplanned: counts.unplanned,
    };
    let begun = begun(args, &plan).await?;
    let confirm = Confirm::decide(global.yes).map_err(|failure| {
        let look = command_line("bulk show", &[&args.plan.to_string_lossy()], "");
        failure.hint(format!(
            "look at the plan, then run the command with --yes\n  {look}"
        ))
    })?;
    introduce(args, &services, counts, begun.as_ref());
    let left = begun.as_ref().map_or(counts.change, summary::open);
    warn_of_expiry(args, &services, left, now);
    if begun.as_ref().is_none_or(|begun| summary::open(begun) > 0) {
        confirm.ask(interrupt).await?;
    }
    let journal = journal::open_or_create(&args.journal, &plan.run_info(), &command.line).await?;
    check_journal(args, &plan, journal.info())?;
    let _locks = target_lock::lock(&services.bindings, &args.journal)?;
    let rows = plan.claim(journal.info()).map_err(plan_file::refused)?;
    let progress = Progress::start(!global.no_progress, &begun.unwrap_or_default(), &OPEN);
    let options = pace::options(args.pace)
        .with_rebase(args.rebase)
        .with_replay_window(args.replay_window)
        .with_read_back(args.read_back.time);
    let mut options = limits::limit(options, &args.limits, counts.change);
    if let Some(ask) = limits::ask(&args.limits, interrupt, &progress) {
        options = options.with_ask(ask);
    }
    let run = Run::apply(rows, journal, services.targets, options);
    let follow = Follow {
        interrupt,
        format: global.format(),
        progress,
        resume: &command.resume(),
    };
    let ended = follow.follow(run, |error| command.failed(error)).await?;
    command.end(ended, global.format())
}

/// Refuses a plan with more profiles that could not be planned than the user allows.
fn check_unplanned(args: &BulkApply, counts: PlanCounts) -> Result {
    let unplanned = counts.unplanned;
    if unplanned <= args.allow_unplanned.unwrap_or_default() {
        return Ok(());
    }
    let look = command_line("bulk show", &[&args.plan.to_string_lossy()], "");
    let message = format!(
        "{} of {} in the plan could not be planned",
        summary::number(unplanned),
        profiles(counts.total())
    );
    Err(Failure::new(Exit::Failed, message).hint(format!(
        "nothing was sent; look at them\n  {look}\nto apply it without them, add --allow-unplanned \
         {unplanned}"
    )))
}

/// Returns what earlier starts of the run have done; `None` if there is no journal yet.
///
/// # Errors
/// The journal is that of another plan, or the plan is bound to another journal. Nothing was sent.
async fn begun(args: &BulkApply, plan: &VerifiedPlan) -> Result<Option<Counts>> {
    let Some(reader) = journal::find(&args.journal).await? else {
        return match plan.plan().journal_id() {
            Some(_) => Err(other_journal(args)),
            None => Ok(None),
        };
    };
    check_journal(args, plan, reader.info())?;
    let counts = reader.counts().await;
    let counts = counts.map_err(|error| Failure::new(Exit::Failed, error))?;
    Ok(reader.info().has_begun.then_some(counts))
}

/// Checks that a journal and a plan belong together.
fn check_journal(args: &BulkApply, plan: &VerifiedPlan, run: &RunInfo) -> Result {
    if run.plan_digest() != plan.digest() {
        return Err(Failure::new(
            Exit::Failed,
            format!(
                "{} is the journal of another plan",
                journal::shown(&args.journal)
            ),
        )
        .hint("nothing was sent; name another journal, or the plan that this journal belongs to"));
    }
    match plan.plan().journal_id() {
        Some(id) if id != run.id => Err(other_journal(args)),
        _ => Ok(()),
    }
}

fn other_journal(args: &BulkApply) -> Failure {
    Failure::new(
        Exit::Failed,
        format!("{} was begun with another journal", args.plan.display()),
    )
    .hint(
        "nothing was sent; name the journal of its first `billing bulk apply`: with another one, \
         profiles could be written twice",
    )
}

/// Tells what is going to be written.
fn introduce(args: &BulkApply, services: &Services, plan: PlanCounts, begun: Option<&Counts>) {
    let places = services
        .bindings
        .iter()
        .map(|it| format!("{} ({})", it.service, it.origin));
    let places: Vec<_> = places.collect();
    let places = places.join(" and ");
    say(match begun {
        None => format!(
            "{} changes {} of {} in {places}",
            args.plan.display(),
            summary::number(plan.change),
            profiles(plan.total()),
        ),
        Some(begun) => format!(
            "continuing {}: {} of {} are left, in {places}",
            journal::shown(&args.journal),
            summary::number(summary::open(begun)),
            profiles(begun.total()),
        ),
    });
}

/// Tells if the token that the user gave expires before the end of the run.
fn warn_of_expiry(args: &BulkApply, services: &Services, writes: u64, now: SystemTime) {
    // How many of the writes are for which service is not known here.
    let [binding] = services.bindings.as_slice() else {
        return;
    };
    let Some(expires) = services.token_expiries.get(&binding.service) else {
        return;
    };
    let rate = pace::rate(args.pace);
    let found = SignInFinding::token_lifetime(binding, writes, rate, *expires, now);
    if let Some(SignInFinding { cause, .. }) = found {
        let hint = cause.hint.unwrap_or_default();
        say(one_line(&format!("warning: {}; {hint}", cause.message)));
    }
}

/// Returns the command line, which also resumes the run.
fn line(args: &BulkApply, limits: &LimitArgs, global: &Global, options: &str) -> String {
    let mut given = format!(" --journal {}", shell_word(&journal::shown(&args.journal)));
    if args.rebase {
        given.push_str(" --rebase");
    }
    if let Some(allowed) = args.allow_unplanned {
        given.push_str(&format!(" --allow-unplanned {allowed}"));
    }
    given.push_str(&pace::duration(
        "--replay-window",
        args.replay_window,
        REPLAY_WINDOW,
    ));
    given.push_str(&pace::duration(
        "--read-back",
        args.read_back.time,
        READ_BACK,
    ));
    given.push_str(&limits::given(limits));
    given.push_str(&pace::given(args.pace));
    given.push_str(&global.given());
    given.push_str(options);
    command_line("bulk apply", &[&args.plan.to_string_lossy()], &given)
}
