//! Inputs in memory, and what they mean as short texts.

use billing_bulk::Service;
use billing_bulk::input::{Input, InputError, InputOptions, InputSource};

/// A customer's id.
pub(super) const CUSTOMER: &str = "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04";

pub(super) fn source(name: &str, bytes: impl AsRef<[u8]>) -> InputSource {
    InputSource::Bytes {
        name: name.to_owned(),
        bytes: bytes.as_ref().to_vec().into(),
    }
}

pub(super) fn partner() -> InputOptions {
    InputOptions::default().with_service(Service::Partner)
}

pub(super) fn arm() -> InputOptions {
    InputOptions::default().with_service(Service::Arm)
}

pub(super) fn check(bytes: impl AsRef<[u8]>, options: InputOptions) -> Result<Input, InputError> {
    Input::check(source("input", bytes), options)
}

/// Returns each row as `profile: merge patch`, or the mistakes.
pub(super) fn read(bytes: impl AsRef<[u8]>, options: InputOptions) -> String {
    match check(bytes, options) {
        Ok(input) => rows(&input).join("\n"),
        Err(error) => error.to_string(),
    }
}

pub(super) fn rows(input: &Input) -> Vec<String> {
    let rows = input.rows().unwrap().map(|row| {
        let row = row.unwrap();
        format!("{}: {}", row.profile, row.edits.merge_patch())
    });
    rows.collect()
}

/// Reads a CSV file with one row of a Partner Center customer: the columns, and their cells.
pub(super) fn partner_row(columns: &str, cells: &str) -> String {
    let text = format!("customer_id,{columns}\n{CUSTOMER},{cells}\n");
    let read = read(text, partner());
    read.replace(&format!("partner/{CUSTOMER}: "), "")
}

/// Reads a CSV file with one row of Azure Resource Manager.
pub(super) fn arm_row(columns: &str, cells: &str) -> String {
    let text = format!("billing_account,billing_profile,{columns}\na,p,{cells}\n");
    read(text, arm()).replace("arm/a/p: ", "")
}

/// Returns an error of two or more lines on one, without its first line.
pub(super) fn one_line(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("input has "));
    lines.map(str::trim).collect::<Vec<_>>().join(" / ")
}
