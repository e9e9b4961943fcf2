//! The types of the specs as schemas of OpenAPI, and the schemas that are derived from them.
//!
//! - `{ "x-request-of": "T" }` is T as the emulator reads it: each member may be null, and
//!   read-only
//!   members may be anything.
//! - `{ "x-form-of": "T" }` is the same as a form: texts, named by their paths with dots.
//! - `{ "x-xml-of": "T" }` is the XML that .NET's `DataContractSerializer` writes.

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use crate::codegen::names::pascal_case;

const SCHEMAS: &str = "#/components/schemas/";

/// The names of a form: steps with dots or in brackets, as many as the emulator accepts.
const FORM_NAME: &str = r"^[^\[\].]+(\.[^\[\].]+|\[[^\[\].]+\]){0,15}$";

/// Returns the types of a spec as components, without the keywords that are for the models.
pub(super) fn of_spec(spec: &Value) -> Result<Value> {
    let types = spec.get("definitions").context("a spec has definitions")?;
    Ok(adopted(types))
}

fn adopted(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let members = members.iter().filter(|(name, _)| *name != "x-personal");
            let members = members.map(|(name, value)| {
                let value = match value
                    .as_str()
                    .and_then(|path| path.rsplit_once("#/definitions/"))
                {
                    Some((_, target)) if name == "$ref" => format!("{SCHEMAS}{target}").into(),
                    _ => adopted(value),
                };
                (name.clone(), value)
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => items.iter().map(adopted).collect(),
        scalar => scalar.clone(),
    }
}

/// Replaces the schemas that are derived from others, and removes the keywords for that.
pub(super) fn derive(document: &mut Value) -> Result<()> {
    let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") else {
        return Ok(());
    };
    let types = Types(schemas.clone());
    for (name, schema) in schemas.iter_mut() {
        if let Some(made) = types.made(schema) {
            *schema = made.with_context(|| format!("making the schema {name}"))?;
        }
    }
    for schema in schemas.values_mut() {
        if let Some(schema) = schema.as_object_mut() {
            schema.remove("x-dotnet-name");
        }
    }
    Ok(())
}

struct Types(Map<String, Value>);

impl Types {
    /// Derives a schema; `None` if it is written by hand.
    fn made(&self, schema: &Value) -> Option<Result<Value>> {
        let named = |key: &str| schema.get(key).and_then(Value::as_str);
        if let Some(of) = named("x-request-of") {
            return Some(self.get(of).and_then(|of| self.request(of, true)));
        }
        if let Some(of) = named("x-form-of") {
            return Some(self.get(of).and_then(|of| self.form(of)));
        }
        named("x-xml-of").map(|of| self.xml(of, "", of))
    }

    fn get(&self, name: &str) -> Result<&Value> {
        self.0
            .get(name)
            .with_context(|| format!("there is no type {name}"))
    }

    /// Returns the name of the type that a member refers to.
    fn target(member: &Value) -> Option<&str> {
        let bare = member
            .get("$ref")
            .or_else(|| member.pointer("/allOf/0/$ref"));
        bare?.as_str()?.strip_prefix(SCHEMAS)
    }

    /// Returns the schema of a member, following its reference.
    fn follow<'a>(&'a self, member: &'a Value) -> Result<&'a Value> {
        Self::target(member).map_or(Ok(member), |name| self.get(name))
    }

    fn request(&self, schema: &Value, is_root: bool) -> Result<Value> {
        let schema = self.follow(schema)?;
        if let Some(items) = schema.get("items") {
            return Ok(json!({ "type": "array", "items": self.request(items, false)? }));
        }
        if let Some(values) = schema.get("additionalProperties") {
            let values = nullable(self.request(values, false)?);
            return Ok(json!({ "type": "object", "additionalProperties": values }));
        }
        let Some(members) = schema.get("properties").and_then(Value::as_object) else {
            // The emulator accepts any text, whatever the values of an enum.
            return Ok(json!({ "type": schema.get("type").context("a type that is sent")? }));
        };
        let mut properties = Map::new();
        for (name, member) in members {
            // The `properties` of a resource can be changed but not cleared.
            let is_nullable = !(is_root && name == "properties");
            let made = match member.get("readOnly") {
                Some(_) => json!(true),
                None if is_nullable => nullable(self.request(member, false)?),
                None => self.request(member, false)?,
            };
            properties.insert(name.clone(), made);
        }
        Ok(json!({ "type": "object", "properties": properties }))
    }

    fn form(&self, schema: &Value) -> Result<Value> {
        let mut properties = Map::new();
        self.flatten(schema, "", &mut properties)?;
        Ok(json!({
            "type": "object",
            "properties": properties,
            "propertyNames": { "pattern": FORM_NAME },
            "additionalProperties": { "type": "string" },
        }))
    }

    /// Adds the texts in a type, except those in lists, whose names have an index.
    fn flatten(&self, schema: &Value, prefix: &str, into: &mut Map<String, Value>) -> Result<()> {
        for (name, member) in self.members(schema)? {
            let member = self.follow(member)?;
            let path = format!("{prefix}{name}");
            if member.get("properties").is_some() {
                self.flatten(member, &format!("{path}."), into)?;
            } else if member.get("items").is_none() {
                into.insert(path, json!({ "type": "string" }));
            }
        }
        Ok(())
    }

    fn members<'a>(&'a self, schema: &'a Value) -> Result<&'a Map<String, Value>> {
        let members = self.follow(schema)?.get("properties");
        members.and_then(Value::as_object).context("an object")
    }

    /// Returns the XML of a type as an element, in a document whose root has the namespace `root`.
    fn xml(&self, name: &str, root: &str, element: &str) -> Result<Value> {
        let schema = self.get(name)?;
        let dotnet = schema.get("x-dotnet-name").and_then(Value::as_str);
        let Some((namespace, _)) = dotnet.and_then(|name| name.rsplit_once('.')) else {
            bail!("the type {name} has no .NET name");
        };
        let namespace = format!("http://schemas.datacontract.org/2004/07/{namespace}");
        let is_root = root.is_empty();
        let root = if is_root { &namespace } else { root };
        let mut properties = Map::new();
        for (member, schema) in self.members(schema)? {
            let element = pascal_case(member);
            let mut made = match Self::target(schema) {
                Some(target) => self.xml(target, root, &element)?,
                // The items of a list have generic names, which no schema can express.
                None if schema.get("items").is_some() => continue,
                None => json!({ "type": "string", "xml": { "name": element } }),
            };
            if namespace != *root
                && let Some(Value::Object(xml)) = made.get_mut("xml")
            {
                xml.insert("namespace".to_owned(), namespace.clone().into());
                xml.insert("prefix".to_owned(), "c".into());
            }
            properties.insert(member.clone(), made);
        }
        let mut xml = json!({ "name": element });
        if is_root {
            xml = json!({ "name": element, "namespace": namespace });
        }
        Ok(json!({ "type": "object", "properties": properties, "xml": xml }))
    }
}

/// Returns the schema that also allows null.
fn nullable(mut schema: Value) -> Value {
    if let Some(kind) = schema.get_mut("type") {
        *kind = json!([kind, "null"]);
    }
    schema
}
