//! Writes a table with the XML form of each type that has a .NET name: one line for each member, in
//! the order that the service requires.
//!
//! A table instead of code lets one reader and one writer serve all types.

use std::fmt::Write;

use anyhow::{Result, anyhow};

use crate::codegen::module::{Impl, Module};
use crate::codegen::spec::TypeKind;
use crate::codegen::views::View;
use crate::codegen::xml_names;

pub(super) fn run(module: &mut Module<'_>) -> Result<()> {
    if !module.has_xml_types {
        return Ok(());
    }
    let spec = module.spec;
    for shape in &mut module.types {
        let (of, view) = (shape.of, shape.view);
        let TypeKind::Object(_) = of.kind else {
            continue;
        };
        let Some(dotnet_name) = of.dotnet_name.as_ref().filter(|_| view == View::Read) else {
            continue;
        };
        let in_type = |(what, _)| anyhow!("{}: {what}", of.pointer);
        let name = xml_names::name(dotnet_name).map_err(in_type)?;
        let mut text = format!(
            "/// The XML form of [`{}`].\npub static {}: XmlType = XmlType {{\n    name: {:?},\n    namespace: {:?},\n    members: &[\n",
            of.name,
            xml_names::static_name(&of.name),
            name.name,
            name.namespace,
        );
        for (element, member) in xml_names::members(spec, of, &name) {
            let kind = xml_names::kind(spec, &member.shape).map_err(in_type)?;
            writeln!(
                text,
                "        XmlMember::new({element:?}, {:?}, {kind}),",
                member.name
            )?;
        }
        text.push_str("    ],\n};\n");
        shape.impls.push(Impl {
            text,
            uses: &["XmlKind", "XmlMember", "XmlType"],
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::effect;

    #[test]
    fn a_member_is_one_line_in_the_order_of_the_elements() {
        let diff = effect(
            "xml_types",
            json!({
                "Thing": {
                    "type": "object",
                    "x-dotnet-name": "Contoso.Things.Thing",
                    "properties": { "name": { "type": "string" }, "isNew": { "type": "boolean" } },
                },
                "Other": { "type": "object", "properties": { "name": {} } },
            }),
        );
        insta::assert_snapshot!(diff, @r#"
        +use crate::xml_schema::{XmlKind, XmlMember, XmlType};
        +/// The XML form of [`Thing`].
        +pub static THING: XmlType = XmlType {
        +    name: "Thing",
        +    namespace: "http://schemas.datacontract.org/2004/07/Contoso.Things",
        +    members: &[
        +        XmlMember::new("IsNew", "isNew", XmlKind::Boolean),
        +        XmlMember::new("Name", "name", XmlKind::Text),
        +    ],
        +};
        +
        "#);
    }
}
