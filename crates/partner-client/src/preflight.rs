//! Checks of a profile against its country's rules, before it is written.

mod check;
mod finding;
mod pattern;
mod refusal;

use billing_core::{Error, send_on_await};

pub use self::check::preflight;
pub use self::finding::{Finding, FindingKind};
pub use self::refusal::PreflightRefusal;
use crate::client::PartnerClient;
use crate::headers::header_options;
use crate::ids::{RequestIds, id_options};
use crate::models::CustomerBillingProfile;

impl PartnerClient {
    /// Checks a profile against its country's rules, which are requested first, and finds what the
    /// service would refuse.
    ///
    /// For many profiles, get each country's rules once and use the function
    /// [`preflight`](crate::preflight()).
    ///
    /// ```no_run
    /// # use partner_client::{Error, PartnerClient, models::CustomerBillingProfile};
    /// # async fn example(
    /// #     client: PartnerClient,
    /// #     profile: CustomerBillingProfile,
    /// # ) -> Result<(), Error> {
    /// for finding in client.preflight(&profile).await? {
    ///     println!("{finding}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn preflight(&self, profile: &CustomerBillingProfile) -> Preflight {
        Preflight {
            client: self.clone(),
            profile: profile.clone(),
            ids: RequestIds::generate(),
        }
    }
}

/// Request builder of [`PartnerClient::preflight`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `.await` or `send()`"]
pub struct Preflight {
    client: PartnerClient,
    profile: CustomerBillingProfile,
    ids: RequestIds,
}

impl Preflight {
    id_options!();
    header_options!();

    /// Replaces all ids.
    pub(crate) fn with_ids(mut self, ids: RequestIds) -> Self {
        self.ids = ids;
        self
    }

    /// Gets the rules of the profile's country and returns what [`preflight`] finds; `.await` on
    /// the builder does the same. If the country is missing or certainly wrong, that is the
    /// finding, and nothing is sent.
    ///
    /// # Errors
    /// Those of getting the rules ([`GetResource::send`](crate::GetResource::send)). A read changes
    /// nothing, whatever happens.
    pub async fn send(self) -> Result<Vec<Finding>, Error> {
        let without_rules = check::country(&self.profile);
        if !without_rules.is_empty() {
            return Ok(without_rules);
        }
        let address = self.profile.default_address.as_ref();
        let country = address.and_then(|address| address.country.as_deref());
        let country = country.unwrap_or_default().to_ascii_uppercase();
        let rules = self
            .client
            .get_country_validation_rules(&country)
            .with_ids(self.ids)
            .send()
            .await?;
        Ok(preflight(&self.profile, rules.body()))
    }

    /// Refuses a profile that certainly breaks its country's rules.
    ///
    /// # Errors
    /// An edit that is refused, with a [`PreflightRefusal`] as the source, and those of
    /// [`send`](Self::send). Nothing was changed.
    pub(crate) async fn require_no_certain_finding(self) -> Result<(), Error> {
        let mut findings = self.send().await?;
        findings.retain(Finding::is_certain);
        if findings.is_empty() {
            return Ok(());
        }
        Err(Error::edit_refused(
            "the changed profile breaks its country's rules and was not written",
            PreflightRefusal::new(findings),
        ))
    }
}

send_on_await!(Preflight => Vec<Finding>);
