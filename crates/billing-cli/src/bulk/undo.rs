//! `billing bulk undo`: plans the values from before a run. Writes nothing to a service.

use billing_bulk::plan::{Force, PlanInput, undo};
use serde_json::json;

use crate::args::bulk::BulkUndo;
use crate::args::global::Global;
use crate::bulk::continued::Continued;
use crate::bulk::new_plan::NewPlan;
use crate::bulk::out_file;
use crate::bulk::profile;
use crate::bulk::reading::Reading;
use crate::bulk::services::Services;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;

pub(super) async fn run(args: &BulkUndo, global: &Global, interrupt: &Interrupt) -> Result {
    out_file::check(&args.out)?;
    let force = force(&args.force)?;
    let run = interrupt.guard(Continued::read(&args.journal)).await??;
    let version = run.version(args.version.api_version)?;
    let services = Services::open(&run.services(&[])?, version, global).await?;
    run.check(&services.bindings)?;
    interrupt.guard(check_force(&force, &run)).await??;
    let input = PlanInput {
        name: None,
        sha256: String::new(),
        options: json!({ "undo": run.id(), "force": args.force }).to_string(),
        form: None,
    };
    let reading = Reading::start(global, "planned", None);
    let options = reading.options(args.pace, Vec::new());
    let new = NewPlan {
        out: &args.out,
        args: args.new,
        services: &services,
        continued: None,
    };
    let items = undo(run.journal, force);
    new.write(input, items, options, &reading, global, interrupt)
        .await
}

/// Refuses a profile of `--force` that the run does not have.
async fn check_force(force: &Force, run: &Continued) -> Result {
    let Force::Profiles(profiles) = force else {
        return Ok(());
    };
    for profile in profiles {
        let found = run.journal.find(profile).await;
        if found
            .map_err(|error| Failure::new(Exit::Failed, error))?
            .is_none()
        {
            return Err(Failure::usage(
                format!(
                    "--force: the run of {} has no profile {profile}",
                    run.name()
                ),
                "name a profile that the run has changed",
            ));
        }
    }
    Ok(())
}

/// Returns what `--force` names.
///
/// # Errors
/// A usage failure for a text that is no profile.
fn force(given: &[String]) -> Result<Force> {
    if given.iter().any(|text| text == "all") {
        return Ok(Force::Always);
    }
    if given.is_empty() {
        return Ok(Force::Never);
    }
    let profiles = given.iter().map(|text| profile::parse(text));
    Ok(Force::Profiles(profiles.collect::<Result<_>>()?))
}
