//! Reads documents as they are received: names in any case, nulls, and members that only the
//! service writes.

use serde_json::{Map, Value};

use crate::contract::schema::{Access, Member, MemberKind, Schema};

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

/// Reads a document: known members get the schema's name whatever their case, unknown ones stay as
/// they were sent. Of two names that differ in case only, the last counts.
pub(crate) fn read(
    object: Map<String, Value>,
    schema: &Schema,
    nulls: Nulls,
    read_only: ReadOnly,
) -> Result<Map<String, Value>, Mismatch> {
    let mut result = Map::new();
    for (name, value) in object {
        let Some(member) = find(schema, &name) else {
            if nulls == Nulls::Keep || !value.is_null() {
                result.insert(name, value);
            }
            continue;
        };
        if member.access == Access::ReadOnly {
            match read_only {
                ReadOnly::Keep => {}
                ReadOnly::Ignore => continue,
                ReadOnly::Refuse => return Err(member.mismatch("is read-only")),
            }
        }
        let value = read_value(member, value, nulls, read_only)?;
        if nulls == Nulls::Keep || !value.is_null() {
            result.insert(member.name.to_owned(), value);
        }
    }
    Ok(result)
}

fn read_value(
    member: &Member,
    value: Value,
    nulls: Nulls,
    read_only: ReadOnly,
) -> Result<Value, Mismatch> {
    Ok(match (member.kind, value) {
        (_, Value::Null) => Value::Null,
        (MemberKind::Any, value)
        | (MemberKind::Text, value @ Value::String(_))
        | (MemberKind::Flag, value @ Value::Bool(_)) => value,
        (MemberKind::Object(schema), Value::Object(object)) => {
            let object = read(object, schema, nulls, read_only);
            object.map_err(|mismatch| mismatch.inside(member))?.into()
        }
        // A list is replaced, so that in its items a null clears nothing.
        (MemberKind::List { item, .. }, Value::Array(values)) => {
            let items = values.into_iter().map(|value| match value {
                Value::Object(object) => read(object, item, Nulls::Drop, read_only)
                    .map_err(|mismatch| mismatch.inside(member)),
                _ => Err(member.mismatch("must be an array of objects")),
            });
            items.collect::<Result<Vec<_>, _>>()?.into()
        }
        // Such a value identifies no item, and the client cannot write it.
        _ if member.access == Access::Identity && read_only == ReadOnly::Ignore => Value::Null,
        (kind, _) => return Err(member.mismatch(kind.demand())),
    })
}

/// Restores the members that only the service writes in the items of replaced lists, each from the
/// stored item with the same key.
pub(crate) fn restore_read_only(
    new: &mut Map<String, Value>,
    stored: &Map<String, Value>,
    schema: &Schema,
) {
    for (name, old) in stored {
        let Some(member) = schema.iter().find(|member| member.name == name) else {
            continue;
        };
        match (member.kind, new.get_mut(member.name), old) {
            (_, None, old) if member.access != Access::Open => {
                new.insert(member.name.to_owned(), old.clone());
            }
            (MemberKind::Object(schema), Some(Value::Object(new)), Value::Object(old)) => {
                restore_read_only(new, old, schema);
            }
            (MemberKind::List { item, key }, Some(Value::Array(new)), Value::Array(old)) => {
                for (index, new) in new.iter_mut().enumerate() {
                    if let Value::Object(new) = new
                        && let Some(Value::Object(old)) = counterpart(new, index, old, item, key)
                    {
                        restore_read_only(new, old, item);
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
        None if find(item, key)?.access == Access::Identity => stored.get(index),
        None => None,
    }
}

fn find<'a>(schema: &'a Schema, name: &str) -> Option<&'a Member> {
    schema
        .iter()
        .find(|member| member.name.eq_ignore_ascii_case(name))
}

impl Member {
    fn mismatch(&self, reason: &'static str) -> Mismatch {
        Mismatch {
            path: self.name.to_owned(),
            reason,
        }
    }
}

impl Mismatch {
    fn inside(mut self, member: &Member) -> Self {
        self.path.insert(0, '.');
        self.path.insert_str(0, member.name);
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
            read(object, ARM_BILLING_PROFILE, nulls, read_only).map(Value::Object)
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
