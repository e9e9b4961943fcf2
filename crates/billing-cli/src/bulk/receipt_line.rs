//! A receipt as JSON and CSV; `schemas/bulk-receipts.schema.json` describes the JSON.

use std::io;
use std::time::SystemTime;

use billing_bulk::ProfileId;
use billing_bulk::document::Version;
use billing_bulk::journal::Holder;
use billing_bulk::receipt::{Proof, Receipt, ReceiptChange, ReceiptEntry};
use billing_bulk::target::Cause;
use serde::Serialize;
use serde_json::Value;

use crate::bulk::journal;
use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// The version of the lines. It changes if a present member changes.
const VERSION: u8 = 1;

#[derive(Serialize)]
struct ReceiptLine<'a> {
    v: u8,
    #[serde(flatten)]
    profile: &'a ProfileId,
    row: u64,
    generation: u32,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    changes: Vec<ChangeLine<'a>>,
    entries: Vec<EntryLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    erased: Option<String>,
}

#[derive(Serialize)]
struct ChangeLine<'a> {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<&'a Value>,
    /// `null` clears the member; absent once it is erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<Option<&'a Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<&'a Value>,
}

#[derive(Serialize)]
struct EntryLine<'a> {
    entry: u64,
    row: u64,
    time: String,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'a Cause>,
    #[serde(skip_serializing_if = "Option::is_none")]
    who: Option<&'a Holder>,
}

#[derive(Serialize)]
struct ProofLine {
    v: u8,
    verified: bool,
    entries: u64,
    rows: u64,
    erased: u64,
    head: String,
}

impl<'a> ChangeLine<'a> {
    fn of(receipt: &'a Receipt, change: &'a ReceiptChange) -> Self {
        Self {
            path: path(receipt, change),
            old: change.change.old.as_ref(),
            new: receipt
                .erased
                .is_none()
                .then_some(change.change.new.as_ref()),
            after: change.after.as_ref(),
        }
    }
}

impl<'a> From<&'a ReceiptEntry> for EntryLine<'a> {
    fn from(ReceiptEntry { row, entry, holder }: &'a ReceiptEntry) -> Self {
        Self {
            entry: entry.number,
            row: *row,
            time: time(entry.time),
            state: entry.state.as_str(),
            attempt: entry.attempt,
            request_id: entry.request_id.map(|id| id.to_string()),
            service_request_id: entry.ids.request_id.as_deref(),
            correlation_id: entry.ids.correlation_id.as_deref(),
            cause: entry.cause.as_ref(),
            who: holder.as_ref(),
        }
    }
}

/// Returns the JSON of a receipt, on one line.
pub(super) fn json(receipt: &Receipt) -> String {
    let changes = receipt.changes.iter();
    let line = ReceiptLine {
        v: VERSION,
        profile: &receipt.profile,
        row: receipt.row,
        generation: receipt.generation,
        state: receipt.state.as_str(),
        source: receipt.location.as_deref(),
        before: receipt.before.as_ref().map(version),
        after: receipt.after.as_ref().map(version),
        changes: changes.map(|it| ChangeLine::of(receipt, it)).collect(),
        entries: receipt.entries.iter().map(EntryLine::from).collect(),
        erased: receipt.erased.map(time),
    };
    // Texts and values can always be written.
    serde_json::to_string(&line).unwrap_or_default()
}

/// Returns the JSON of a proof, on one line.
pub(super) fn proof(proof: &Proof) -> String {
    let line = ProofLine {
        v: VERSION,
        verified: true,
        entries: proof.entries,
        rows: proof.rows,
        erased: proof.erased,
        head: journal::head(&proof.head),
    };
    serde_json::to_string(&line).unwrap_or_default()
}

/// The columns of the CSV.
const COLUMNS: [&str; 17] = [
    "service",
    "customer_id",
    "billing_account",
    "billing_profile",
    "source",
    "state",
    "path",
    "old",
    "new",
    "after",
    "time",
    "request_id",
    "service_request_id",
    "correlation_id",
    "cause",
    "who",
    "erased",
];

/// Returns the header of the CSV.
///
/// # Errors
/// None in memory.
pub(super) fn csv_header() -> Result<String> {
    records([COLUMNS.map(str::to_owned)])
}

/// Returns the lines of a receipt in the CSV: one for each member, or one without members. The ids
/// are those of the last write and of the last response.
///
/// # Errors
/// None in memory.
pub(super) fn csv(receipt: &Receipt) -> Result<String> {
    let (customer, account, profile) = match &receipt.profile {
        ProfileId::Partner { customer_id } => (customer_id.as_str(), "", ""),
        ProfileId::Arm {
            billing_account,
            billing_profile,
        } => ("", billing_account.as_str(), billing_profile.as_str()),
    };
    let entries = || receipt.entries.iter().rev();
    let last = entries().next();
    let sent = entries().find_map(|it| it.entry.request_id);
    let ids = last.map(|it| it.entry.ids.clone()).unwrap_or_default();
    let cause = last.and_then(|it| it.entry.cause.as_ref());
    let who = last.and_then(|it| it.holder.as_ref()).map(|holder| {
        let user = holder.user.as_ref().map(|user| format!("{user}, "));
        format!("{}{holder}", user.unwrap_or_default())
    });
    let line = |member: [String; 4]| {
        let [path, old, new, after] = member;
        [
            receipt.profile.service().as_str().to_owned(),
            customer.to_owned(),
            account.to_owned(),
            profile.to_owned(),
            receipt.location.clone().unwrap_or_default(),
            receipt.state.as_str().to_owned(),
            path,
            old,
            new,
            after,
            last.map(|it| time(it.entry.time)).unwrap_or_default(),
            sent.map(|id| id.to_string()).unwrap_or_default(),
            ids.request_id.clone().unwrap_or_default(),
            ids.correlation_id.clone().unwrap_or_default(),
            cause.map(|cause| cause.message.clone()).unwrap_or_default(),
            who.clone().unwrap_or_default(),
            receipt.erased.map(time).unwrap_or_default(),
        ]
    };
    if receipt.changes.is_empty() {
        return records([line(<[String; 4]>::default())]);
    }
    let text = |value: &Option<Value>| match value {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    };
    records(receipt.changes.iter().map(|member| {
        let ReceiptChange { change, after } = member;
        line([
            path(receipt, member),
            text(&change.old),
            text(&change.new),
            text(after),
        ])
    }))
}

/// Returns records as CSV (RFC 4180).
fn records(records: impl IntoIterator<Item = [String; 17]>) -> Result<String> {
    let failed = |error: io::Error| Failure::new(Exit::Failed, error).during("could not write CSV");
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in records {
        writer
            .write_record(record)
            .map_err(|error| failed(error.into()))?;
    }
    let text = writer
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Returns the path of a member, as a column of an input names it.
fn path(receipt: &Receipt, member: &ReceiptChange) -> String {
    let service = receipt.profile.service();
    service.short(&member.change.name()).to_owned()
}

/// Returns an etag, or a hash in hexadecimal.
fn version(version: &Version) -> String {
    match version {
        Version::Etag(etag) => etag.clone(),
        Version::Hash(hash) => format!("sha256:{}", journal::head(hash)),
    }
}

fn time(time: SystemTime) -> String {
    humantime::format_rfc3339_millis(time).to_string()
}
