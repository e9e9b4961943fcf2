//! A module in the making: what typify wrote, each shape beside what the spec says of it.

use super::spec::{Spec, Type};
use super::views::View;

/// A generated module between typify and the page.
pub struct Module<'s> {
    /// The title of the page that the spec was written from.
    pub page: &'s str,
    /// Whether readers take PascalCase member names too.
    pub also_pascal_case: bool,
    /// Whether the types that have a .NET name get the table of their XML.
    pub has_xml_types: bool,
    /// The objects that are read, changed and sent back whole, by their names in Rust.
    pub full_resources: Vec<String>,
    /// The spec.
    pub spec: &'s Spec,
    /// What typify wrote, as far as the passes kept it.
    pub types: Vec<GeneratedType<'s>>,
}

/// A struct or an enum.
pub struct GeneratedType<'s> {
    /// What the spec says of it.
    pub of: &'s Type,
    /// Whether it is read or an update.
    pub view: View,
    /// The declaration.
    pub item: Item,
    /// What follows all declarations: setters and implementations.
    pub impls: Vec<Impl>,
}

/// What a type can do.
pub struct Impl {
    /// Ready to print.
    pub text: String,
    /// What it needs to be imported.
    pub uses: &'static [&'static str],
}

/// A declaration.
pub enum Item {
    /// An object.
    Struct(syn::ItemStruct),
    /// An open enum.
    Enum(syn::ItemEnum),
}
