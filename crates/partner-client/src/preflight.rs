//! Whether a profile will do, before it is written.

mod check;
mod pattern;
mod refusal;

use std::fmt;

use billing_core::Error;

pub use self::check::preflight;
pub use self::refusal::PreflightRefusal;
use crate::headers::header_options;
use crate::ids::{CallIds, id_options};
use crate::models::CustomerBillingProfile;
use crate::{GetCountryValidationRules, PartnerClient};

/// Something in a profile that the service will not take, or that could not be looked at; by
/// [`preflight`] and [`PartnerClient::preflight`].
///
/// `Display` is a sentence for people: which member, what is wrong, and by which rule. It does not
/// repeat the member's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    member: &'static str,
    kind: FindingKind,
    rule: String,
}

/// What is wrong with a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FindingKind {
    /// It is absent or blank, and must not be.
    Missing,
    /// It has more characters than it may have.
    TooLong,
    /// It has not the form that the country's pattern demands.
    Malformed,
    /// It is none of the values that the country supports.
    Unsupported,
    /// The rules are those of another country, so nothing else was checked by them.
    OtherCountry,
    /// The service's pattern is one that cannot be used here: it takes more than Rust's `regex`
    /// can, means another thing there, or is too large. The member may be right.
    NotChecked,
}

impl Finding {
    /// The member's path, such as `defaultAddress.postalCode`.
    pub fn member(&self) -> &'static str {
        self.member
    }

    /// What is wrong with it.
    pub fn kind(&self) -> FindingKind {
        self.kind
    }

    /// The rule in words, such as ``must match `^\d{5}$` in US``.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// Whether the service will refuse the profile for it, as far as its rules say; false where
    /// nothing was checked.
    pub fn is_certain(&self) -> bool {
        !matches!(
            self.kind,
            FindingKind::NotChecked | FindingKind::OtherCountry
        )
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            FindingKind::Missing => "is missing",
            FindingKind::TooLong => "is too long",
            FindingKind::Malformed => "has the wrong form",
            FindingKind::Unsupported => "is not supported",
            FindingKind::OtherCountry => "is another country's",
            FindingKind::NotChecked => "was not checked",
        };
        write!(f, "{} {what}: {}", self.member, self.rule)
    }
}

/// Checks a profile against its country's rules; made by [`PartnerClient::preflight`].
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `send().await`"]
pub struct Preflight {
    client: PartnerClient,
    profile: CustomerBillingProfile,
    ids: CallIds,
}

impl Preflight {
    pub(crate) fn new(client: PartnerClient, profile: &CustomerBillingProfile) -> Self {
        Self {
            client,
            profile: profile.clone(),
            ids: CallIds::generate(),
        }
    }

    id_options!();
    header_options!();

    pub(crate) fn with_ids(mut self, ids: CallIds) -> Self {
        self.ids = ids;
        self
    }

    /// Gets the rules of the profile's country and gives what [`preflight`] finds. Nothing is sent
    /// for a profile whose country is missing or certainly wrong: that is the finding.
    ///
    /// # Errors
    /// Those of [`GetCountryValidationRules::send`]. A read changes nothing, whatever happens.
    pub async fn send(self) -> Result<Vec<Finding>, Error> {
        let without_rules = check::country(&self.profile);
        if !without_rules.is_empty() {
            return Ok(without_rules);
        }
        let address = self.profile.default_address.as_ref();
        let country = address.and_then(|address| address.country.as_deref());
        let country = country.unwrap_or_default().to_ascii_uppercase();
        let rules = GetCountryValidationRules::new(self.client, &country)
            .with_ids(self.ids)
            .send()
            .await?;
        Ok(preflight(&self.profile, rules.body()))
    }
}
