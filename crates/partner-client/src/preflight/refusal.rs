//! Why an edit was given up before its write.

use std::fmt;

use crate::Finding;

/// What a profile breaks of its country's rules; the source of an edit's error after
/// [`with_preflight`](crate::EditCustomerBillingProfile::with_preflight).
///
/// `Display` has a sentence for each finding, which repeats no member's value.
#[derive(Debug)]
pub struct PreflightRefusal(Vec<Finding>);

impl PreflightRefusal {
    pub(crate) fn new(findings: Vec<Finding>) -> Self {
        Self(findings)
    }

    /// Returns the findings, of which each is [certain](Finding::is_certain). There is at least
    /// one.
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
