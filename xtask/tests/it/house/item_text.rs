//! Signatures, types and attributes as text on one line.

use quote::ToTokens as _;
use syn::{Attribute, Item, Signature, Type};

/// One line of docs; of one that a macro puts together, its tokens.
pub(crate) fn docs_of(attribute: &Attribute) -> String {
    if let syn::Meta::NameValue(pair) = &attribute.meta
        && let syn::Expr::Lit(literal) = &pair.value
        && let syn::Lit::Str(text) = &literal.lit
    {
        return format!("{}\n", text.value());
    }
    format!("{}\n", attribute.meta.to_token_stream())
}

/// The attributes that a caller must know.
pub(crate) fn prefix(attributes: &[Attribute]) -> String {
    let mut text = String::new();
    for attribute in attributes {
        let meta = attribute
            .meta
            .to_token_stream()
            .to_string()
            .replace(' ', "");
        if meta.starts_with("cfg(") || meta == "non_exhaustive" || meta == "doc(hidden)" {
            text.push_str(&format!(
                "#[{}] ",
                meta.replace('=', " = ").replace(',', ", ")
            ));
        }
    }
    text
}

pub(crate) fn derives(attributes: &[Attribute]) -> String {
    let mut text = String::new();
    for attribute in attributes {
        let meta = attribute
            .meta
            .to_token_stream()
            .to_string()
            .replace(' ', "");
        let is_conditional = meta.starts_with("cfg_attr(") && meta.contains(",derive(");
        if meta.starts_with("derive(") || is_conditional {
            text.push_str(&format!(
                "#[{}] ",
                meta.replace('=', " = ").replace(',', ", ")
            ));
        }
    }
    text
}

/// A signature as rustfmt writes it, on one line.
pub(crate) fn signature_text(signature: &Signature) -> String {
    let text = pretty(syn::parse_quote!(#signature {}));
    let text = text.strip_suffix("{}").unwrap().trim_end();
    text.trim_end_matches(',').replace("(mut ", "(")
}

/// A type, generics, bounds or fields as rustfmt writes them, on one line.
pub(crate) fn text_of(tokens: &impl quote::ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    if text.is_empty() {
        return text;
    }
    if let Ok(ty) = syn::parse_str::<Type>(&text) {
        let item: Item = syn::parse_quote!(type X = #ty;);
        let text = pretty(item);
        return text
            .strip_prefix("type X = ")
            .and_then(|text| text.strip_suffix(';'))
            .unwrap()
            .to_owned();
    }
    let mut text = text;
    for (from, to) in [
        (" :: ", "::"),
        (" < ", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        (" :", ":"),
        ("& ", "&"),
        ("( ", "("),
        (" )", ")"),
        (" (", "("),
        ("' ", "'"),
        (":: ", "::"),
    ] {
        text = text.replace(from, to);
    }
    text
}

fn pretty(item: Item) -> String {
    let file = syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: vec![item],
    };
    let text = prettyplease::unparse(&file);
    let words: Vec<&str> = text.split_whitespace().collect();
    words
        .join(" ")
        .replace("( ", "(")
        .replace(", )", ")")
        .replace(" )", ")")
}
