//! The source of a crate as a tree of modules, without its test code.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, Item, Lit, Meta};

/// The folder of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The path of a module inside its crate; the crate root is empty.
pub(crate) type ModulePath = Vec<String>;

/// A crate: its modules by path.
pub(crate) struct Source {
    /// The name as Rust code writes it, such as `billing_core`.
    pub(crate) name: String,
    pub(crate) modules: BTreeMap<ModulePath, Module>,
}

/// One module: the file that has it, and its items without test code.
pub(crate) struct Module {
    /// Relative to the repository, with `/`.
    pub(crate) file: String,
    /// Whether the module is written inside of another file.
    pub(crate) is_inline: bool,
    pub(crate) items: Vec<Item>,
}

impl Source {
    /// Reads the crate in `folder`, such as `crates/billing-core`.
    pub(crate) fn read(root: &Path, folder: &str) -> Self {
        let mut source = Self {
            name: Path::new(folder)
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .replace('-', "_"),
            modules: BTreeMap::new(),
        };
        let lib = format!("{folder}/src/lib.rs");
        let start = if root.join(&lib).exists() {
            lib
        } else {
            format!("{folder}/src/main.rs")
        };
        source.read_file(root, &start, Vec::new());
        source
    }

    fn read_file(&mut self, root: &Path, file: &str, path: ModulePath) {
        let text = fs::read_to_string(root.join(file)).unwrap();
        let mut parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        WithoutTests.visit_file_mut(&mut parsed);
        self.add(root, file, path, parsed.items, false);
    }

    fn add(
        &mut self,
        root: &Path,
        file: &str,
        path: ModulePath,
        items: Vec<Item>,
        is_inline: bool,
    ) {
        for item in &items {
            let Item::Mod(module) = item else { continue };
            let mut child = path.clone();
            child.push(module.ident.to_string());
            if let Some((_, items)) = &module.content {
                self.add(root, file, child, items.clone(), true);
            } else {
                let file = module_file(root, file, &module.attrs, &module.ident.to_string());
                self.read_file(root, &file, child);
            }
        }
        let module = Module {
            file: file.to_owned(),
            is_inline,
            items,
        };
        self.modules.insert(path, module);
    }

    /// Whether a file only declares modules and re-exports.
    pub(crate) fn only_declares(&self, file: &str) -> bool {
        self.modules
            .values()
            .filter(|module| module.file == file)
            .flat_map(|module| &module.items)
            .all(|item| matches!(item, Item::Mod(_) | Item::Use(_) | Item::ExternCrate(_)))
    }
}

/// The file of `mod name;` in `file`.
fn module_file(root: &Path, file: &str, attributes: &[Attribute], name: &str) -> String {
    let file = Path::new(file);
    let folder = file.parent().unwrap();
    for attribute in attributes.iter().filter(|a| a.path().is_ident("path")) {
        if let Meta::NameValue(pair) = &attribute.meta
            && let Expr::Lit(literal) = &pair.value
            && let Lit::Str(path) = &literal.lit
        {
            return text_of(&folder.join(path.value()));
        }
    }
    let own = match file.file_stem().unwrap().to_str().unwrap() {
        "lib" | "main" | "mod" => folder.to_owned(),
        stem => folder.join(stem),
    };
    let flat = own.join(format!("{name}.rs"));
    if root.join(&flat).exists() {
        text_of(&flat)
    } else {
        text_of(&own.join(name).join("mod.rs"))
    }
}

fn text_of(path: &Path) -> String {
    path.to_str().unwrap().replace('\\', "/")
}

/// Removes what is only compiled for tests.
struct WithoutTests;

impl VisitMut for WithoutTests {
    fn visit_file_mut(&mut self, file: &mut syn::File) {
        file.items.retain(|item| !is_for_tests(attributes(item)));
        visit_mut::visit_file_mut(self, file);
    }

    fn visit_item_mod_mut(&mut self, module: &mut syn::ItemMod) {
        if let Some((_, items)) = &mut module.content {
            items.retain(|item| !is_for_tests(attributes(item)));
        }
        visit_mut::visit_item_mod_mut(self, module);
    }

    fn visit_item_impl_mut(&mut self, block: &mut syn::ItemImpl) {
        block.items.retain(|item| match item {
            syn::ImplItem::Fn(function) => !is_for_tests(&function.attrs),
            syn::ImplItem::Const(constant) => !is_for_tests(&constant.attrs),
            _ => true,
        });
        visit_mut::visit_item_impl_mut(self, block);
    }
}

pub(crate) fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let Meta::List(list) = &attribute.meta else {
            return false;
        };
        let condition = list.tokens.to_string().replace(' ', "");
        list.path.is_ident("cfg") && (condition == "test" || condition.starts_with("all(test,"))
    })
}

pub(crate) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// The name that an item defines in its module.
pub(crate) fn name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

/// The folders of all crates whose source the rules are about.
pub(crate) fn crates(root: &Path) -> Vec<String> {
    let mut folders: Vec<String> = fs::read_dir(root.join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|folder| folder.join("Cargo.toml").exists())
        .map(|folder| format!("crates/{}", folder.file_name().unwrap().to_str().unwrap()))
        .collect();
    folders.push("xtask".to_owned());
    folders.sort();
    folders
}

/// All files below `folder` with one of `extensions`, relative to `root`, without what tools make.
pub(crate) fn files(root: &Path, folder: &str, extensions: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::from(folder)];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(root.join(&folder)) else {
            continue;
        };
        for entry in entries {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let path = folder.join(&name);
            if root.join(&path).is_dir() {
                if !name.starts_with('.') && name != "target" && name != "generated" {
                    open.push(path);
                }
            } else if let Some((_, extension)) = name.rsplit_once('.')
                && extensions.contains(&extension)
            {
                found.push(text_of(&path).trim_start_matches("./").to_owned());
            }
        }
    }
    found.sort();
    found
}
