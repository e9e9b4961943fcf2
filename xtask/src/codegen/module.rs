//! A module during generation: each type that typify wrote, with its definition in the spec.

use super::spec::{Spec, Type};
use super::views::View;

/// A module between typify and rendering.
pub struct Module<'s> {
    /// The title of the page that the spec was written from.
    pub page: &'s str,
    /// Whether members are also read by their PascalCase names.
    pub also_pascal_case: bool,
    /// Whether types with a .NET name get a table of their XML form.
    pub has_xml_types: bool,
    /// The Rust names of the objects that are read, changed and sent back in full.
    pub full_resources: Vec<String>,
    /// The spec.
    pub spec: &'s Spec,
    /// The types, as typify wrote them and the passes so far changed them.
    pub types: Vec<GeneratedType<'s>>,
}

/// A struct or an enum.
pub struct GeneratedType<'s> {
    /// The definition in the spec.
    pub of: &'s Type,
    /// The view of the definition.
    pub view: View,
    /// The declaration.
    pub item: Item,
    /// The implementations, which follow all declarations.
    pub impls: Vec<Impl>,
}

/// An implementation of a type, such as its setters.
pub struct Impl {
    /// The formatted code.
    pub text: String,
    /// The names that the code imports.
    pub uses: &'static [&'static str],
}

/// A declaration.
pub enum Item {
    /// An object.
    Struct(syn::ItemStruct),
    /// An open enum.
    Enum(syn::ItemEnum),
}
