//! The api versions of Azure Resource Manager's billing profiles, from the oldest to the newest.

/// An api version of the billing profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ApiVersion {
    V2019,
    V2020,
    V2024,
}

impl ApiVersion {
    pub(crate) const ALL: [Self; 3] = [Self::V2019, Self::V2020, Self::V2024];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::V2019 => "2019-10-01-preview",
            Self::V2020 => "2020-05-01",
            Self::V2024 => "2024-04-01",
        }
    }

    /// Returns the version with this name.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|version| version.name().eq_ignore_ascii_case(name))
    }
}
