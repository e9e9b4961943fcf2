//! Finds which operation of the newer document each operation of the older one became.

use serde::Serialize;

use crate::spec::api::{Api, Operation};

/// How two operations were found to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// They have the same id.
    Id,
    /// They have the same verb and path.
    Path,
}

/// An operation of both documents, or of one.
#[derive(Clone, Copy, Debug)]
pub struct Matched<'a> {
    /// In the older document.
    pub a: Option<&'a Operation>,
    /// In the newer document.
    pub b: Option<&'a Operation>,
    /// How they were found.
    pub by: Option<By>,
}

impl<'a> Matched<'a> {
    /// Returns the id to report, that of the older document if it has one.
    pub fn id(&self) -> &'a str {
        self.a.or(self.b).map_or("", |operation| &operation.id)
    }

    /// Returns both operations.
    pub fn both(&self) -> Option<(&'a Operation, &'a Operation)> {
        self.a.zip(self.b)
    }
}

/// Matches operations by their ids, and then by verb and path. If `only` has ids, the others are
/// left out.
pub fn matched<'a>(a: &'a Api, b: &'a Api, only: &[String]) -> Vec<Matched<'a>> {
    let mut found: Vec<Matched<'a>> = Vec::new();
    let mut left: Vec<&Operation> = b.operations.iter().collect();
    let mut take = |is_it: &dyn Fn(&Operation) -> bool| {
        let at = left.iter().position(|one| is_it(one))?;
        Some(left.remove(at))
    };
    let mut unmatched = Vec::new();
    for one in &a.operations {
        match take(&|other| !one.id.is_empty() && other.id == one.id) {
            Some(other) => found.push(Matched {
                a: Some(one),
                b: Some(other),
                by: Some(By::Id),
            }),
            None => unmatched.push(one),
        }
    }
    for one in unmatched {
        let other = take(&|other| other.method == one.method && path(other) == path(one));
        found.push(Matched {
            a: Some(one),
            b: other,
            by: other.map(|_| By::Path),
        });
    }
    found.extend(left.into_iter().map(|other| Matched {
        a: None,
        b: Some(other),
        by: None,
    }));
    let is_asked = |one: &Option<&Operation>| one.is_some_and(|one| only.contains(&one.id));
    found.retain(|one| only.is_empty() || is_asked(&one.a) || is_asked(&one.b));
    found.sort_by_key(|one| one.id());
    found
}

/// Returns the update of the newer document that takes the place of a removed one: a PUT at the
/// path of a PATCH, or the other way round.
pub fn successor<'a>(gone: &Operation, newer: &'a [Operation]) -> Option<&'a Operation> {
    let verb = match gone.method.as_str() {
        "PATCH" => "PUT",
        "PUT" => "PATCH",
        _ => return None,
    };
    let is_it = |one: &&Operation| one.method == verb && template(one) == template(gone);
    newer.iter().find(is_it)
}

/// Returns a path for comparisons: without a query, and without the case of parameter names.
pub fn path(operation: &Operation) -> String {
    let path = operation.path.split('?').next().unwrap_or_default();
    let mut is_name = false;
    let path = path.trim_end_matches('/').chars().map(|c| {
        match c {
            '{' => is_name = true,
            '}' => is_name = false,
            _ => {}
        }
        if is_name { c.to_ascii_lowercase() } else { c }
    });
    path.collect()
}

/// Returns a path without the names of its parameters.
pub fn template(operation: &Operation) -> String {
    let mut is_name = false;
    let path = path(operation);
    let path = path.chars().filter(|c| {
        let was_name = is_name;
        is_name = (is_name || *c == '{') && *c != '}';
        !was_name || *c == '}'
    });
    path.collect()
}
