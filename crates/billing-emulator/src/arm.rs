//! Azure Resource Manager: the billing profiles of `Microsoft.Billing`, 2019-10-01-preview.

use hyper::{Method, StatusCode};
use uuid::Uuid;

use crate::{
    arm::{
        error_response::{ErrorResponse, Result},
        front_door::FrontDoor,
        update::OPERATION_PREFIX,
    },
    auth::{AuthError, Caller},
    context::Context,
    faults::check::PlannedOperation,
    http::{
        request::Request,
        response::Response,
        routes::{self, Route},
    },
    service::Service,
    store::resource::ProfileKey,
};

mod api_version;
pub(crate) mod documents;
mod error_response;
mod expand;
mod front_door;
mod list;
mod rate_limit;
mod response;
mod update;

/// What a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    FrontDoor(FrontDoor),
    Profiles,
    Profile,
    OperationResult,
    OperationStatus,
    Operation,
}

/// Every path and method.
pub(crate) const ROUTES: &[Route<Target>] = &[
    Route::get(
        "metadata/endpoints",
        Target::FrontDoor(FrontDoor::Endpoints),
    ),
    Route::get("subscriptions", Target::FrontDoor(FrontDoor::Subscriptions)),
    Route::get("tenants", Target::FrontDoor(FrontDoor::Tenants)),
    Route::get(
        "providers/Microsoft.Billing/billingAccounts/{}/billingProfiles",
        Target::Profiles,
    ),
    Route::get(
        "providers/Microsoft.Billing/billingAccounts/{}/billingProfiles/{}",
        Target::Profile,
    ),
    Route::patch(
        "providers/Microsoft.Billing/billingAccounts/{}/billingProfiles/{}",
        Target::Profile,
    ),
    Route::get(
        "providers/Microsoft.Billing/billingAccounts/{}/operationResults/{}",
        Target::OperationResult,
    ),
    Route::get(
        "providers/Microsoft.Billing/billingAccounts/{}/operationStatuses/{}",
        Target::OperationStatus,
    ),
    Route::get(
        "providers/Microsoft.Billing/billingOperations/{}",
        Target::Operation,
    ),
];

impl Target {
    /// Returns the resource type, and the version under which it is served; `None` if it belongs to
    /// no provider, and is served under every version.
    fn resource_type(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::FrontDoor(_) => None,
            Self::Profiles | Self::Profile => {
                Some(("billingAccounts/billingProfiles", api_version::PROFILES))
            }
            Self::OperationResult => {
                Some(("billingAccounts/operationResults", api_version::PROFILES))
            }
            Self::OperationStatus => {
                Some(("billingAccounts/operationStatuses", api_version::PROFILES))
            }
            Self::Operation => Some(("billingOperations", api_version::OPERATIONS)),
        }
    }
}

/// Returns whether a request needs no token.
pub(crate) fn is_open(request: &Request) -> bool {
    let found = routes::find(ROUTES, &request.segments(), str::eq_ignore_ascii_case);
    found.is_some_and(|(route, _)| route.handler == Target::FrontDoor(FrontDoor::Endpoints))
}

/// Responds to a request on Resource Manager's port. `planned` is how a fault plans the
/// operation that the request begins.
pub(crate) fn respond(context: &Context, request: &Request, planned: PlannedOperation) -> Response {
    let caller = context.caller(Service::Arm, request);
    let (remaining, admitted) = rate_limit::admit(context, request, caller.as_ref().ok());
    let result = admitted.and_then(|()| serve(context, request, caller, planned));
    let response = result.unwrap_or_else(|error| error.into_response(&context.ids, request));
    response::finish(response, context, request, remaining)
}

fn serve(
    context: &Context,
    request: &Request,
    caller: Result<Caller, AuthError>,
    planned: PlannedOperation,
) -> Result {
    // Azure demands the version even of a caller that it does not know.
    let version = request
        .query("api-version")
        .ok_or(ErrorResponse::ApiVersionMissing)?;
    let mut segments = request.segments();
    // Azure's SDK for JavaScript puts a slash before an id, which itself begins with one.
    if let ["", "providers", ..] = segments.as_slice() {
        segments.remove(0);
    }
    let found = routes::find(ROUTES, &segments, str::eq_ignore_ascii_case);
    if !is_open(request) {
        caller.map_err(|error| ErrorResponse::unauthorized(context, error))?;
    }
    let (route, captured) = found.ok_or(ErrorResponse::PathNotServed)?;
    let target = route.handler;
    let mut captured = captured.into_iter();
    let first = captured.next().unwrap_or_default();
    let last = captured.next().unwrap_or(first);
    let id = |name: &str| Uuid::try_parse(name).map_err(|_| ErrorResponse::NotFound);
    let operation = match target {
        Target::OperationResult => id(last.strip_prefix(OPERATION_PREFIX).unwrap_or_default())?,
        Target::OperationStatus | Target::Operation => id(last)?,
        Target::FrontDoor(_) | Target::Profiles | Target::Profile => Uuid::nil(),
    };
    if let Some((resource_type, served)) = target.resource_type() {
        // Azure's SDK for JavaScript polls an operation with the version of the update instead of
        // the version in the link.
        let is_poll = matches!(target, Target::Operation | Target::OperationResult)
            && version == api_version::PROFILES;
        if version != served && !is_poll {
            let sent = version.to_owned();
            return Err(ErrorResponse::VersionNotServed {
                resource_type,
                sent,
                served,
            });
        }
    }
    routes::with_method(ROUTES, route.path, &request.method)
        .map_err(ErrorResponse::MethodNotAllowed)?;
    let key = ProfileKey::new(first, last);
    match target {
        Target::FrontDoor(resource) => {
            let body = resource.body(context, request, version);
            Ok(response::from_front_door(StatusCode::OK, body))
        }
        Target::Profiles => list::respond(context, request, first),
        Target::Profile if request.method == Method::PATCH => {
            update::begin(context, request, key, planned)
        }
        Target::Profile => {
            let state = context.state();
            let found = state.profiles.get(&key).ok_or(ErrorResponse::NotFound)?;
            let document = expand::read(context, request, found);
            Ok(response::document(&document))
        }
        Target::OperationResult | Target::Operation => update::poll(context, operation),
        Target::OperationStatus => update::report(context, operation),
    }
}
