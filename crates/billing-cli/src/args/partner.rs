//! The arguments of `billing partner`.

use clap::{Args, Subcommand};
use partner_client::{Accept, ContentType, MediaType};

use crate::args::change::ChangeArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum PartnerVerb {
    /// Print the ids, names and domains of the customers
    ///
    /// The other verbs take a customer's id. Prints each page when it arrives. The header of CSV
    /// has the names of the members in the JSON: id, companyProfile.companyName and
    /// companyProfile.domain.
    List {
        /// Print only customers whose company name starts with this; ignores case
        #[arg(long, value_name = "NAME")]
        filter: Option<String>,
        /// Stop after this many customers
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        limit: Option<u32>,
    },
    /// Print a customer's company profile, domain and relationship to the partner
    Customer {
        /// The customer's tenant id, see `billing partner list`
        customer_id: String,
    },
    /// Print a customer's billing profile
    Get {
        /// The customer's tenant id, see `billing partner list`
        customer_id: String,
        #[command(flatten)]
        accept: AcceptArgs,
    },
    /// Update a customer's billing profile
    ///
    /// Partner Center replaces the whole profile. --set and --clear read the profile, change it and
    /// write it back, and retry if it was changed in the meantime. --body writes the document,
    /// which must have every member that the profile has; see --replace.
    Update(PartnerUpdate),
    /// Check a customer's billing profile against its country's address rules
    ///
    /// Prints the members that the service would refuse, and writes nothing. Exits with 1 if there
    /// are any.
    Check {
        /// The customer's tenant id, see `billing partner list`
        customer_id: String,
        /// Check also that the sign-in used multi-factor authentication
        #[arg(long)]
        mfa: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct PartnerUpdate {
    /// The customer's tenant id, see `billing partner list`
    pub(crate) customer_id: String,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
    /// Check the changed profile against its country's address rules before writing it
    #[arg(long)]
    pub(crate) check: bool,
    /// Write only if this is the profile's etag; * for any
    #[arg(long, value_name = "TAG")]
    pub(crate) if_match: Option<String>,
    /// Send no If-Match header and overwrite changes made in the meantime
    #[arg(long, conflicts_with = "if_match")]
    pub(crate) no_if_match: bool,
    /// Remove members that the profile has and --body lacks
    #[arg(long, requires = "body")]
    pub(crate) replace: bool,
    /// Send also members of --body that neither the schema nor the profile has
    #[arg(long, requires = "body")]
    pub(crate) allow_unknown: bool,
    /// Send the profile in this media type, such as application/xml; JSON by default
    #[arg(long, value_name = "TYPE")]
    pub(crate) media_type: Option<ContentType>,
    #[command(flatten)]
    pub(crate) accept: AcceptArgs,
}

/// The media types that a response may have.
#[derive(Debug, Args)]
pub(crate) struct AcceptArgs {
    /// Request this media type, such as application/xml; repeatable, in order of preference;
    /// JSON by default
    #[arg(long = "accept", value_name = "TYPE")]
    types: Vec<MediaType>,
}

impl AcceptArgs {
    pub(crate) fn accept(&self) -> Accept {
        self.types.iter().copied().collect()
    }
}
