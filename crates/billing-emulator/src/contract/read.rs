//! Documents as they are received: names in any case, nulls, and members that only the service writes.

use std::mem;

use serde_json::{Map, Value};

use crate::contract::schema::{Access, Member, MemberKind, Schema};

/// What reading does with a member that is null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nulls {
    /// Null is the same as absent: Partner Center.
    Drop,
    /// Null clears: a merge patch.
    Keep,
}

/// What reading does with a member that only the service writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadOnly {
    Keep,
    Ignore,
    Refuse,
}

/// A member that the contract does not accept.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    /// Its path with dots, as in `properties.address.city`.
    pub(crate) path: String,
    pub(crate) reason: &'static str,
}

/// Takes a document in: known members get the contract's spelling whatever their case, unknown
/// ones stay as they were sent.
pub(crate) fn read(
    mut object: Map<String, Value>,
    schema: &Schema,
    nulls: Nulls,
    read_only: ReadOnly,
) -> Result<Map<String, Value>, Mismatch> {
    read_members(&mut object, schema, nulls, read_only)?;
    Ok(object)
}

fn read_members(
    object: &mut Map<String, Value>,
    schema: &Schema,
    nulls: Nulls,
    read_only: ReadOnly,
) -> Result<(), Mismatch> {
    // As most are, and then they stay where they are.
    let mut is_right = true;
    for (name, value) in object.iter_mut() {
        let Some(member) = find(schema, name) else {
            is_right &= nulls == Nulls::Keep || !value.is_null();
            continue;
        };
        is_right &= name == member.name;
        if member.access == Access::ReadOnly {
            match read_only {
                ReadOnly::Keep => {}
                ReadOnly::Ignore => {
                    is_right = false;
                    continue;
                }
                ReadOnly::Refuse => return Err(member.mismatch("is read-only")),
            }
        }
        match (member.kind, &mut *value) {
            (_, Value::Null) => is_right &= nulls == Nulls::Keep,
            (MemberKind::Any, _)
            | (MemberKind::Text, Value::String(_))
            | (MemberKind::Flag, Value::Bool(_)) => {}
            (MemberKind::Object(schema), Value::Object(object)) => {
                read_members(object, schema, nulls, read_only)
                    .map_err(|mismatch| mismatch.inside(member))?;
            }
            // A list is replaced, so that in its items a null clears nothing.
            (MemberKind::List { item, .. }, Value::Array(values)) => {
                for value in values {
                    let Value::Object(object) = value else {
                        return Err(member.mismatch("must be an array of objects"));
                    };
                    read_members(object, item, Nulls::Drop, read_only)
                        .map_err(|mismatch| mismatch.inside(member))?;
                }
            }
            // It names no item, and is not for the caller to write.
            _ if member.access == Access::Identity && read_only == ReadOnly::Ignore => {
                *value = Value::Null;
                is_right = false;
            }
            (kind, _) => return Err(member.mismatch(kind.demand())),
        }
    }
    if is_right {
        return Ok(());
    }
    let right = mem::take(object).into_iter().filter_map(|(name, value)| {
        let member = find(schema, &name);
        let is_ignored =
            |member: &Member| member.access == Access::ReadOnly && read_only == ReadOnly::Ignore;
        if member.is_some_and(is_ignored) || (nulls == Nulls::Drop && value.is_null()) {
            return None;
        }
        Some((member.map_or(name, |member| member.name.to_owned()), value))
    });
    *object = right.collect();
    Ok(())
}

/// Gives the items of replaced lists the members that only the service writes, each from the stored
/// item that it stands for.
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

/// The stored item with the same key. An item whose key only the service gives may be sent without
/// it, and then stands for the stored one in its place.
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
    fn a_document_is_taken_in_under_the_names_of_the_contract_and_the_last_of_two_spellings_counts()
    {
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
