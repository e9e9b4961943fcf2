//! The two services.

/// One of the two services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BillingService {
    Partner,
    Arm,
}

impl BillingService {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Partner => "Partner Center",
            Self::Arm => "Azure Resource Manager",
        }
    }

    /// The option with its address.
    pub(crate) fn option(self) -> &'static str {
        match self {
            Self::Partner => "--partner-endpoint",
            Self::Arm => "--arm-endpoint",
        }
    }
}
