//! `--set` and `--clear`: values for some members of a profile, and members to clear.

use billing_core::decode;
use serde_json::{Map, Value};

use crate::edit::refuse::refuse;
use crate::failure::{Failure, Result};
use crate::schema::mismatch::{MemberKind, PathError, Problem};
use crate::schema::writable::Writable;

/// Values for some members of a profile, and members to clear.
pub(crate) struct Edits(Vec<Edit>);

/// A value for a member, or a member to clear.
struct Edit {
    segments: Vec<String>,
    /// `None` clears the member.
    value: Option<Value>,
}

impl Edits {
    /// Parses the options.
    ///
    /// # Errors
    /// A usage failure that names the option and the path.
    pub(super) fn parse(set: &[String], clear: &[String], writable: &Writable) -> Result<Self> {
        if set.is_empty() && clear.is_empty() {
            return Err(Failure::usage(
                "no change was given",
                "give the change with --set PATH=VALUE, --clear PATH or --body FILE",
            ));
        }
        let mut edits = Vec::new();
        for option in set {
            let Some((path, text)) = option.split_once('=').filter(|(path, _)| !path.is_empty())
            else {
                return Err(Failure::usage(
                    format!("--set {option}: this is not PATH=VALUE"),
                    "put the member before the `=` and the value after it, as in --set \
                     companyName=Contoso",
                ));
            };
            let refuse = |error| refuse_option("--set", path, error, writable);
            let segments = writable.segments(path);
            let kind = writable.kind(&segments).map_err(refuse)?;
            let value = read_value(path, text, kind)?;
            writable.check(&segments, &value).map_err(refuse)?;
            edits.push(Edit::new(&segments, Some(value)));
        }
        for path in clear {
            let refuse = |error| refuse_option("--clear", path, error, writable);
            let segments = writable.segments(path);
            writable.kind(&segments).map_err(refuse)?;
            edits.push(Edit::new(&segments, None));
        }
        let edits = Self(edits);
        edits.refuse_overlap(writable)?;
        Ok(edits)
    }

    /// Refuses two edits of one member: the order of options should not decide which one counts.
    fn refuse_overlap(&self, writable: &Writable) -> Result {
        for (index, first) in self.0.iter().enumerate() {
            for second in self.0.iter().skip(index + 1) {
                let (outer, inner) = if first.segments.len() <= second.segments.len() {
                    (first, second)
                } else {
                    (second, first)
                };
                if inner.segments.starts_with(&outer.segments) {
                    let (outer, inner) = (outer.segments.join("."), inner.segments.join("."));
                    let (outer, inner) = (writable.short(&outer), writable.short(&inner));
                    let what = if outer == inner {
                        format!("`{outer}` is changed twice")
                    } else {
                        format!("`{outer}` is changed as a whole, and `{inner}` in it as well")
                    };
                    return Err(Failure::usage(what, "keep one of the two options"));
                }
            }
        }
        Ok(())
    }

    /// Returns the edits as a merge patch: `null` clears a member.
    pub(crate) fn merge_patch(&self) -> Value {
        let mut patch = Value::Object(Map::new());
        for edit in &self.0 {
            let value = edit.value.clone().unwrap_or_default();
            put(&mut patch, &edit.segments, Some(value));
        }
        patch
    }

    /// Applies the edits to a document.
    pub(crate) fn apply(&self, document: &mut Value) {
        for edit in &self.0 {
            put(document, &edit.segments, edit.value.clone());
        }
    }
}

impl Edit {
    fn new(segments: &[&str], value: Option<Value>) -> Self {
        let segments = segments.iter().map(|&one| one.to_owned()).collect();
        Self { segments, value }
    }
}

/// Sets or removes the member at a path, and creates its parents.
fn put(document: &mut Value, segments: &[String], value: Option<Value>) {
    let Some((last, parents)) = segments.split_last() else {
        return;
    };
    let mut parent = document;
    for name in parents {
        if !parent.get(name).is_some_and(Value::is_object) {
            if value.is_none() {
                // An absent member need not be cleared.
                return;
            }
            if let Value::Object(members) = parent {
                members.insert(name.clone(), Value::Object(Map::new()));
            }
        }
        match parent.get_mut(name) {
            Some(inner) => parent = inner,
            None => return,
        }
    }
    if let Value::Object(members) = parent {
        match value {
            Some(value) => members.insert(last.clone(), value),
            None => members.remove(last),
        };
    }
}

/// Reads a value: text is taken as it is, so that `--set poNumber=5` needs no quotes; all other
/// kinds are JSON.
fn read_value(path: &str, text: &str, kind: MemberKind) -> Result<Value> {
    if kind == MemberKind::Text {
        return Ok(Value::String(text.to_owned()));
    }
    let refused = |why: String| {
        Failure::usage(
            format!("--set {path}: the value must be {}{why}", kind.expected()),
            match kind {
                MemberKind::Flag => format!("--set {path}=true or --set {path}=false"),
                MemberKind::List => format!("put it in quotes: --set '{path}=[…]'"),
                MemberKind::Object => {
                    format!("put it in quotes: --set '{path}={{…}}', or set single members of it")
                }
                MemberKind::Text | MemberKind::Number => format!("--set {path}=1"),
            },
        )
    };
    match decode::<Value>(text.as_bytes()) {
        Ok(Value::Null) => Err(Failure::usage(
            format!("--set {path}: null is not a value"),
            format!("to clear it: --clear {path}"),
        )),
        Ok(value) => Ok(value),
        // The JSON parser's message does not help with a word in place of `true`.
        Err(_) if matches!(kind, MemberKind::Flag | MemberKind::Number) => {
            Err(refused(String::new()))
        }
        Err(error) => Err(refused(match std::error::Error::source(&error) {
            Some(why) => format!(", and this is not JSON: {why}"),
            None => String::new(),
        })),
    }
}

/// Returns the failure of an option. Its paths need not name the root.
fn refuse_option(option: &str, path: &str, error: PathError, writable: &Writable) -> Failure {
    let mut error = error.with_paths(|path| writable.short(path).to_owned());
    if let Problem::Unknown { nearest } = &mut error.problem
        && let Some(meant) = writable.respelled(path)
    {
        *nearest = Some(meant);
    }
    refuse(&format!("{option} {path}"), error)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Edits, Writable};

    fn edits(set: &[&str], clear: &[&str]) -> Edits {
        let own = |all: &[&str]| all.iter().map(|&one| one.to_owned()).collect::<Vec<_>>();
        Edits::parse(&own(set), &own(clear), &Writable::arm()).unwrap()
    }

    #[test]
    fn values_have_the_type_of_their_member() {
        let edits = edits(
            &[
                "poNumber=5",
                "displayName=a=b",
                "address.city=",
                "invoiceEmailOptIn=false",
                "enabledAzurePlans=[]",
            ],
            &["properties.address.region", "invoiceSections"],
        );
        assert_eq!(
            edits.merge_patch(),
            json!({ "properties": {
                "poNumber": "5",
                "displayName": "a=b",
                "address": { "city": "", "region": null },
                "invoiceEmailOptIn": false,
                "enabledAzurePlans": [],
                "invoiceSections": null,
            } })
        );
    }

    #[test]
    fn edits_change_only_their_members() {
        let mut document =
            json!({ "properties": { "poNumber": "1", "mystery": [1] }, "name": "p" });
        edits(&["address.city=X"], &["poNumber", "invoiceSections"]).apply(&mut document);
        assert_eq!(
            document,
            json!({ "properties": { "address": { "city": "X" }, "mystery": [1] }, "name": "p" })
        );
    }
}
