//! The OpenAPI description of the emulator: hand-written operations, and the types of the specs.
//!
//! The files of `crates/billing-emulator/openapi/` are merged into one document. Two members at the
//! top of each are for the generator: `x-server` is the address of its paths, and `x-specs` names
//! the specs whose types become components. `schemas.rs` derives the schemas of requests from them.

mod schemas;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

/// Returns the text of the description, from the folders of its hand-written parts and of the
/// specs.
///
/// # Errors
///
/// If a file cannot be read, if two files have different values for a member, or if a type does not
/// exist.
pub fn describe(parts: &Path, specs: &Path) -> Result<String> {
    let mut document = Value::Object(Map::new());
    for path in files(parts)? {
        let mut part = read(&path)?;
        let place = || format!("in {}", path.display());
        prepare(&mut part, specs).with_context(place)?;
        merge(&mut document, part, "#").with_context(place)?;
    }
    schemas::derive(&mut document)?;
    // The order of a map depends on a feature of serde_json that any crate may enable.
    document.sort_all_objects();
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut files = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<Value> {
    let text = super::text::read(path, &path.display().to_string());
    let text = text.map_err(|problem| super::problem::Problems(vec![problem]))?;
    serde_json::from_str(&text).with_context(|| format!("reading {}", path.display()))
}

/// Applies and removes the two members `x-server` and `x-specs` of a part.
fn prepare(part: &mut Value, specs: &Path) -> Result<()> {
    let Some(members) = part.as_object_mut() else {
        bail!("a part must be an object");
    };
    let server = members.remove("x-server");
    let named = members.remove("x-specs").unwrap_or_default();
    if let (Some(server), Some(Value::Object(paths))) = (server, members.get_mut("paths")) {
        for (name, path) in paths {
            let Value::Object(path) = path else {
                bail!("{name} is not an object");
            };
            path.insert("servers".to_owned(), json!([{ "url": server }]));
        }
    }
    for name in named.as_array().into_iter().flatten() {
        let spec = read(&specs.join(name.as_str().unwrap_or_default()))?;
        let types = schemas::of_spec(&spec)?;
        merge(part, json!({ "components": { "schemas": types } }), "#")?;
    }
    Ok(())
}

/// Merges an object into another, recursively where both have an object.
fn merge(into: &mut Value, from: Value, place: &str) -> Result<()> {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                let place = super::json::step(place, &name);
                match into.get_mut(&name) {
                    Some(known) => merge(known, value, &place)?,
                    None => {
                        into.insert(name, value);
                    }
                }
            }
            Ok(())
        }
        _ => bail!("{place} is defined twice"),
    }
}
