//! `cargo xtask codegen`: from the checked-in schemas to the shapes of `billing-models`.
//!
//! load → lower → typify → passes → render → place. Everything is made before anything is written.
//! The description of the emulator is made of the same schemas (`openapi.rs`).

pub mod data_contract;
pub mod json;
pub mod load;
pub mod lower;
pub mod manifest;
pub mod module;
pub mod names;
pub mod nearest;
pub mod openapi;
pub mod passes;
pub mod problem;
pub mod render;
pub mod rustdoc_text;
pub mod spec;
pub mod text;
pub mod views;
pub mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use typify::{TypeSpace, TypeSpaceSettings};

use load::Sibling;
use manifest::{AlsoReads, Role, Target};
use module::Module;
use problem::{Problem, Problems};
use spec::Spec;
use views::View;
use write::{Folder, Mode, Stale};

/// Where things are.
#[derive(Clone, Debug)]
pub struct Layout {
    /// What paths in messages are relative to.
    pub root: PathBuf,
    /// The folder of the specs and their `sources.toml`.
    pub specs: PathBuf,
    /// The hand-written file that declares the generated ones; they lie in the folder of the same
    /// name.
    pub parent: PathBuf,
    /// The folder in which the benchmark keeps what typify writes before any pass: a file for each
    /// module that it measures, made anew if it is there.
    pub before_passes: PathBuf,
    /// The OpenAPI description of what the emulator serves; the folder of the same name has its
    /// hand-written parts.
    pub description: Option<PathBuf>,
}

impl Layout {
    /// The layout of this repository, whose root is at `root`.
    pub fn of_repository(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            specs: root.join("specs"),
            parent: root.join("crates/billing-models/src/generated.rs"),
            before_passes: root.join("crates/billing-models/benches/codec/before_passes"),
            description: Some(root.join("crates/billing-emulator/openapi.json")),
        }
    }

    /// The layout of the golden specs and files of the generator's own tests, in the package at
    /// `xtask`.
    pub fn of_test_data(xtask: &Path) -> Self {
        let root = xtask.join("test_data");
        Self {
            specs: root.join("specs"),
            parent: root.join("generated.rs"),
            before_passes: root.join("before_passes"),
            description: None,
            root,
        }
    }

    /// The folder of the generated files; nothing else is in it.
    pub fn generated(&self) -> PathBuf {
        self.parent.with_extension("")
    }
}

/// Brings the generated files in line with the specs, or only says which are not, and gives those
/// that were not.
///
/// `only` names the modules to make; all of them when it is empty.
///
/// # Errors
///
/// [`Problems`] when a spec or the manifest is wrong; nothing is written then.
pub fn run(layout: &Layout, mode: Mode, only: &[String]) -> Result<Vec<Stale>> {
    let targets = manifest::read(&layout.specs).map_err(Problems)?;
    let mut problems = unknown_targets(&targets, only);
    let mut generated = Folder::new(layout.generated(), only.is_empty());
    let mut before_passes = Folder::new(layout.before_passes.clone(), only.is_empty());
    for (entry, target) in targets.iter().enumerate() {
        let name = format!("{}.rs", target.module);
        if !only.is_empty() && !only.contains(&target.module) {
            continue;
        }
        let file = format!("specs/{}", target.file);
        let text = match text::read(&layout.specs.join(&target.file), &file) {
            Ok(text) => text,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        match checked(target, entry, &text, &siblings(layout, &targets, target)) {
            Ok(spec) => {
                let typified = typify(target, &spec)?;
                if layout.before_passes.join(&name).is_file() {
                    before_passes.add(&name, before_any_pass(&spec, &typified));
                }
                generated.add(&name, generate(target, &spec, typified)?);
            }
            Err(found) => problems.extend(found),
        }
    }
    problems.extend(declarations(layout, &targets));
    if !problems.is_empty() {
        return Err(Problems(problems).into());
    }
    let mut stale = write::compare(&generated, &layout.root, &mut problems)?;
    stale.extend(write::compare(&before_passes, &layout.root, &mut problems)?);
    let description = layout.description.as_ref().filter(|_| only.is_empty());
    // What has specs and no emulator describes none.
    if let Some(path) = description.filter(|path| path.with_extension("").is_dir()) {
        let text = openapi::describe(&path.with_extension(""), &layout.specs)?;
        let mut folder = Folder::new(layout.root.clone(), false);
        folder.add(
            &path.strip_prefix(&layout.root)?.display().to_string(),
            text,
        );
        stale.extend(write::compare(&folder, &layout.root, &mut problems)?);
    }
    if !problems.is_empty() {
        return Err(Problems(problems).into());
    }
    if mode == Mode::Write {
        for file in &stale {
            write::write(file)?;
        }
    }
    Ok(stale)
}

/// Loads the text of a target's spec and checks all that can be checked before anything is made.
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
    let full_resources = views::reachable(&spec, &target.roots, Role::Both, View::Read);
    let mut problems = names::check(&spec, &updates, &full_resources);
    problems.extend(views::check(&spec, &target.roots, manifest_entry));
    if target.xml.is_some() {
        problems.extend(data_contract::check(&spec, manifest_entry));
    }
    if problems.is_empty() {
        Ok(spec)
    } else {
        Err(problems)
    }
}

/// The specs in the folder of `target`, to whose types it may refer. One that cannot be read has
/// none; that is said where it is read itself.
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

/// The text of a target's file, made of what typify wrote.
///
/// # Errors
///
/// When typify or a pass does not do what it did before.
fn generate(target: &Target, spec: &Spec, typified: syn::File) -> Result<String> {
    let order = order(target, spec);
    let mut module = Module {
        page: &target.page,
        also_pascal_case: target.also_reads == Some(AlsoReads::PascalCase),
        has_xml_types: target.xml.is_some(),
        full_resources: views::reachable(spec, &target.roots, Role::Both, View::Read),
        spec,
        shapes: passes::collect::collect(typified, spec, &order)?,
    };
    passes::run(&mut module)?;
    Ok(render::module(&module))
}

/// The text of the file that the benchmark compares the models with.
fn before_any_pass(spec: &Spec, typified: &syn::File) -> String {
    format!(
        "{}{}: what typify makes of it before our passes.\n\n{}",
        write::MARK,
        spec.file,
        render::file(typified)
    )
}

/// What typify makes of the lowered spec, before any pass.
///
/// # Errors
///
/// When typify refuses the lowered spec.
pub fn typify(target: &Target, spec: &Spec) -> Result<syn::File> {
    let updates = views::reachable(spec, &target.roots, Role::Write, View::Update);
    let schema = serde_json::from_value(lower::lower(spec, &updates))?;
    let mut settings = TypeSpaceSettings::default();
    settings
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq".to_owned());
    for (name, module) in &spec.imports {
        settings.with_replacement(name, format!("super::{module}::{name}"), std::iter::empty());
    }
    let mut types = TypeSpace::new(&settings);
    types
        .add_root_schema(schema)
        .with_context(|| format!("typify on {}", spec.file))?;
    Ok(syn::parse2(types.to_stream())?)
}

/// Roots first, each followed by what it holds, as a reader goes; then the updates; then the rest.
fn order(target: &Target, spec: &Spec) -> Vec<(String, View)> {
    let mut order = Vec::new();
    let mut add = |names: Vec<String>, view| {
        for name in names {
            if !order.contains(&(name.clone(), view)) {
                order.push((name, view));
            }
        }
    };
    for role in [Role::Both, Role::Read] {
        add(
            views::reachable(spec, &target.roots, role, View::Read),
            View::Read,
        );
    }
    add(spec.types.keys().cloned().collect(), View::Read);
    add(
        views::reachable(spec, &target.roots, Role::Write, View::Update),
        View::Update,
    );
    order
}

fn unknown_targets(targets: &[Target], only: &[String]) -> Vec<Problem> {
    let known: Vec<_> = targets
        .iter()
        .map(|target| target.module.as_str())
        .collect();
    let unknown = only.iter().filter(|name| !known.contains(&name.as_str()));
    unknown
        .map(|name| Problem {
            file: "specs/sources.toml".to_owned(),
            place: String::new(),
            what: format!("there is no target `{name}`"),
            hint: format!("name one of: {}", known.join(", ")),
        })
        .collect()
}

/// Checks that the parent declares each generated module, which would be compiled by nobody
/// otherwise, and no other.
fn declarations(layout: &Layout, targets: &[Target]) -> Vec<Problem> {
    let parent = &layout.parent;
    let shown = parent
        .strip_prefix(&layout.root)
        .unwrap_or(parent)
        .display()
        .to_string();
    let text = match text::read(parent, &shown) {
        Ok(text) => text,
        Err(problem) => return vec![problem],
    };
    let problem = |what: String, hint: String| Problem {
        file: shown.clone(),
        place: String::new(),
        what,
        hint,
    };
    let file = match syn::parse_file(&text) {
        Ok(file) => file,
        Err(error) => return vec![problem(error.to_string(), "mend it".to_owned())],
    };
    let declared: BTreeSet<String> = file
        .items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Mod(module) if module.content.is_none() => Some(module.ident.to_string()),
            _ => None,
        })
        .collect();
    let made: BTreeSet<String> = targets.iter().map(|target| target.module.clone()).collect();
    let missing = made.difference(&declared).map(|module| {
        problem(
            format!("the module `{module}` is not declared"),
            format!("add `#[rustfmt::skip] pub(crate) mod {module};` and a public name for it"),
        )
    });
    let unmade = declared.difference(&made).map(|module| {
        problem(
            format!("no spec makes the module `{module}`"),
            "remove the declaration and its public name, or add its spec to specs/sources.toml"
                .to_owned(),
        )
    });
    missing.chain(unmade).collect()
}
