//! `billing bulk apply`: does what a plan says, each profile exactly once.

use std::time::SystemTime;

use billing_bulk::Run;
use billing_bulk::journal::{Counts, RunInfo, State};
use billing_bulk::plan::{PlanCounts, PlanFileError, SignInFinding, VerifiedPlan};
use billing_core::{Clock as _, SystemClock};

use crate::args::bulk::{BulkApply, LimitArgs, READ_BACK, REPLAY_WINDOW};
use crate::args::global::Global;
use crate::bulk::end::RunCommand;
use crate::bulk::follow::Follow;
use crate::bulk::progress::Progress;
use crate::bulk::services::Services;
use crate::bulk::summary::{self, profiles};
use crate::bulk::{journal, limits, pace, plan_file, target_lock, version};
use crate::confirm::Confirm;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;
use crate::output::escape::one_line;
use crate::output::stderr::say;
use crate::shell::{command_line, shell_word};

pub(super) async fn run(args: &BulkApply, global: &Global, interrupt: &Interrupt) -> Result {
    limits::check_waves(&args.limits.waves)?;
    limits::window(&args.limits)?;
    let plan = plan_file::open(&args.plan)?;
    let kinds: Vec<_> = plan.header().bindings.iter().map(|it| it.service).collect();
    let counts = plan.counts().map_err(plan_file::refused)?;
    let subject = args.plan.display().to_string();
    let given = args.version.api_version;
    let version = version::bound(given, &plan.header().bindings, &subject)?;
    let services = Services::open(&kinds, version, global).await?;
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
            &format!("{}{}", pace::settle(args.settle), services.options),
        ),
        unplanned: counts.unplanned,
    };
    let begun = begun(args, &plan, counts).await?;
    let confirm = Confirm::decide(global.yes).map_err(|failure| {
        let look = command_line("bulk show", &[&args.plan.to_string_lossy()], "");
        failure.hint(format!(
            "look at the plan, then run the command with --yes\n  {look}"
        ))
    })?;
    introduce(args, &services, counts, begun.as_ref());
    if let Some(begun) = begun.as_ref().filter(|_| args.rebase) {
        tell_of_conflicts(args, begun);
    }
    let writes = match &begun {
        Some(begun) if begun.has_plan => begun.writes,
        Some(begun) => begun.writes.saturating_add(counts.change),
        None => counts.change,
    };
    warn_of_expiry(args, &services, writes, now);
    let is_ended = |begun: &Begun| begun.has_plan && summary::open(&begun.counts) == 0;
    if !begun.as_ref().is_some_and(is_ended) {
        confirm.ask(interrupt).await?;
    }
    let lock = || target_lock::lock(&services.bindings, &args.journal);
    // A run that is refused leaves no new journal. One that exists tells more of the other run.
    let locks = match begun {
        None => Some(lock()?),
        Some(_) => None,
    };
    let journal = journal::open_or_create(&args.journal, &plan.run_info(), &command.line).await?;
    check_journal(args, &plan, journal.info())?;
    let _locks = match locks {
        Some(locks) => locks,
        None => lock()?,
    };
    let begun = begun.map(|begun| begun.counts).unwrap_or_default();
    let plan = plan.claim(journal.info()).map_err(plan_file::refused)?;
    let progress = Progress::start(!global.no_progress, &begun, &summary::OPEN, writes);
    let options = pace::options(args.pace)
        .with_rebase(args.rebase)
        .with_replay_window(args.replay_window)
        .with_settle(args.settle.time)
        .with_read_back(args.read_back.time);
    let mut options = limits::limit(options, &args.limits, counts.change)?;
    if let Some(ask) = limits::ask(args.limits.approve, &services, interrupt, &progress) {
        options = options.with_ask(ask);
    }
    let run = Run::apply(plan, journal, services.targets, options);
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
    let them = summary::them(unplanned);
    let message = format!(
        "{} of {} in the plan could not be planned",
        summary::number(unplanned),
        profiles(counts.total())
    );
    Err(Failure::new(Exit::Failed, message).hint(format!(
        "nothing was sent; look at {them}\n  {look}\nto apply the plan without {them}, add \
         --allow-unplanned {unplanned}"
    )))
}

/// What earlier starts of the run have done.
struct Begun {
    counts: Counts,
    /// How many profiles need a write and are not settled, at most.
    writes: u64,
    /// Whether the journal has the rows of the plan.
    has_plan: bool,
}

/// Returns what earlier starts of the run have done; `None` if it has not begun.
///
/// # Errors
/// The plan and the journal do not belong together. Nothing was sent.
async fn begun(
    args: &BulkApply,
    plan: &VerifiedPlan,
    planned: PlanCounts,
) -> Result<Option<Begun>> {
    let Some(reader) = journal::find(&args.journal).await? else {
        let header = plan.plan().header();
        let of_another = plan.plan().journal_id().or(header.continues.as_deref());
        return match of_another {
            Some(_) => Err(other_journal(args)),
            None => Ok(None),
        };
    };
    check_journal(args, plan, reader.info())?;
    let failed = |error| Failure::new(Exit::Failed, error);
    let counts = reader.counts().await.map_err(failed)?;
    let info = reader.info();
    let has_plan = info.has_plan(plan.digest());
    Ok(info.has_begun.then(|| Begun {
        counts,
        writes: writes_left(&counts, planned, has_plan && info.plans.len() == 1),
        has_plan,
    }))
}

/// Returns how many profiles of a run need a write and are not settled, at most. What a row of an
/// earlier plan needs is not counted there.
fn writes_left(counts: &Counts, plan: PlanCounts, is_only_plan: bool) -> u64 {
    let open = summary::open(counts);
    if !is_only_plan {
        return open;
    }
    let settled = counts.total().saturating_sub(open);
    let written = settled.saturating_sub(counts.of(State::Unchanged));
    open.min(plan.change.saturating_sub(written))
}

/// Checks that a journal and a plan belong together.
fn check_journal(args: &BulkApply, plan: &VerifiedPlan, run: &RunInfo) -> Result {
    match plan.check_journal(run) {
        Ok(()) => Ok(()),
        Err(PlanFileError::OtherJournal { .. }) => Err(other_journal(args)),
        Err(PlanFileError::OtherPlan { .. }) => Err(Failure::new(
            Exit::Failed,
            format!(
                "{} is the journal of another plan",
                journal::shown(&args.journal)
            ),
        )
        .hint(
            "nothing was sent; name another journal, or the plan that this journal belongs to; to \
             add rows to its run, make the plan with --continue",
        )),
        Err(error) => Err(plan_file::refused(error)),
    }
}

fn other_journal(args: &BulkApply) -> Failure {
    Failure::new(
        Exit::Failed,
        format!("{} belongs to another journal", args.plan.display()),
    )
    .hint(
        "nothing was sent; name the journal of its first `billing bulk apply`, or the one that it \
         was made for with --continue: with another one, profiles could be written twice",
    )
}

/// Tells what is going to be written.
fn introduce(args: &BulkApply, services: &Services, plan: PlanCounts, begun: Option<&Begun>) {
    let places = services
        .bindings
        .iter()
        .map(|it| format!("{} ({})", it.service, it.origin));
    let places: Vec<_> = places.collect();
    let places = places.join(" and ");
    let plan = format!(
        "{} changes {} of {}",
        args.plan.display(),
        summary::number(plan.change),
        profiles(plan.total())
    );
    let journal = journal::shown(&args.journal);
    say(match begun {
        None => format!("{plan} in {places}"),
        Some(begun) if begun.has_plan => format!(
            "continuing {journal}: {} of {} left to work on, in {places}",
            summary::number(summary::open(&begun.counts)),
            profiles(begun.counts.total()),
        ),
        Some(_) => format!("{plan} and continues the run of {journal}, in {places}"),
    });
}

/// Tells how profiles are planned again that are in conflict already.
fn tell_of_conflicts(args: &BulkApply, begun: &Begun) {
    let conflicts = begun.counts.of(State::Conflict);
    if conflicts == 0 {
        return;
    }
    let journal = journal::shown(&args.journal);
    let given = " --state conflict -o conflicts.csv";
    say(format!(
        "--rebase leaves {} in conflict already; to plan {} again:\n  {}",
        summary::counted(conflicts, "profile that is", "profiles that are"),
        summary::them(conflicts),
        command_line("bulk rows", &[&journal], given)
    ));
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
    given.push_str(&pace::settle(args.settle));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settled_and_unchanged_profiles_need_no_write() {
        let plan = PlanCounts {
            change: 335,
            no_change: 1_665,
            unplanned: 2,
        };
        let mut counts = Counts::default();
        counts.add(State::Planned, 1_500);
        counts.add(State::Accepted, 2);
        counts.add(State::Unchanged, 400);
        counts.add(State::Done, 95);
        counts.add(State::Failed, 3);
        assert_eq!(writes_left(&counts, plan, true), 335 - 98);
        assert_eq!(writes_left(&counts, plan, false), 1_502);
        let settled = PlanCounts { change: 98, ..plan };
        assert_eq!(writes_left(&counts, settled, true), 0);
    }
}
