//! The specs to generate from, read and checked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;

use super::load::{self, Sibling};
use super::manifest::{self, Role, Target};
use super::problem::{Problem, Problems};
use super::spec::Spec;
use super::typed::typify;
use super::views::{self, View};
use super::{names, text, xml_names};
use crate::layout::Layout;

/// The specs to generate from.
pub struct Sources {
    /// Each spec.
    pub all: Vec<Source>,
    /// Whether these are all specs of the manifest.
    pub are_all: bool,
}

/// A spec with the types that typify generates from it.
pub struct Source {
    /// The entry in the manifest.
    pub target: Target,
    /// The checked spec.
    pub spec: Spec,
    /// The types before any pass.
    pub typed: syn::File,
}

impl Source {
    /// Returns the name of the generated file.
    pub fn file_name(&self) -> String {
        format!("{}.rs", self.target.module)
    }
}

impl Sources {
    /// Reads and checks the manifest and the specs of the modules in `only`, or all if it is empty.
    ///
    /// # Errors
    ///
    /// [`Problems`] with every problem found.
    pub fn load(layout: &Layout, only: &[String]) -> Result<Self> {
        let targets = manifest::read(&layout.specs).map_err(Problems)?;
        let mut problems = unknown_targets(&targets, only);
        let mut all = Vec::new();
        for (entry, target) in targets.iter().enumerate() {
            if !only.is_empty() && !only.contains(&target.module) {
                continue;
            }
            let file = format!("specs/{}", target.file);
            let spec = text::read(&layout.specs.join(&target.file), &file)
                .map_err(|problem| vec![problem])
                .and_then(|text| {
                    checked(target, entry, &text, &siblings(layout, &targets, target))
                });
            match spec {
                Ok(spec) => all.push(Source {
                    typed: typify(target, &spec)?,
                    target: target.clone(),
                    spec,
                }),
                Err(found) => problems.extend(found),
            }
        }
        problems.extend(declarations(layout, &targets));
        if problems.is_empty() {
            Ok(Self {
                all,
                are_all: only.is_empty(),
            })
        } else {
            Err(Problems(problems).into())
        }
    }
}

/// Loads the text of a target's spec and runs every check that needs no generated code.
///
/// # Errors
///
/// Every problem found.
pub fn checked(
    target: &Target,
    manifest_entry: usize,
    text: &str,
    siblings: &BTreeMap<String, Sibling>,
) -> Result<Spec, Vec<Problem>> {
    let spec = load::load(&format!("specs/{}", target.file), text, siblings)?;
    let updates = views::reachable(&spec, &target.roots, Role::Write, View::Update);
    let full_resources = views::full_resources(&spec, &target.roots);
    let mut problems = names::check(&spec, &updates, &full_resources);
    problems.extend(views::check(&spec, &target.roots, manifest_entry));
    if target.xml.is_some() {
        problems.extend(xml_names::check(&spec, manifest_entry));
    }
    if problems.is_empty() {
        Ok(spec)
    } else {
        Err(problems)
    }
}

/// Returns the specs in the folder of `target`, which it may refer to. A spec that cannot be read
/// is left out; its own load reports it.
fn siblings(layout: &Layout, targets: &[Target], target: &Target) -> BTreeMap<String, Sibling> {
    let folder = Path::new(&target.file).parent();
    let beside = targets
        .iter()
        .filter(|other| other.file != target.file && Path::new(&other.file).parent() == folder);
    beside
        .filter_map(|other| {
            let path = layout.specs.join(&other.file);
            let text = text::read(&path, &other.file).ok()?;
            let document: serde_json::Value = serde_json::from_str(&text).ok()?;
            let definitions = document.get("definitions")?.as_object()?.keys().cloned();
            let sibling = Sibling {
                module: other.module.clone(),
                definitions: definitions.collect(),
            };
            Some((path.file_name()?.to_str()?.to_owned(), sibling))
        })
        .collect()
}

fn unknown_targets(targets: &[Target], only: &[String]) -> Vec<Problem> {
    let known: Vec<_> = targets
        .iter()
        .map(|target| target.module.as_str())
        .collect();
    let unknown = only.iter().filter(|name| !known.contains(&name.as_str()));
    unknown
        .map(|name| {
            Problem::new(
                "specs/sources.toml",
                "",
                format!("there is no target `{name}`"),
                format!("name one of: {}", known.join(", ")),
            )
        })
        .collect()
}

/// Checks that the parent file declares each generated module, which would not be compiled
/// otherwise, and no other.
fn declarations(layout: &Layout, targets: &[Target]) -> Vec<Problem> {
    let parent = &layout.parent;
    let shown = parent.strip_prefix(&layout.root).unwrap_or(parent);
    let shown = shown.display().to_string();
    let text = match text::read(parent, &shown) {
        Ok(text) => text,
        Err(problem) => return vec![problem],
    };
    let problem = |what: String, hint: String| Problem::new(&shown, "", what, hint);
    let file = match syn::parse_file(&text) {
        Ok(file) => file,
        Err(error) => return vec![problem(error.to_string(), "correct the file".to_owned())],
    };
    let declared: BTreeSet<String> = file
        .items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Mod(module) if module.content.is_none() => Some(module.ident.to_string()),
            _ => None,
        })
        .collect();
    let generated: BTreeSet<String> = targets.iter().map(|target| target.module.clone()).collect();
    let missing = generated.difference(&declared).map(|module| {
        problem(
            format!("the module `{module}` is not declared"),
            format!("add `#[rustfmt::skip] pub(crate) mod {module};` and a public name for it"),
        )
    });
    let without_spec = declared.difference(&generated).map(|module| {
        problem(
            format!("no spec generates the module `{module}`"),
            "remove the declaration and its public name, or add its spec to specs/sources.toml"
                .to_owned(),
        )
    });
    missing.chain(without_spec).collect()
}
