//! Writes the documentation: the page's description, notes for Rust developers, and the source.
//!
//! Descriptions are not wrapped, so that a changed word changes one line.

use anyhow::Result;
use syn::{Attribute, parse_quote};

use super::object::objects;
use crate::codegen::module::{Item, Module};
use crate::codegen::rustdoc_text;
use crate::codegen::spec::Member;
use crate::codegen::views::View;

pub(super) fn run(module: &mut Module<'_>) -> Result<()> {
    let page = module.page.to_owned();
    for shape in &mut module.types {
        let of = shape.of;
        let mut paragraphs = vec![match (&of.description, &of.dotnet_name) {
            (Some(description), _) => description.clone(),
            (None, Some(name)) => format!("`{name}`"),
            (None, None) => format!("`{}`", of.section),
        }];
        if shape.view == View::Update {
            paragraphs
                .push("The writable members, each left unchanged, cleared or set.".to_owned());
        }
        paragraphs.push(format!("From the page *{page}*, `{}`.", of.section));
        let words = paragraphs.join("\n\n");
        let lines = rustdoc_text::lines(&words);
        match &mut shape.item {
            Item::Struct(item) => {
                item.attrs.splice(0..0, docs(&lines));
                item.attrs.extend(description(&words, &lines));
            }
            // The macro derives the schema of an enum from its documentation.
            Item::Enum(item) => {
                item.attrs.splice(0..0, docs(&lines));
            }
        }
    }
    for mut object in objects(module) {
        for (_, field, member) in object.fields()? {
            let mut paragraphs = vec![
                member
                    .description
                    .clone()
                    .unwrap_or_else(|| format!("`{}`", shown(member))),
            ];
            if member.read_only {
                paragraphs.push("Read-only.".to_owned());
            }
            let words = paragraphs.join("\n\n");
            let lines = rustdoc_text::lines(&words);
            field.attrs.splice(0..0, docs(&lines));
            field.attrs.extend(description(&words, &lines));
        }
    }
    Ok(())
}

/// Returns a member's name on the wire, or its Rust name if that has a backtick.
fn shown(member: &Member) -> &str {
    if member.name.contains('`') {
        member.named()
    } else {
        &member.name
    }
}

fn docs(lines: &[String]) -> impl Iterator<Item = Attribute> {
    lines.iter().map(|line| {
        let line = if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        };
        parse_quote!(#[doc = #line])
    })
}

/// Returns the description for a JSON Schema, if the text for rustdoc has more escapes.
fn description(words: &str, lines: &[String]) -> Option<Attribute> {
    let signs = |text: &str| text.matches('\\').count();
    let is_escaped = lines.iter().map(|line| signs(line)).sum::<usize>() > signs(words);
    let words = words.trim();
    is_escaped
        .then(|| parse_quote!(#[cfg_attr(feature = "schemars", schemars(description = #words))]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::effect;

    #[test]
    fn the_pages_words_come_first() {
        let diff = effect(
            "docs",
            json!({
                "Thing": {
                    "description": "A thing.",
                    "type": "object",
                    "properties": {
                        "name": { "type": "string", "description": "Its name.\n\nTwo paragraphs.", "readOnly": true },
                        "size": { "type": "integer" },
                    },
                },
            }),
        );
        insta::assert_snapshot!(diff, @"
        +/// A thing.
        +///
        +/// From the page *Things - Update*, `Thing`.
        +    /// Its name.
        +    ///
        +    /// Two paragraphs.
        +    ///
        +    /// Read-only.
        +    /// `size`
        +/// A thing.
        +///
        +/// The writable members, each left unchanged, cleared or set.
        +///
        +/// From the page *Things - Update*, `Thing`.
        +    /// `size`
        ");
    }
}
