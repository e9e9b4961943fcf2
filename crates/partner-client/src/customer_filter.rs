//! Filter of a list of customers.

use std::fmt;

use billing_core::Error;
use serde::Serialize;

/// Filter of a list of customers: one field starts with a text ("Get a list of customers filtered
/// by a search field").
///
/// ```
/// use partner_client::{CustomerField, CustomerFilter};
///
/// let filter = CustomerFilter::starts_with(CustomerField::CompanyName, "Fabri");
/// # drop(filter);
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CustomerFilter {
    field: CustomerField,
    value: String,
    operator: &'static str,
}

/// A field of customers that a filter can search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum CustomerField {
    /// The name of the company.
    CompanyName,
    /// The domain, such as `fabrikam.onmicrosoft.com`.
    Domain,
    /// The indirect reseller; for indirect providers.
    IndirectReseller,
    /// The indirect provider; for indirect resellers.
    IndirectCloudSolutionProvider,
}

impl CustomerFilter {
    /// Creates a filter for customers whose `field` starts with `value`, in any letter case. The
    /// service has no other comparison.
    pub fn starts_with(field: CustomerField, value: impl Into<String>) -> Self {
        Self {
            field,
            value: value.into(),
            operator: "starts_with",
        }
    }

    /// Returns the query's value before it is encoded.
    ///
    /// # Errors
    /// Invalid input for a filter that has no JSON. Nothing was sent.
    pub(crate) fn to_json(&self) -> Result<String, Error> {
        serde_json::to_string(self)
            .map_err(|source| Error::invalid_input("the filter has no JSON").with_source(source))
    }
}

// The value may be the name of a person.
impl fmt::Debug for CustomerFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomerFilter")
            .field("field", &self.field)
            .field("operator", &self.operator)
            .finish_non_exhaustive()
    }
}
