//! `billing demo`: both updates over the wire, against an embedded emulator, with all that is seen on
//! the way.

mod arm;
mod partner;
mod screen;

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use anstream::{AutoStream, StripStream};
use anyhow::Context as _;
use billing_core::{Clock, SendOptions, SystemClock};
use billing_emulator::Emulator;

use crate::failure::{Exit, Failure};
use screen::Screen;

/// Narrower, addresses break in awkward places; wider, the eye loses the line.
const WIDTHS: std::ops::RangeInclusive<u16> = 80..=100;

pub(crate) async fn verb() -> Result<(), Failure> {
    let width = comfy_table::Table::new().width().unwrap_or(*WIDTHS.start());
    let width = width.clamp(*WIDTHS.start(), *WIDTHS.end());
    let clock = Arc::new(SystemClock::new());
    let mut out = AutoStream::auto(io::stdout());
    show(&mut out, width, clock)
        .await
        .map_err(|error| match error.downcast::<io::Error>() {
            Ok(error) => Failure::output(error),
            Err(error) => Failure::new(Exit::Failed, error)
                .during("the demonstration did not come to its end")
                .hint("it uses loopback only; a firewall or a full disk may be in its way"),
        })
}

/// Shows a Partner Center update and a Resource Manager update on a screen of `width` columns, in plain text.
///
/// The clients, the models and the requests are the real ones; the emulator ends with the
/// demonstration. The Resource Manager update takes two polls, each after a second by `clock`.
///
/// # Errors
/// Whatever keeps the emulator from listening, a client from its work, or `out` from taking the text.
pub async fn run(
    out: &mut (dyn Write + 'static),
    width: u16,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<()> {
    show(&mut StripStream::new(out), width, clock).await
}

/// The same with styles.
async fn show(out: &mut dyn Write, width: u16, clock: Arc<dyn Clock>) -> anyhow::Result<()> {
    let mut screen = Screen::new(out, width);
    let emulator = Emulator::builder()
        .sample_data()
        .polls_until_done(2)
        .retry_after(Duration::from_secs(1))
        // The polls finish the update, however slow this machine is.
        .operation_time(Duration::from_secs(600))
        .start()
        .await
        .context("could not start the emulator")?;
    let sending = SendOptions::default().with_clock(Arc::clone(&clock));
    screen.text("An emulator of both services runs inside this command, on loopback; its customers are invented. The requests below go over the wire, from the clients that talk to the real services too.")?;
    partner::show(&mut screen, &emulator, sending.clone()).await?;
    arm::show(&mut screen, &emulator, sending, &*clock).await?;
    screen.title("Your turn")?;
    screen.lines(
        "billing emulator            an emulator that stays, and says how to use it\n\
         billing partner get --help  the same with a real customer\n\
         billing arm update --help   the same with a real billing profile",
    )?;
    emulator.shutdown().await;
    Ok(())
}
