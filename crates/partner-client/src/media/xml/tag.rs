//! Names and attributes of start tags.

use quick_xml::XmlVersion;
use quick_xml::escape::unescape;
use quick_xml::events::BytesStart;
use quick_xml::name::{Namespace, ResolveResult};

use super::error::XmlError;
use super::read::Reader;
use super::rules::{self, SCHEMA_INSTANCE};

/// The most attributes of an element: to check that each comes once takes quadratic time.
const ATTRIBUTE_LIMIT: usize = 64;

/// The longest name of a namespace, in bytes: each element below its declaration reads it.
const NAMESPACE_LIMIT: usize = 1024;

/// Summary of the attributes of an element.
pub(super) struct Attributes {
    pub(super) is_nil: bool,
    /// Whether there are attributes besides `nil` and declarations of namespaces.
    pub(super) has_others: bool,
}

impl Reader<'_> {
    /// Returns the namespace and the local name of an element.
    ///
    /// # Errors
    /// An invalid name or namespace.
    pub(super) fn name(&self, start: &BytesStart<'_>) -> Result<(String, String), XmlError> {
        let (namespace, local_name) = self.xml.resolver().resolve_element(start.name());
        let local_name = local_name.into_inner();
        let prefix = start.name().prefix();
        let has_prefix_name = prefix.is_none_or(|prefix| rules::is_name(prefix.into_inner()));
        if !rules::is_name(local_name) || !has_prefix_name {
            return Err(self.error("the name of an element is invalid"));
        }
        let namespace = match namespace {
            ResolveResult::Bound(Namespace(uri)) => unescape(uri)
                .map_err(|_| self.error("the name of a namespace is malformed"))?
                .into_owned(),
            ResolveResult::Unbound => String::new(),
            ResolveResult::Unknown(_) => {
                return Err(self.error("a prefix has no namespace"));
            }
        };
        if !rules::is_namespace(&namespace) {
            return Err(self.error("an element is in a reserved or invalid namespace"));
        }
        Ok((namespace, local_name.to_owned()))
    }

    /// Checks the attributes of an element.
    ///
    /// # Errors
    /// A malformed or repeated attribute, or too many.
    pub(super) fn attributes(&self, start: &BytesStart<'_>) -> Result<Attributes, XmlError> {
        let malformed = || self.error("an attribute is malformed");
        let mut found = Attributes {
            is_nil: false,
            has_others: false,
        };
        let mut names = Vec::new();
        for (index, attribute) in start.attributes().enumerate() {
            if index == ATTRIBUTE_LIMIT {
                let what = format!("an element has more than {ATTRIBUTE_LIMIT} attributes");
                return Err(self.error(what));
            }
            let attribute = attribute.map_err(|_| malformed())?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|_| malformed())?;
            if attribute.value.contains('<') || !value.chars().all(rules::is_allowed) {
                return Err(malformed());
            }
            if attribute.key.as_namespace_binding().is_some() {
                if attribute.value.len() > NAMESPACE_LIMIT {
                    let what =
                        format!("the name of a namespace is longer than {NAMESPACE_LIMIT} bytes");
                    return Err(self.error(what));
                }
                continue;
            }
            let (namespace, name) = self.xml.resolver().resolve_attribute(attribute.key);
            // Two prefixes may have the same namespace.
            if let ResolveResult::Bound(namespace) = namespace {
                if names.contains(&(namespace, name)) {
                    return Err(malformed());
                }
                names.push((namespace, name));
            }
            match namespace {
                _ if !rules::is_name(name.into_inner()) => return Err(malformed()),
                ResolveResult::Unknown(_) => {
                    return Err(self.error("a prefix has no namespace"));
                }
                ResolveResult::Bound(Namespace(SCHEMA_INSTANCE)) if name.into_inner() == "nil" => {
                    found.is_nil = matches!(value.trim(), "true" | "1");
                }
                _ => found.has_others = true,
            }
        }
        Ok(found)
    }
}
