//! Schemas made of others: `allOf`, `oneOf` and `anyOf`, and what stands beside a `$ref`.

use super::enums::ReadEnum;
use super::keywords::STRUCTURE;
use super::reader::{Form, Reader};
use super::repairs::NULL_AS_OBJECT;
use super::schema::Value;
use crate::spec::document::at::At;
use crate::spec::document::error::DocumentError;
use crate::spec::document::node::NodeKind;

impl Reader<'_> {
    /// Reports keywords beside a `$ref` that would change the type.
    pub(super) fn check_beside_reference(&mut self, at: &At) {
        for keyword in STRUCTURE {
            let Some(found) = at.child(keyword) else {
                continue;
            };
            let is_reference = found.string().is_ok_and(|text| text.contains('#'));
            if *keyword == "$ref" || (*keyword == "type" && is_reference) {
                continue;
            }
            if *keyword == "type" {
                self.warn(&found, "`type` beside a `$ref` has no effect");
            } else {
                let reason = format!("`{keyword}` beside a `$ref` is not understood");
                self.refuse(found.error(reason));
            }
        }
    }

    /// Returns the one part of an `allOf` that says what the type is, if the rest are words, marks
    /// and limits: `allOf` is then only a way to write these beside a `$ref`.
    pub(super) fn only_part(&mut self, at: &At) -> Result<Option<At>, DocumentError> {
        let Some(all) = at.child("allOf") else {
            return Ok(None);
        };
        let adds = [
            "properties",
            "additionalProperties",
            "required",
            "discriminator",
        ];
        if adds.iter().any(|keyword| at.has(keyword)) {
            return Ok(None);
        }
        let mut only = None;
        for part in all.items()? {
            if Self::is_beside_type(&part)? {
                continue;
            }
            if only.is_some() {
                return Ok(None);
            }
            only = Some(part);
        }
        match only {
            Some(only) => Ok(Some(only)),
            None => Err(all.error("the parts of `allOf` say nothing of the type")),
        }
    }

    /// Returns the parts of the `allOf` around [`Self::only_part`].
    pub(super) fn parts_beside(at: &At) -> Result<Vec<At>, DocumentError> {
        let parts = at.child("allOf").map(|all| all.items()).transpose()?;
        let mut beside = Vec::new();
        for part in parts.unwrap_or_default() {
            if Self::is_beside_type(&part)? {
                beside.push(part);
            }
        }
        Ok(beside)
    }

    /// Reads a `oneOf` or `anyOf`: "or null", or an open enum.
    pub(super) fn choice(
        &mut self,
        at: &At,
        choice: &At,
        wanted: &str,
    ) -> Result<Value, DocumentError> {
        if let Some(found) = self.open_enum(at, choice)? {
            return Ok(Value {
                shape: self.inline_enum(at, found.values, wanted)?,
                nullable: found.has_null.then_some(true),
                ..Value::default()
            });
        }
        let (mut branches, mut or_null) = branches(choice)?;
        or_null |= self.remove_null_object(choice, &mut branches)?;
        let keyword = choice.name();
        match branches.as_slice() {
            [only] => {
                let adds = [
                    "properties",
                    "allOf",
                    "enum",
                    "items",
                    "additionalProperties",
                ];
                if let Some(found) = adds.iter().find_map(|keyword| at.child(keyword)) {
                    let reason = format!("`{}` beside `{keyword}` is not understood", found.name());
                    return Err(found.error(reason));
                }
                let mut value = self.value(only, wanted)?;
                if or_null {
                    value.nullable = Some(true);
                }
                Ok(value)
            }
            _ => {
                let reason = format!(
                    "`{keyword}` gives a choice of {} schemas; only \"or null\" and an open enum \
                     are understood",
                    branches.len()
                );
                let hint = format!("leave the choice out with `--allow {keyword}`");
                Err(choice.error(reason).hint(hint))
            }
        }
    }

    /// Removes the object that stands for null beside a `$ref`; returns whether there is one. In a
    /// `oneOf` an object would be both branches, and so none.
    fn remove_null_object(
        &mut self,
        choice: &At,
        branches: &mut Vec<At>,
    ) -> Result<bool, DocumentError> {
        if self.form != Form::OpenApi30 || choice.name() != "anyOf" {
            return Ok(false);
        }
        let (mut nulls, mut references) = (Vec::new(), Vec::new());
        for branch in branches.iter() {
            let members = branch.members()?;
            let is_only = |keywords: &[&str]| {
                let mut names = members.iter().map(|(name, _)| name.as_str());
                names.all(|name| keywords.contains(&name))
            };
            if branch.has("$ref") && is_only(&["$ref"]) {
                references.push(branch.clone());
            } else if is_only(&["type", "nullable"])
                && branch.text("type")?.as_deref() == Some("object")
                && branch.flag("nullable")? == Some(true)
            {
                nulls.push(branch.clone());
            }
        }
        let ([null], [reference]) = (nulls.as_slice(), references.as_slice()) else {
            return Ok(false);
        };
        if branches.len() != 2 {
            return Ok(false);
        }
        self.note(NULL_AS_OBJECT, null);
        *branches = vec![reference.clone()];
        Ok(true)
    }

    /// Reads a choice between the listed strings and any string.
    pub(super) fn open_enum(
        &mut self,
        at: &At,
        choice: &At,
    ) -> Result<Option<ReadEnum>, DocumentError> {
        let (branches, or_null) = branches(choice)?;
        let is_plain = |branch: &At| {
            branch
                .text("type")
                .is_ok_and(|kind| kind.as_deref() == Some("string"))
                && branch.members().is_ok_and(|members| {
                    let words = ["type", "description", "title"];
                    members
                        .iter()
                        .all(|(name, _)| words.contains(&name.as_str()))
                })
        };
        let (plain, listed): (Vec<_>, Vec<_>) = branches.into_iter().partition(is_plain);
        let ([_], [listed]) = (plain.as_slice(), listed.as_slice()) else {
            return Ok(None);
        };
        let Some(list) = listed.child("enum").or_else(|| listed.child("const")) else {
            return Ok(None);
        };
        self.check_schema(listed);
        let (kind, _) = self.kind(listed)?;
        let mut found = self.enum_values(listed, &list, kind.as_deref())?;
        if at.has("x-ms-enum") {
            let reason = "`x-ms-enum` belongs beside `enum`";
            return Err(at.error(reason));
        }
        found.values.open = true;
        found.has_null |= or_null;
        Ok(Some(found))
    }
}

/// Returns the branches of a choice without null, and whether null is one.
fn branches(choice: &At) -> Result<(Vec<At>, bool), DocumentError> {
    let all = choice.items()?;
    let count = all.len();
    let is_null = |branch: &At| {
        branch
            .text("type")
            .is_ok_and(|kind| kind.as_deref() == Some("null"))
            || branch
                .child("const")
                .is_some_and(|value| value.node().kind == NodeKind::Null)
            || branch.child("enum").is_some_and(|list| {
                list.items().is_ok_and(|items| {
                    !items.is_empty() && items.iter().all(|item| item.node().kind == NodeKind::Null)
                })
            })
    };
    let branches: Vec<_> = all.into_iter().filter(|branch| !is_null(branch)).collect();
    let or_null = branches.len() < count;
    Ok((branches, or_null))
}
