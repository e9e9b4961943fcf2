//! Members of a document that cannot be written.

use serde_json::{Map, Value};

use crate::error::EditError;
use crate::members::Members;
use crate::schema::Node;

/// Members of a document that are not written: they are read-only or unknown.
#[derive(Debug, Default, PartialEq)]
pub struct Unwritten(Vec<(Vec<String>, Value)>);

impl Members {
    /// Removes the members of a document that the schema does not write. A list with such a member
    /// in an item is removed as a whole, as its items would change without them.
    pub fn take_unwritten(&self, document: &mut Value) -> Unwritten {
        let mut taken = Unwritten::default();
        if let Value::Object(members) = document {
            let root = self.written;
            self.take_from(root, &mut Vec::new(), members, &mut taken);
        }
        taken
    }

    fn take_from(
        &self,
        node: Node,
        way: &mut Vec<String>,
        members: &mut Map<String, Value>,
        taken: &mut Unwritten,
    ) {
        let names: Vec<_> = members.keys().cloned().collect();
        for name in names {
            let Some(value) = members.get_mut(&name) else {
                continue;
            };
            way.push(name.clone());
            let is_kept = match (node.member(&name), value) {
                (Some(member), Value::Object(inner)) => {
                    self.take_from(member, way, inner, taken);
                    true
                }
                (Some(member), value) => !has_unwritten(member, value),
                (None, _) => false,
            };
            if !is_kept {
                let value = members.remove(&name).unwrap_or_default();
                taken.0.push((way.clone(), value));
            }
            way.pop();
        }
    }

    /// Checks that removed members equal those of the stored resource, and returns their paths.
    ///
    /// # Errors
    /// The first member that differs: it cannot be written.
    pub fn check_unwritten(
        &self,
        taken: &Unwritten,
        now: &Value,
    ) -> Result<Vec<Vec<String>>, EditError> {
        for (way, value) in &taken.0 {
            let there = way.iter().try_fold(now, |now, name| now.get(name));
            let is_same = match there {
                Some(there) => there == value,
                None => value.is_null(),
            };
            if !is_same {
                // By the schema it is read-only or unknown, or has such a member.
                let mut document = value.clone();
                for name in way.iter().rev() {
                    document = Value::Object(Map::from_iter([(name.clone(), document)]));
                }
                self.check_document(&document)?;
            }
        }
        Ok(taken.0.iter().map(|(way, _)| way.clone()).collect())
    }
}

impl Unwritten {
    /// Returns whether every member can be written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn has_unwritten(node: Node, value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            let mut members = members.iter();
            members.any(|(name, value)| {
                let member = node.member(name);
                member.is_none_or(|member| has_unwritten(member, value))
            })
        }
        Value::Array(items) => items.iter().any(|item| has_unwritten(node.item(), item)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::members::Members;
    use crate::service::Service;

    #[test]
    fn unwritten_members_are_removed_and_lists_stay_whole() {
        let arm = Members::of(Service::Arm);
        let mut document = json!({
            "id": "i",
            "properties": {
                "poNumber": "1",
                "status": "Active",
                "address": { "city": "X", "new": 1 },
                "enabledAzurePlans": [{ "skuId": "1" }, { "skuId": "2", "skuDescription": "x" }],
            },
        });
        let now = document.clone();
        let taken = arm.take_unwritten(&mut document);
        assert_eq!(
            document,
            json!({ "properties": { "poNumber": "1", "address": { "city": "X" } } })
        );
        let mut paths: Vec<_> = arm
            .check_unwritten(&taken, &now)
            .unwrap()
            .iter()
            .map(|way| way.join("."))
            .collect();
        paths.sort();
        assert_eq!(
            paths,
            [
                "id",
                "properties.address.new",
                "properties.enabledAzurePlans",
                "properties.status"
            ]
        );
        for other in [
            json!({ "id": "j" }),
            json!({ "properties": { "status": "Disabled" } }),
            json!({ "properties": { "address": { "new": 2 } } }),
            json!({ "properties": { "enabledAzurePlans": [{ "skuDescription": "x" }] } }),
            json!({ "more": 1 }),
        ] {
            let taken = arm.take_unwritten(&mut other.clone());
            assert!(arm.check_unwritten(&taken, &now).is_err(), "{other}");
        }
    }
}
