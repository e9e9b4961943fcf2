//! Reads documents as they are received: names in any case, nulls, and members that only the
//! service writes.

use serde_json::{Map, Value};

use crate::contract::{
    schema::{Access, Member, MemberKind, Schema},
    version::ApiVersion,
};

/// The treatment of members that are null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nulls {
    /// Null is the same as absent, as in Partner Center.
    Drop,
    /// Null clears, as in a merge patch.
    Keep,
}

/// The treatment of members that only the service writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadOnly {
    Keep,
    Ignore,
    Refuse,
}

/// A member that does not match the schema.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    /// The path with dots, as in `properties.address.city`.
    pub(crate) path: String,
    pub(crate) reason: &'static str,
}

/// How a document is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    pub(crate) nulls: Nulls,
    pub(crate) read_only: ReadOnly,
    /// The version of the request; `None` for a document to store, which may have the names and the
    /// members of any version.
    pub(crate) version: Option<ApiVersion>,
}

impl Reading {
    /// Of a document to store as it is, and of a request to Partner Center.
    pub(crate) const STORED: Self = Self {
        nulls: Nulls::Drop,
        read_only: ReadOnly::Keep,
        version: None,
    };
}

/// Reads a document: known members get the schema's name whatever their case, unknown ones stay as
/// they were sent, and those that only another version has are ignored. Of two names that differ in
/// case only, the last counts.
pub(crate) fn read(
    object: Map<String, Value>,
    schema: &Schema,
    how: Reading,
) -> Result<Map<String, Value>, Mismatch> {
    let mut result = Map::new();
    for (name, value) in object {
        let member = match find(schema, &name, how.version) {
            Found::Member(member) => member,
            Found::Elsewhere => continue,
            Found::Unknown => {
                if how.nulls == Nulls::Keep || !value.is_null() {
                    result.insert(name, value);
                }
                continue;
            }
        };
        if member.is_read_only(how.version) {
            match how.read_only {
                ReadOnly::Keep => {}
                ReadOnly::Ignore => continue,
                ReadOnly::Refuse => return Err(member.mismatch("is read-only", how.version)),
            }
        }
        let value = read_value(member, value, how)?;
        if how.nulls == Nulls::Keep || !value.is_null() {
            result.insert(member.name.to_owned(), value);
        }
    }
    Ok(result)
}

fn read_value(member: &Member, value: Value, how: Reading) -> Result<Value, Mismatch> {
    Ok(match (member.kind, value) {
        (_, Value::Null) => Value::Null,
        (MemberKind::Any, value)
        | (MemberKind::Text, value @ Value::String(_))
        | (MemberKind::Flag, value @ Value::Bool(_)) => value,
        (MemberKind::Texts, Value::Object(texts))
            if texts
                .values()
                .all(|text| text.is_string() || text.is_null()) =>
        {
            texts.into()
        }
        (MemberKind::TextList, Value::Array(texts)) if texts.iter().all(Value::is_string) => {
            texts.into()
        }
        (MemberKind::Object(schema), Value::Object(object)) => {
            let object = read(object, schema, how);
            let inside = |mismatch: Mismatch| mismatch.inside(member, how.version);
            object.map_err(inside)?.into()
        }
        // A list that 2020-05-01 wraps, in a document to store.
        (MemberKind::List { .. }, Value::Object(mut wrapped))
            if how.version.is_none() && wrapped.get("value").is_some_and(Value::is_array) =>
        {
            let items = wrapped.remove("value").unwrap_or_default();
            read_value(member, items, how)?
        }
        // A list is replaced, so that in its items a null clears nothing.
        (MemberKind::List { item, .. }, Value::Array(values)) => {
            let in_items = Reading {
                nulls: Nulls::Drop,
                ..how
            };
            let items = values.into_iter().map(|value| match value {
                Value::Object(object) => read(object, item, in_items)
                    .map_err(|mismatch| mismatch.inside(member, how.version)),
                _ => Err(member.mismatch("must be an array of objects", how.version)),
            });
            items.collect::<Result<Vec<_>, _>>()?.into()
        }
        // Such a value identifies no item, and the client cannot write it.
        _ if member.access == Access::Identity && how.read_only == ReadOnly::Ignore => Value::Null,
        (kind, _) => return Err(member.mismatch(kind.demand(), how.version)),
    })
}

/// Restores the members that only the service writes in the items of replaced lists, each from the
/// stored item with the same key; and everywhere those that the version of a replacement does not
/// have.
pub(crate) fn restore(
    new: &mut Map<String, Value>,
    stored: &Map<String, Value>,
    schema: &Schema,
    version: Option<ApiVersion>,
) {
    for (name, old) in stored {
        let Some(member) = schema.iter().find(|member| member.name == name) else {
            continue;
        };
        match (member.kind, new.get_mut(member.name), old) {
            (_, None, old) if member.is_restored() || !member.is_in(version) => {
                new.insert(member.name.to_owned(), old.clone());
            }
            (MemberKind::Object(schema), Some(Value::Object(new)), Value::Object(old)) => {
                restore(new, old, schema, version);
            }
            (MemberKind::List { item, key }, Some(Value::Array(new)), Value::Array(old)) => {
                for (index, new) in new.iter_mut().enumerate() {
                    if let Value::Object(new) = new
                        && let Some(Value::Object(old)) = counterpart(new, index, old, item, key)
                    {
                        restore(new, old, item, version);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Returns the stored item with the same key. If only the service writes the key, an item may be
/// sent without it, and then corresponds to the stored item at the same index.
fn counterpart<'a>(
    new: &Map<String, Value>,
    index: usize,
    stored: &'a [Value],
    item: &Schema,
    key: &str,
) -> Option<&'a Value> {
    match new.get(key) {
        Some(value) => stored.iter().find(|stored| stored.get(key) == Some(value)),
        None if is_identity(item, key) => stored.get(index),
        None => None,
    }
}

/// Returns whether only the service writes this key.
fn is_identity(item: &Schema, key: &str) -> bool {
    let mut members = item.iter();
    members.any(|member| member.name == key && member.access == Access::Identity)
}

/// What a name is in a version.
enum Found<'a> {
    Member(&'a Member),
    /// The name of a member that only other versions have, or have under this name.
    Elsewhere,
    Unknown,
}

fn find<'a>(schema: &'a Schema, name: &str, version: Option<ApiVersion>) -> Found<'a> {
    let is = |known: &str| known.eq_ignore_ascii_case(name);
    let in_any = |member: &&Member| is(member.name) || member.later_name.is_some_and(is);
    let in_version = |member: &&Member| member.is_in(version) && is(member.name_in(version));
    match (schema.iter().find(in_version), version) {
        (Some(member), _) => Found::Member(member),
        (None, None) => schema
            .iter()
            .find(in_any)
            .map_or(Found::Unknown, Found::Member),
        (None, Some(_)) if schema.iter().any(|member| in_any(&member)) => Found::Elsewhere,
        (None, Some(_)) => Found::Unknown,
    }
}

impl Member {
    fn mismatch(&self, reason: &'static str, version: Option<ApiVersion>) -> Mismatch {
        Mismatch {
            path: self.name_in(version).to_owned(),
            reason,
        }
    }
}

impl Mismatch {
    fn inside(mut self, member: &Member, version: Option<ApiVersion>) -> Self {
        self.path.insert(0, '.');
        self.path.insert_str(0, member.name_in(version));
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::contract::tables::ARM_BILLING_PROFILE;

    #[test]
    fn names_are_read_in_any_case_and_the_last_of_two_counts() {
        let read = |document: Value, nulls, read_only| {
            let object = document.as_object().cloned().unwrap_or_default();
            let how = Reading {
                nulls,
                read_only,
                version: Some(ApiVersion::V2019),
            };
            read(object, ARM_BILLING_PROFILE, how).map(Value::Object)
        };
        let sent = json!({ "ID": "1", "Unknown": null, "PROPERTIES": { "ponumber": "old" }, "properties": {
            "POnumber": "a", "ponumber": "b", "displayName": null, "status": 1,
            "invoiceSections": [{ "Id": 7, "name": null, "PROPERTIES": { "State": "x", "displayName": "y" } }],
        } });
        let expected = json!({ "Unknown": null, "properties": {
            "poNumber": "b", "displayName": null,
            "invoiceSections": [{ "properties": { "displayName": "y" } }],
        } });
        assert_eq!(
            read(sent.clone(), Nulls::Keep, ReadOnly::Ignore),
            Ok(expected)
        );
        let refused = read(sent, Nulls::Drop, ReadOnly::Refuse).map_err(|mismatch| mismatch.path);
        assert_eq!(refused, Err("id".to_owned()));
        let kept =
            json!({ "id": "1", "properties": { "status": 1, "invoiceSections": [{ "id": "7" }] } });
        assert_eq!(
            read(kept.clone(), Nulls::Drop, ReadOnly::Keep),
            Ok(kept.clone())
        );
        let wrong = json!({ "properties": { "invoiceSections": [{ "id": 7 }] } });
        let refused = read(wrong, Nulls::Keep, ReadOnly::Keep).map_err(|mismatch| mismatch.path);
        assert_eq!(refused, Err("properties.invoiceSections.id".to_owned()));
    }
}
