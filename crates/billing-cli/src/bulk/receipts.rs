//! `billing bulk receipts`: what a journal proves of each profile, and whether it was changed.

use std::sync::Arc;

use billing_bulk::journal::pages::RowPages;
use billing_bulk::journal::row::Row;
use billing_bulk::journal::{Hash, JournalReader, Recorder, State};
use billing_bulk::receipt::{Receipt, VerifyError, verify};
use billing_bulk::{JournalError, ProfileId};

use crate::args::bulk::BulkReceipts;
use crate::args::global::{Format, Global, Output};
use crate::bulk::summary::{counted, number, rows};
use crate::bulk::{journal, profile, receipt_line, receipt_text};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::escape::one_line;
use crate::output::stdout::{print, show};

pub(super) async fn run(args: &BulkReceipts, global: &Global) -> Result {
    let wanted = args.profile.as_deref().map(profile::parse).transpose()?;
    let head = args.head.as_deref().map(parse_head).transpose()?;
    let reader = journal::read(&args.journal).await?;
    if args.verify {
        return check(args, &*reader, head, global.format()).await;
    }
    print_all(args, &reader, wanted, global.output)
        .await
        .unwrap_or_else(|error| Err(failed(error)))
}

/// Prints the receipts. The outer result is that of the journal.
async fn print_all(
    args: &BulkReceipts,
    reader: &Arc<dyn JournalReader>,
    wanted: Option<ProfileId>,
    output: Option<Output>,
) -> std::result::Result<Result, JournalError> {
    let recorders = reader.recorders().await?;
    let mut all = RowPages::of(State::ALL);
    let mut next = match &wanted {
        None => all.next(&**reader).await?,
        Some(wanted) => match reader.find(wanted).await? {
            Some(row) => Some(row),
            None => return Ok(Err(profile::not_in_run(wanted, &args.journal))),
        },
    };
    if output == Some(Output::Csv)
        && let Err(failure) = receipt_line::csv_header().and_then(|header| print(&header))
    {
        return Ok(Err(failure));
    }
    while let Some(row) = next {
        if let Err(failure) = print_one(&**reader, &row, &recorders, output).await? {
            return Ok(Err(failure));
        }
        next = match wanted {
            None => all.next(&**reader).await?,
            Some(_) => None,
        };
    }
    Ok(Ok(()))
}

/// Prints a receipt. The outer result is that of the journal.
async fn print_one(
    reader: &dyn JournalReader,
    row: &Row,
    recorders: &[Recorder],
    output: Option<Output>,
) -> std::result::Result<Result, JournalError> {
    let receipt = Receipt::of(reader, row, recorders).await?;
    Ok(match output {
        Some(Output::Json) => print(&receipt_line::json(&receipt)),
        Some(Output::Csv) => receipt_line::csv(&receipt).and_then(|lines| print(&lines)),
        Some(Output::Table) | None => show(receipt_text::text(&receipt)),
    })
}

/// Checks the journal.
async fn check(
    args: &BulkReceipts,
    reader: &dyn JournalReader,
    head: Option<Hash>,
    format: Format,
) -> Result {
    let name = journal::shown(&args.journal);
    if let Some(holder) = reader.holder().await.map_err(failed)? {
        let message = format!("{holder} works on the run");
        return Err(Failure::new(Exit::Failed, message)
            .hint("verify the journal after it has ended or stopped"));
    }
    let proof = verify(reader, head).await.map_err(|error| match error {
        VerifyError::Journal(error) => failed(error),
        VerifyError::Altered(altered) => {
            let message = format!("{name} was changed: {altered}");
            Failure::new(Exit::Failed, one_line(&message))
                .hint("restore it from a backup; what else is wrong after this place is not known")
        }
    })?;
    if format == Format::Json {
        return print(&receipt_line::proof(&proof));
    }
    show(format!(
        "{} about {}, all as recorded",
        counted(proof.entries, "entry", "entries"),
        rows(proof.rows)
    ))?;
    if proof.erased > 0 {
        let erased = number(proof.erased);
        show(format!("rows whose personal data were erased: {erased}"))?;
    }
    show(format!("head: {}", journal::head(&proof.head)))?;
    if head.is_none() {
        show("without --head, a cut-off end or a rewritten journal is not noticed")?;
    }
    Ok(())
}

fn failed(error: JournalError) -> Failure {
    Failure::new(Exit::Failed, error)
}

/// Returns the head that an argument gives.
///
/// # Errors
/// A usage failure if it is none.
fn parse_head(text: &str) -> Result<Hash> {
    let pairs = text.as_bytes().chunks(2);
    let bytes: Option<Vec<u8>> = pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let head = bytes.and_then(|bytes| bytes.try_into().ok());
    head.ok_or_else(|| {
        Failure::usage(
            format!("{} is not the head of a journal", one_line(text)),
            "give the 64 hexadecimal digits that the run or `billing bulk status` printed",
        )
    })
}
