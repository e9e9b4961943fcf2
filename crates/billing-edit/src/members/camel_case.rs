//! Renames the members of documents in PascalCase.

use serde_json::{Map, Value};

use crate::error::{EditError, EditProblem};
use crate::members::{Members, join, with_lower_first};
use crate::schema::Node;

impl Members {
    /// Renames the members of a document from PascalCase to the names of the schema.
    ///
    /// # Errors
    /// The first member that the document has under both names.
    pub fn in_camel_case(&self, document: Value) -> Result<Value, EditError> {
        in_camel_case(self.written, "", document)
    }
}

fn in_camel_case(node: Node, path: &str, value: Value) -> Result<Value, EditError> {
    match value {
        Value::Object(members) => {
            let mut renamed = Map::new();
            for (name, value) in members {
                let camel = with_lower_first(&name);
                let name = if node.member(&camel).is_some() {
                    camel
                } else {
                    name
                };
                let path = join(path, &name);
                let value = match node.member(&name) {
                    Some(member) => in_camel_case(member, &path, value)?,
                    None => value,
                };
                if renamed.insert(name, value).is_some() {
                    return Err(EditError::new(path, EditProblem::Twice));
                }
            }
            Ok(Value::Object(renamed))
        }
        Value::Array(items) => {
            let items = items.into_iter().enumerate();
            let items = items
                .map(|(index, item)| in_camel_case(node.item(), &format!("{path}[{index}]"), item));
            items.collect::<Result<_, _>>().map(Value::Array)
        }
        value => Ok(value),
    }
}
