//! `billing bulk plan`: reads profiles and writes a plan of what changes. Writes nothing to a
//! service.

use std::path::Path;
use std::sync::Arc;

use billing_bulk::plan::{
    Filter, Plan, PlanError, PlanFileError, PlanHeader, PlanOptions, PlanProgress, PlanStore as _,
    PlanSummary, PlanWriter, Severity, Strictness, make,
};
use billing_core::{Clock as _, SystemClock};
use clap::ValueEnum as _;

use crate::args::bulk::{BulkPlan, PaceArgs, Preflight};
use crate::args::global::{Format, Global, Output};
use crate::bulk::continued::Continued;
use crate::bulk::plan_source::PlanSource;
use crate::bulk::services::Services;
use crate::bulk::{end, pace, plan_summary, summary};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;
use crate::output::escape::one_line;
use crate::output::stderr::say;
use crate::output::stdout::{print, show};
use crate::progress::Line;
use crate::shell::{command_line, shell_word};

/// The hint after an interrupted plan.
pub(super) const RESUME: &str = "to continue, run the same command again";

pub(super) async fn run(args: &BulkPlan, global: &Global, interrupt: &Interrupt) -> Result {
    check_out(&args.out)?;
    check_format(&args.out)?;
    let source = PlanSource::check(args, interrupt).await?;
    let continued = match &args.continues {
        Some(journal) => Some(interrupt.guard(Continued::read(journal)).await??),
        None => None,
    };
    let services = match &continued {
        Some(run) => run.services(&source.services())?,
        None => source.services(),
    };
    let services = Services::open(&services, global).await?;
    if let Some(run) = &continued {
        run.check(&services.bindings)?;
    }
    let now = SystemClock::new().now();
    let header = PlanHeader {
        tool: format!("billing {}", env!("CARGO_PKG_VERSION")),
        created: now,
        expires: now.checked_add(args.expires).unwrap_or(now),
        bindings: services.bindings.clone(),
        continues: continued.as_ref().map(|run| run.id().to_owned()),
        input: source.plan_input(args),
    };
    let mut writer = PlanWriter::open(&args.out, &header, args.overwrite).map_err(not_written)?;
    if writer.last() > 0 {
        say(format!(
            "continuing {}, which has {} already",
            args.out.display(),
            summary::profiles(writer.last())
        ));
    }
    let made = {
        let options = options(args, &services, global)?;
        let items = source.items(args, &services)?;
        let make = make(items, &mut writer, &services.targets, options);
        interrupt.guard(make).await
    };
    let made = made.map_err(|interrupted| interrupted.hint(RESUME))?;
    let made = made.map_err(|error| not_made(error, "the plan is unfinished"))?;
    let plan = writer.finish().map_err(not_written)?;
    report(args, global, &services, continued.as_ref(), &made, &plan)
}

/// Refuses a folder, and a file in a folder that does not exist.
pub(super) fn check_out(out: &Path) -> Result {
    let name = out.to_string_lossy();
    if out.is_dir() {
        return Err(Failure::usage(
            format!("-o {name} is a folder"),
            "name the file that is written",
        ));
    }
    let folder = out.parent().filter(|it| !it.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(Failure::usage(
            format!("-o {name}: there is no folder {}", folder.display()),
            "create it, or name another one",
        ));
    }
    Ok(())
}

/// Refuses the name of a format, which other verbs take as `-o`.
fn check_format(out: &Path) -> Result {
    let name = out.to_string_lossy();
    if Output::from_str(&name, false).is_err() {
        return Ok(());
    }
    Err(Failure::usage(
        format!("-o is the plan that is written, and {name} is a format"),
        format!(
            "give the plan with -o and the format with --output: billing bulk plan … -o run.plan \
             --output {name}; for a plan of that name: -o ./{name}"
        ),
    ))
}

/// Returns the options of reading profiles, with a line that shows how far it is.
pub(super) fn reading(
    pace: PaceArgs,
    filters: Vec<Filter>,
    global: &Global,
    done: &'static str,
) -> PlanOptions {
    let line = Line::start(!global.no_progress, "{spinner} {msg}");
    let tell = move |progress: &PlanProgress| line.tell(progress_text(progress, done));
    let mut options = PlanOptions::default()
        .with_rate(pace::rate(pace))
        .on_progress(Arc::new(tell));
    if let Some(concurrency) = pace.concurrency {
        options = options.with_concurrency(concurrency.into());
    }
    let filters = filters.into_iter();
    filters.fold(options, PlanOptions::with_filter)
}

fn options(args: &BulkPlan, services: &Services, global: &Global) -> Result<PlanOptions> {
    let filters = PlanSource::filters(args)?;
    let mut options = reading(args.pace, filters, global, "planned");
    for (service, expires) in &services.token_expiries {
        options = options.with_token_expiry(*service, *expires);
    }
    if let (Some(how), Some(client)) = (args.preflight, &services.partner) {
        let strictness = match how {
            Preflight::Findings => Strictness::Report,
            Preflight::Strict => Strictness::Strict,
        };
        options = options.with_preflight(Arc::new(client.clone()), strictness);
    }
    Ok(options)
}

/// Returns the line that shows how far a plan is.
fn progress_text(progress: &PlanProgress, done: &str) -> String {
    let counts = progress.counts;
    let mut text = format!("{} {done}", summary::profiles(counts.total()));
    let unplanned = format!("that cannot be {done}");
    for (count, name) in [
        (counts.unplanned, unplanned.as_str()),
        (progress.excluded, "excluded by --where"),
    ] {
        if count > 0 {
            text.push_str(&format!(", {} {name}", summary::number(count)));
        }
    }
    if let Some((key, pause)) = &progress.pause {
        let pause = pause.as_secs_f64().ceil();
        text.push_str(&format!("; {key} is throttled, waiting {pause} s"));
    }
    text
}

/// Prints the summary and the command that applies the plan.
///
/// # Errors
/// A failure if profiles could not be planned.
fn report(
    args: &BulkPlan,
    global: &Global,
    services: &Services,
    continued: Option<&Continued>,
    made: &PlanSummary,
    plan: &Plan,
) -> Result {
    match global.format() {
        Format::Json => print(&plan_summary::json(made, plan.header(), &args.out))?,
        Format::Table => show(plan_summary::text(made))?,
    }
    let path = args.out.to_string_lossy();
    let journal = match continued {
        Some(run) => shell_word(&run.name()),
        None => shell_word(&args.out.with_extension("db").to_string_lossy()),
    };
    let counts = made.counts;
    let mut given = format!(" --journal {journal}");
    if counts.unplanned > 0 {
        given.push_str(&format!(" --allow-unplanned {}", counts.unplanned));
    }
    given.push_str(&services.options);
    let look = command_line("bulk show", &[&path], "");
    let apply = command_line("bulk apply", &[&path], &given);
    let insufficient = made
        .sign_in
        .iter()
        .find(|it| it.severity == Severity::Error);
    if let Some(found) = insufficient {
        let cause = &found.cause;
        let message = format!("{} ({})", cause.message, cause.code);
        let failure = Failure::new(Exit::Failed, one_line(&message))
            .during("the plan is written, and this sign-in cannot apply it");
        let apply = format!("to apply the plan\n  {apply}");
        return Err(failure.hint(end::before_resuming(cause, &apply)));
    }
    if counts.unplanned > 0 {
        let message = format!(
            "{} of {} cannot be planned",
            summary::number(counts.unplanned),
            summary::profiles(counts.total())
        );
        return Err(Failure::new(Exit::Failed, message).hint(format!(
            "look at them, and make another plan, or apply this one without them\n  {look}\n  {apply}"
        )));
    }
    if counts.total() == 0 {
        say("nothing to apply: no profile was selected");
    } else if counts.change == 0 {
        say("nothing to apply: no profile would change");
    } else {
        say(format!(
            "to look at the plan, and to apply it:\n  {look}\n  {apply}"
        ));
    }
    Ok(())
}

/// Returns the failure of a plan that cannot be written.
pub(super) fn not_written(error: PlanFileError) -> Failure {
    let hint = match &error {
        PlanFileError::Finished { .. } | PlanFileError::OtherInput { .. } => {
            "nothing was sent; --overwrite replaces it"
        }
        PlanFileError::Storage { .. } => {
            let failure = Failure::new(Exit::StillRunning, error);
            return failure.hint(RESUME);
        }
        _ => "nothing was sent",
    };
    Failure::new(Exit::Failed, error).hint(hint)
}

/// Returns the failure of reading profiles; `state` is what became of the file.
pub(super) fn not_made(error: PlanError, state: &str) -> Failure {
    match error {
        PlanError::Stopped(cause) => {
            let mut failure =
                Failure::new(Exit::StillRunning, one_line(&cause.message)).during(state);
            failure.0.kind = Some("run_stopped");
            failure.hint(end::before_resuming(&cause, RESUME))
        }
        PlanError::Input(error) if error.is::<billing_core::Error>() => {
            Failure::new(Exit::Failed, PlanError::Input(error))
                .during("could not list the profiles")
                .hint(format!(
                    "check the account, and what this sign-in may read; {RESUME}"
                ))
        }
        PlanError::File(error) => not_written(error),
        error => Failure::new(Exit::Failed, error).hint(RESUME),
    }
}
