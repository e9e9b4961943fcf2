//! Computes what edits change in a document.

use billing_core::pipeline::is_empty_value;
use billing_edit::{Edits, Service, by_name};
use serde_json::{Map, Value};

use crate::change::Change;

/// Returns the members that edits change in a document, in the order of the edits, and the members
/// of an object one by one. A member that has its new value already is left out; an absent, a null
/// and an empty one are the same.
///
/// An object replaces the old one in Partner Center, which takes whole documents, and is merged
/// with it in Azure Resource Manager, which takes merge patches.
pub(super) fn changes(service: Service, before: &Value, edits: &Edits) -> Vec<Change> {
    let mut found = Found {
        replaces: service == Service::Partner,
        changes: Vec::new(),
    };
    for edit in edits.iter() {
        let old = (edit.path.iter()).try_fold(before, |value, name| value.get(name));
        found.compare(&mut edit.path.clone(), old, edit.value.as_ref());
    }
    found.changes
}

struct Found {
    /// Whether a new object replaces the old one, and is not merged with it.
    replaces: bool,
    changes: Vec<Change>,
}

impl Found {
    fn compare(&mut self, path: &mut Vec<String>, old: Option<&Value>, new: Option<&Value>) {
        let old = old.filter(|value| !value.is_null());
        let new = new.filter(|value| !value.is_null());
        match new {
            Some(Value::Object(members)) if !members.is_empty() => {
                self.compare_members(path, old.and_then(Value::as_object), members);
            }
            Some(Value::Object(_)) if !self.replaces && old.is_some_and(Value::is_object) => {}
            _ => {
                let is_empty = |value: Option<&Value>| value.is_none_or(is_empty_value);
                if old != new && !(is_empty(old) && is_empty(new)) {
                    self.changes.push(Change {
                        path: path.clone(),
                        old: old.cloned(),
                        new: new.cloned(),
                    });
                }
            }
        }
    }

    fn compare_members(
        &mut self,
        path: &mut Vec<String>,
        old: Option<&Map<String, Value>>,
        new: &Map<String, Value>,
    ) {
        let lost = old.into_iter().flat_map(by_name);
        let lost = lost.filter(|(name, _)| self.replaces && !new.contains_key(*name));
        let lost: Vec<_> = lost
            .map(|(name, value)| (name, Some(value), None))
            .collect();
        let given = by_name(new).into_iter();
        let given =
            given.map(|(name, value)| (name, old.and_then(|old| old.get(name)), Some(value)));
        for (name, old, new) in given.chain(lost) {
            path.push(name.to_owned());
            self.compare(path, old, new);
            path.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use billing_edit::{Edit, Edits, Service};
    use serde_json::{Value, json};

    use super::changes;
    use crate::change;

    fn shown(service: Service, before: &Value, edits: &[(&str, Value)]) -> Vec<String> {
        let edits = edits
            .iter()
            .map(|(path, value)| Edit::parse_json(service, path, value).unwrap());
        let found = changes(service, before, &edits.collect());
        let found = found.iter().map(|change| {
            let value =
                |value: &Option<Value>| value.as_ref().map_or("-".to_owned(), Value::to_string);
            format!(
                "{} {} {}",
                change.name(),
                value(&change.old),
                value(&change.new)
            )
        });
        found.collect()
    }

    #[test]
    fn only_values_that_differ_are_changes() {
        let before = json!({ "email": "a@example.com", "firstName": null, "lastName": "" });
        let edits = [
            ("email", json!("b@example.com")),
            ("firstName", json!(null)),
            ("lastName", json!(null)),
            ("culture", json!("")),
            ("language", json!("de")),
        ];
        assert_eq!(
            shown(Service::Partner, &before, &edits),
            [
                r#"email "a@example.com" "b@example.com""#,
                r#"language - "de""#
            ]
        );
        assert!(
            shown(
                Service::Partner,
                &before,
                &[("email", json!("a@example.com"))]
            )
            .is_empty()
        );
    }

    #[test]
    fn object_replaces_in_partner_center_and_merges_in_arm() {
        let address = json!({ "city": "Oslo", "postalCode": "0150", "region": "x" });
        let edit = json!({ "city": "Bergen", "region": null });
        let partner = json!({ "defaultAddress": address });
        assert_eq!(
            shown(
                Service::Partner,
                &partner,
                &[("defaultAddress", edit.clone())]
            ),
            [
                r#"defaultAddress.city "Oslo" "Bergen""#,
                r#"defaultAddress.region "x" -"#,
                r#"defaultAddress.postalCode "0150" -"#,
            ]
        );
        let arm = json!({ "properties": { "address": address } });
        assert_eq!(
            shown(Service::Arm, &arm, &[("address", edit)]),
            [
                r#"properties.address.city "Oslo" "Bergen""#,
                r#"properties.address.region "x" -"#,
            ]
        );
        assert!(shown(Service::Arm, &arm, &[("address", json!({}))]).is_empty());
        assert_eq!(
            shown(Service::Partner, &partner, &[("defaultAddress", json!({}))]).len(),
            1
        );
    }

    #[test]
    fn changes_make_the_document_that_the_edits_make() {
        let before = json!({ "email": "a", "defaultAddress": { "city": "Oslo", "state": "x" } });
        let edits: Edits = [
            (
                "defaultAddress",
                json!({ "city": "Bergen", "country": "NO" }),
            ),
            ("email", json!(null)),
        ]
        .iter()
        .map(|(path, value)| Edit::parse_json(Service::Partner, path, value).unwrap())
        .collect();
        let (mut by_edits, mut by_changes) = (before.clone(), before.clone());
        edits.apply(&mut by_edits);
        change::edits(&changes(Service::Partner, &before, &edits)).apply(&mut by_changes);
        assert_eq!(by_edits, by_changes);
    }
}
