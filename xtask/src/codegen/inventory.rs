//! The inventory of `billing-models` for its tests: every type, how many members and values there
//! are, and every setter of an update.

use std::fmt::Write;

use super::names::{Setters, field_name};
use super::sources::{Source, Sources};
use super::spec::{Member, MemberType, Spec, TypeKind};
use super::typed::order;
use super::views::{self, View};
use super::write::MARK;

/// Returns the text of the inventory.
pub fn inventory(sources: &Sources) -> String {
    let (mut models, mut counts, mut setters) = (String::new(), String::new(), String::new());
    for source in &sources.all {
        let part = Part::of(source);
        models.push_str(&part.models());
        counts.push_str(&part.counts());
        setters.push_str(&part.setters());
    }
    format!(
        "{MARK}specs/sources.toml. Do not edit: change the specs.\n\n\
         use super::models::define_models;\nuse super::update_setters::define_setters;\n\n\
         define_models! {{\n{models}}}\n\n\
         /// Of each module: objects and members, updates and theirs, enums and values.\n\
         pub(crate) const COUNTS: &[(&str, [(usize, usize); 3])] = &[\n{counts}];\n\n\
         define_setters! {{\n{setters}}}\n"
    )
}

/// The types of one spec.
struct Part<'s> {
    source: &'s Source,
    objects: Vec<&'s str>,
    enums: Vec<&'s str>,
    updates: Vec<String>,
}

impl<'s> Part<'s> {
    fn of(source: &'s Source) -> Self {
        let types = source.spec.types.values();
        let (objects, enums) =
            types.partition::<Vec<_>, _>(|found| matches!(found.kind, TypeKind::Object(_)));
        let names = |found: Vec<&'s super::spec::Type>| {
            found.into_iter().map(|found| found.name.as_str()).collect()
        };
        let updates = order(&source.target, &source.spec).into_iter();
        Self {
            source,
            objects: names(objects),
            enums: names(enums),
            updates: updates
                .filter(|(_, view)| *view == View::Update)
                .map(|(name, _)| name)
                .collect(),
        }
    }

    fn spec(&self) -> &'s Spec {
        &self.source.spec
    }

    /// Returns the public path of the module.
    fn path(&self) -> String {
        let target = &self.source.target;
        let face = target.module.split('_').next().unwrap_or_default();
        format!(
            "billing_models::{face}::{}",
            version_module(&target.api_version)
        )
    }

    fn models(&self) -> String {
        let updates = self.updates.iter().map(|name| format!("{name}Update"));
        let objects: Vec<_> = self
            .objects
            .iter()
            .map(|name| (*name).to_owned())
            .chain(updates)
            .collect();
        let list = |names: &[String]| {
            let lines = names.iter().map(|name| format!("            {name}\n"));
            lines.collect::<String>()
        };
        let enums: Vec<_> = self.enums.iter().map(|name| (*name).to_owned()).collect();
        format!(
            "    {:?} = {} {{\n        objects {{\n{}        }}\n        enums {{\n{}        }}\n    }}\n",
            self.source.target.module,
            self.path(),
            list(&objects),
            list(&enums)
        )
    }

    fn counts(&self) -> String {
        let spec = self.spec();
        let members = |names: &[&str]| {
            names
                .iter()
                .map(|name| spec.members(name).len())
                .sum::<usize>()
        };
        let writable = self.updates.iter();
        let writable = writable.map(|name| views::members(spec, name, View::Update).count());
        let values = self.enums.iter().map(|name| {
            match spec.types.get(*name).map(|of_type| &of_type.kind) {
                Some(TypeKind::OpenEnum(values)) => values.len(),
                Some(TypeKind::Object(_)) | None => 0,
            }
        });
        format!(
            "    ({:?}, [({}, {}), ({}, {}), ({}, {})]),\n",
            self.source.target.module,
            self.objects.len(),
            members(&self.objects),
            self.updates.len(),
            writable.sum::<usize>(),
            self.enums.len(),
            values.sum::<usize>()
        )
    }

    fn setters(&self) -> String {
        let mut text = String::new();
        if self.updates.is_empty() {
            return text;
        }
        let module = &self.source.target.module;
        let _ = writeln!(text, "    {module:?} = {} {{", self.path());
        for name in &self.updates {
            let _ = writeln!(text, "        {name}Update {{");
            for member in views::members(self.spec(), name, View::Update) {
                let _ = writeln!(text, "            {}", self.setter(member));
            }
            text.push_str("        }\n");
        }
        text.push_str("    }\n");
        text
    }

    /// Returns the line of a member: its setters, its name in JSON and a value.
    fn setter(&self, member: &Member) -> String {
        let ident = ident(&field_name(member.named()));
        let Setters { maybe, clear } = Setters::of(&ident);
        let value = match &member.shape {
            MemberType::String => "\"text\"".to_owned(),
            MemberType::Array(item) => format!("[{}]", self.value(item)),
            shape => self.value(shape),
        };
        format!("{ident} / {maybe} / {clear} / {:?} = {value};", member.name)
    }

    fn value(&self, shape: &MemberType) -> String {
        match shape {
            MemberType::String => "String::from(\"text\")".to_owned(),
            MemberType::Boolean => "false".to_owned(),
            MemberType::Integer => "7".to_owned(),
            MemberType::Number => "0.5".to_owned(),
            MemberType::Any => "billing_models::Json::default()".to_owned(),
            MemberType::Array(item) => format!("vec![Some({})]", self.value(item)),
            MemberType::Map(value) => format!(
                "std::collections::BTreeMap::from([(String::from(\"name\"), Some({}))])",
                self.value(value)
            ),
            MemberType::Named(name) => {
                match &self.spec().types.get(name).map(|found| &found.kind) {
                    Some(TypeKind::Object(_)) => format!("module::{name}Update::default()"),
                    _ => format!("module::{name}::UnknownValue(String::from(\"text\"))"),
                }
            }
        }
    }
}

/// Returns the name of the public module of a version.
pub fn version_module(api_version: &str) -> String {
    let name = api_version.replace(['-', '.'], "_");
    if name.starts_with('v') {
        name
    } else {
        format!("v{name}")
    }
}

/// Returns the Rust name of a field, as typify writes it.
fn ident(name: &str) -> String {
    if syn::parse_str::<syn::Ident>(name).is_ok() {
        name.to_owned()
    } else {
        format!("{name}_")
    }
}
