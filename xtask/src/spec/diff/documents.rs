//! Reads the documents to compare: checked-in specs, and documents of others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Result, bail};

use super::foreign;
use super::matching::{Matched, matched, successor};
use super::report::Document;
use crate::codegen::problem::{Problem, Problems};
use crate::codegen::text;
use crate::spec::api::{Api, Operation, Shape, Type, TypeKind};
use crate::spec::read::checked_in;
use crate::spec::sha256::sha256;

/// A document to compare.
pub struct Source {
    /// Its path and version.
    pub document: Document,
    /// What it says.
    pub api: Api,
    /// All its operations, also those that are not compared.
    pub index: Vec<Operation>,
}

/// Reads two documents: the operations in `only`, and what they became; all operations if it is
/// empty.
///
/// # Errors
///
/// If one cannot be read, is not understood or, of the ids in `only`, none has one.
pub fn read(a: &Path, b: &Path, only: &[String]) -> Result<(Source, Source)> {
    let (a, b) = (Opened::open(a)?, Opened::open(b)?);
    let index = |operations: &[Operation]| Api {
        operations: operations.to_vec(),
        ..Api::default()
    };
    let (index_a, index_b) = (index(&a.index), index(&b.index));
    let known = |id: &String| a.index.iter().chain(&b.index).any(|one| one.id == *id);
    if let Some(id) = only.iter().find(|id| !known(id)) {
        bail!("neither document has the operation `{id}`");
    }
    let matched = matched(&index_a, &index_b, only);
    let ids = |side: fn(&Matched<'_>) -> Option<String>| matched.iter().filter_map(side).collect();
    let ids_a = ids(|one| Some(one.a?.id.clone()));
    let mut ids_b: Vec<String> = ids(|one| Some(one.b?.id.clone()));
    for gone in matched.iter().filter(|one| one.b.is_none()) {
        let new = gone.a.and_then(|gone| successor(gone, &b.index));
        ids_b.extend(new.map(|new| new.id.clone()));
    }
    Ok((a.read(ids_a)?, b.read(ids_b)?))
}

/// A document of which only the operations are known.
struct Opened<'p> {
    path: &'p Path,
    shown: String,
    sha256: String,
    index: Vec<Operation>,
    spec: Option<Api>,
}

impl<'p> Opened<'p> {
    fn open(path: &'p Path) -> Result<Self> {
        let shown = path.to_string_lossy().replace('\\', "/");
        let content = text::read(path, &shown).map_err(|problem| Problems(vec![problem]))?;
        let is_json = serde_json::from_str(&content);
        let spec = if is_json.is_ok_and(|document| checked_in::is_spec(&document)) {
            let folder = path.parent().unwrap_or(Path::new("."));
            let beside = |file: &str| text::read(&folder.join(file), file).ok();
            Some(spec(&shown, &content, &json_files(folder), &beside)?)
        } else {
            None
        };
        let index = match &spec {
            Some(api) => api.operations.clone(),
            None => foreign::index(path)?,
        };
        Ok(Self {
            path,
            shown,
            sha256: sha256(content),
            index,
            spec,
        })
    }

    fn read(self, ids: Vec<String>) -> Result<Source> {
        let api = match self.spec {
            Some(api) => api,
            // Without ids, a document is read with all its operations.
            None if ids.is_empty() && !self.index.is_empty() => Api::default(),
            None => foreign::read(self.path, ids)?,
        };
        Ok(Source {
            document: Document::new(self.shown, self.sha256, &api),
            api,
            index: self.index,
        })
    }
}

fn json_files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<_> = names.filter(|name| name.ends_with(".json")).collect();
    names.sort();
    names
}

/// Reads a spec, with the types of the specs in its folder that it refers to.
///
/// # Errors
///
/// [`Problems`] with every problem found.
pub fn spec(
    file: &str,
    content: &str,
    files: &[String],
    beside: &dyn Fn(&str) -> Option<String>,
) -> Result<Api> {
    let mut api = checked_in::read(file, content).map_err(Problems)?;
    let own = file.rsplit('/').next().unwrap_or(file);
    let mut siblings: BTreeMap<&str, Api> = BTreeMap::new();
    while let Some(missing) = missing(&api).into_iter().next() {
        let (from, name) = match missing.split_once("#/definitions/") {
            Some((from, name)) => (Some(from), name.to_owned()),
            None => (None, missing.clone()),
        };
        let mut found = None;
        for other in files.iter().filter(|other| *other != own) {
            if from.is_some_and(|from| from != other) {
                continue;
            }
            if !siblings.contains_key(other.as_str()) {
                let read = beside(other).map(|text| checked_in::read(other, &text));
                siblings.insert(other, read.and_then(Result::ok).unwrap_or_default());
            }
            let types = siblings.get(other.as_str()).map(|other| &other.types);
            if let Some(of_type) = types.and_then(|types| types.get(&name)) {
                found = Some(renamed(of_type, other, &missing));
                break;
            }
        }
        let Some(found) = found else {
            let what = format!("there is no type `{missing}`");
            let hint = "name a type of this spec, or of one in the same folder";
            return Err(Problems(vec![Problem::new(file, "", what, hint)]).into());
        };
        api.types.insert(missing, found);
    }
    Ok(api)
}

/// Returns a type of another spec. Its references stay in that spec.
fn renamed(of_type: &Type, file: &str, name: &str) -> Type {
    let mut of_type = of_type.clone();
    of_type.name = name.to_owned();
    let point = |shape: &mut Shape| {
        let mut inner = shape;
        while let Shape::Array(element) | Shape::Map(element) = inner {
            inner = element;
        }
        if let Shape::Named(name) = inner
            && !name.contains('#')
        {
            *name = format!("{file}#/definitions/{name}");
        }
    };
    match &mut of_type.kind {
        TypeKind::Object(object) => {
            for member in &mut object.members {
                point(&mut member.shape);
            }
        }
        TypeKind::Alias(shape) => point(shape),
        TypeKind::Enum(_) => {}
    }
    of_type
}

/// Returns the names of types that are not there.
fn missing(api: &Api) -> BTreeSet<String> {
    let mut shapes = Vec::new();
    for operation in &api.operations {
        shapes.extend(operation.parameters.iter().map(|one| &one.shape));
        shapes.extend(operation.body.iter().map(|body| &body.shape));
        for response in &operation.responses {
            shapes.extend(&response.shape);
            shapes.extend(response.headers.values().map(|header| &header.shape));
        }
    }
    for of_type in api.types.values() {
        match &of_type.kind {
            TypeKind::Object(object) => shapes.extend(object.members.iter().map(|one| &one.shape)),
            TypeKind::Alias(shape) => shapes.push(shape),
            TypeKind::Enum(_) => {}
        }
    }
    let mut missing = BTreeSet::new();
    for mut shape in shapes {
        while let Shape::Array(element) | Shape::Map(element) = shape {
            shape = element;
        }
        if let Shape::Named(name) = shape
            && !api.types.contains_key(name)
        {
            missing.insert(name.clone());
        }
    }
    missing
}
