//! The arguments of `billing bulk report`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

#[derive(Debug, Args)]
pub(crate) struct BulkReport {
    /// The journal of the run
    #[arg(value_name = "JOURNAL", value_hint = ValueHint::FilePath)]
    pub(crate) journal: String,
    /// Write the report to this file; .csv and .json choose the format
    ///
    /// CSV and JSON are printed without it, and with -.
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: Option<PathBuf>,
    /// Write CSV: a line for each change of each profile
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
    /// Write one JSON document, which `billing bulk schema report` describes
    #[arg(long)]
    pub(crate) json: bool,
    /// Seal personal values: names, addresses, e-mails and phone numbers
    ///
    /// A seal is a keyed hash: equal values have equal seals within one report, and no value can be
    /// read. Members that the services do not document are sealed, too.
    #[arg(long)]
    pub(crate) redact: bool,
    /// Seal with the key in this file, so that reports can be compared; random by default
    #[arg(long, value_name = "FILE", requires = "redact", value_hint = ValueHint::FilePath)]
    pub(crate) redact_key: Option<PathBuf>,
    /// Replace the file
    #[arg(long, requires = "out")]
    pub(crate) overwrite: bool,
}
