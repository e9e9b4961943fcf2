//! The generated files: each artifact is a folder and a function that generates its files.

use std::path::Path;

use anyhow::Result;

use super::manifest::AlsoReads;
use super::module::Module;
use super::sources::{Source, Sources};
use super::typed::order;
use super::views;
use super::write::{Folder, MARK};
use super::{inventory, members, openapi, passes, render};
use crate::layout::Layout;

/// Generates the files of one folder.
pub type Artifact = fn(&Layout, &Sources) -> Result<Folder>;

/// Every artifact, in the order in which they are compared and written.
pub const ARTIFACTS: &[Artifact] = &[
    models,
    before_passes,
    members_tables,
    test_inventory,
    description,
];

/// Generates a module of `billing-models` for each spec.
fn models(layout: &Layout, sources: &Sources) -> Result<Folder> {
    let mut folder = Folder::new(layout.generated(), sources.are_all);
    for source in &sources.all {
        folder.add(&source.file_name(), model(source)?);
    }
    Ok(folder)
}

fn model(source: &Source) -> Result<String> {
    let Source {
        target,
        spec,
        typed,
    } = source;
    let mut module = Module {
        page: &target.page,
        also_pascal_case: target.also_reads == Some(AlsoReads::PascalCase),
        has_xml_types: target.xml.is_some(),
        full_resources: views::full_resources(spec, &target.roots),
        spec,
        types: passes::collect::collect(typed.clone(), spec, &order(target, spec))?,
    };
    passes::run(&mut module)?;
    Ok(render::module(&module))
}

/// Generates the files that the codec benchmark compares the models with.
fn before_passes(layout: &Layout, sources: &Sources) -> Result<Folder> {
    let path = &layout.before_passes;
    let mut folder = Folder::new(path.clone(), sources.are_all);
    for source in &sources.all {
        let name = source.file_name();
        if path.join(&name).is_file() {
            let text = format!(
                "{MARK}{}: typify's output before our passes.\n\n{}",
                source.spec.file,
                render::file(&source.typed)
            );
            folder.add(&name, text);
        }
    }
    Ok(folder)
}

/// Generates a table of members for each spec of a resource that can be written.
fn members_tables(layout: &Layout, sources: &Sources) -> Result<Folder> {
    let mut folder = Folder::new(layout.members.clone(), sources.are_all);
    for source in &sources.all {
        if let Some(table) = members::table(&source.target, &source.spec) {
            folder.add(&source.file_name(), table);
        }
    }
    Ok(folder)
}

/// Generates the inventory of the models for their tests, if all specs are read.
fn test_inventory(layout: &Layout, sources: &Sources) -> Result<Folder> {
    let mut folder = Folder::new(layout.root.clone(), false);
    let path = layout.inventory.as_ref().filter(|_| sources.are_all);
    if let Some(path) = path.filter(|path| path.parent().is_some_and(Path::is_dir)) {
        let name = path.strip_prefix(&layout.root)?.display().to_string();
        folder.add(&name, inventory::inventory(sources));
    }
    Ok(folder)
}

/// Generates the OpenAPI description of the emulator, if the repository has one.
fn description(layout: &Layout, sources: &Sources) -> Result<Folder> {
    let mut folder = Folder::new(layout.root.clone(), false);
    let path = layout.description.as_ref().filter(|_| sources.are_all);
    if let Some(path) = path.filter(|path| path.with_extension("").is_dir()) {
        let text = openapi::describe(&path.with_extension(""), &layout.specs)?;
        let name = path.strip_prefix(&layout.root)?.display().to_string();
        folder.add(&name, text);
    }
    Ok(folder)
}
