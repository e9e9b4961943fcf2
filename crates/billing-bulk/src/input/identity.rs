//! The identity of a row's profile, from its identity columns.

use arm_client::ResourceId;
use billing_core::require_segment;
use billing_edit::Service;
use uuid::Uuid;

use crate::input::columns::IdentityColumn;
use crate::input::location::Location;
use crate::input::mistake::Mistake;
use crate::profile::ProfileId;

/// The identity cells of a row, trimmed; empty ones are left out.
#[derive(Default)]
pub(super) struct IdentityCells(Vec<(IdentityColumn, String, Location)>);

impl IdentityCells {
    /// Adds a cell, unless it is empty.
    pub(super) fn add(&mut self, column: IdentityColumn, text: &str, location: &Location) {
        let text = trim(text);
        if !text.is_empty() {
            self.0.push((column, text.to_owned(), location.clone()));
        }
    }

    fn get(&self, column: IdentityColumn) -> Option<(&str, &Location)> {
        let cell = self.0.iter().find(|(one, ..)| *one == column);
        cell.map(|(_, text, location)| (text.as_str(), location))
    }

    /// Returns the service of the row, or the one given for all rows.
    pub(super) fn service(&self, all: Option<Service>, row: &Location) -> Result<Service, Mistake> {
        let Some((text, location)) = self.get(IdentityColumn::Service) else {
            return all.ok_or_else(|| {
                Mistake::new("the row names no service")
                    .at(row)
                    .column(IdentityColumn::Service.name())
                    .hint("write partner or arm in the column service, or give --service")
            });
        };
        let mistake = |problem: String| {
            Mistake::new(problem)
                .at(location)
                .column(IdentityColumn::Service.name())
        };
        let services = [Service::Partner, Service::Arm];
        match services.into_iter().find(|one| one.as_str() == text) {
            None => Err(mistake("there is no such service".to_owned())
                .hint("the services are partner and arm")),
            Some(one) if all.is_some_and(|all| all != one) => {
                let all = all.map_or("", Service::as_str);
                Err(mistake(format!(
                    "the row is for {}, and --service is {all}",
                    one.as_str()
                ))
                .hint("leave out --service, or correct the row"))
            }
            Some(one) => Ok(one),
        }
    }

    /// Returns the profile of the row.
    pub(super) fn profile(&self, service: Service, row: &Location) -> Result<ProfileId, Mistake> {
        let is_other = |column: IdentityColumn| match service {
            Service::Partner => matches!(
                column,
                IdentityColumn::BillingAccount
                    | IdentityColumn::BillingProfile
                    | IdentityColumn::ResourceId
            ),
            Service::Arm => column == IdentityColumn::CustomerId,
        };
        if let Some((column, _, location)) = self.0.iter().find(|(column, ..)| is_other(*column)) {
            let problem = format!("the row is for {service}, which has no {}", column.name());
            return Err(Mistake::new(problem)
                .at(location)
                .column(column.name())
                .hint("empty this cell, or correct the service of the row"));
        }
        match service {
            Service::Partner => self.partner(row),
            Service::Arm => self.arm(row),
        }
    }

    fn partner(&self, row: &Location) -> Result<ProfileId, Mistake> {
        let column = IdentityColumn::CustomerId;
        let (id, location) = self.require(column, row, "the customer's GUID")?;
        // Other spellings of a GUID are not what Partner Center takes.
        if id.len() != 36 || Uuid::try_parse(id).is_err() {
            return Err(Mistake::new("this is not a GUID")
                .at(location)
                .column(column.name())
                .hint("the form is 4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04"));
        }
        Ok(ProfileId::partner(id))
    }

    fn arm(&self, row: &Location) -> Result<ProfileId, Mistake> {
        let names = [
            IdentityColumn::BillingAccount,
            IdentityColumn::BillingProfile,
        ];
        let Some((id, location)) = self.get(IdentityColumn::ResourceId) else {
            let [account, profile] = names;
            let account = self.name(account, row)?;
            let profile = self.name(profile, row)?;
            return Ok(ProfileId::arm(account, profile));
        };
        let column = IdentityColumn::ResourceId.name();
        if let Some((_, other)) = names.into_iter().find_map(|name| self.get(name)) {
            return Err(Mistake::new("the row names its profile twice")
                .at(other)
                .hint("give resource_id, or billing_account and billing_profile"));
        }
        let invalid = || {
            Mistake::new("this is not the resource id of a billing profile")
                .at(location)
                .column(column)
                .hint(format!("the form is {}", ResourceId::FORM))
        };
        let id = ResourceId::parse(id).ok().flatten().ok_or_else(invalid)?;
        let profile = id.profile.as_deref().ok_or_else(invalid)?;
        for name in [&id.account, profile] {
            check_name(name).map_err(|_| invalid())?;
        }
        Ok(ProfileId::arm(&id.account, profile))
    }

    fn name(&self, column: IdentityColumn, row: &Location) -> Result<&str, Mistake> {
        let (name, location) = self.require(column, row, "the name, or resource_id instead")?;
        check_name(name)
            .map(|()| name)
            .map_err(|mistake| mistake.at(location).column(column.name()))
    }

    fn require(
        &self,
        column: IdentityColumn,
        row: &Location,
        what: &str,
    ) -> Result<(&str, &Location), Mistake> {
        self.get(column).ok_or_else(|| {
            Mistake::new(format!("the row has no {}", column.name()))
                .at(row)
                .column(column.name())
                .hint(format!("give {what}"))
        })
    }
}

/// Checks a name as the client of Azure Resource Manager does, and that it is not an id.
fn check_name(name: &str) -> Result<(), Mistake> {
    if name.contains('/') {
        let mistake = Mistake::new("a name has no `/`");
        return Err(mistake.hint("put a whole resource id in the column resource_id"));
    }
    require_segment("name", name).map_err(|_| Mistake::new("this cannot be a name"))
}

/// Returns a text without the spaces around it, visible or not.
pub(super) fn trim(text: &str) -> &str {
    // The last two are not spaces, and as invisible.
    text.trim_matches(|one: char| one.is_whitespace() || matches!(one, '\u{200B}' | '\u{FEFF}'))
}
