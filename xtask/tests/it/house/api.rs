//! The public items of a crate, read from its source.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use quote::ToTokens as _;
use syn::{
    Attribute, Fields, FnArg, ImplItem, Item, ReturnType, Signature, TraitItem, Type, Visibility,
};

use super::expand::Macros;
use super::item_text::{derives, docs_of, prefix, signature_text, text_of};
use super::resolve::{Resolver, Target, bindings};
use super::source::{self, ModulePath, Source};

/// One reachable public item or member.
pub(crate) struct Entry {
    /// The path that a user writes, such as `billing_core::Error::status`.
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) docs: String,
    pub(crate) is_hidden: bool,
    /// The return type of a function.
    pub(crate) returns: Option<String>,
}

/// The crates that others can depend on.
pub(crate) fn library_folders(root: &Path) -> Vec<String> {
    let mut folders = source::crates(root);
    folders.retain(|folder| {
        !matches!(
            folder.as_str(),
            "xtask" | "crates/billing-cli" | "crates/billing-test"
        )
    });
    folders
}

/// The public items of each library crate, by the crate's folder.
pub(crate) fn read_all(root: &Path) -> Vec<(String, Vec<Entry>)> {
    let folders = library_folders(root);
    let mut sources: Vec<Source> = folders
        .iter()
        .map(|folder| Source::read(root, folder))
        .collect();
    let macros = Macros::of(&sources);
    for source in &mut sources {
        let name = source.name.clone();
        for module in source.modules.values_mut() {
            module.items = macros.expand_items(&name, &module.items);
        }
    }
    folders
        .into_iter()
        .zip(&sources)
        .map(|(folder, source)| (folder, Api::read(source)))
        .collect()
}

/// A crate while its items are listed.
struct Api<'a> {
    source: &'a Source,
    resolver: Resolver<'a>,
    /// The `impl` blocks by the type's module and name.
    impls: BTreeMap<(ModulePath, String), Vec<(&'a str, &'a syn::ItemImpl)>>,
    public_modules: BTreeSet<ModulePath>,
    /// Where an item was listed first.
    listed: BTreeMap<(ModulePath, String), String>,
    entries: Vec<Entry>,
}

impl<'a> Api<'a> {
    fn read(source: &'a Source) -> Vec<Entry> {
        let resolver = Resolver::new(source);
        let mut impls: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (path, module) in &source.modules {
            for item in &module.items {
                let Item::Impl(block) = item else { continue };
                let Some(name) = type_path(&block.self_ty) else {
                    continue;
                };
                if let Some(Target::Item(definer, name)) = resolver.resolve(path, &name) {
                    let blocks = impls.entry((definer, name)).or_default();
                    blocks.push((module.file.as_str(), block));
                }
            }
        }
        let mut api = Self {
            source,
            resolver,
            impls,
            public_modules: BTreeSet::new(),
            listed: BTreeMap::new(),
            entries: Vec::new(),
        };
        api.find_public_modules(&Vec::new());
        api.module(&Vec::new(), &source.name);
        let mut entries = api.entries;
        entries.sort_by(|a, b| (&a.path, &a.text).cmp(&(&b.path, &b.text)));
        entries
    }

    fn find_public_modules(&mut self, path: &ModulePath) {
        let source = self.source;
        self.public_modules.insert(path.clone());
        for item in &source.modules[path].items {
            if let Item::Mod(module) = item
                && is_public(&module.vis)
            {
                let mut child = path.clone();
                child.push(module.ident.to_string());
                self.find_public_modules(&child);
            }
        }
    }

    fn module(&mut self, path: &ModulePath, public: &str) {
        let source = self.source;
        let Some(module) = source.modules.get(path) else {
            return;
        };
        // Items before re-exports, so that an item is listed where it is defined if that is public.
        for item in &module.items {
            match item {
                Item::Mod(item) if is_public(&item.vis) => {
                    let name = format!("{public}::{}", item.ident);
                    let text = format!("{}pub mod {name}", prefix(&item.attrs));
                    self.entry(&name, text, &module.file, item, &item.attrs);
                    let mut child = path.clone();
                    child.push(item.ident.to_string());
                    self.module(&child, &name);
                }
                Item::Macro(item)
                    if item.attrs.iter().any(|a| a.path().is_ident("macro_export")) =>
                {
                    let name = format!("{}::{}", source.name, item.ident.as_ref().unwrap());
                    let text = format!("{}pub macro {name}!", prefix(&item.attrs));
                    self.entry(&name, text, &module.file, item, &item.attrs);
                }
                Item::Mod(_) | Item::Use(_) | Item::Macro(_) | Item::Impl(_) => {}
                item if item_visibility(item).is_some_and(is_public) => {
                    self.item(path, item, public);
                }
                _ => {}
            }
        }
        for item in &module.items {
            if let Item::Use(item) = item
                && is_public(&item.vis)
            {
                self.reexports(path, item, public);
            }
        }
    }

    fn reexports(&mut self, path: &ModulePath, item: &'a syn::ItemUse, public: &str) {
        let source = self.source;
        let file = &source.modules[path].file;
        for binding in bindings(item) {
            let target = self.resolver.resolve(path, &binding.path);
            let name = format!("{public}::{}", binding.name);
            let alias = |of: &str| format!("{}pub use {name} = {of}", prefix(&item.attrs));
            match target {
                Some(Target::Module(module)) if binding.name == "*" => {
                    if self.public_modules.contains(&module) {
                        let of = self.public_path(&module);
                        let text = alias(&format!("{of}::*"));
                        self.entry(&name, text, file, item, &item.attrs);
                    } else {
                        self.module(&module, public);
                    }
                }
                Some(Target::Module(module)) => {
                    let text = format!("{}pub mod {name}", prefix(&item.attrs));
                    self.entry(&name, text, file, item, &item.attrs);
                    self.module(&module, &name);
                }
                Some(Target::Item(module, original)) => {
                    if let Some(first) = self.listed.get(&(module.clone(), original.clone())) {
                        let text = alias(first);
                        self.entry(&name, text, file, item, &item.attrs);
                        continue;
                    }
                    let found = source.modules.get(&module).and_then(|module| {
                        let is_it = |item: &&Item| source::name(item).as_ref() == Some(&original);
                        module.items.iter().find(is_it)
                    });
                    match found {
                        Some(found) => self.named_item(&module, found, public, &binding.name),
                        None => self.entry(&name, alias("?"), file, item, &item.attrs),
                    }
                }
                None => {
                    let text = alias(&binding.path.join("::"));
                    self.entry(&name, text, file, item, &item.attrs);
                }
            }
        }
    }

    fn public_path(&self, module: &ModulePath) -> String {
        let mut path = vec![self.source.name.clone()];
        path.extend(module.iter().cloned());
        path.join("::")
    }

    fn item(&mut self, module: &ModulePath, item: &'a Item, public: &str) {
        let name = source::name(item).unwrap();
        self.named_item(module, item, public, &name);
    }

    fn named_item(&mut self, module: &ModulePath, item: &'a Item, public: &str, name: &str) {
        let key = (module.clone(), source::name(item).unwrap());
        let path = format!("{public}::{name}");
        self.listed.insert(key.clone(), path.clone());
        let file = &self.source.modules[module].file;
        let attrs = source::attributes(item);
        let prefix = prefix(attrs);
        match item {
            Item::Fn(item) => self.function(&path, file, &item.attrs, &item.sig, "pub "),
            Item::Const(item) => {
                let text = format!("{prefix}pub const {path}: {}", text_of(&item.ty));
                self.entry(&path, text, file, item, attrs);
            }
            Item::Static(item) => {
                let text = format!("{prefix}pub static {path}: {}", text_of(&item.ty));
                self.entry(&path, text, file, item, attrs);
            }
            Item::Type(item) => {
                let generics = text_of(&item.generics);
                let text = format!("{prefix}pub type {path}{generics} = {}", text_of(&item.ty));
                self.entry(&path, text, file, item, attrs);
            }
            Item::Struct(item) => {
                let generics = text_of(&item.generics);
                let text = format!("{prefix}{}pub struct {path}{generics}", derives(attrs));
                self.entry(&path, text, file, item, attrs);
                let setters = self.setters(&key, &item.fields);
                self.fields(&path, file, &item.fields, &setters);
                self.implementations(&key, &path, &setters);
            }
            Item::Enum(item) => {
                let generics = text_of(&item.generics);
                let text = format!("{prefix}{}pub enum {path}{generics}", derives(attrs));
                self.entry(&path, text, file, item, attrs);
                for variant in &item.variants {
                    let name = format!("{path}::{}", variant.ident);
                    let fields = text_of(&variant.fields);
                    let text =
                        format!("{}pub variant {name}{fields}", self::prefix(&variant.attrs));
                    self.entry(&name, text, file, variant, &variant.attrs);
                }
                self.implementations(&key, &path, &BTreeMap::new());
            }
            Item::Trait(item) => {
                let bounds = text_of(&item.supertraits);
                let bounds = bounds.trim_start_matches("dyn ").to_owned();
                let bounds = if bounds.is_empty() {
                    bounds
                } else {
                    format!(": {bounds}")
                };
                let generics = text_of(&item.generics);
                let text = format!("{prefix}pub trait {path}{generics}{bounds}");
                self.entry(&path, text, file, item, attrs);
                for member in &item.items {
                    match member {
                        TraitItem::Fn(member) => {
                            let provided = if member.default.is_some() {
                                "provided "
                            } else {
                                ""
                            };
                            let name = format!("{path}::{}", member.sig.ident);
                            self.function(&name, file, &member.attrs, &member.sig, provided);
                        }
                        TraitItem::Type(member) => {
                            let name = format!("{path}::{}", member.ident);
                            let text = format!("type {name}");
                            self.entry(&name, text, file, member, &member.attrs);
                        }
                        TraitItem::Const(member) => {
                            let name = format!("{path}::{}", member.ident);
                            let text = format!("const {name}: {}", text_of(&member.ty));
                            self.entry(&name, text, file, member, &member.attrs);
                        }
                        _ => {}
                    }
                }
            }
            other => panic!("{file}: cannot list {}", other.to_token_stream()),
        }
    }

    /// Methods named after a field, by the field: they share its line.
    fn setters(
        &self,
        key: &(ModulePath, String),
        fields: &Fields,
    ) -> BTreeMap<String, Vec<String>> {
        let names: BTreeSet<String> = fields
            .iter()
            .filter(|field| is_public(&field.vis))
            .filter_map(|field| Some(field.ident.as_ref()?.to_string()))
            .collect();
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (_, block) in self.impls.get(key).into_iter().flatten() {
            for item in &block.items {
                let ImplItem::Fn(function) = item else {
                    continue;
                };
                let takes_self = matches!(
                    function.sig.inputs.first(),
                    Some(FnArg::Receiver(receiver)) if !text_of(receiver).contains('&')
                );
                if block.trait_.is_some() || !is_public(&function.vis) || !takes_self {
                    continue;
                }
                let name = function.sig.ident.to_string();
                let field = ["maybe_", "clear_"]
                    .iter()
                    .find_map(|prefix| name.strip_prefix(prefix))
                    .unwrap_or(&name);
                if names.contains(field) {
                    found
                        .entry(field.to_owned())
                        .or_default()
                        .push(name.clone());
                }
            }
        }
        found
    }

    fn fields(
        &mut self,
        path: &str,
        file: &str,
        fields: &'a Fields,
        setters: &BTreeMap<String, Vec<String>>,
    ) {
        for (at, field) in fields.iter().enumerate() {
            if !is_public(&field.vis) {
                continue;
            }
            let ident = field.ident.as_ref();
            let field_name = ident.map_or_else(|| at.to_string(), ToString::to_string);
            let name = format!("{path}::{field_name}");
            let setters = match setters.get(&field_name) {
                Some(setters) => format!(" [setters {}]", setters.join(", ")),
                None => String::new(),
            };
            let ty = text_of(&field.ty);
            let text = format!("{}pub field {name}: {ty}{setters}", prefix(&field.attrs));
            self.entry(&name, text, file, field, &field.attrs);
        }
    }

    fn implementations(
        &mut self,
        key: &(ModulePath, String),
        path: &str,
        setters: &BTreeMap<String, Vec<String>>,
    ) {
        let blocks = self.impls.get(key).cloned().unwrap_or_default();
        for (file, block) in blocks {
            let condition = prefix(&block.attrs);
            if let Some((implemented, _)) = &block.trait_ {
                let generics = text_of(&block.generics);
                let implemented = text_of(implemented);
                let text = format!("{condition}impl{generics} {implemented} for {path}");
                self.entry(path, text, file, block, &block.attrs);
                continue;
            }
            for item in &block.items {
                match item {
                    ImplItem::Fn(item) if is_public(&item.vis) => {
                        let name = item.sig.ident.to_string();
                        if setters.values().flatten().any(|setter| *setter == name) {
                            continue;
                        }
                        let name = format!("{path}::{name}");
                        let pub_ = format!("{condition}pub ");
                        self.function(&name, file, &item.attrs, &item.sig, &pub_);
                    }
                    ImplItem::Const(item) if is_public(&item.vis) => {
                        let name = format!("{path}::{}", item.ident);
                        let text = format!("{condition}pub const {name}: {}", text_of(&item.ty));
                        self.entry(&name, text, file, item, &item.attrs);
                    }
                    _ => {}
                }
            }
        }
    }

    fn function(
        &mut self,
        path: &str,
        file: &str,
        attrs: &[Attribute],
        signature: &Signature,
        visibility: &str,
    ) {
        let plain = signature_text(signature);
        let name = format!("fn {}", signature.ident);
        let text = format!(
            "{}{visibility}{}",
            prefix(attrs),
            plain.replacen(&name, &format!("fn {path}"), 1)
        );
        self.entry(path, text, file, &signature.ident, attrs);
        if let ReturnType::Type(_, returned) = &signature.output {
            self.entries.last_mut().unwrap().returns = Some(text_of(returned));
        }
    }

    fn entry(
        &mut self,
        path: &str,
        text: String,
        file: &str,
        at: &impl syn::spanned::Spanned,
        attrs: &[Attribute],
    ) {
        self.entries.push(Entry {
            path: path.to_owned(),
            file: file.to_owned(),
            line: at.span().start().line,
            docs: attrs
                .iter()
                .filter(|attribute| attribute.path().is_ident("doc"))
                .map(docs_of)
                .collect(),
            is_hidden: is_for_our_clients(&text),
            text,
            returns: None,
        });
    }
}

/// Whether an item is public only for the client crates.
fn is_for_our_clients(text: &str) -> bool {
    text.contains("#[doc(hidden)]") || text.contains("feature = \"__")
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn item_visibility(item: &Item) -> Option<&Visibility> {
    Some(match item {
        Item::Const(item) => &item.vis,
        Item::Enum(item) => &item.vis,
        Item::Fn(item) => &item.vis,
        Item::Static(item) => &item.vis,
        Item::Struct(item) => &item.vis,
        Item::Trait(item) => &item.vis,
        Item::Type(item) => &item.vis,
        Item::Union(item) => &item.vis,
        _ => return None,
    })
}

/// The path of `crate::a::Name<T>` without its arguments.
fn type_path(ty: &Type) -> Option<Vec<String>> {
    let Type::Path(path) = ty else { return None };
    Some(
        path.path
            .segments
            .iter()
            .map(|s| s.ident.to_string())
            .collect(),
    )
}
