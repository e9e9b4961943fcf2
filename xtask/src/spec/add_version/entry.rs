//! The entry of a version in `specs/sources.toml`.

use std::collections::BTreeSet;

use anyhow::{Result, anyhow};
use serde_json::Value;

use super::request::{AddVersion, read};
use crate::codegen::manifest::Target;
use crate::layout::Layout;
use crate::spec::import::Imported;

/// Returns the manifest with the entry of a spec, and whether the service is written in full. An
/// entry that is there keeps its roots; only where it comes from is written again.
pub(super) fn in_manifest(
    layout: &Layout,
    add: &AddVersion,
    first: &Target,
    module: &str,
    file: &str,
    imported: &Imported,
    is_known: bool,
) -> Result<(String, bool)> {
    let manifest = read(&layout.specs.join("sources.toml"))?;
    let spec: Value = serde_json::from_str(&imported.spec)?;
    let roots = roots(&spec);
    let is_full = roots.iter().any(|(_, role)| *role == "both");
    if is_known {
        let changed = imported.provenance.in_manifest(&manifest, file)?;
        return Ok((changed.unwrap_or(manifest), is_full));
    }
    let retrieved = add.retrieved.as_ref().ok_or_else(|| {
        anyhow!("the manifest says when a document was read\n  hint: add --retrieved YYYY-MM")
    })?;
    let title = spec
        .get("title")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let lines = roots.iter().map(|(name, role)| {
        format!(
            "    {{ type = {}, role = {role:?} }},\n",
            Value::from(name.as_str())
        )
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
    Ok((format!("{}\n{entry}", manifest.trim_end()), is_full))
}

/// Returns the types of requests and responses, each with its role: the body of a PUT is written in
/// full, that of a PATCH in part, and all others are read.
fn roots(spec: &Value) -> Vec<(String, &'static str)> {
    let operations = spec.get("x-operations").and_then(Value::as_object);
    let operations: Vec<_> = operations
        .into_iter()
        .flat_map(|all| all.values())
        .collect();
    let mut written = Vec::new();
    let mut read = BTreeSet::new();
    for operation in operations {
        let body = operation.get("request").and_then(type_name);
        match (operation.get("method").and_then(Value::as_str), body) {
            (Some("PUT"), Some(body)) => {
                written.push((body.clone(), "both"));
                written.push((body, "write"));
            }
            (Some("PATCH"), Some(body)) => {
                read.insert(body.clone());
                written.push((body, "write"));
            }
            _ => {}
        }
        let responses = operation.get("responses").and_then(Value::as_array);
        read.extend(responses.into_iter().flatten().filter_map(type_name));
    }
    let is_written = |name: &String| {
        written
            .iter()
            .any(|(one, role)| one == name && *role == "both")
    };
    let read: Vec<_> = read.into_iter().filter(|name| !is_written(name)).collect();
    written.extend(read.into_iter().map(|name| (name, "read")));
    written
}

fn type_name(part: &Value) -> Option<String> {
    Some(part.get("type")?.as_str()?.to_owned())
}
