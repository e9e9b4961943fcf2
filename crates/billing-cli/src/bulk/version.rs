//! The api version of Azure Resource Manager that a verb uses.

use billing_bulk::binding::Binding;
use billing_edit::{Members, Service};
use clap::ValueEnum as _;

use crate::args::arm::ArmVersion;
use crate::args::value;
use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// Returns the members of a service's profiles, those of Azure Resource Manager in a version.
pub(super) fn members(service: Service, version: ArmVersion) -> &'static Members {
    let of_version = Members::of_arm(&value::name(version));
    let of_version = of_version.filter(|_| service == Service::Arm);
    of_version.unwrap_or(Members::of(service))
}

/// Returns the version of a plan or a run, whose name is `subject`. An option must not name another
/// one.
///
/// # Errors
/// A failure for another version, or one that this command does not know. Nothing was sent.
pub(super) fn bound(
    given: Option<ArmVersion>,
    bindings: &[Binding],
    subject: &str,
) -> Result<ArmVersion> {
    let arm = bindings.iter().find(|it| it.service == Service::Arm);
    let Some(binding) = arm else {
        return Ok(given.unwrap_or_default());
    };
    let (service, name) = (binding.service, &binding.api_version);
    let refused = |problem: String| {
        let problem = format!("{subject} is for api version {name} of {service}, {problem}");
        Failure::new(Exit::Failed, problem)
    };
    let Ok(bound) = ArmVersion::from_str(name, false) else {
        let problem = "which this version of `billing` does not have".to_owned();
        return Err(refused(problem).hint("nothing was sent; use the version that made it"));
    };
    match given {
        Some(given) if given != bound => {
            let problem = format!("and --api-version is {}", value::name(given));
            Err(refused(problem)
                .hint("nothing was sent; leave out --api-version, or make another plan with it"))
        }
        _ => Ok(bound),
    }
}
