//! The entry of a version in `specs/sources.toml`.

use std::collections::BTreeSet;

use anyhow::{Result, anyhow};
use serde_json::Value;

use super::request::{AddVersion, read};
use crate::codegen::manifest::{Role, Root, Target};
use crate::layout::Layout;
use crate::spec::import::Imported;

/// The manifest with the entry of a version.
pub(super) struct Entry {
    /// The text of the manifest.
    pub(super) manifest: String,
    /// The roots of the version.
    pub(super) roots: Vec<Root>,
}

/// Returns the manifest with the entry of a spec. An entry that is there keeps its roots; only
/// where it comes from is written again.
pub(super) fn in_manifest(
    layout: &Layout,
    add: &AddVersion,
    first: &Target,
    module: &str,
    file: &str,
    imported: &Imported,
    known: Option<&Target>,
) -> Result<Entry> {
    let manifest = read(&layout.specs.join("sources.toml"))?;
    if let Some(known) = known {
        let changed = imported.provenance.in_manifest(&manifest, file)?;
        return Ok(Entry {
            manifest: changed.unwrap_or(manifest),
            roots: known.roots.clone(),
        });
    }
    let retrieved = add.retrieved.as_ref().ok_or_else(|| {
        anyhow!("the manifest says when a document was read\n  hint: add --retrieved YYYY-MM")
    })?;
    let spec: Value = serde_json::from_str(&imported.spec)?;
    let title = spec
        .get("title")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let roots = roots(&spec);
    let lines = roots.iter().map(|root| {
        let role = match root.role {
            Role::Read => "read",
            Role::Write => "write",
            Role::Both => "both",
        };
        let name = Value::from(root.name.as_str());
        format!("    {{ type = {name}, role = {role:?} }},\n")
    });
    let entry = format!(
        "\n[[spec]]\nfile = {file:?}\nmodule = {module:?}\nservice = {}\napi_version = {:?}\npage = {}\n\
         retrieved = {retrieved:?}\n{}roots = [\n{}]\n",
        Value::from(first.service.as_str()),
        add.api_version,
        Value::from(title),
        imported.provenance.to_toml(),
        lines.collect::<String>(),
    );
    Ok(Entry {
        manifest: format!("{}\n{entry}", manifest.trim_end()),
        roots,
    })
}

/// Returns the types of requests and responses, each with its role: the body of a PUT is written in
/// full, that of a PATCH in part, and all others are read.
fn roots(spec: &Value) -> Vec<Root> {
    let operations = spec.get("x-operations").and_then(Value::as_object);
    let operations = operations.into_iter().flat_map(|all| all.values());
    let type_name = |part: &Value| {
        let name = part.get("type")?.as_str()?.trim_end_matches("[]");
        // A text or a number is no root.
        spec.get("definitions")?.get(name)?;
        Some(name.to_owned())
    };
    let mut roots = Vec::new();
    let mut read = BTreeSet::new();
    for operation in operations {
        let body = operation.get("request").and_then(&type_name);
        match (operation.get("method").and_then(Value::as_str), body) {
            (Some("PUT"), Some(body)) => {
                add(&mut roots, &body, Role::Both);
                add(&mut roots, &body, Role::Write);
            }
            (Some("PATCH"), Some(body)) => {
                read.insert(body.clone());
                add(&mut roots, &body, Role::Write);
            }
            _ => {}
        }
        let responses = operation.get("responses").and_then(Value::as_array);
        read.extend(responses.into_iter().flatten().filter_map(&type_name));
    }
    let is_both = |name: &String, roots: &[Root]| {
        let mut both = roots.iter().filter(|root| root.role == Role::Both);
        both.any(|root| root.name == *name)
    };
    for name in read {
        if !is_both(&name, &roots) {
            add(&mut roots, &name, Role::Read);
        }
    }
    roots
}

fn add(roots: &mut Vec<Root>, name: &str, role: Role) {
    let root = Root {
        name: name.to_owned(),
        role,
    };
    if !roots.contains(&root) {
        roots.push(root);
    }
}
