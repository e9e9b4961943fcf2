//! The demonstration of a bulk update: faults, a kill, a resumption, corrected rows, a report.

mod process;
mod site;

use std::path::Path;
use std::time::Duration;

use billing_core::{Clock as _, SystemClock};

use crate::demo::error::{BoxError, other};
use crate::demo::screen::Screen;
use process::Process;
use site::{Input, Site};

/// How often the demonstration looks whether it is time for the kill.
const LOOK: Duration = Duration::from_millis(5);

/// How many of 200 changes are stored when the process is killed. With the writes in flight, the
/// run is half way then.
const BEFORE_THE_KILL: u64 = 80;

const APPLY: &str = "apply run.plan --journal run.db --yes --read-back 3s";

/// Shows a bulk update, with its files in this folder or in a temporary one.
///
/// # Errors
/// A failure to write to the screen, or why the demonstration did not work. No process and no
/// temporary folder is left.
pub(super) async fn show(screen: &mut Screen<'_>, folder: Option<&Path>) -> Result<(), BoxError> {
    let site = Site::start(folder).await?;
    screen.title("200 billing profiles, each updated exactly once")?;
    screen.text(
        "This command runs an emulator of both services on loopback, with 100 invented customers \
         and 100 billing profiles. Some of its responses get lost, and some requests are throttled \
         or refused. The commands below run as you would type them, each in a process of its own.",
    )?;
    let input = site.input();
    plan(screen, &site, &input).await?;
    kill(screen, &site).await?;
    settle(screen, &site).await?;
    correct(screen, &site, &input).await?;
    prove(screen, &site).await?;

    let folder = site.end().await;
    screen.title("Your turn")?;
    screen.text("Open the report in a browser:")?;
    screen.lines(&folder.join("report.html").display().to_string())?;
    screen
        .text("Its folder stays until you delete it. These verbs work there without a service:")?;
    screen.lines(
        "billing bulk status run.db\nbilling bulk explain run.db PROFILE\nbilling bulk receipts \
         run.db --verify",
    )?;
    Ok(())
}

async fn plan(screen: &mut Screen<'_>, site: &Site, input: &Input) -> Result<(), BoxError> {
    std::fs::write(site.path("profiles.csv"), &input.csv).map_err(other)?;
    screen.step("1. Plan: compare a file with the profiles")?;
    screen.text(&format!(
        "profiles.csv gives each customer another e-mail address, and each billing profile \
         another purchase order. A spreadsheet has removed the leading zero of {} postal codes. \
         The plan writes nothing to a service.",
        input.mistakes.len()
    ))?;
    run(screen, site, "plan profiles.csv -o run.plan", 0).await
}

async fn kill(screen: &mut Screen<'_>, site: &Site) -> Result<(), BoxError> {
    screen.step("2. Apply: the process is killed half way")?;
    screen.text(
        "Each step is in the journal run.db before it is taken. The kill comes without a warning, \
         as a power failure does.",
    )?;
    prompt(screen, APPLY)?;
    let clock = SystemClock::new();
    let mut process = Process::start(site.verb(APPLY)?).map_err(other)?;
    while site.effective_writes() < BEFORE_THE_KILL {
        if !process.is_running().map_err(other)? {
            return Err("the run ended before it was killed".into());
        }
        clock.sleep(LOOK).await;
    }
    process.kill().map_err(other)?;
    while let Some(line) = process.line().await.map_err(other)? {
        screen.printed(&line)?;
    }
    let done = site.effective_writes();
    screen.lines(&format!(
        "(killed; the services have stored {done} changes)"
    ))?;
    run(screen, site, "status run.db", 0).await
}

async fn settle(screen: &mut Screen<'_>, site: &Site) -> Result<(), BoxError> {
    screen.step("3. Resume: the same command")?;
    screen.text(
        "It first finds out what became of the writes that were in flight. A customer's update is \
         sent again under the same id, which the service takes for the same update. A billing \
         profile is read back, for three seconds here; updates of a real service may take longer.",
    )?;
    run(screen, site, APPLY, 1).await?;
    screen.step("4. Reconcile: decide about writes of unknown outcome")?;
    screen.text(
        "The responses to some updates got lost, and the profiles do not show them. An update is \
         sent again only when it can no longer be running: after 15 minutes at a real service.",
    )?;
    let reconcile = "reconcile run.db --settle 3s --read-back 1s --resend";
    run(screen, site, reconcile, 1).await
}

async fn correct(screen: &mut Screen<'_>, site: &Site, input: &Input) -> Result<(), BoxError> {
    screen.step("5. Correct the rows that failed, and continue the run")?;
    run(screen, site, "rows run.db -o failed.csv", 0).await?;
    let file = site.path("failed.csv");
    let mut rows = std::fs::read_to_string(&file).map_err(other)?;
    for (wrong, right) in &input.mistakes {
        rows = rows.replace(&format!(",{wrong},"), &format!(",{right},"));
        screen.lines(&format!("(failed.csv: {wrong} is now {right})"))?;
    }
    std::fs::write(&file, rows).map_err(other)?;
    let plan = "plan --continue run.db failed.csv -o next.plan";
    run(screen, site, plan, 0).await?;
    let apply = "apply next.plan --journal run.db --yes";
    run(screen, site, apply, 0).await
}

async fn prove(screen: &mut Screen<'_>, site: &Site) -> Result<(), BoxError> {
    screen.step("6. Verify: read every profile again")?;
    run(screen, site, "verify run.db", 0).await?;
    let counts = site.counts();
    screen.lines("\n")?;
    screen.text(&format!(
        "The emulator has counted the writes, too. It has received {}, and {} of them were lost, \
         throttled or refused. {} of {} profiles have exactly one effective write.",
        counts.writes, counts.disturbed, counts.once, counts.profiles
    ))?;
    if counts.once != counts.profiles {
        return Err("a profile was not written exactly once".into());
    }
    screen.step("7. Report: a page for those who were not there")?;
    run(screen, site, "report run.db -o report.html", 0).await
}

/// Runs a verb and shows what it prints, which must end with this exit code.
async fn run(
    screen: &mut Screen<'_>,
    site: &Site,
    line: &str,
    expected: i32,
) -> Result<(), BoxError> {
    prompt(screen, line)?;
    let mut process = Process::start(site.verb(line)?).map_err(other)?;
    while let Some(line) = process.line().await.map_err(other)? {
        screen.printed(&line)?;
    }
    let ended = process.end().map_err(other)?;
    if ended.code() == Some(expected) {
        return Ok(());
    }
    Err(format!("`billing bulk {line}` ended otherwise than expected: {ended}").into())
}

fn prompt(screen: &mut Screen<'_>, line: &str) -> Result<(), BoxError> {
    screen.lines(&format!("\n$ billing bulk {line}"))?;
    Ok(())
}
