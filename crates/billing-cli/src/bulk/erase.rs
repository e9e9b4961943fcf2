//! `billing bulk erase`: removes the personal data of a profile from a journal.

use billing_bulk::JournalError;
use billing_core::{Clock as _, SystemClock};

use crate::args::bulk::BulkErase;
use crate::args::global::Global;
use crate::bulk::{journal, profile};
use crate::confirm::Confirm;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;
use crate::output::stderr::say;
use crate::shell::command_line;

pub(super) async fn run(args: &BulkErase, global: &Global, interrupt: &Interrupt) -> Result {
    let wanted = profile::parse(&args.profile)?;
    let reader = journal::read(&args.journal).await?;
    let failed = |error: JournalError| Failure::new(Exit::Failed, error);
    let Some(row) = reader.find(&wanted).await.map_err(failed)? else {
        return Err(profile::not_in_run(&wanted, &args.journal));
    };
    drop(reader);
    let confirm = Confirm::decide(global.yes).map_err(|failure| {
        let receipt = format!(" --profile {wanted}");
        let look = command_line("bulk receipts", &[&journal::shown(&args.journal)], &receipt);
        failure.hint(format!(
            "look at what is erased, then run the command with --yes\n  {look}"
        ))
    })?;
    say(format!(
        "erasing the documents and values of {} from {}: its change can then not be undone any more",
        row.profile,
        journal::shown(&args.journal),
    ));
    confirm.ask(interrupt).await?;
    let line = command_line("bulk erase", &[&journal::shown(&args.journal)], "");
    let journal = journal::open(&args.journal, &line).await?;
    let erased = journal.erase(&wanted, SystemClock::new().now()).await;
    erased.map_err(|error| match error {
        JournalError::Open { .. } => Failure::new(Exit::Failed, error).hint(
            "nothing was erased; end the run with `billing bulk apply` and `billing bulk reconcile` \
             first",
        ),
        error => failed(error),
    })?;
    say("erased; its identity, its states and the ids of its requests stay");
    say(
        "the plan file and the input file still have the data, and so have backups and copies of \
         the journal",
    );
    if journal::is_database(&args.journal) {
        say("the database server's own log, its replicas and its backups may still have them");
    }
    Ok(())
}
