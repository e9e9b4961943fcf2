//! The columns of an input: what each name means.

use std::collections::HashMap;

use billing_edit::{EditError, EditProblem, Member, Members, Service, nearest};

use crate::input::limits;
use crate::input::location::{Location, column_letters};
use crate::input::mistake::{Mistake, Stop};

/// A column whose cells name the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IdentityColumn {
    Service,
    CustomerId,
    BillingAccount,
    BillingProfile,
    ResourceId,
}

impl IdentityColumn {
    pub(super) const ALL: [Self; 5] = [
        Self::Service,
        Self::CustomerId,
        Self::BillingAccount,
        Self::BillingProfile,
        Self::ResourceId,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::CustomerId => "customer_id",
            Self::BillingAccount => "billing_account",
            Self::BillingProfile => "billing_profile",
            Self::ResourceId => "resource_id",
        }
    }
}

/// What a column is for.
#[derive(Debug)]
pub(super) enum Column {
    /// Its name begins with `#`.
    Comment,
    Identity(IdentityColumn),
    /// A member of the profiles of one or both services.
    Member {
        partner: Option<Member>,
        arm: Option<Member>,
    },
    /// It is unknown or read-only, and was reported.
    Invalid,
}

/// The columns that were met so far.
#[derive(Debug)]
pub(super) struct Columns {
    /// The members of a profile of Azure Resource Manager.
    arm: &'static Members,
    names: Vec<String>,
    columns: Vec<Column>,
    by_name: HashMap<String, usize>,
}

impl Columns {
    pub(super) fn new(arm: &'static Members) -> Self {
        Self {
            arm,
            names: Vec::new(),
            columns: Vec::new(),
            by_name: HashMap::new(),
        }
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn name(&self, index: usize) -> &str {
        self.names.get(index).map_or("", String::as_str)
    }

    pub(super) fn get(&self, index: usize) -> &Column {
        self.columns.get(index).unwrap_or(&Column::Invalid)
    }

    /// Returns whether a name has a meaning.
    pub(super) fn is_known(&self, name: &str) -> bool {
        !matches!(name, "" | "#") && resolve(name, self.arm).is_ok()
    }

    /// Returns the index of a column, which is added if it is new, with what is wrong with a new
    /// one.
    ///
    /// # Errors
    /// More columns than an input may have.
    pub(super) fn intern(
        &mut self,
        name: &str,
        location: &Location,
    ) -> Result<(usize, Option<Mistake>), Stop> {
        if let Some(index) = self.by_name.get(name) {
            return Ok((*index, None));
        }
        let index = self.names.len();
        if index >= limits::COLUMNS {
            let problem = format!("there are more than {} columns", limits::COLUMNS);
            return Err(Mistake::new(problem).at(location).into());
        }
        let (column, mistake) = match resolve(name, self.arm) {
            Ok(column) => (column, None),
            Err(mistake) => (Column::Invalid, Some(mistake.at(location).column(name))),
        };
        self.names.push(name.to_owned());
        self.columns.push(column);
        self.by_name.insert(name.to_owned(), index);
        Ok((index, mistake))
    }

    /// Adds the header of a table, and returns what is wrong with it. `others` are the other sheets
    /// of its workbook.
    ///
    /// # Errors
    /// More columns than an input may have, or a header that has no known name at all.
    pub(super) fn add_header(
        &mut self,
        cells: &[(String, Location)],
        start: &Location,
        others: &[String],
    ) -> Result<Vec<Mistake>, Stop> {
        let mut mistakes = Vec::new();
        let is_like_name = |name: &str| self.is_known(name) || near(name, self.arm).is_some();
        if !cells.iter().any(|(name, _)| is_like_name(name)) {
            // The names are not repeated: this may be the first row of the data.
            let problem = "no cell of the first row is the name of a column";
            let mut hint =
                "give the names of the columns in the first row, such as customer_id, email"
                    .to_owned();
            if !others.is_empty() {
                let others = others.join(", ");
                hint.push_str(&format!(", or name another sheet with --sheet: {others}"));
            }
            return Err(Mistake::new(problem).at(start).hint(hint).into());
        }
        for (number, (name, location)) in (1_u32..).zip(cells) {
            if name.trim().is_empty() {
                let problem = match location {
                    // The location of a cell names its column, and `cells` lacks empty ones.
                    Location::Cell { .. } => "the column has no name".to_owned(),
                    Location::Line(_) | Location::Row { .. } => {
                        let letters = column_letters(number);
                        format!("column {number} ({letters} in Excel) has no name")
                    }
                };
                let mistake = Mistake::new(problem).at(location);
                mistakes.push(mistake.hint("name it, begin its name with `#`, or delete it"));
                // Keeps the places of the columns after it.
                self.names.push(String::new());
                self.columns.push(Column::Invalid);
                continue;
            }
            if self.by_name.contains_key(name) {
                let mistake = Mistake::new("two columns have this name").at(location);
                mistakes.push(
                    mistake
                        .column(name)
                        .hint("delete one, or begin its name with `#`"),
                );
                self.names.push(name.clone());
                self.columns.push(Column::Invalid);
                continue;
            }
            let (_, mistake) = self.intern(name, location)?;
            mistakes.extend(mistake);
        }
        Ok(mistakes)
    }

    /// Checks that a table has the columns that name the service and the profiles. `service` is
    /// that of all rows.
    ///
    /// # Errors
    /// The first columns that are missing.
    pub(super) fn require_identity(&self, service: Option<Service>) -> Result<(), Mistake> {
        let has = |column: IdentityColumn| self.by_name.contains_key(column.name());
        if service.is_none() && !has(IdentityColumn::Service) {
            return Err(Mistake::new("nothing names the service of the rows").hint(
                "give --service partner or --service arm, or add the column service with partner \
                 or arm in each row",
            ));
        }
        let names_partner = has(IdentityColumn::CustomerId);
        let names_arm = has(IdentityColumn::ResourceId)
            || has(IdentityColumn::BillingAccount) && has(IdentityColumn::BillingProfile);
        let (is_named, columns) = match service {
            Some(Service::Partner) => (names_partner, "customer_id"),
            Some(Service::Arm) => (
                names_arm,
                "billing_account and billing_profile, or resource_id",
            ),
            None => (
                names_partner || names_arm,
                "customer_id, or billing_account and billing_profile, or resource_id",
            ),
        };
        if is_named {
            return Ok(());
        }
        Err(Mistake::new("no column names the profiles").hint(format!("add {columns}")))
    }
}

/// Finds the meaning of a name.
fn resolve(name: &str, arm: &'static Members) -> Result<Column, Mistake> {
    if name.starts_with('#') {
        return Ok(Column::Comment);
    }
    let identity = IdentityColumn::ALL
        .into_iter()
        .find(|one| one.name() == name);
    if let Some(identity) = identity {
        return Ok(Column::Identity(identity));
    }
    let members = [Members::of(Service::Partner), arm];
    let [partner, of_arm] = members.map(|one| one.member(name));
    match (partner, of_arm) {
        (Err(partner), Err(of_arm)) => Err(invalid(name, &partner, &of_arm, arm)),
        (partner, arm) => Ok(Column::Member {
            partner: partner.ok(),
            arm: arm.ok(),
        }),
    }
}

/// Returns what is wrong with a name that neither service has as a member that can be written.
fn invalid(name: &str, partner: &EditError, arm: &EditError, members: &'static Members) -> Mistake {
    if name == "id" {
        return Mistake::new("`id` is read-only").hint(
            "name the profile with customer_id, or with billing_account and billing_profile, or \
             with resource_id",
        );
    }
    let known = [partner, arm].into_iter().find(|error| {
        // A member that one service has is not unknown.
        !matches!(error.problem, EditProblem::Unknown { .. })
    });
    if let Some(error) = known {
        let hint = match &error.problem {
            EditProblem::ReadOnly => {
                let hint = "only the service writes it: delete the column, or begin its name with \
                            `#`";
                let versions = error.in_versions().map(|versions| format!("; {versions}"));
                format!("{hint}{}", versions.unwrap_or_default())
            }
            EditProblem::NoMembers(_) => format!("name the whole member: {}", error.path),
            _ => error.list_siblings(),
        };
        return Mistake::new(error.to_string()).hint(hint);
    }
    // A member of another version is not one of the other service.
    if let (Some(versions), Some(hint)) = (&arm.versions, arm.suggestion()) {
        let own = versions.own;
        let problem = format!("there is no member `{name}` in api version {own}");
        return Mistake::new(problem).hint(hint);
    }
    let mistake = Mistake::new(format!("there is no member `{name}`"));
    match near(name, members) {
        Some(near) => mistake.hint(format!("did you mean `{near}`?")),
        None => mistake.hint("begin the name with `#` to keep the column as a comment"),
    }
}

/// Returns the name that was probably meant by an unknown one.
fn near(name: &str, arm: &'static Members) -> Option<String> {
    let identity = nearest(name, IdentityColumn::ALL.map(IdentityColumn::name));
    let member = || {
        let services = [Members::of(Service::Partner), arm].into_iter();
        let mut errors = services.filter_map(|members| members.member(name).err());
        errors.find_map(|error| error.nearest().map(str::to_owned))
    };
    identity.map(str::to_owned).or_else(member)
}
