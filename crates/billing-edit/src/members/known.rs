//! Checks the names in a document against the schema and the resource as it is now.

use serde_json::Value;

use crate::error::EditError;
use crate::members::{Members, join, with_lower_first};
use crate::schema::Node;

impl Members {
    /// Checks that the schema or the present resource has each name of a document.
    ///
    /// # Errors
    /// The first name that neither has.
    pub fn check_names(&self, document: &Value, now: &Value) -> Result<(), EditError> {
        self.check_names_at(Some(self.written), Some(now), "", document)
    }

    fn check_names_at(
        &self,
        node: Option<Node>,
        now: Option<&Value>,
        path: &str,
        value: &Value,
    ) -> Result<(), EditError> {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let inner = join(path, name);
                    let camel = with_lower_first(name);
                    let member =
                        node.and_then(|node| node.member(name).or_else(|| node.member(&camel)));
                    let there = now.and_then(|now| now.get(name).or_else(|| now.get(&camel)));
                    if member.is_none() && there.is_none() {
                        return Err(self.unknown_name(node, now, path, inner));
                    }
                    self.check_names_at(member, there, &inner, value)?;
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    // A new item is compared with the first.
                    let there = now.and_then(|now| now.get(index).or_else(|| now.get(0)));
                    let node = node.map(Node::item);
                    self.check_names_at(node, there, &format!("{path}[{index}]"), item)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn unknown_name(
        &self,
        node: Option<Node>,
        now: Option<&Value>,
        parent: &str,
        path: String,
    ) -> EditError {
        let mut siblings = node.map_or_else(Vec::new, |node| self.names(node, parent));
        let there = now.and_then(Value::as_object).into_iter().flatten();
        for (name, _) in there.filter(|_| node.is_none() || !parent.is_empty()) {
            let inner = join(parent, name);
            if !siblings.contains(&inner) {
                siblings.push(inner);
            }
        }
        self.unknown(path, siblings)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::error::{EditError, EditProblem};
    use crate::members::Members;
    use crate::service::Service;

    #[test]
    fn names_are_known_from_the_schema_or_the_resource() {
        let partner = Members::of(Service::Partner);
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
            let Err(EditError {
                path: found,
                problem: EditProblem::Unknown { nearest: near },
                ..
            }) = refused
            else {
                panic!("{unknown}: {refused:?}");
            };
            assert_eq!((found.as_str(), near.as_deref()), (path, nearest));
        }
    }
}
