//! Rendering: writes a finished [`Module`] as the text of a file.
//!
//! prettyplease formats each item alone, since it writes no blank line between items.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use syn::visit::{self, Visit};

use super::module::{GeneratedType, Item, Module};
use super::write::MARK;

/// The possible imports of a file by path; an empty path is a blank line.
const IMPORTS: &[(&str, &[&str])] = &[
    ("std::collections", &["BTreeMap"]),
    ("std", &["fmt"]),
    ("", &[]),
    ("serde_json", &["Map", "Value"]),
    ("", &[]),
    ("crate::xml_schema", &["XmlKind", "XmlMember", "XmlType"]),
    (
        "crate::support",
        &[
            "AdditionalProperties",
            "Json",
            "Number",
            "hidden",
            "hidden_update",
            "object",
            "open_enum",
            "read_only",
            "setters",
        ],
    ),
    ("", &[]),
];

/// Returns the text of a module's file: all types first, then their implementations.
pub fn module(module: &Module<'_>) -> String {
    let shapes = module.types.iter().map(shape);
    let impls = module
        .types
        .iter()
        .flat_map(|shape| shape.impls.iter().map(|found| found.text.clone()));
    let body = shapes.chain(impls).collect::<Vec<_>>().join("\n");

    let mut text = format!(
        "{MARK}{}. Do not edit: change the spec.\n\n",
        module.spec.file
    );
    let used = used(module);
    for (path, names) in IMPORTS {
        let names: Vec<_> = names
            .iter()
            .copied()
            .filter(|name| used.contains(*name))
            .collect();
        if names.is_empty() && path.is_empty() && !text.ends_with("\n\n") {
            text.push('\n');
        }
        text.push_str(&import(path, &names));
    }
    let mut imports = BTreeMap::<_, Vec<_>>::new();
    for (name, from) in &module.spec.imports {
        imports.entry(from).or_default().push(name.as_str());
    }
    for (from, names) in &imports {
        text.push_str(&import(&format!("super::{from}"), names));
    }
    if !imports.is_empty() {
        text.push('\n');
    }
    text + &body
}

fn import(path: &str, names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("use {path}::{one};\n"),
        many => format!("use {path}::{{{}}};\n", many.join(", ")),
    }
}

/// Returns the names that the types use without a path. It reads the syntax, since a description
/// may contain `fmt::Display`.
fn used(module: &Module<'_>) -> BTreeSet<String> {
    let mut types = TypeNames::default();
    for shape in &module.types {
        match &shape.item {
            Item::Struct(item) => {
                types.visit_item_struct(item);
            }
            Item::Enum(_) => types.add(&["open_enum"]),
        }
        for found in &shape.impls {
            types.add(found.uses);
        }
    }
    types.0
}

/// The names of types that are used without a path.
#[derive(Default)]
struct TypeNames(BTreeSet<String>);

impl TypeNames {
    fn add(&mut self, names: &[&str]) {
        self.0.extend(names.iter().map(ToString::to_string));
    }
}

impl<'ast> Visit<'ast> for TypeNames {
    fn visit_type_path(&mut self, path: &'ast syn::TypePath) {
        if let (None, Some(first)) = (path.path.leading_colon, path.path.segments.first()) {
            self.0.insert(first.ident.to_string());
        }
        visit::visit_type_path(self, path);
    }
}

fn shape(shape: &GeneratedType<'_>) -> String {
    match &shape.item {
        Item::Struct(declaration) => item(syn::Item::Struct(declaration.clone())),
        Item::Enum(declaration) => {
            let inner = item(syn::Item::Enum(declaration.clone()));
            let lines: String = inner.lines().map(|line| format!("    {line}\n")).collect();
            format!("open_enum! {{\n{lines}}}\n")
        }
    }
}

/// Formats an item.
pub fn item(item: syn::Item) -> String {
    file(&syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: vec![item],
    })
}

/// Formats a file.
pub fn file(file: &syn::File) -> String {
    prettyplease::unparse(file)
}

/// Formats a type.
pub fn ty(tokens: TokenStream) -> String {
    let text = tokens.to_string();
    text.replace(" < ", "<")
        .replace(" >", ">")
        .replace("< ", "<")
        .replace(" ,", ",")
}
