//! `billing bulk plan`: reads profiles and writes a plan of what changes. Writes nothing to a
//! service.

use std::path::Path;
use std::sync::Arc;

use billing_bulk::plan::{PlanOptions, Strictness};
use clap::ValueEnum as _;

use crate::args::bulk::{BulkPlan, Preflight};
use crate::args::global::{Global, Output};
use crate::arm::version::choose;
use crate::bulk::continued::Continued;
use crate::bulk::new_plan::NewPlan;
use crate::bulk::out_file;
use crate::bulk::plan_source::PlanSource;
use crate::bulk::reading::Reading;
use crate::bulk::services::Services;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;
use crate::output::stderr::say;
use crate::shell::{command_line, shell_word};

pub(super) async fn run(args: &BulkPlan, global: &Global, interrupt: &Interrupt) -> Result {
    out_file::check(&args.out)?;
    check_format(&args.out)?;
    let continued = match &args.continues {
        Some(journal) => Some(interrupt.guard(Continued::read(journal)).await??),
        None => None,
    };
    let cells = continued.as_ref().map(Continued::cells).unwrap_or_default();
    let given = args.version.api_version;
    let version = match &continued {
        Some(run) => run.version(given)?,
        None => choose(given, global).await?,
    };
    let source = PlanSource::check(args, &cells, version, interrupt).await?;
    if continued.is_none() && source.is_of_rows() {
        tell_of_continue(args);
    }
    let services = match &continued {
        Some(run) => run.services(&source.services())?,
        None => source.services(),
    };
    let services = Services::open(&services, version, global).await?;
    if let Some(run) = &continued {
        run.check(&services.bindings)?;
    }
    let reading = Reading::start(global, "planned", source.total());
    let options = options(args, &services, &reading)?;
    let input = source.plan_input(args);
    let items = source.items(args, &services)?;
    let new = NewPlan {
        out: &args.out,
        args: args.new,
        services: &services,
        continued: continued.as_ref(),
    };
    new.write(input, items, options, &reading, global, interrupt)
        .await
}

/// Tells how rows of a run are planned for that run.
fn tell_of_continue(args: &BulkPlan) {
    let file = args.input.as_deref().unwrap_or(Path::new("-"));
    let [file, out] = [file, &*args.out].map(|path| path.to_string_lossy());
    let line = command_line(
        "bulk plan --continue JOURNAL",
        &[&file],
        &format!(" -o {}", shell_word(&out)),
    );
    say(format!(
        "warning: the file has rows of a run, and this plan begins another one; to continue that \
         run:\n  {line}"
    ));
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

fn options(args: &BulkPlan, services: &Services, reading: &Reading) -> Result<PlanOptions> {
    let mut options = reading.options(args.pace, PlanSource::filters(args, services.version)?);
    if let Some(how) = args.preflight {
        options = options.with_preflight(match how {
            Preflight::Findings => Strictness::Report,
            Preflight::Strict => Strictness::Strict,
        });
    }
    if let Some(client) = &services.partner {
        options = options.with_country_rules(Arc::new(client.clone()));
    }
    Ok(options)
}
