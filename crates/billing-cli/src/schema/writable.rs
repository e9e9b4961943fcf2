//! The members of a profile that can be written, and their kinds.

use serde_json::{Map, Value};

use crate::nearest::nearest;
use crate::schema::mismatch::{MemberKind, PathError, Problem};
use crate::schema::node::Node;

/// The members of one type of profile that can be written.
#[derive(Debug)]
pub(crate) struct Writable {
    /// The type that is written.
    pub(super) written: Node,
    /// The type that is read: it tells a read-only member from an unknown one.
    read: Node,
    /// The member that contains all others; paths may leave it out.
    root: Option<&'static str>,
    /// Top-level members that only the service writes, in spite of the schema.
    service_owned: &'static [&'static str],
}

impl Writable {
    /// Returns the members of a Partner Center profile: all except those that the service
    /// maintains.
    pub(crate) fn partner() -> Self {
        Self::new(
            "CustomerBillingProfile",
            None,
            &["attributes", "id", "links"],
        )
    }

    /// Returns the members of a PATCH of a Resource Manager profile. Paths may leave out
    /// `properties.`.
    pub(crate) fn arm() -> Self {
        Self::new("BillingProfile", Some("properties"), &[])
    }

    fn new(name: &str, root: Option<&'static str>, service_owned: &'static [&'static str]) -> Self {
        Self {
            written: Node::update(name),
            read: Node::read(name),
            root,
            service_owned,
        }
    }

    /// Returns the path in the document for a path of the user.
    pub(crate) fn segments<'a>(&self, path: &'a str) -> Vec<&'a str> {
        let mut segments: Vec<&str> = path.split('.').collect();
        // The root alone means a member of that name inside it.
        if let Some(root) = self.root
            && (segments.len() == 1 || segments.first() != Some(&root))
        {
            segments.insert(0, root);
        }
        segments
    }

    /// Returns the path of the user for a path in the document.
    pub(crate) fn short<'a>(&self, path: &'a str) -> &'a str {
        let root = self.root.and_then(|root| path.strip_prefix(root));
        root.and_then(|rest| rest.strip_prefix('.')).unwrap_or(path)
    }

    /// Returns the path that was meant by one in the syntax of another language: `/address/city`,
    /// `$.companyName`, `address['city']`, `Address.City`.
    pub(crate) fn respelled(&self, path: &str) -> Option<String> {
        let bare = path.trim_start_matches('$').replace(['/', '['], ".");
        let bare = bare.replace([']', '\'', '"'], "");
        let names = bare.split('.').filter(|name| !name.is_empty());
        let names: Vec<_> = names.map(with_lower_first).collect();
        let respelled = names.join(".");
        let is_member = self.kind(&self.segments(&respelled)).is_ok();
        (is_member && respelled != path).then(|| self.short(&respelled).to_owned())
    }

    /// Returns the kind of the member at a path.
    ///
    /// # Errors
    /// The first member of the path that cannot be written.
    pub(crate) fn kind(&self, segments: &[&str]) -> Result<MemberKind, PathError> {
        self.node(segments).map(|node| node.kind())
    }

    /// Checks a value for a path and all members inside. `null` is valid for every member.
    ///
    /// # Errors
    /// The first member that cannot be written, or that has a value of another kind.
    pub(crate) fn check(&self, segments: &[&str], value: &Value) -> Result<(), PathError> {
        let node = self.node(segments)?;
        self.check_at(node, &segments.join("."), value)
    }

    /// Checks a whole document; see [`check`](Self::check).
    pub(crate) fn check_document(&self, value: &Value) -> Result<(), PathError> {
        self.check_at(self.written, "", value)
    }

    /// Renames the members of a document from PascalCase to the names of the schema.
    ///
    /// # Errors
    /// The first member that the document has under both names.
    pub(crate) fn in_camel_case(&self, value: Value) -> Result<Value, PathError> {
        in_camel_case(self.written, "", value)
    }

    fn check_at(&self, node: Node, path: &str, value: &Value) -> Result<(), PathError> {
        let kind = node.kind();
        if !kind.fits(value) {
            return Err(PathError::new(path, Problem::Kind(kind)));
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

    fn node(&self, segments: &[&str]) -> Result<Node, PathError> {
        let mut node = self.written;
        let mut path = String::new();
        for segment in segments {
            let kind = node.kind();
            if kind != MemberKind::Object {
                return Err(PathError::new(path, Problem::NoMembers(kind)));
            }
            // An item as in `plans[0]`, as tables show it.
            let list = segment.split_once('[').map(|(name, _)| name);
            let is_list = |name: &&str| {
                let member = node.member(name);
                member.is_some_and(|member| member.kind() == MemberKind::List)
            };
            if let Some(list) = list.filter(is_list) {
                let problem = Problem::NoMembers(MemberKind::List);
                return Err(PathError::new(join(&path, list), problem));
            }
            path = join(&path, segment);
            node = self.step(node, &path, segment)?;
        }
        Ok(node)
    }

    fn step(&self, node: Node, path: &str, name: &str) -> Result<Node, PathError> {
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
            Problem::Root
        } else if owned || self.is_read(path) || self.is_read(short) {
            Problem::ReadOnly
        } else {
            return Err(self.unknown(path.to_owned(), siblings));
        };
        Err(PathError {
            siblings,
            ..PathError::new(path, problem)
        })
    }

    /// Returns the paths of the members of a node that can be written.
    pub(super) fn names(&self, node: Node, parent: &str) -> Vec<String> {
        let names = node.names().into_iter();
        let names = names.filter(|name| !parent.is_empty() || !self.service_owned.contains(name));
        names.map(|name| join(parent, name)).collect()
    }

    /// Collects the paths of all members that can be written, except those inside lists.
    fn collect(&self, node: Node, parent: &str, paths: &mut Vec<String>) {
        for path in self.names(node, parent) {
            let name = path.rsplit('.').next().unwrap_or_default();
            if let Some(member) = node.member(name) {
                self.collect(member, &path, paths);
            }
            paths.push(path);
        }
    }

    /// Returns the error for an unknown member, with the nearest known one.
    pub(super) fn unknown(&self, path: String, siblings: Vec<String>) -> PathError {
        let mut near = siblings.clone();
        self.collect(self.written, "", &mut near);
        let nearest = nearest(&path, near.iter().map(String::as_str)).map(str::to_owned);
        PathError {
            path,
            problem: Problem::Unknown { nearest },
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

fn in_camel_case(node: Node, path: &str, value: Value) -> Result<Value, PathError> {
    match value {
        Value::Object(members) => {
            let mut renamed = Map::new();
            for (name, value) in members {
                let camel = with_lower_first(&name);
                let name = if node.member(&camel).is_some() {
                    camel
                } else {
                    name
                };
                let path = join(path, &name);
                let value = match node.member(&name) {
                    Some(member) => in_camel_case(member, &path, value)?,
                    None => value,
                };
                if renamed.insert(name, value).is_some() {
                    return Err(PathError::new(path, Problem::Twice));
                }
            }
            Ok(Value::Object(renamed))
        }
        Value::Array(items) => {
            let items = items.into_iter().enumerate();
            let items = items
                .map(|(index, item)| in_camel_case(node.item(), &format!("{path}[{index}]"), item));
            items.collect::<Result<_, _>>().map(Value::Array)
        }
        value => Ok(value),
    }
}

pub(super) fn with_lower_first(name: &str) -> String {
    let mut rest = name.chars();
    let first = rest.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(rest).collect()
}

pub(super) fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() {
        name.to_owned()
    } else {
        format!("{parent}.{name}")
    }
}

#[cfg(test)]
mod tests;
