//! Names and members of a document beside the schema: those that the resource has now.

use serde_json::{Map, Value};

use super::{Misfit, Node, Writable, join, with_lower_first};
use crate::nearest::nearest;

/// Members of a document that are not written: only the service writes them, or nobody knows them.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Unwritten(Vec<(Vec<String>, Value)>);

impl Writable {
    /// Checks that each name in a document is one that the schema or `now`, the resource as it is,
    /// has at that place.
    ///
    /// # Errors
    /// The first name that neither has.
    pub(crate) fn check_names(&self, document: &Value, now: &Value) -> Result<(), Misfit> {
        self.check_names_at(Some(Node::root(&self.written)), Some(now), "", document)
    }

    fn check_names_at(
        &self,
        node: Option<Node<'_>>,
        now: Option<&Value>,
        path: &str,
        value: &Value,
    ) -> Result<(), Misfit> {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let inner = join(path, name);
                    let camel = with_lower_first(name);
                    let member =
                        node.and_then(|node| node.member(name).or_else(|| node.member(&camel)));
                    let there = now.and_then(|now| now.get(name).or_else(|| now.get(&camel)));
                    if member.is_none() && there.is_none() {
                        return Err(self.unknown(node, now, path, inner));
                    }
                    self.check_names_at(member, there, &inner, value)?;
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    // An item may be a new one: the first shows what there is in any.
                    let there = now.and_then(|now| now.get(index).or_else(|| now.get(0)));
                    let node = node.map(Node::item);
                    self.check_names_at(node, there, &format!("{path}[{index}]"), item)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn unknown(
        &self,
        node: Option<Node<'_>>,
        now: Option<&Value>,
        parent: &str,
        path: String,
    ) -> Misfit {
        let mut siblings = node.map_or_else(Vec::new, |node| self.names(node, parent));
        let there = now.and_then(Value::as_object).into_iter().flatten();
        for (name, _) in there.filter(|_| node.is_none() || !parent.is_empty()) {
            let inner = join(parent, name);
            if !siblings.contains(&inner) {
                siblings.push(inner);
            }
        }
        let mut near = siblings.clone();
        self.collect(Node::root(&self.written), "", &mut near);
        let nearest = nearest(&path, near.iter().map(String::as_str)).map(str::to_owned);
        Misfit::Unknown {
            path,
            siblings,
            nearest,
        }
    }

    /// Takes the members out of a document that the schema does not write. A list with such a member
    /// in an item is taken out as a whole: its items would not be the same without them.
    pub(crate) fn take_unwritten(&self, document: &mut Value) -> Unwritten {
        let mut taken = Unwritten::default();
        if let Value::Object(members) = document {
            let root = Node::root(&self.written);
            self.take_from(root, &mut Vec::new(), members, &mut taken);
        }
        taken
    }

    fn take_from(
        &self,
        node: Node<'_>,
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
            match (node.member(&name), value) {
                (Some(member), Value::Object(inner)) => self.take_from(member, way, inner, taken),
                (Some(member), Value::Array(items))
                    if items.iter().any(|item| has_unwritten(member.item(), item)) =>
                {
                    let value = members.remove(&name).unwrap_or_default();
                    taken.0.push((way.clone(), value));
                }
                (Some(_), _) => {}
                (None, _) => {
                    let value = members.remove(&name).unwrap_or_default();
                    taken.0.push((way.clone(), value));
                }
            }
            way.pop();
        }
    }

    /// Checks that what was taken out is as the resource has it now; gives the paths.
    ///
    /// # Errors
    /// The first member that is not: it cannot be written.
    pub(crate) fn check_unwritten(
        &self,
        taken: &Unwritten,
        now: &Value,
    ) -> Result<Vec<Vec<String>>, Misfit> {
        for (way, value) in &taken.0 {
            let there = way.iter().try_fold(now, |now, name| now.get(name));
            let is_same = match there {
                Some(there) => there == value,
                None => value.is_null(),
            };
            if !is_same {
                // By the schema it is read-only, unknown, or has something in it that is.
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
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn has_unwritten(node: Node<'_>, value: &Value) -> bool {
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

    use super::super::{Misfit, Writable};

    #[test]
    fn a_name_is_known_from_the_schema_or_from_the_resource() {
        let partner = Writable::partner();
        let now = json!({ "new": { "a": [{ "b": 1 }] } });
        for known in [
            json!({ "companyName": "x", "CompanyName": "x", "id": "x" }),
            json!({ "DefaultAddress": { "City": "x" }, "links": { "self": { "headers": [] } } }),
            json!({ "new": { "a": [{ "b": 2 }, { "b": 3 }] } }),
            json!({}),
        ] {
            assert_eq!(partner.check_names(&known, &now), Ok(()), "{known}");
        }
        for (unknown, path, nearest) in [
            (
                json!({ "compnyName": "x" }),
                "compnyName",
                Some("companyName"),
            ),
            (
                json!({ "defaultAddress": { "town": "x" } }),
                "defaultAddress.town",
                None,
            ),
            (
                json!({ "new": { "a": [{ "c": 2 }] } }),
                "new.a[0].c",
                Some("new.a[0].b"),
            ),
            (json!({ "properties": {} }), "properties", None),
        ] {
            let refused = partner.check_names(&unknown, &now);
            let Err(Misfit::Unknown {
                path: found,
                nearest: near,
                ..
            }) = refused
            else {
                panic!("{unknown}: {refused:?}");
            };
            assert_eq!((found.as_str(), near.as_deref()), (path, nearest));
        }
    }

    #[test]
    fn what_is_not_written_is_taken_out_and_lists_stay_whole() {
        let arm = Writable::arm();
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
