//! What a preflight finds.

use std::fmt;

/// A member of a profile that the service will refuse, or that could not be checked; found by
/// [`preflight`](crate::preflight()) and
/// [`PartnerClient::preflight`](crate::PartnerClient::preflight).
///
/// `Display` is a sentence for people: the member, what is wrong, and the rule, without the
/// member's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    member: &'static str,
    kind: FindingKind,
    rule: String,
}

/// What is wrong with a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FindingKind {
    /// The member is required, and absent or blank.
    Missing,
    /// The member has more characters than allowed.
    TooLong,
    /// The member does not match the country's pattern.
    Malformed,
    /// The member is not among the values that the country supports.
    Unsupported,
    /// The rules are for another country, so they were not applied.
    OtherCountry,
    /// The service's pattern cannot be used here: Rust's `regex` does not support it, reads it
    /// differently, or it is too large. The member may be valid.
    NotChecked,
}

impl Finding {
    pub(super) fn new(member: &'static str, kind: FindingKind, rule: impl Into<String>) -> Self {
        Self {
            member,
            kind,
            rule: rule.into(),
        }
    }

    /// Returns the member's path, such as `defaultAddress.postalCode`.
    pub fn member(&self) -> &'static str {
        self.member
    }

    /// Returns what is wrong with the member.
    pub fn kind(&self) -> FindingKind {
        self.kind
    }

    /// Returns the rule in words, such as ``must match `^\d{5}$` in US``.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// Returns whether the service will refuse the profile for this member, as far as the rules
    /// tell; false if the member was not checked.
    pub fn is_certain(&self) -> bool {
        !matches!(
            self.kind,
            FindingKind::NotChecked | FindingKind::OtherCountry
        )
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            FindingKind::Missing => "is missing",
            FindingKind::TooLong => "is too long",
            FindingKind::Malformed => "has the wrong form",
            FindingKind::Unsupported => "is not supported",
            FindingKind::OtherCountry => "is another country's",
            FindingKind::NotChecked => "was not checked",
        };
        write!(f, "{} {what}: {}", self.member, self.rule)
    }
}
