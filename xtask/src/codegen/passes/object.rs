//! The structs of a module with their definitions, for the passes.

use anyhow::{Context, Result, bail};

use crate::codegen::module::{Impl, Item, Module};
use crate::codegen::spec::Member;
use crate::codegen::views::{self, View};

/// A struct with its definition in the spec.
pub(super) struct Object<'m> {
    pub(super) item: &'m mut syn::ItemStruct,
    pub(super) impls: &'m mut Vec<Impl>,
    pub(super) view: View,
    /// The Rust name of the type that is read, also for an update.
    pub(super) name: String,
    pub(super) members: Vec<&'m Member>,
}

/// Returns the structs of a module.
pub(super) fn objects<'m>(module: &'m mut Module<'_>) -> impl Iterator<Item = Object<'m>> {
    let spec = module.spec;
    module.types.iter_mut().filter_map(move |shape| {
        let members = views::members(spec, &shape.of.name, shape.view).collect();
        match &mut shape.item {
            Item::Struct(item) => Some(Object {
                item,
                impls: &mut shape.impls,
                view: shape.view,
                name: shape.of.name.clone(),
                members,
            }),
            Item::Enum(_) => None,
        }
    })
}

impl Object<'_> {
    /// Returns the fields of members, each with its name and its member, without the map of unknown
    /// members.
    ///
    /// # Errors
    ///
    /// If typify wrote another number of fields, or one without a name.
    pub(super) fn fields(&mut self) -> Result<Vec<(syn::Ident, &mut syn::Field, &Member)>> {
        let fields: Vec<_> = self
            .item
            .fields
            .iter_mut()
            .filter(|field| !is_map(field))
            .collect();
        if fields.len() != self.members.len() {
            bail!(
                "`{}` has {} fields for {} members",
                self.item.ident,
                fields.len(),
                self.members.len()
            );
        }
        let fields = fields.into_iter().zip(self.members.iter().copied());
        fields
            .map(|(field, member)| {
                let ident = field.ident.clone();
                let ident = ident.with_context(|| format!("{} has no name", member.pointer))?;
                Ok((ident, field, member))
            })
            .collect()
    }
}

/// Returns the `T` of `Outer<T>`.
pub(super) fn argument<'t>(ty: &'t syn::Type, outer: &str) -> Option<&'t syn::Type> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    let last = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == outer)?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

/// Returns whether a field is the map of unknown members, as written by typify or by the pass
/// `unknown_members`.
pub(super) fn is_map(field: &syn::Field) -> bool {
    let is_ours = |ident: &syn::Ident| ident == "additional_properties";
    field.ident.as_ref().is_some_and(is_ours)
        || field.attrs.iter().any(|attribute| {
            attribute.path().is_ident("serde")
                && attribute
                    .parse_args::<syn::Ident>()
                    .is_ok_and(|argument| argument == "flatten")
        })
}
