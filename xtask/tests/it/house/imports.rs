//! Inside a crate, files do not import each other in circles, nor against the layers of
//! ARCHITECTURE.md.
//!
//! An import counts for the file that defines the item, wherever it is re-exported. A file that
//! only declares modules and re-exports imports nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::Item;
use syn::visit::{self, Visit};

use super::layers::Layers;
use super::ratchet::{self, Violation};
use super::resolve::{self, Resolver, Target};
use super::source::{self, ModulePath, Source};

/// The imports of a crate: from a file to another, with the items and their lines.
type Imports = BTreeMap<(String, String), BTreeMap<String, usize>>;

fn imports(source: &Source) -> Imports {
    let resolver = Resolver::new(source);
    let mut imports = Imports::new();
    for (path, module) in &source.modules {
        if source.only_declares(&module.file) {
            continue;
        }
        for (name, line) in used_paths(&resolver, path) {
            let (definer, item) = match resolver.resolve(path, &name) {
                Some(Target::Item(definer, item)) => (definer, item),
                // The items behind the module count, where they are named.
                Some(Target::Module(_)) | None => continue,
            };
            let Some(definer) = source.modules.get(&definer) else {
                continue;
            };
            if definer.file != module.file {
                let key = (module.file.clone(), definer.file.clone());
                imports.entry(key).or_default().entry(item).or_insert(line);
            }
        }
    }
    imports
}

/// The paths of several names in the code of a module, and those of its `use` items.
fn used_paths(resolver: &Resolver<'_>, path: &ModulePath) -> Vec<(Vec<String>, usize)> {
    let module = &resolver.source.modules[path];
    let mut used = Vec::new();
    let mut idents = BTreeSet::new();
    for item in &module.items {
        match item {
            Item::Use(_) | Item::Mod(_) => {}
            item => {
                let mut inner = UseItems::default();
                inner.visit_item(item);
                used.extend(inner.found);
                scan(item.to_token_stream(), &mut used, &mut idents);
            }
        }
    }
    for binding in &resolver.bindings[path] {
        // A re-export is an import only if the code beside it uses the name.
        if binding.is_reexport && !idents.contains(&binding.name) {
            continue;
        }
        let mut path = binding.path.clone();
        if binding.name == "*" {
            path.push("*".to_owned());
        }
        used.push((path, binding.line));
    }
    used
}

/// `use` items inside of functions.
#[derive(Default)]
struct UseItems {
    found: Vec<(Vec<String>, usize)>,
}

impl<'ast> Visit<'ast> for UseItems {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        for binding in resolve::bindings(item) {
            self.found.push((binding.path, binding.line));
        }
        visit::visit_item_use(self, item);
    }
}

/// Finds `a::b::c` in tokens, in macro calls too, which syn does not parse.
fn scan(tokens: TokenStream, used: &mut Vec<(Vec<String>, usize)>, idents: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let colon =
        |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ':');
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) => scan(group.stream(), used, idents),
            TokenTree::Ident(ident) => {
                let line = ident.span().start().line;
                let mut path = vec![ident.to_string()];
                while colon(at + 1)
                    && colon(at + 2)
                    && let Some(TokenTree::Ident(next)) = tokens.get(at + 3)
                {
                    path.push(next.to_string());
                    at += 3;
                }
                idents.extend(path.iter().cloned());
                if path.len() > 1 {
                    used.push((path, line));
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// The imports that are part of a circle: the imported file leads back to the importer.
fn circles(imports: &Imports) -> Vec<&(String, String)> {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to) in imports.keys() {
        next.entry(from).or_default().push(to);
    }
    let leads_to = |start: &str, goal: &str| {
        let mut seen = BTreeSet::from([start.to_owned()]);
        let mut open = vec![start.to_owned()];
        while let Some(file) = open.pop() {
            if file == goal {
                return true;
            }
            for to in next.get(file.as_str()).into_iter().flatten() {
                if seen.insert((*to).to_owned()) {
                    open.push((*to).to_owned());
                }
            }
        }
        false
    };
    imports
        .keys()
        .filter(|(from, to)| leads_to(to, from))
        .collect()
}

fn describe(items: &BTreeMap<String, usize>) -> String {
    let mut text = String::new();
    for (item, line) in items {
        let separator = if text.is_empty() { "" } else { ", " };
        write!(text, "{separator}`{item}` (line {line})").unwrap();
    }
    text
}

fn circle_violations(imports: &Imports) -> Vec<Violation> {
    circles(imports)
        .into_iter()
        .map(|key| {
            let (from, to) = key;
            let items = &imports[key];
            let line = items.values().min().unwrap();
            Violation {
                key: format!("{from} -> {to}"),
                message: format!(
                    "{from}:{line}: imports {} from {to}, which leads back to {from}: move the \
                     items to a file below both, or pass in what is needed",
                    describe(items)
                ),
            }
        })
        .collect()
}

fn layer_violations(imports: &Imports, layers: &Layers, folder: &str) -> Vec<Violation> {
    imports
        .iter()
        .filter_map(|((from, to), items)| {
            let problem = layers.problem(folder, from, to)?;
            let line = items.values().min().unwrap();
            Some(Violation {
                key: format!("{from} -> {to}"),
                message: format!(
                    "{from}:{line}: imports {} from {to}: {problem}",
                    describe(items)
                ),
            })
        })
        .collect()
}

#[test]
fn no_circles_inside_a_crate() {
    let root = source::root();
    let mut violations = Vec::new();
    for folder in source::crates(root) {
        violations.extend(circle_violations(&imports(&Source::read(root, &folder))));
    }
    ratchet::check("circles", &violations);
}

#[test]
fn no_imports_against_the_layers() {
    let root = source::root();
    let architecture = std::fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let mut violations = Vec::new();
    for layers in Layers::parse_all(&architecture) {
        let folder = layers.folder(root);
        let source = Source::read(root, &folder);
        violations.extend(layers.unlisted(&source));
        violations.extend(layer_violations(&imports(&source), &layers, &folder));
    }
    ratchet::check("layers", &violations);
}

/// A crate in a folder of its own.
fn small_crate(files: &[(&str, &str)]) -> (tempfile::TempDir, Source) {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path: &Path = &folder.path().join("crates/small/src").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let source = Source::read(folder.path(), "crates/small");
    (folder, source)
}

fn found_circles(files: &[(&str, &str)]) -> Vec<String> {
    let (_folder, source) = small_crate(files);
    circle_violations(&imports(&source))
        .into_iter()
        .map(|violation| violation.message.split(": move").next().unwrap().to_owned())
        .collect()
}

#[test]
fn two_files_that_import_each_other_are_a_circle() {
    let found = found_circles(&[
        ("lib.rs", "mod a; mod b; pub use a::A; pub use b::B;"),
        ("a.rs", "use crate::B;\npub struct A(B);"),
        (
            "b.rs",
            "pub struct B;\nfn f() { let _ = format!(\"{}\", crate::A::new()); }",
        ),
    ]);
    let file = |name: &str| format!("crates/small/src/{name}.rs");
    let (a, b) = (file("a"), file("b"));
    assert_eq!(
        found,
        [
            format!("{a}:1: imports `B` (line 1) from {b}, which leads back to {a}"),
            format!("{b}:2: imports `A` (line 2) from {a}, which leads back to {b}"),
        ]
    );
}

#[test]
fn a_child_that_imports_its_parent_is_a_circle() {
    let found = found_circles(&[
        ("lib.rs", "mod a;"),
        (
            "a.rs",
            "mod child; use child::Part; pub struct Whole(Part); pub fn help() {}",
        ),
        ("a/child.rs", "use super::help; pub struct Part;"),
    ]);
    assert_eq!(found.len(), 2, "{found:#?}");
}

#[test]
fn reexports_and_test_code_are_not_imports() {
    let found = found_circles(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "mod child; pub use child::Part; pub fn help() {}"),
        ("a/child.rs", "use super::help; pub struct Part;"),
        (
            "b.rs",
            "pub struct B;\n#[cfg(test)]\nmod tests { use crate::a::help; }",
        ),
    ]);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn an_import_against_the_layers_is_a_violation() {
    let (_folder, source) = small_crate(&[
        ("lib.rs", "mod ground; mod left; mod right;"),
        (
            "ground.rs",
            "use crate::left::Left; pub struct Ground(Left);",
        ),
        ("left.rs", "pub struct Left;"),
        (
            "right.rs",
            "use crate::left::Left; use crate::ground::Ground; pub struct Right(Left, Ground);",
        ),
    ]);
    let text = "```layers small\nground # plain data\nleft right\n```\n";
    let layers = Layers::parse_all(text).remove(0);
    let found = layer_violations(&imports(&source), &layers, "crates/small");
    let keys: Vec<&str> = found
        .iter()
        .map(|violation| violation.key.as_str())
        .collect();
    assert_eq!(
        keys,
        [
            "crates/small/src/ground.rs -> crates/small/src/left.rs",
            "crates/small/src/right.rs -> crates/small/src/left.rs",
        ]
    );
    assert!(layers.unlisted(&source).is_empty());
}
