//! The members of a profile that can be written, and their kinds.

mod camel_case;
mod known;
pub(crate) mod member;
mod personal;
mod readable;
pub(crate) mod unwritten;
mod versions;

use serde_json::Value;

use crate::error::{EditError, EditProblem};
use crate::generated::{
    arm_v2019_10_01_preview as arm, arm_v2020_05_01, arm_v2024_04_01, partner_v1 as partner,
};
use crate::kind::MemberKind;
use crate::nearest::nearest;
use crate::schema::{Node, Schema};
use crate::service::Service;

/// The members of one service's profiles that can be written.
///
/// ```
/// use billing_edit::{MemberKind, Members, Service};
///
/// let members = Members::of(Service::Arm);
/// assert_eq!(members.member("invoiceEmailOptIn")?.kind(), MemberKind::Flag);
/// let error = members.member("address.town").unwrap_err();
/// assert_eq!(error.to_string(), "there is no member `address.town`");
/// # Ok::<(), billing_edit::EditError>(())
/// ```
#[derive(Debug)]
pub struct Members {
    service: Service,
    /// The api version, of a service that has several.
    api_version: Option<&'static str>,
    /// The type that is written.
    written: Node,
    /// The type that is read: it tells a read-only member from an unknown one.
    read: Node,
    /// The member that contains all others; paths may leave it out.
    root: Option<&'static str>,
    /// Top-level members that only the service writes, in spite of the schema.
    service_owned: &'static [&'static str],
}

/// Guesses go no deeper: a type may contain itself.
const MAX_DEPTH: usize = 8;

static PARTNER: Members = Members {
    service: Service::Partner,
    api_version: None,
    written: Node::update(&partner::CUSTOMER_BILLING_PROFILE),
    read: Node::read(&partner::CUSTOMER_BILLING_PROFILE),
    root: Service::Partner.root(),
    service_owned: &["attributes", "id", "links"],
};

/// The members in each api version of Azure Resource Manager, the oldest first.
static ARM: [Members; 3] = [
    Members::of_profile("2019-10-01-preview", &arm::BILLING_PROFILE),
    Members::of_profile("2020-05-01", &arm_v2020_05_01::BILLING_PROFILE),
    Members::of_profile("2024-04-01", &arm_v2024_04_01::BILLING_PROFILE),
];

impl Members {
    /// Returns the members that a service lets others write: of Azure Resource Manager, those of
    /// api version 2019-10-01-preview. Its paths may leave out `properties.`.
    pub fn of(service: Service) -> &'static Self {
        match service {
            Service::Partner => &PARTNER,
            Service::Arm => &ARM[0],
        }
    }

    /// Returns the members of a billing profile of Azure Resource Manager in an api version; `None`
    /// for an unknown version. [`of`](Self::of) has those of 2019-10-01-preview.
    pub fn of_arm(api_version: &str) -> Option<&'static Self> {
        let mut versions = ARM.iter();
        versions.find(|members| members.api_version == Some(api_version))
    }

    /// Returns the service that has the members.
    pub fn service(&self) -> Service {
        self.service
    }

    const fn of_profile(api_version: &'static str, schema: &'static Schema) -> Self {
        Self {
            service: Service::Arm,
            api_version: Some(api_version),
            written: Node::update(schema),
            read: Node::read(schema),
            root: Service::Arm.root(),
            service_owned: &[],
        }
    }

    /// Returns the names from the document's root to a member, for a path that may leave out
    /// `properties.`.
    pub fn segments<'a>(&self, path: &'a str) -> Vec<&'a str> {
        let mut segments: Vec<&str> = path.split('.').collect();
        // The root alone means a member of that name inside it.
        if let Some(root) = self.root
            && (segments.len() == 1 || segments.first() != Some(&root))
        {
            segments.insert(0, root);
        }
        segments
    }

    /// Returns a path of a document as short as it can be given: without `properties.`.
    pub fn short<'a>(&self, path: &'a str) -> &'a str {
        self.service.short(path)
    }

    /// Returns the path that was meant by one in the syntax of another language or in other letter
    /// case: `/address/city`, `$.companyName`, `address['city']`, `Address.City`, `ADDRESS.CITY`.
    pub fn respelled(&self, path: &str) -> Option<String> {
        let bare = path.trim_start_matches('$').replace(['/', '['], ".");
        let bare = bare.replace([']', '\'', '"'], "");
        let names = bare.split('.').filter(|name| !name.is_empty());
        let respelled = names.collect::<Vec<_>>().join(".");
        let mut members = Vec::new();
        self.collect(self.written, "", &mut members);
        let is_meant = |member: &&String| {
            member.eq_ignore_ascii_case(&respelled)
                || self.short(member).eq_ignore_ascii_case(&respelled)
        };
        let meant = self.short(members.iter().find(is_meant)?);
        (meant != path).then(|| meant.to_owned())
    }

    /// Returns the kind of the member at a path.
    ///
    /// # Errors
    /// The first member of the path that cannot be written.
    pub fn kind(&self, segments: &[&str]) -> Result<MemberKind, EditError> {
        self.node(segments).map(|node| node.kind())
    }

    /// Checks a value for a path and all members inside. `null` is valid for every member.
    ///
    /// # Errors
    /// The first member that cannot be written, or that has a value of another kind.
    pub fn check(&self, segments: &[&str], value: &Value) -> Result<(), EditError> {
        let node = self.node(segments)?;
        self.check_at(node, &segments.join("."), value)
    }

    /// Checks a whole document; see [`check`](Self::check).
    ///
    /// # Errors
    /// The first member that cannot be written, or that has a value of another kind.
    pub fn check_document(&self, value: &Value) -> Result<(), EditError> {
        self.check_at(self.written, "", value)
    }

    fn check_at(&self, node: Node, path: &str, value: &Value) -> Result<(), EditError> {
        let kind = node.kind();
        if !kind.fits(value) {
            return Err(EditError::new(path, EditProblem::Kind(kind)));
        }
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let path = join(path, name);
                    let node = self.step(node, &path, name)?;
                    if !value.is_null() {
                        self.check_at(node, &path, value)?;
                    }
                }
            }
            Value::Array(items) => {
                let node = node.item();
                for (index, item) in items.iter().enumerate() {
                    self.check_at(node, &format!("{path}[{index}]"), item)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn node(&self, segments: &[&str]) -> Result<Node, EditError> {
        let mut node = self.written;
        let mut path = String::new();
        for segment in segments {
            let kind = node.kind();
            if kind != MemberKind::Object {
                return Err(EditError::new(path, EditProblem::NoMembers(kind)));
            }
            // An item as in `plans[0]`, as tables show it.
            let list = segment.split_once('[').map(|(name, _)| name);
            let is_list = |name: &&str| {
                let member = node.member(name);
                member.is_some_and(|member| member.kind() == MemberKind::List)
            };
            if let Some(list) = list.filter(is_list) {
                let problem = EditProblem::NoMembers(MemberKind::List);
                return Err(EditError::new(join(&path, list), problem));
            }
            path = join(&path, segment);
            node = self.step(node, &path, segment)?;
        }
        Ok(node)
    }

    fn step(&self, node: Node, path: &str, name: &str) -> Result<Node, EditError> {
        let owned = !path.contains('.') && self.service_owned.contains(&name);
        if let Some(member) = node.member(name)
            && !owned
        {
            return Ok(member);
        }
        let parent = path.rsplit_once('.').map_or("", |(parent, _)| parent);
        let siblings = self.names(node, parent);
        let short = self.short(path);
        let problem = if self.root.is_some_and(|root| root == short) {
            EditProblem::Root
        } else if owned || self.is_read(path) || self.is_read(short) {
            EditProblem::ReadOnly
        } else {
            return Err(self.unknown(path.to_owned(), siblings));
        };
        Err(EditError {
            siblings,
            versions: self.versions_with(path),
            ..EditError::new(path, problem)
        })
    }

    /// Returns the paths of the members of a node that can be written.
    fn names(&self, node: Node, parent: &str) -> Vec<String> {
        let names = node.names().into_iter();
        let names = names.filter(|name| !parent.is_empty() || !self.service_owned.contains(name));
        names.map(|name| join(parent, name)).collect()
    }

    /// Collects the paths of all members of a node, except those inside lists.
    fn collect(&self, node: Node, parent: &str, paths: &mut Vec<String>) {
        for path in self.names(node, parent) {
            let name = path.rsplit('.').next().unwrap_or_default();
            let is_deep = path.split('.').count() > MAX_DEPTH;
            if let Some(member) = node.member(name).filter(|_| !is_deep) {
                self.collect(member, &path, paths);
            }
            paths.push(path);
        }
    }

    /// Returns the error for an unknown member, with the nearest known one.
    fn unknown(&self, path: String, siblings: Vec<String>) -> EditError {
        let mut near = siblings.clone();
        self.collect(self.written, "", &mut near);
        let nearest = || nearest(&path, near.iter().map(String::as_str)).map(str::to_owned);
        let nearest = self.renamed(&path).or_else(nearest);
        EditError {
            versions: self.versions_with(&path),
            path,
            problem: EditProblem::Unknown { nearest },
            siblings,
        }
    }

    /// Whether a document that is read has a member at this path; items count like their list.
    fn is_read(&self, path: &str) -> bool {
        let mut node = Some(self.read);
        for segment in path.split('.') {
            let (name, item) = match segment.split_once('[') {
                Some((name, _)) => (name, true),
                None => (segment, false),
            };
            node = node.and_then(|node| node.member(name));
            if item {
                node = node.map(Node::item);
            }
        }
        node.is_some()
    }
}

fn with_lower_first(name: &str) -> String {
    let mut rest = name.chars();
    let first = rest.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(rest).collect()
}

fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() {
        name.to_owned()
    } else {
        format!("{parent}.{name}")
    }
}

#[cfg(test)]
mod tests;
