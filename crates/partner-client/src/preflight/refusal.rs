//! Why an edit stopped before its write.

use std::fmt;

use super::finding::Finding;

/// The rules that a profile breaks; source of the error of an edit
/// [with preflight](crate::EditCustomerBillingProfile::with_preflight).
///
/// `Display` has a sentence for each finding, without the values of members.
#[derive(Debug)]
pub struct PreflightRefusal(Vec<Finding>);

impl PreflightRefusal {
    pub(super) fn new(findings: Vec<Finding>) -> Self {
        Self(findings)
    }

    /// Returns the findings: at least one, and each is [certain](Finding::is_certain).
    pub fn findings(&self) -> &[Finding] {
        &self.0
    }
}

impl fmt::Display for PreflightRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{finding}")?;
        }
        Ok(())
    }
}

impl std::error::Error for PreflightRefusal {}
