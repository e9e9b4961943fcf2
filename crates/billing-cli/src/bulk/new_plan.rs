//! A plan that is written, whatever its profiles come from, and what is printed of it.

use std::path::Path;

use billing_bulk::plan::{
    Plan, PlanHeader, PlanInput, PlanItems, PlanOptions, PlanStore as _, PlanSummary, PlanWriter,
    Severity, make,
};
use billing_core::{Clock as _, SystemClock};

use crate::args::bulk::NewPlanArgs;
use crate::args::global::{Format, Global};
use crate::bulk::continued::Continued;
use crate::bulk::plan_failure::{RESUME, discard_empty, not_made, not_written};
use crate::bulk::reading::Reading;
use crate::bulk::services::Services;
use crate::bulk::{end, plan_summary, summary};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;
use crate::output::escape::one_line;
use crate::output::stderr::say;
use crate::output::stdout::{print, show};
use crate::shell::{command_line, shell_word};

/// A plan that is written.
pub(super) struct NewPlan<'a> {
    pub(super) out: &'a Path,
    pub(super) args: NewPlanArgs,
    pub(super) services: &'a Services,
    /// The run that it makes further rows for.
    pub(super) continued: Option<&'a Continued>,
}

impl NewPlan<'_> {
    /// Reads the profiles, writes the plan, and prints its summary. An interrupted plan of the same
    /// input is continued.
    ///
    /// # Errors
    /// A failure if the plan cannot be made or written, or profiles could not be planned.
    pub(super) async fn write(
        &self,
        input: PlanInput,
        items: PlanItems,
        options: PlanOptions,
        reading: &Reading,
        global: &Global,
        interrupt: &Interrupt,
    ) -> Result {
        let now = SystemClock::new().now();
        let header = PlanHeader {
            tool: format!("billing {}", env!("CARGO_PKG_VERSION")),
            created: now,
            expires: now.checked_add(self.args.expires).unwrap_or(now),
            bindings: self.services.bindings.clone(),
            continues: self.continued.map(|run| run.id().to_owned()),
            input,
        };
        let writer = PlanWriter::open(self.out, &header, self.args.overwrite);
        let mut writer = writer.map_err(not_written)?;
        if writer.last() > 0 {
            say(format!(
                "continuing {}, which has {} already",
                self.out.display(),
                summary::profiles(writer.last())
            ));
        }
        let expiries = self.services.token_expiries.iter();
        let options = expiries.fold(options, |options, (service, expires)| {
            options.with_token_expiry(*service, *expires)
        });
        let make = make(items, &mut writer, &self.services.targets, options);
        let made = reading.guard(interrupt, make).await;
        let made = made.map_err(|interrupted| interrupted.hint(RESUME));
        let failed = |error| not_made(error, "the plan is unfinished", self.services);
        let made = made.and_then(|made| made.map_err(failed));
        let made = match made {
            Ok(made) => made,
            Err(failure) => return Err(discard_empty(writer, failure)),
        };
        let plan = writer.finish().map_err(not_written)?;
        report(self, global, &made, &plan)
    }
}

/// Prints the summary and the command that applies the plan.
///
/// # Errors
/// A failure if profiles could not be planned.
fn report(new: &NewPlan<'_>, global: &Global, made: &PlanSummary, plan: &Plan) -> Result {
    match global.format() {
        Format::Json => print(&plan_summary::json(made, plan.header(), new.out))?,
        Format::Table => show(plan_summary::text(made))?,
    }
    let path = new.out.to_string_lossy();
    let journal = match new.continued {
        Some(run) => shell_word(&run.name()),
        None => shell_word(&new.out.with_extension("db").to_string_lossy()),
    };
    let counts = made.counts;
    let mut given = format!(" --journal {journal}");
    if counts.unplanned > 0 {
        given.push_str(&format!(" --allow-unplanned {}", counts.unplanned));
    }
    given.push_str(&new.services.options);
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
        let them = summary::them(counts.unplanned);
        let message = format!(
            "{} of {} cannot be planned",
            summary::number(counts.unplanned),
            summary::profiles(counts.total())
        );
        return Err(Failure::new(Exit::Failed, message).hint(format!(
            "look at {them}, and make another plan, or apply this one without {them}\n  {look}\n  \
             {apply}"
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
