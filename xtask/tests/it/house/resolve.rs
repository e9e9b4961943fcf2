//! Where a path in a crate leads: the module that defines the item.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Item, UseTree, Visibility};

use super::source::{self, ModulePath, Source};

/// A name that a `use` brings into a module.
pub(crate) struct Binding {
    /// The local name; `*` for a glob.
    pub(crate) name: String,
    pub(crate) path: Vec<String>,
    pub(crate) is_reexport: bool,
    pub(crate) line: usize,
}

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Module(ModulePath),
    Item(ModulePath, String),
}

pub(crate) struct Resolver<'a> {
    pub(crate) source: &'a Source,
    names: BTreeMap<&'a ModulePath, BTreeSet<String>>,
    pub(crate) bindings: BTreeMap<&'a ModulePath, Vec<Binding>>,
    exported_macros: BTreeMap<String, &'a ModulePath>,
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(source: &'a Source) -> Self {
        let mut resolver = Self {
            source,
            names: BTreeMap::new(),
            bindings: BTreeMap::new(),
            exported_macros: BTreeMap::new(),
        };
        for (path, module) in &source.modules {
            let names = module.items.iter().filter_map(source::name).collect();
            resolver.names.insert(path, names);
            let mut bindings = Vec::new();
            for item in &module.items {
                if let Item::Use(item) = item {
                    bindings.extend(self::bindings(item));
                }
                if let Item::Macro(item) = item
                    && let Some(name) = &item.ident
                    && item.attrs.iter().any(|a| a.path().is_ident("macro_export"))
                {
                    resolver.exported_macros.insert(name.to_string(), path);
                }
            }
            resolver.bindings.insert(path, bindings);
        }
        resolver
    }

    /// Where `path` leads from the module `from`; `None` if it leaves the crate.
    pub(crate) fn resolve(&self, from: &ModulePath, path: &[String]) -> Option<Target> {
        self.resolve_within(from, path, 0)
    }

    fn resolve_within(&self, from: &ModulePath, path: &[String], depth: u8) -> Option<Target> {
        // Globs that import each other would lead on forever.
        if depth > 16 {
            return None;
        }
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.walk(Vec::new(), rest, depth),
            "self" => self.walk(from.clone(), rest, depth),
            "super" => {
                let mut module = from.clone();
                let mut rest = rest;
                module.pop()?;
                while let Some(("super", after)) = rest
                    .split_first()
                    .map(|(name, after)| (name.as_str(), after))
                {
                    module.pop()?;
                    rest = after;
                }
                self.walk(module, rest, depth)
            }
            _ => self.lookup(from, path, depth),
        }
    }

    fn walk(&self, module: ModulePath, rest: &[String], depth: u8) -> Option<Target> {
        let Some(name) = rest.first() else {
            return Some(Target::Module(module));
        };
        self.lookup(&module, rest, depth).or_else(|| {
            if module.is_empty()
                && let Some(definer) = self.exported_macros.get(name)
            {
                return Some(Target::Item((*definer).clone(), name.clone()));
            }
            // A macro made it.
            Some(Target::Item(module.clone(), name.clone()))
        })
    }

    /// Looks the first name of `path` up in `module`: a child, an item, an import.
    fn lookup(&self, module: &ModulePath, path: &[String], depth: u8) -> Option<Target> {
        let (first, rest) = path.split_first()?;
        let mut child = module.clone();
        child.push(first.clone());
        if self.source.modules.contains_key(&child) {
            return self.walk(child, rest, depth);
        }
        if self.names.get(module)?.contains(first) {
            return Some(Target::Item(module.clone(), first.clone()));
        }
        let bindings = self.bindings.get(module)?;
        if let Some(binding) = bindings.iter().find(|binding| binding.name == *first) {
            if binding.path.first() == Some(first) && binding.path.len() == 1 {
                return None;
            }
            let through: Vec<String> = binding.path.iter().chain(rest).cloned().collect();
            return self.resolve_within(module, &through, depth + 1);
        }
        for glob in bindings.iter().filter(|binding| binding.name == "*") {
            if let Some(Target::Module(target)) = self.resolve_within(module, &glob.path, depth + 1)
                && let Some(found) = self.lookup(&target, path, depth + 1)
            {
                return Some(found);
            }
        }
        None
    }
}

/// The names that one `use` item brings in.
pub(crate) fn bindings(item: &syn::ItemUse) -> Vec<Binding> {
    let mut found = Vec::new();
    let is_reexport = !matches!(item.vis, Visibility::Inherited);
    collect(&item.tree, &mut Vec::new(), is_reexport, &mut found);
    found
}

fn collect(tree: &UseTree, path: &mut Vec<String>, is_reexport: bool, found: &mut Vec<Binding>) {
    let mut bind = |name: String, path: Vec<String>, line| {
        found.push(Binding {
            name,
            path,
            is_reexport,
            line,
        });
    };
    let with = |path: &[String], name: &syn::Ident| -> Vec<String> {
        let mut path = path.to_vec();
        // `use a::{self}` names the module itself.
        if name != "self" || path.is_empty() {
            path.push(name.to_string());
        }
        path
    };
    match tree {
        UseTree::Path(tree) => {
            path.push(tree.ident.to_string());
            collect(&tree.tree, path, is_reexport, found);
            path.pop();
        }
        UseTree::Name(tree) => {
            let path = with(path, &tree.ident);
            bind(
                path.last().unwrap().clone(),
                path,
                tree.ident.span().start().line,
            );
        }
        UseTree::Rename(tree) => {
            let path = with(path, &tree.ident);
            bind(
                tree.rename.to_string(),
                path,
                tree.ident.span().start().line,
            );
        }
        UseTree::Glob(tree) => {
            bind(
                "*".to_owned(),
                path.clone(),
                tree.star_token.span.start().line,
            );
        }
        UseTree::Group(tree) => {
            for tree in &tree.items {
                collect(tree, path, is_reexport, found);
            }
        }
    }
}
