//! `billing demo`: both updates against an embedded emulator, with each request and response.

mod arm;
#[cfg(feature = "bulk")]
mod bulk;
mod error;
mod partner;
mod screen;

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use anstream::{AutoStream, StripStream};
use billing_core::{Clock, SendOptions, SystemClock};
use billing_emulator::Emulator;

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::page::Page;
use error::BoxError;
use screen::Screen;

/// On narrower screens, addresses break in awkward places; wider lines are hard to read.
const WIDTHS: std::ops::RangeInclusive<u16> = 80..=100;

pub(crate) async fn run_verb() -> Result {
    let clock = Arc::new(SystemClock::new());
    let mut out = AutoStream::auto(io::stdout());
    show(&mut out, width(), clock).await.map_err(failure)
}

/// Shows a bulk update, with its files in this folder or in a temporary one.
#[cfg(feature = "bulk")]
pub(crate) async fn run_bulk(folder: Option<&std::path::Path>) -> Result {
    if let Some(folder) = folder {
        create_empty(folder)?;
    }
    let mut out = AutoStream::auto(io::stdout());
    let mut screen = Screen::new(&mut out, width());
    bulk::show(&mut screen, folder).await.map_err(failure)
}

/// Creates a folder, or checks that it is empty.
#[cfg(feature = "bulk")]
fn create_empty(folder: &std::path::Path) -> Result {
    let created = std::fs::create_dir_all(folder).and_then(|()| std::fs::read_dir(folder));
    let name = crate::output::escape::one_line(&folder.to_string_lossy());
    let mut files = created.map_err(|error| {
        Failure::new(Exit::Usage, error)
            .during(format!("could not create the folder {name}"))
            .hint("name another one with --out")
    })?;
    match files.next() {
        None => Ok(()),
        Some(_) => Err(Failure::usage(
            format!("the folder {name} is not empty"),
            "name a new one with --out",
        )),
    }
}

fn width() -> u16 {
    let width = Page::stdout().columns().unwrap_or(*WIDTHS.start());
    width.clamp(*WIDTHS.start(), *WIDTHS.end())
}

fn failure(error: BoxError) -> Failure {
    match error.downcast::<io::Error>() {
        Ok(error) => Failure::output(*error),
        Err(error) => Failure::new(Exit::Failed, error)
            .during("the demonstration failed")
            .hint("it uses loopback only; a firewall or a full disk may block it"),
    }
}

/// Shows an update of each service on a screen of `width` columns, in plain text.
///
/// Clients, models and requests are those for the real services; the emulator ends with the
/// demonstration. The Resource Manager update takes two polls, each after a second by `clock`.
///
/// # Errors
/// A failure to start the emulator, an error of a client, or a failure to write to `out`.
pub async fn run(
    out: &mut (dyn Write + 'static),
    width: u16,
    clock: Arc<dyn Clock>,
) -> Result<(), BoxError> {
    show(&mut StripStream::new(out), width, clock).await
}

/// Shows the updates with styles.
async fn show(out: &mut dyn Write, width: u16, clock: Arc<dyn Clock>) -> Result<(), BoxError> {
    let mut screen = Screen::new(out, width);
    let emulator = Emulator::builder()
        .sample_data()
        .polls_until_done(2)
        .retry_after(Duration::from_secs(1))
        // The polls finish the update, not the time, however slow this machine is.
        .operation_time(Duration::from_secs(600))
        .start()
        .await?;
    let sending = SendOptions::default().with_clock(Arc::clone(&clock));
    screen.text(
        "This command runs an emulator of both services on loopback, with invented \
                 customers. The requests below are real HTTP requests of the clients for the real \
                 services.",
    )?;
    partner::show(&mut screen, &emulator, sending.clone()).await?;
    arm::show(&mut screen, &emulator, sending, &*clock).await?;
    screen.title("Your turn")?;
    screen.lines(
        "billing emulator            an emulator that keeps running, with instructions\nbilling \
         partner get --help  the same with a real customer\nbilling arm update --help   the same \
         with a real billing profile",
    )?;
    emulator.shutdown().await;
    Ok(())
}
