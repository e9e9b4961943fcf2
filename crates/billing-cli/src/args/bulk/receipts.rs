//! The arguments of `billing bulk receipts` and `erase`.

use clap::{Args, ValueHint};

#[derive(Debug, Args)]
pub(crate) struct BulkReceipts {
    /// The journal of the run
    #[arg(value_name = "JOURNAL", value_hint = ValueHint::FilePath)]
    pub(crate) journal: String,
    /// Print only the receipt of this profile: a customer's tenant id, partner/ID,
    /// arm/ACCOUNT/PROFILE, or a resource id
    #[arg(long = "profile", id = "one_profile", value_name = "ID")]
    pub(crate) profile: Option<String>,
    /// Check that nothing in the journal was changed, instead of printing receipts
    ///
    /// Checks every checksum, the chain of the history, the steps of each row, and the documents
    /// against the history, and names the first thing that is wrong. The chain has no signature:
    /// only --head detects that its end was cut off, or that all of it was rewritten.
    #[arg(long, conflicts_with = "one_profile")]
    pub(crate) verify: bool,
    /// Check that the journal had this head, as a run or `billing bulk status` printed it
    ///
    /// Keep the head where those who can write the journal cannot change it.
    #[arg(long, value_name = "HASH", requires = "verify")]
    pub(crate) head: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct BulkErase {
    /// The journal of the run
    #[arg(value_name = "JOURNAL", value_hint = ValueHint::FilePath)]
    pub(crate) journal: String,
    /// The profile: a customer's tenant id, partner/ID, arm/ACCOUNT/PROFILE, or a resource id
    #[arg(long = "profile", id = "one_profile", value_name = "ID")]
    pub(crate) profile: String,
}
