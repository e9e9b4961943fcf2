//! The verbs that control a run from another terminal, through its journal.

use billing_bulk::control::{By, Order};
use billing_bulk::journal::Holder;
use billing_core::{Clock as _, SystemClock};

use crate::args::bulk::{BulkSetConcurrency, BulkSetRate, Rate};
use crate::bulk::{journal, summary};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::stderr::say;
use crate::shell::command_line;

pub(super) async fn pause(name: &str) -> Result {
    let process = holder(name).await?;
    journal::give_order(name, &Order::Pause, &by()).await?;
    let resume = command_line("bulk resume", &[&journal::shown(name)], "");
    say(match process {
        Some(holder) => format!(
            "{holder} sends no new write; what is in flight is finished\nto resume:\n  {resume}"
        ),
        None => format!(
            "no process works on the run; the next `billing bulk apply` waits until it is \
             resumed\nto resume:\n  {resume}"
        ),
    });
    Ok(())
}

pub(super) async fn resume(name: &str) -> Result {
    let process = holder(name).await?;
    journal::give_order(name, &Order::Resume, &by()).await?;
    say(match process {
        Some(holder) => format!("{holder} continues the run"),
        None => "no process works on the run; `billing bulk apply` continues it".to_owned(),
    });
    Ok(())
}

pub(super) async fn abort(name: &str) -> Result {
    let holder = live(name).await?;
    journal::give_order(name, &Order::Abort, &by()).await?;
    say(format!(
        "{holder} stops when what is in flight is finished; the same `billing bulk apply` \
         continues the run"
    ));
    Ok(())
}

pub(super) async fn set_rate(args: &BulkSetRate) -> Result {
    let (rate, told) = match args.rate {
        Rate::PerSecond(rate) => (
            format!("{rate}/s"),
            format!("sends at most {rate} requests of a kind per second"),
        ),
        Rate::Unlimited => (
            "unlimited".to_owned(),
            "sends requests without rate control".to_owned(),
        ),
    };
    let holder = live(&args.run.journal).await?;
    journal::give_order(&args.run.journal, &Order::SetRate(rate), &by()).await?;
    say(format!("{holder} {told}"));
    Ok(())
}

pub(super) async fn set_concurrency(args: &BulkSetConcurrency) -> Result {
    let holder = live(&args.run.journal).await?;
    let order = Order::SetConcurrency(args.concurrency.into());
    journal::give_order(&args.run.journal, &order, &by()).await?;
    say(format!(
        "{holder} works on {} at once",
        summary::profiles(args.concurrency.into())
    ));
    Ok(())
}

/// Returns the process that works on the run.
async fn holder(name: &str) -> Result<Option<Holder>> {
    let holder = journal::read(name).await?.holder().await;
    holder.map_err(|error| Failure::new(Exit::Failed, error))
}

/// Returns the process that works on the run.
///
/// # Errors
/// There is none, so that there is nothing to change.
async fn live(name: &str) -> Result<Holder> {
    holder(name).await?.ok_or_else(|| {
        Failure::new(Exit::Failed, "no process works on the run").hint(
            "nothing was changed; give the options of `billing bulk apply` when it continues the \
             run",
        )
    })
}

/// Returns the user of this process.
fn by() -> By {
    let Holder { user, host, .. } = journal::holder();
    By {
        who: format!(
            "{}@{}",
            user.as_deref().unwrap_or("unknown"),
            host.as_deref().unwrap_or("unknown")
        ),
        time: SystemClock::new().now(),
    }
}
