//! The services of a run, each through its client.

mod arm;
mod compare;
mod failure;
mod limit;
mod partner;

use std::fmt;
use std::sync::Arc;

use billing_edit::Service;

use crate::target::Target;

pub use crate::targets::arm::ArmTarget;
pub use crate::targets::failure::{SignInHint, SignInProblem};
pub use crate::targets::partner::PartnerTarget;

/// The targets of a run, one for each service.
///
/// ```
/// use std::sync::Arc;
///
/// use billing_bulk::{Target, Targets};
///
/// fn both(partner: impl Target + 'static, arm: impl Target + 'static) -> Targets {
///     Targets::default().with(Arc::new(partner)).with(Arc::new(arm))
/// }
/// ```
#[derive(Clone, Default)]
pub struct Targets {
    partner: Option<Arc<dyn Target>>,
    arm: Option<Arc<dyn Target>>,
}

impl Targets {
    /// Adds the target of a service, or replaces it.
    #[must_use]
    pub fn with(mut self, target: Arc<dyn Target>) -> Self {
        match target.binding().service {
            Service::Partner => self.partner = Some(target),
            Service::Arm => self.arm = Some(target),
        }
        self
    }

    /// Returns the target of a service.
    pub fn of(&self, service: Service) -> Option<&Arc<dyn Target>> {
        match service {
            Service::Partner => self.partner.as_ref(),
            Service::Arm => self.arm.as_ref(),
        }
    }
}

impl fmt::Debug for Targets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let binding = |target: &Option<Arc<dyn Target>>| {
            let target = target.as_ref()?;
            Some(target.binding().clone())
        };
        f.debug_struct("Targets")
            .field("partner", &binding(&self.partner))
            .field("arm", &binding(&self.arm))
            .finish()
    }
}
