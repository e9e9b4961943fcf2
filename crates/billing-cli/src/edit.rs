//! `--set`, `--clear` and `--body`: what the user wants changed, checked before anything is sent.

mod body;

use billing_core::decode;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::args::change::ChangeArgs;
use crate::failure::Failure;
use crate::output::one_line;
use crate::shape::{Kind, Misfit, Writable};
pub(crate) use body::Body;

/// What the three options say.
pub(crate) enum Wish {
    Edits(Edits),
    Body(Body),
}

impl Wish {
    /// # Errors
    /// A usage failure that names the option, the path and what would do. Nothing was sent.
    pub(crate) async fn read(change: &ChangeArgs, writable: &Writable) -> Result<Self, Failure> {
        if let Some(file) = &change.body {
            return Body::read(file).await.map(Self::Body);
        }
        Edits::parse(&change.set, &change.clear, writable).map(Self::Edits)
    }
}

/// Values for some members of a profile, and members to clear.
pub(crate) struct Edits(Vec<Edit>);

struct Edit {
    segments: Vec<String>,
    /// `None` clears.
    value: Option<Value>,
}

impl Edits {
    fn parse(set: &[String], clear: &[String], writable: &Writable) -> Result<Self, Failure> {
        if set.is_empty() && clear.is_empty() {
            return Err(Failure::usage(
                "nothing to change was given",
                "say what to change with --set PATH=VALUE, --clear PATH or --body FILE",
            ));
        }
        let mut edits = Vec::new();
        for option in set {
            let Some((path, text)) = option.split_once('=').filter(|(path, _)| !path.is_empty())
            else {
                return Err(Failure::usage(
                    format!("--set {option}: this is not PATH=VALUE"),
                    "name the member before the `=` and the value behind it, as in --set \
                     companyName=Contoso",
                ));
            };
            let refuse = |misfit| refuse_option("--set", path, misfit, writable);
            let segments = writable.segments(path);
            let kind = writable.kind(&segments).map_err(refuse)?;
            let value = read_value(path, text, kind)?;
            writable.check(&segments, &value).map_err(refuse)?;
            edits.push(Edit::new(&segments, Some(value)));
        }
        for path in clear {
            let refuse = |misfit| refuse_option("--clear", path, misfit, writable);
            let segments = writable.segments(path);
            writable.kind(&segments).map_err(refuse)?;
            edits.push(Edit::new(&segments, None));
        }
        let edits = Self(edits);
        edits.refuse_overlap(writable)?;
        Ok(edits)
    }

    /// Two words about one member: the order of options should not decide which one counts.
    fn refuse_overlap(&self, writable: &Writable) -> Result<(), Failure> {
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
                        format!("`{outer}` is to be changed twice")
                    } else {
                        format!("`{outer}` is to be changed as a whole, and `{inner}` in it too")
                    };
                    return Err(Failure::usage(what, "keep one of the two options"));
                }
            }
        }
        Ok(())
    }

    /// The edits as a merge patch: `null` clears.
    pub(crate) fn merge_patch(&self) -> Value {
        let mut patch = Value::Object(Map::new());
        for edit in &self.0 {
            let value = edit.value.clone().unwrap_or_default();
            put(&mut patch, &edit.segments, Some(value));
        }
        patch
    }

    /// Carries the edits out on a document: what is set replaces, what is cleared goes away.
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

fn put(document: &mut Value, segments: &[String], value: Option<Value>) {
    let Some((last, parents)) = segments.split_last() else {
        return;
    };
    let mut place = document;
    for parent in parents {
        if !place.get(parent).is_some_and(Value::is_object) {
            if value.is_none() {
                // What is not there needs no clearing.
                return;
            }
            if let Value::Object(members) = place {
                members.insert(parent.clone(), Value::Object(Map::new()));
            }
        }
        match place.get_mut(parent) {
            Some(inner) => place = inner,
            None => return,
        }
    }
    if let Value::Object(members) = place {
        match value {
            Some(value) => members.insert(last.clone(), value),
            None => members.remove(last),
        };
    }
}

/// Carries out a merge patch (RFC 7396): `null` clears, objects merge, all else replaces.
pub(crate) fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(members) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else {
        return;
    };
    for (name, value) in members {
        if value.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

/// Text is taken as it is, so that `--set poNumber=5` needs no quotes; everything else is JSON.
fn read_value(path: &str, text: &str, kind: Kind) -> Result<Value, Failure> {
    if kind == Kind::Text {
        return Ok(Value::String(text.to_owned()));
    }
    let refused = |why: String| {
        Failure::usage(
            format!("--set {path}: the value must be {}{why}", kind.wanted()),
            match kind {
                Kind::Flag => format!("--set {path}=true or --set {path}=false"),
                Kind::List => format!("put it in quotes: --set '{path}=[…]'"),
                Kind::Object => {
                    format!("put it in quotes: --set '{path}={{…}}', or set single members of it")
                }
                Kind::Text | Kind::Number => format!("--set {path}=1"),
            },
        )
    };
    match decode::<Value>(text.as_bytes()) {
        Ok(Value::Null) => Err(Failure::usage(
            format!("--set {path}: null is no value"),
            format!("to clear it: --clear {path}"),
        )),
        Ok(value) => Ok(value),
        // A word where `true` belongs is not worth the words of a JSON parser.
        Err(_) if matches!(kind, Kind::Flag | Kind::Number) => Err(refused(String::new())),
        Err(error) => Err(refused(match std::error::Error::source(&error) {
            Some(why) => format!(", and this is not JSON: {why}"),
            None => String::new(),
        })),
    }
}

/// The failure of an option whose paths need not name the root.
fn refuse_option(option: &str, path: &str, misfit: Misfit, writable: &Writable) -> Failure {
    let mut misfit = misfit.with_paths(|path| writable.short(path).to_owned());
    if let Misfit::Unknown { nearest, .. } = &mut misfit
        && let Some(meant) = writable.respelled(path)
    {
        *nearest = Some(meant);
    }
    refuse(&format!("{option} {path}"), misfit)
}

/// The failure that a misfit becomes; `place` is the option that it is in.
pub(crate) fn refuse(place: &str, misfit: Misfit) -> Failure {
    match misfit {
        Misfit::Unknown {
            path,
            siblings,
            nearest,
        } => Failure::usage(
            format!("{place}: there is no member `{}`", one_line(&path)),
            match nearest {
                Some(nearest) => format!("did you mean `{nearest}`?\n{}", list(&siblings)),
                None => list(&siblings),
            },
        ),
        Misfit::ReadOnly { path, siblings } => Failure::usage(
            format!("{place}: `{}` is read-only", one_line(&path)),
            list(&siblings),
        ),
        Misfit::Root { path, siblings } => Failure::usage(
            format!("{place}: `{path}` holds all members, and is not changed as a whole"),
            list(&siblings),
        ),
        Misfit::Twice { path } => Failure::usage(
            format!(
                "{place}: `{path}` is there twice, with a small first letter and with a capital"
            ),
            "nothing was sent; keep one of the two and run it again",
        ),
        Misfit::NoMembers {
            path,
            kind: Kind::List,
        } => Failure::usage(
            format!("{place}: `{path}` is a list, and its items cannot be named one by one"),
            format!("set the whole list as JSON: --set '{path}=[…]'"),
        ),
        Misfit::NoMembers { path, kind } => Failure::usage(
            format!("{place}: `{path}` is {} and has no members", kind.wanted()),
            format!("name it without what follows: {path}"),
        ),
        Misfit::Kind { path, wanted } => Failure::usage(
            format!("{place}: `{}` must be {wanted}", one_line(&path)),
            "nothing was sent; put the value right and run it again",
        ),
    }
}

/// The members that can be written where one of them was looked for.
fn list(siblings: &[String]) -> String {
    let names = siblings.iter().map(|path| path.rsplit_once('.'));
    match names.collect::<Option<Vec<_>>>().as_deref() {
        Some([]) => "nothing beside it can be written".to_owned(),
        Some(all @ [(parent, _), ..]) => {
            let names: Vec<_> = all.iter().map(|(_, name)| *name).collect();
            format!("what can be written in `{parent}`: {}", names.join(", "))
        }
        None => format!("what can be written: {}", siblings.join(", ")),
    }
}

/// The text of a checked document as the type that is sent.
///
/// # Errors
/// Those of [`into_type`].
pub(crate) fn read_type<T: DeserializeOwned>(place: &str, text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|error| refuse_type(place, &error))
}

/// A checked document as the type that is sent.
///
/// # Errors
/// A usage failure for what the checks let through and the type does not.
pub(crate) fn into_type<T: DeserializeOwned>(place: &str, value: Value) -> Result<T, Failure> {
    serde_json::from_value(value).map_err(|error| refuse_type(place, &error))
}

fn refuse_type(place: &str, error: &serde_json::Error) -> Failure {
    Failure::usage(
        format!("{place}: {error}"),
        "nothing was sent; put the value right and run it again",
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Edits;
    use crate::shape::Writable;

    fn edits(set: &[&str], clear: &[&str]) -> Edits {
        let own = |all: &[&str]| all.iter().map(|&one| one.to_owned()).collect::<Vec<_>>();
        Edits::parse(&own(set), &own(clear), &Writable::arm()).unwrap()
    }

    #[test]
    fn values_are_typed_by_their_member_and_split_at_the_first_equals_sign() {
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
    fn applied_to_a_document_edits_touch_nothing_but_their_members() {
        let mut document =
            json!({ "properties": { "poNumber": "1", "mystery": [1] }, "name": "p" });
        edits(&["address.city=X"], &["poNumber", "invoiceSections"]).apply(&mut document);
        assert_eq!(
            document,
            json!({ "properties": { "address": { "city": "X" }, "mystery": [1] }, "name": "p" })
        );
    }
}
