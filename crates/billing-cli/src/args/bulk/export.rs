//! The arguments of `billing bulk export`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum, ValueHint};

use crate::args::bulk::pace::PaceArgs;
use crate::args::bulk::version::NewVersionArgs;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("profiles").required(true).args(["all_customers", "account"]))]
pub(crate) struct BulkExport {
    /// Write the profiles to this file: .csv, .tsv, .xlsx, .jsonl or .json
    ///
    /// For Excel, .xlsx is safe. When it opens a .csv by a double click, it takes 01067 for a
    /// number and a value that begins with = for a formula.
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: PathBuf,
    /// Export all customers of the partner
    #[arg(long)]
    pub(crate) all_customers: bool,
    /// Export all billing profiles of this billing account
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<String>,
    #[command(flatten)]
    pub(crate) version: NewVersionArgs,
    /// Export only profiles with this value; repeatable
    ///
    /// PATH!=VALUE is any other value, PATH~=REGEX a value that the expression matches.
    #[arg(long = "where", value_name = "PATH=VALUE")]
    pub(crate) filters: Vec<String>,
    /// Write these members, in this order; by default all that can be set and that a profile has
    ///
    /// An object, such as defaultAddress, stands for all its members.
    #[arg(long, value_name = "PATH,…", value_delimiter = ',')]
    pub(crate) columns: Vec<String>,
    /// What separates the cells of a .csv; comma by default
    ///
    /// Excel expects semicolons where the comma separates decimals, as in Germany.
    #[arg(long, value_name = "NAME")]
    pub(crate) delimiter: Option<DelimiterName>,
    /// Begin a .csv or .tsv with a byte order mark
    ///
    /// Without it, Excel shows ü and 東京 as other letters when it opens the file by a double click.
    #[arg(long)]
    pub(crate) bom: bool,
    /// Replace a file of this name
    #[arg(long)]
    pub(crate) overwrite: bool,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
}

/// What separates the cells of a CSV file.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum DelimiterName {
    Comma,
    Semicolon,
    Tab,
}
