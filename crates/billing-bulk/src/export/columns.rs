//! The columns of an export, and the cells of a profile.

use billing_edit::{Member, Members, Service};
use serde_json::Value;

use crate::document::Version;
use crate::plan::PlanRow;
use crate::profile::ProfileId;

/// The columns of an export.
pub(super) struct Columns {
    service: Service,
    members: Vec<Member>,
    /// Whether a profile has the member, for each of them.
    occurs: Vec<bool>,
    has_cause: bool,
}

impl Columns {
    /// Returns these columns, or without them one for each member that occurs.
    pub(super) fn new(all: &'static Members, given: Option<&[Member]>) -> Self {
        let members = match given {
            Some(members) => members.to_vec(),
            None => all.leaves(),
        };
        Self {
            service: all.service(),
            occurs: vec![given.is_some(); members.len()],
            members,
            has_cause: false,
        }
    }

    /// Notes the members of a profile.
    pub(super) fn add(&mut self, document: &Value) {
        for (member, occurs) in self.members.iter().zip(&mut self.occurs) {
            *occurs = *occurs || value(member, document).is_some();
        }
    }

    /// Notes that a profile could not be read.
    pub(super) fn add_cause(&mut self) {
        self.has_cause = true;
    }

    /// Leaves out the members that no profile has.
    pub(super) fn settle(&mut self) {
        let mut occurs = std::mem::take(&mut self.occurs).into_iter();
        self.members.retain(|_| occurs.next().unwrap_or_default());
    }

    /// Returns the names.
    pub(super) fn names(&self) -> Vec<String> {
        let identity: &[&str] = match self.service {
            Service::Partner => &["service", "customer_id"],
            Service::Arm => &["service", "billing_account", "billing_profile"],
        };
        let comments: &[&str] = match self.has_cause {
            true => &["#name", "#etag", "#cause"],
            false => &["#name", "#etag"],
        };
        let identity = identity.iter().map(|name| (*name).to_owned());
        let comments = comments.iter().map(|name| (*name).to_owned());
        let members = self.members.iter().map(Member::short);
        identity.chain(members).chain(comments).collect()
    }

    /// Returns the cells of a profile; it has no document if it could not be read.
    pub(super) fn cells(&self, row: &PlanRow, document: Option<&Value>) -> Vec<Option<Value>> {
        let text = |text: &str| Some(Value::from(text));
        let mut cells = vec![text(self.service.as_str())];
        match &row.profile {
            ProfileId::Partner { customer_id } => cells.push(text(customer_id)),
            ProfileId::Arm {
                billing_account,
                billing_profile,
            } => cells.extend([text(billing_account), text(billing_profile)]),
        }
        let members = self.members.iter();
        cells.extend(members.map(|member| document.and_then(|all| value(member, all)).cloned()));
        cells.push(document.and_then(|all| name(self.service, all)));
        let version = row.outcome.before().map(|before| before.version());
        cells.push(match version {
            Some(Version::Etag(etag)) => text(etag),
            Some(Version::Hash(_)) | None => None,
        });
        if self.has_cause {
            let cause = row.outcome.cause();
            cells.push(cause.map(|cause| format!("{} ({})", cause.message, cause.code).into()));
        }
        cells
    }
}

/// Returns the value of a member, if there is one that an input can set: a list is not, if its
/// items have read-only members.
fn value<'a>(member: &Member, document: &'a Value) -> Option<&'a Value> {
    let mut path = member.path().iter();
    let value = path.try_fold(document, |value, name| value.get(name))?;
    let edit = member.set_json(value).ok()?;
    edit.value.is_some().then_some(value)
}

/// Returns the name that people know a profile by.
fn name(service: Service, document: &Value) -> Option<Value> {
    let path = match service {
        Service::Partner => "/companyName",
        Service::Arm => "/properties/displayName",
    };
    document
        .pointer(path)
        .filter(|name| name.is_string())
        .cloned()
}
