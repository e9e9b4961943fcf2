//! The options of the command that name a service.

use billing_edit::Service;

/// Returns the option with the address of a service.
pub(crate) fn endpoint_option(service: Service) -> &'static str {
    match service {
        Service::Partner => "--partner-endpoint",
        Service::Arm => "--arm-endpoint",
    }
}
