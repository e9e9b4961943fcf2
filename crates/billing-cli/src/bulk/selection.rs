//! The profiles that a service lists, and the conditions of `--where`.

use billing_bulk::plan::{Filter, FilterError, PlanItems, account_profiles, all_customers};
use billing_bulk::{Edits, Service};

use crate::args::arm::ArmVersion;
use crate::arm::resource_id;
use crate::arm::version::with_version;
use crate::bulk::services::Services;
use crate::bulk::version;
use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// The profiles that a service lists.
pub(super) enum Selection {
    /// All customers of the partner.
    Customers,
    /// All billing profiles of this billing account.
    Account(String),
}

impl Selection {
    /// Returns the profiles of a billing account, or all customers.
    ///
    /// # Errors
    /// A usage failure for a text that cannot be an account.
    pub(super) fn of(account: Option<&str>) -> Result<Self> {
        Ok(match account {
            Some(account) => Self::Account(resource_id::account(account.to_owned())?),
            None => Self::Customers,
        })
    }

    /// Returns the service of the profiles.
    pub(super) fn service(&self) -> Service {
        match self {
            Self::Customers => Service::Partner,
            Self::Account(_) => Service::Arm,
        }
    }

    /// Returns the conditions of `--where`, on the members of this api version.
    ///
    /// # Errors
    /// A usage failure for a text that is no condition.
    pub(super) fn filters(&self, texts: &[String], version: ArmVersion) -> Result<Vec<Filter>> {
        let service = self.service();
        let members = version::members(service, version);
        let filters = texts.iter();
        let filters = filters.map(|text| {
            Filter::parse(members, text).map_err(|error| refuse(text, service, &error))
        });
        filters.collect()
    }

    /// Returns the profiles, each with these edits.
    ///
    /// # Errors
    /// None if there is a connection to the service.
    pub(super) fn items(self, edits: Edits, services: &Services) -> Result<PlanItems> {
        match (self, &services.partner, &services.arm) {
            (Self::Customers, Some(client), _) => Ok(all_customers(client, edits)),
            (Self::Account(account), _, Some(client)) => {
                Ok(with_version!(services.version, |version| {
                    account_profiles(&client.with_api_version(version), &account, edits)
                }))
            }
            _ => Err(Failure::new(Exit::Failed, "there is no connection")),
        }
    }
}

fn refuse(text: &str, service: Service, error: &FilterError) -> Failure {
    let (problem, hint) = match error {
        FilterError::Member(error) => (
            error.to_string(),
            error.suggestion().unwrap_or_else(|| error.list_siblings()),
        ),
        // The lines before the last one show the expression.
        FilterError::Regex(error) => (
            error
                .to_string()
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ")
                .to_owned(),
            "the syntax is that of https://docs.rs/regex/latest/regex/#syntax".to_owned(),
        ),
        error => (
            error.to_string(),
            match service {
                Service::Partner => "for example --where language=en, or --where email~=@example",
                Service::Arm => "for example --where status=Active, or --where poNumber~=^PO-",
            }
            .to_owned(),
        ),
    };
    Failure::usage(format!("--where {text}: {problem}"), hint)
}
