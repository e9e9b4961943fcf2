//! Which limits count a request, and which requests they count together.

use uuid::Uuid;

use crate::{
    rate_limits::limit::{OperationClass, RateLimit, RateLimitScope},
    service::Service,
};

/// A request as the rate limits see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counted {
    pub(crate) service: Service,
    pub(crate) class: OperationClass,
    pub(crate) tenant: Uuid,
    pub(crate) principal: Uuid,
    pub(crate) resource: CountedResource,
}

/// The resource of a request as the rate limits see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CountedResource {
    /// Of Partner Center: a customer, or none that is known.
    Customer(Option<Uuid>),
    /// Of Resource Manager: a resource of the resource provider.
    Provider,
    Other,
}

/// The limit by its position, and the callers that it counts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub(super) limit: usize,
    pub(super) tenant: Uuid,
    pub(super) within: Option<Uuid>,
}

/// Returns the limits of a stage that count a request, with the callers that they count together.
pub(super) fn counting(
    limits: &[RateLimit],
    request: Counted,
    is_provider: bool,
) -> impl Iterator<Item = (&RateLimit, Key)> {
    let numbered = limits.iter().enumerate();
    numbered.filter_map(move |(number, limit)| {
        let scope = limit.scope;
        let within = match (scope, request.service, request.resource) {
            (RateLimitScope::Arm(_), Service::Arm, _) => Some(request.principal),
            (RateLimitScope::ArmTenant(_), Service::Arm, _)
            | (RateLimitScope::Provider(_), Service::Arm, CountedResource::Provider)
            | (RateLimitScope::Partner(_), Service::Partner, _) => None,
            (
                RateLimitScope::Customer(_),
                Service::Partner,
                CountedResource::Customer(customer),
            ) => customer,
            _ => return None,
        };
        let is_stage = matches!(scope, RateLimitScope::Provider(_)) == is_provider;
        let key = Key {
            limit: number,
            tenant: request.tenant,
            within,
        };
        (is_stage && counts(limits, scope, request.class)).then_some((limit, key))
    })
}

/// Returns whether a limit counts requests of a class. Polls are reads and deletes are writes,
/// unless the same scope has a limit for them.
fn counts(limits: &[RateLimit], scope: RateLimitScope, class: OperationClass) -> bool {
    let has_own = || {
        let mut alike = limits.iter().map(|limit| limit.scope);
        alike.any(|other| other.is_alike(scope) && other.class() == class)
    };
    match (scope.class(), class) {
        (OperationClass::All, _) => true,
        (OperationClass::Read, OperationClass::Poll)
        | (OperationClass::Write, OperationClass::Delete) => !has_own(),
        (limited, class) => limited == class,
    }
}
