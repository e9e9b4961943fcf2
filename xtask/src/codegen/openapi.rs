//! The OpenAPI description of what the emulator serves: hand-written operations, and the types of
//! the specs.
//!
//! The files of `crates/billing-emulator/openapi/` are put together into one document. Two members
//! at the top of each are for us: `x-server` is the address that its paths have, and `x-specs`
//! names the specs whose types go among the components. A schema may be made of such a type
//! (`schemas.rs`), for what is sent is not what is answered.

mod schemas;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

/// The text of the description, from the folder of its hand-written parts and that of the specs.
///
/// # Errors
///
/// When a file cannot be read, two say the same thing in two ways, or a type is not there.
pub fn describe(parts: &Path, specs: &Path) -> Result<String> {
    let mut document = Value::Object(Map::new());
    for path in files(parts)? {
        let mut part = read(&path)?;
        let place = || format!("in {}", path.display());
        prepare(&mut part, specs).with_context(place)?;
        merge(&mut document, part, "#").with_context(place)?;
    }
    schemas::derive(&mut document)?;
    // The order of a map depends on a feature that any crate may switch on.
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

/// Does what the two members at the top of a part ask for.
fn prepare(part: &mut Value, specs: &Path) -> Result<()> {
    let Some(members) = part.as_object_mut() else {
        bail!("a part is an object");
    };
    let server = members.remove("x-server");
    let named = members.remove("x-specs").unwrap_or_default();
    if let (Some(server), Some(Value::Object(paths))) = (server, members.get_mut("paths")) {
        for (name, path) in paths {
            let Value::Object(path) = path else {
                bail!("{name} is no object");
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

/// Adds the members of one object to another, as deep as both are objects.
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
        _ => bail!("{place} is said twice"),
    }
}
