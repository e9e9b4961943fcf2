//! `--where`: conditions on the members of a profile.

use std::fmt;

use billing_core::pipeline::is_empty_value;
use billing_edit::{EditError, Members};
use regex::Regex;
use serde_json::Value;

/// A condition on a member of a profile, such as `country=DE`, `language!=de` or
/// `email~=@example[.]com$`.
///
/// The member may be read-only. An absent, a null and an empty member equal the empty value.
///
/// ```
/// use billing_bulk::plan::Filter;
/// use billing_bulk::{Members, Service};
/// use serde_json::json;
///
/// let members = Members::of(Service::Partner);
/// let filter = Filter::parse(members, "defaultAddress.country!=DE")?;
/// assert!(filter.matches(&json!({ "defaultAddress": { "country": "AT" } })));
/// # Ok::<(), billing_bulk::plan::FilterError>(())
/// ```
#[derive(Clone)]
pub struct Filter {
    path: Vec<String>,
    condition: Condition,
}

#[derive(Clone)]
enum Condition {
    Is(String),
    IsNot(String),
    Matches(Regex),
}

impl Filter {
    /// Reads a condition on one of these members: `PATH=VALUE`, `PATH!=VALUE`, or `PATH~=REGEX`,
    /// which may match any part of the value.
    ///
    /// # Errors
    /// The text has another form, no such member can be read, or the regular expression is invalid.
    pub fn parse(members: &Members, text: &str) -> Result<Self, FilterError> {
        let (path, value) = text.split_once('=').ok_or(FilterError::Form)?;
        let (path, condition) = if let Some(path) = path.strip_suffix('!') {
            (path, Condition::IsNot(value.to_owned()))
        } else if let Some(path) = path.strip_suffix('~') {
            let regex = Regex::new(value).map_err(Box::new)?;
            (path, Condition::Matches(regex))
        } else {
            (path, Condition::Is(value.to_owned()))
        };
        if path.is_empty() {
            return Err(FilterError::Form);
        }
        let path = members.readable(path)?;
        Ok(Self { path, condition })
    }

    /// Returns whether a document meets the condition.
    pub fn matches(&self, document: &Value) -> bool {
        let value = (self.path.iter()).try_fold(document, |value, name| value.get(name));
        match &self.condition {
            Condition::Is(wanted) => is(value, wanted),
            Condition::IsNot(wanted) => !is(value, wanted),
            Condition::Matches(regex) => regex.is_match(&text(value)),
        }
    }
}

// The value is about a person.
impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filter({})", self.path.join("."))
    }
}

fn is(value: Option<&Value>, wanted: &str) -> bool {
    match value {
        Some(Value::String(text)) => text == wanted,
        Some(value) if !is_empty_value(value) => {
            serde_json::from_str::<Value>(wanted).is_ok_and(|wanted| wanted == *value)
        }
        _ => wanted.is_empty(),
    }
}

fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(value) if !is_empty_value(value) => value.to_string(),
        _ => String::new(),
    }
}

/// A text that is no condition.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilterError {
    /// It has another form.
    #[error("this is not PATH=VALUE, PATH!=VALUE or PATH~=REGEX")]
    Form,
    /// There is no such member.
    #[error(transparent)]
    Member(#[from] EditError),
    /// The regular expression is invalid.
    #[error(transparent)]
    Regex(#[from] Box<regex::Error>),
}

#[cfg(test)]
mod tests {
    use billing_edit::{Members, Service};
    use serde_json::json;

    use super::{Filter, FilterError};

    fn matches(filter: &str, document: &serde_json::Value) -> bool {
        Filter::parse(Members::of(Service::Arm), filter)
            .unwrap()
            .matches(document)
    }

    #[test]
    fn members_are_compared_by_value_or_pattern() {
        let document = json!({
            "name": "p-1",
            "properties": {
                "status": "Active",
                "invoiceEmailOptIn": true,
                "poNumber": null,
                "address": { "city": "São Paulo" },
                "enabledAzurePlans": [{ "skuId": "0001" }],
            },
        });
        for (filter, expected) in [
            ("status=Active", true),
            ("properties.status=Active", true),
            ("status=active", false),
            ("status!=Active", false),
            ("name~=^p-", true),
            ("name~=^q", false),
            ("invoiceEmailOptIn=true", true),
            ("invoiceEmailOptIn=yes", false),
            ("poNumber=", true),
            ("displayName=", true),
            ("displayName!=x", true),
            ("poNumber~=^$", true),
            ("address.city~=^São", true),
            (r#"enabledAzurePlans=[{"skuId":"0001"}]"#, true),
            ("enabledAzurePlans~=0001", true),
            ("address.region=a=b", false),
        ] {
            assert_eq!(matches(filter, &document), expected, "{filter}");
        }
    }

    #[test]
    fn text_that_is_no_condition_is_refused() {
        let parse = |text| Filter::parse(Members::of(Service::Arm), text).unwrap_err();
        assert!(matches!(parse("status"), FilterError::Form));
        assert!(matches!(parse("=x"), FilterError::Form));
        assert!(matches!(parse("!=x"), FilterError::Form));
        assert!(matches!(parse("name~=("), FilterError::Regex(_)));
        let FilterError::Member(error) = parse("stat=Active") else {
            panic!("there is no such member");
        };
        assert_eq!(error.nearest(), Some("status"));
    }
}
