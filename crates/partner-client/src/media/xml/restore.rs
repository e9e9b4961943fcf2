//! Writes unknown elements from their captured source text, or as plain text.

use serde_json::Value;

use super::error::XmlError;
use super::read::Reader;
use super::rules::SIZE_LIMIT;
use super::write::{Element, Writer};

/// Returns the namespace and the local name of an element's captured source text.
///
/// # Errors
/// Text that is not exactly one element which declares all the namespaces it uses. In a model it is
/// text like any other, so it may come from anywhere.
fn check_source(source: &str) -> Result<(String, String), XmlError> {
    let mut reader = Reader::new(source);
    if !source.starts_with('<') || source.starts_with("<?") || source.len() > SIZE_LIMIT {
        return Err(reader.error("the source text of an element is expected"));
    }
    let root = reader.root()?;
    let name = reader.name(&root)?;
    let attributes = reader.attributes(&root)?;
    reader.capture(&root, &attributes)?;
    reader.end()?;
    Ok(name)
}

impl Writer<'_> {
    /// Writes an element as its captured source text.
    ///
    /// # Errors
    /// Source text that is malformed or of another element.
    pub(super) fn restore(&mut self, source: &str, element: &Element<'_>) -> Result<(), XmlError> {
        let (namespace, name) = check_source(source).map_err(|error| {
            self.error(format!("the source text of the element is broken: {error}"))
        })?;
        if (namespace.as_str(), &name) != (element.namespace, &element.name) {
            return Err(self.error("the source text is that of another element"));
        }
        self.out.push_str(source);
        Ok(())
    }

    /// Writes the content of an unknown element from its JSON.
    ///
    /// # Errors
    /// An object or a list, whose form in XML is not known.
    pub(super) fn unknown_content(&mut self, value: &Value) -> Result<(), XmlError> {
        match value {
            Value::String(text) => self.text(text),
            Value::Bool(value) => self.text(&value.to_string()),
            Value::Number(number) => self.text(&number.to_string()),
            _ => Err(self.error(
                "it came as JSON and is more than text, so its form in XML is not known; send the profile as JSON",
            )),
        }
    }
}
