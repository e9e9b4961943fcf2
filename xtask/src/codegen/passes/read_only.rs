//! Generates, for a full resource that has read-only members, the form in which it is sent back.

use std::fmt::Write;

use anyhow::Result;

use super::object::objects;
use crate::codegen::module::{Impl, Module};
use crate::codegen::views::View;

pub(super) fn run(module: &mut Module<'_>) -> Result<()> {
    let full_resources = module.full_resources.clone();
    let spec = module.spec;
    let mut members = full_resources.iter().flat_map(|name| spec.members(name));
    if !members.any(|member| member.read_only) {
        return Ok(());
    }
    for mut object in objects(module) {
        if object.view == View::Update || !full_resources.contains(&object.name) {
            continue;
        }
        let mut lines = String::new();
        for (ident, _, member) in object.fields()? {
            let inner = member.shape.named();
            if member.read_only {
                writeln!(lines, "        drop {ident};")?;
            } else if inner.is_some_and(|inner| full_resources.iter().any(|name| name == inner)) {
                writeln!(lines, "        inside {ident};")?;
            }
        }
        object.impls.push(Impl {
            text: format!(
                "read_only! {{\n    {} {{\n{lines}    }}\n}}\n",
                object.item.ident
            ),
            uses: &["read_only"],
        });
    }
    Ok(())
}
