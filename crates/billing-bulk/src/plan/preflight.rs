//! Checks of changed profiles: against what their service requires, and the rules of their
//! countries.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use billing_core::{BoxFuture, Error};
use billing_edit::{Edits, Service};
use partner_client::models::{CountryValidationRules, CustomerBillingProfile};
use partner_client::{PartnerClient, preflight};
use tokio::sync::OnceCell;

use crate::binding::Binding;
use crate::document::Document;
use crate::plan::row::Finding;
use crate::target::Target;

/// Where the rules of countries come from. [`PartnerClient`] is one, with its own retries.
pub trait CountryRules: Send + Sync {
    /// Reads the rules of a country by its code, such as `DE`.
    ///
    /// # Errors
    /// They cannot be read. A read changes nothing.
    fn rules<'a>(
        &'a self,
        country: &'a str,
    ) -> BoxFuture<'a, Result<CountryValidationRules, Error>>;
}

impl CountryRules for PartnerClient {
    fn rules<'a>(
        &'a self,
        country: &'a str,
    ) -> BoxFuture<'a, Result<CountryValidationRules, Error>> {
        Box::pin(async move {
            let response = self.get_country_validation_rules(country).send().await?;
            Ok(response.into_body())
        })
    }
}

/// How often the rules of a country are requested if they cannot be read. The client has tried
/// again each time.
const MAX_FAILURES: u32 = 3;

/// The rules of a country, read once.
#[derive(Default)]
struct Country {
    rules: OnceCell<CountryValidationRules>,
    failures: AtomicU32,
}

/// Checks profiles, and reads the rules of each country once.
pub(super) struct Preflight {
    rules: Option<Arc<dyn CountryRules>>,
    countries: Mutex<HashMap<String, Arc<Country>>>,
}

impl Preflight {
    pub(super) fn new(rules: Option<Arc<dyn CountryRules>>) -> Self {
        Self {
            rules,
            countries: Mutex::default(),
        }
    }

    /// Returns what the service will refuse in a document with these edits, which are sent in this
    /// body, and what could not be checked.
    pub(super) async fn check(
        &self,
        target: &dyn Target,
        body: &[u8],
        before: &Document,
        edits: &Edits,
    ) -> Vec<Finding> {
        let Binding {
            service,
            api_version,
            ..
        } = target.binding();
        let missing = target.missing_members(body).into_iter();
        let missing = missing.map(|path| missing_member(service.short(&path), api_version));
        let mut findings: Vec<_> = missing.collect();
        if *service == Service::Partner
            && let Some(rules) = &self.rules
            && let Ok(after) = edits.apply_to_text(before.json())
        {
            findings.extend(self.by_country(&**rules, &after).await);
        }
        findings
    }

    /// Returns what the rules of a customer's country do not allow.
    async fn by_country(&self, rules: &dyn CountryRules, json: &[u8]) -> Vec<Finding> {
        let Ok(profile) = serde_json::from_slice::<CustomerBillingProfile>(json) else {
            let message = "the profile was not checked: it has values of other types";
            return vec![unchecked("", message.to_owned())];
        };
        let address = profile.default_address.as_ref();
        let country = address.and_then(|address| address.country.as_deref());
        let country = country.unwrap_or_default().to_ascii_uppercase();
        let is_code = country.len() == 2 && country.bytes().all(|it| it.is_ascii_uppercase());
        if !is_code {
            // That alone is a finding, whatever the rules are.
            let none = CountryValidationRules::default();
            return preflight(&profile, &none).iter().map(finding).collect();
        }
        let known = self.country(&country);
        match known.rules(rules, &country).await {
            Some(rules) => preflight(&profile, rules).iter().map(finding).collect(),
            None => {
                let message = format!("the rules of {country} could not be read");
                vec![unchecked("defaultAddress.country", message)]
            }
        }
    }

    fn country(&self, country: &str) -> Arc<Country> {
        // Nothing panics while the lock is held.
        let countries = self.countries.lock();
        let mut countries = countries.unwrap_or_else(PoisonError::into_inner);
        Arc::clone(countries.entry(country.to_owned()).or_default())
    }
}

impl Country {
    /// Returns the rules; `None` if they cannot be read.
    async fn rules(
        &self,
        source: &dyn CountryRules,
        country: &str,
    ) -> Option<&CountryValidationRules> {
        let read = || async {
            if self.failures.load(Ordering::Relaxed) >= MAX_FAILURES {
                return Err(());
            }
            source.rules(country).await.map_err(|_| {
                self.failures.fetch_add(1, Ordering::Relaxed);
            })
        };
        self.rules.get_or_try_init(read).await.ok()
    }
}

fn finding(found: &partner_client::Finding) -> Finding {
    Finding {
        member: found.member().to_owned(),
        message: found.to_string(),
        is_certain: found.is_certain(),
    }
}

fn missing_member(member: &str, api_version: &str) -> Finding {
    Finding {
        member: member.to_owned(),
        message: format!("{member} is missing: api version {api_version} requires it"),
        is_certain: true,
    }
}

fn unchecked(member: &str, message: String) -> Finding {
    Finding {
        member: member.to_owned(),
        message,
        is_certain: false,
    }
}
