//! A checked-in spec, with what its operations read and send.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use xtask::spec::api::Api;
use xtask::spec::diff::documents;

/// A spec, with what its operation reads and sends: found here on the JSON, not by the code under
/// test.
pub(super) struct Spec {
    pub(super) file: String,
    pub(super) text: String,
    pub(super) document: Value,
    pub(super) read: BTreeSet<String>,
    pub(super) sent: BTreeSet<String>,
}

pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

impl Spec {
    pub(super) fn load(file: &str) -> Self {
        let text = fs::read_to_string(root().join("specs").join(file)).unwrap();
        let document = serde_json::from_str(&text).unwrap();
        Self::of(file, text, document)
    }

    pub(super) fn of(file: &str, text: String, document: Value) -> Self {
        let mut spec = Self {
            file: file.to_owned(),
            text,
            document,
            read: BTreeSet::new(),
            sent: BTreeSet::new(),
        };
        let operations = spec.operations();
        for at in operations {
            let operation = spec.document.pointer(&at).unwrap().clone();
            let named = |node: &Value| {
                let name = node["type"].as_str()?.trim_end_matches("[]");
                Some(format!("/definitions/{name}"))
            };
            for response in operation["responses"].as_array().into_iter().flatten() {
                if let Some(at) = named(response) {
                    spec.reach(&at, "", None, false);
                }
            }
            if let Some(at) = named(&operation["request"]) {
                let members = operation["request"]["members"].as_array().cloned();
                spec.reach(&at, "", Some(&members.unwrap_or_default()), true);
            }
        }
        spec
    }

    pub(super) fn operations(&self) -> Vec<String> {
        match self.document.get("x-operations") {
            Some(Value::Object(all)) => {
                let ids = all.keys();
                ids.map(|id| format!("/x-operations/{id}")).collect()
            }
            _ => vec!["/x-operation".to_owned()],
        }
    }

    /// Collects the members below a schema. `members` are the only ones accepted, if there are any.
    fn reach(&mut self, at: &str, wire: &str, members: Option<&Vec<Value>>, is_sent: bool) {
        let Some(node) = self.document.pointer(at).cloned() else {
            return;
        };
        let target = node["$ref"].as_str().or(node["allOf"][0]["$ref"].as_str());
        if let Some(target) = target {
            if let Some(at) = target.strip_prefix('#') {
                self.reach(at, wire, members, is_sent);
            }
            return;
        }
        if node["anyOf"].is_array() {
            let seen = if is_sent {
                &mut self.sent
            } else {
                &mut self.read
            };
            seen.insert(format!("{at}/anyOf/0/enum"));
        }
        if node["items"].is_object() {
            return self.reach(&format!("{at}/items"), wire, members, is_sent);
        }
        for (name, member) in node["properties"].as_object().into_iter().flatten() {
            let at = format!("{at}/properties/{name}");
            let wire = if wire.is_empty() {
                name.clone()
            } else {
                format!("{wire}.{name}")
            };
            let accepted = members.is_none_or(|members| {
                let below =
                    |one: &str, other: &str| one == other || one.starts_with(&format!("{other}."));
                let mut paths = members.iter().filter_map(Value::as_str);
                members.is_empty() || paths.any(|path| below(path, &wire) || below(&wire, path))
            });
            if is_sent && (member["readOnly"] == true || !accepted) {
                continue;
            }
            let seen = if is_sent {
                &mut self.sent
            } else {
                &mut self.read
            };
            if seen.insert(at.clone()) {
                self.reach(&at, &wire, members, is_sent);
            }
        }
    }

    pub(super) fn mutated(&self, edit: impl FnOnce(&mut Value)) -> Value {
        let mut document = self.document.clone();
        edit(&mut document);
        document
    }

    pub(super) fn api(&self, text: &str) -> Api {
        let folder = root().join("specs").join(&self.file);
        let folder = folder.parent().unwrap();
        let names = fs::read_dir(folder).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let names: Vec<_> = names.filter(|name| name.ends_with(".json")).collect();
        let beside = |name: &str| fs::read_to_string(folder.join(name)).ok();
        documents::spec(&self.file, text, &names, &beside).unwrap()
    }
}
