//! The naive model of a row: its changes, made in the document itself.

use billing_bulk::Service;
use serde_json::Value;

use crate::simulation::property::case::CaseRow;

/// Returns the document after the changes of a row.
pub(super) fn after(row: &CaseRow, before: &Value) -> Value {
    let mut document = before.clone();
    for (path, value) in &row.edits {
        let mut object = match row.profile.service() {
            Service::Partner => &mut document,
            Service::Arm => &mut document["properties"],
        };
        let (parents, name) = path.rsplit_once('.').unwrap_or(("", path));
        for parent in parents.split('.').filter(|parent| !parent.is_empty()) {
            object = &mut object[parent];
        }
        match value {
            Some(value) => object[name] = value.clone(),
            None => {
                object.as_object_mut().unwrap().remove(name);
            }
        }
    }
    document
}

/// Returns a document without the members that only the service writes.
pub(super) fn comparable(mut document: Value) -> Value {
    let members = document.as_object_mut().unwrap();
    members.retain(|name, _| !["attributes", "links"].contains(&name.as_str()));
    document
}
