//! The arguments of `billing partner`.

use clap::{Args, Subcommand};
use partner_client::{Accept, ContentType, MediaType};

use crate::args::change::ChangeArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum PartnerVerb {
    /// Print the customers: their ids, names and domains
    ///
    /// The id of a customer is what the other verbs take. Prints each page as it comes.
    List {
        /// Only customers whose company name starts with this, in either letter case
        #[arg(long, value_name = "NAME")]
        filter: Option<String>,
        /// Stop after this many customers
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        limit: Option<u32>,
    },
    /// Print a customer: company profile, domain and relationship to the partner
    Customer {
        /// The customer's tenant id, as `billing partner list` prints it
        customer_id: String,
    },
    /// Print a customer's billing profile
    Get {
        /// The customer's tenant id, as `billing partner list` prints it
        customer_id: String,
        #[command(flatten)]
        accept: AcceptArgs,
    },
    /// Change a customer's billing profile
    ///
    /// Partner Center takes the profile as a whole. With --set and --clear it is read, changed and
    /// written back, and read again if somebody else changed it meanwhile. With --body the document is written
    /// instead, if it has all that the profile has; see --replace.
    Update(PartnerUpdate),
    /// Check a customer's billing profile against its country's address rules
    ///
    /// Prints what the service would refuse, and writes nothing. Exits with 1 if there is anything.
    Check {
        /// The customer's tenant id, as `billing partner list` prints it
        customer_id: String,
        /// Check as well whether the sign-in used multi-factor authentication
        #[arg(long)]
        mfa: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct PartnerUpdate {
    /// The customer's tenant id, as `billing partner list` prints it
    pub(crate) customer_id: String,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
    /// Check the changed profile against its country's address rules before it is written
    #[arg(long)]
    pub(crate) check: bool,
    /// Write only if the profile's etag is this one; * for any
    #[arg(long, value_name = "TAG")]
    pub(crate) if_match: Option<String>,
    /// Send no If-Match header: what others change meanwhile is overwritten
    #[arg(long, conflicts_with = "if_match")]
    pub(crate) no_if_match: bool,
    /// Remove what the profile has and --body does not
    #[arg(long, requires = "body")]
    pub(crate) replace: bool,
    /// Send members of --body that neither the service's description nor the profile has
    #[arg(long, requires = "body")]
    pub(crate) allow_unknown: bool,
    /// Send the profile in this media type, such as application/xml; JSON by default
    #[arg(long, value_name = "TYPE")]
    pub(crate) media_type: Option<ContentType>,
    #[command(flatten)]
    pub(crate) accept: AcceptArgs,
}

/// In which form answers are welcome.
#[derive(Debug, Args)]
pub(crate) struct AcceptArgs {
    /// Ask for this media type, such as application/xml; repeatable, the best first; JSON by default
    #[arg(long = "accept", value_name = "TYPE")]
    types: Vec<MediaType>,
}

impl AcceptArgs {
    pub(crate) fn accept(&self) -> Accept {
        self.types.iter().copied().collect()
    }
}
