//! Azure Resource Manager: the billing profiles of `Microsoft.Billing`, in three api versions.
//!
//! One document is stored of each profile. A version is a view of it: `view` shows its members
//! under its names, `body` reads them, and [`ROUTES`] lists the versions of each method.

use std::ops::RangeInclusive;

use hyper::{Method, StatusCode};
use uuid::Uuid;

use crate::{
    arm::{
        error_response::{ErrorResponse, Result},
        front_door::FrontDoor,
    },
    auth::{AuthError, Caller},
    context::Context,
    contract::ApiVersion::{self, V2019, V2024},
    faults::check::PlannedOperation,
    http::{
        request::Request,
        response::Response,
        routes::{self, Route},
    },
    service::Service,
    store::resource::ProfileKey,
};

mod access;
mod api_version;
mod body;
mod delete;
pub(crate) mod documents;
mod error_response;
mod front_door;
mod list;
mod obstacle;
mod operation;
mod put;
mod rate_limit;
mod response;
mod selection;
mod text;
mod update;
mod validate_address;
mod view;

/// What a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    FrontDoor(FrontDoor),
    Profiles,
    Profile,
    DeleteEligibility,
    Permissions,
    Access,
    Address,
    OperationResult,
    OperationStatus,
    Operation,
}

/// An operation of a path, and the versions that have it.
pub(crate) struct Served {
    target: Target,
    versions: RangeInclusive<ApiVersion>,
}

const fn all(target: Target) -> Served {
    within(target, V2019..=V2024)
}

const fn within(target: Target, versions: RangeInclusive<ApiVersion>) -> Served {
    Served { target, versions }
}

const PROFILE: &str = "providers/Microsoft.Billing/billingAccounts/{}/billingProfiles/{}";

/// Every path and method.
pub(crate) const ROUTES: &[Route<Served>] = &[
    Route::get(
        "metadata/endpoints",
        all(Target::FrontDoor(FrontDoor::Endpoints)),
    ),
    Route::get(
        "subscriptions",
        all(Target::FrontDoor(FrontDoor::Subscriptions)),
    ),
    Route::get("tenants", all(Target::FrontDoor(FrontDoor::Tenants))),
    Route::get(
        "providers/Microsoft.Billing/billingAccounts/{}/billingProfiles",
        all(Target::Profiles),
    ),
    Route::get(PROFILE, all(Target::Profile)),
    Route::put(PROFILE, all(Target::Profile)),
    Route::patch(PROFILE, within(Target::Profile, V2019..=V2019)),
    Route::delete(PROFILE, within(Target::Profile, V2024..=V2024)),
    Route::post(
        "providers/Microsoft.Billing/billingAccounts/{}/billingProfiles/{}/validateDeleteEligibility",
        within(Target::DeleteEligibility, V2024..=V2024),
    ),
    Route::get(
        "providers/Microsoft.Billing/billingAccounts/{}/billingProfiles/{}/billingPermissions",
        all(Target::Permissions),
    ),
    Route::post(
        "providers/Microsoft.Billing/billingAccounts/{}/billingProfiles/{}/checkAccess",
        within(Target::Access, V2024..=V2024),
    ),
    Route::post(
        "providers/Microsoft.Billing/validateAddress",
        all(Target::Address),
    ),
    Route::get(
        "providers/Microsoft.Billing/billingAccounts/{}/operationResults/{}",
        all(Target::OperationResult),
    ),
    Route::get(
        "providers/Microsoft.Billing/billingAccounts/{}/operationStatuses/{}",
        all(Target::OperationStatus),
    ),
    Route::get(
        "providers/Microsoft.Billing/billingOperations/{}",
        all(Target::Operation),
    ),
];

impl Target {
    /// Returns the resource type; `None` if it belongs to no provider, and is served under every
    /// version.
    fn resource_type(self) -> Option<&'static str> {
        Some(match self {
            Self::FrontDoor(_) => return None,
            Self::Profiles | Self::Profile => "billingAccounts/billingProfiles",
            Self::DeleteEligibility => "billingAccounts/billingProfiles/validateDeleteEligibility",
            Self::Permissions => "billingAccounts/billingProfiles/billingPermissions",
            Self::Access => "billingAccounts/billingProfiles/checkAccess",
            Self::Address => "validateAddress",
            Self::OperationResult => "billingAccounts/operationResults",
            Self::OperationStatus => "billingAccounts/operationStatuses",
            Self::Operation => "billingOperations",
        })
    }

    /// Returns whether this is the version of the relative form of a `Location`. Azure's SDK for
    /// JavaScript polls with the version of the update instead.
    fn has_own_version(self, version: &str) -> bool {
        self == Self::Operation && version == api_version::OPERATIONS
    }
}

/// Returns whether a request needs no token.
pub(crate) fn is_open(request: &Request) -> bool {
    let found = routes::find(ROUTES, &request.segments(), str::eq_ignore_ascii_case);
    found.is_some_and(|(route, _)| route.handler.target == Target::FrontDoor(FrontDoor::Endpoints))
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
    let target = route.handler.target;
    let mut captured = captured.into_iter();
    let first = captured.next().unwrap_or_default();
    let last = captured.next().unwrap_or(first);
    let id = match target {
        Target::OperationResult => operation::id_of(last),
        Target::OperationStatus | Target::Operation => Uuid::try_parse(last).ok(),
        _ => Some(Uuid::nil()),
    };
    let id = id.ok_or(ErrorResponse::NotFound)?;
    let version = match target.resource_type() {
        None => V2019,
        Some(_) if target.has_own_version(version) => V2019,
        Some(resource_type) => of_profiles(target, resource_type, route.path, version)?,
    };
    check_method(route.path, version, &request.method)?;
    let key = ProfileKey::new(first, last);
    match (target, &request.method) {
        (Target::FrontDoor(resource), _) => {
            let version = request.query("api-version").unwrap_or_default();
            let body = resource.body(context, request, version);
            Ok(response::from_front_door(StatusCode::OK, body))
        }
        (Target::Profiles, _) => list::respond(context, request, first, version),
        (Target::Profile, &Method::PATCH) => update::begin(context, request, key, planned),
        (Target::Profile, &Method::PUT) => {
            put::begin(context, request, (first, last), version, planned)
        }
        (Target::Profile, &Method::DELETE) => delete::begin(context, request, key, planned),
        (Target::Profile, _) => {
            let state = context.state();
            let found = state.profiles.get(&key).ok_or(ErrorResponse::NotFound)?;
            let document = view::read(context, request, version, found);
            Ok(response::profile(&document, version))
        }
        (Target::DeleteEligibility, _) => delete::eligibility(context, &key),
        (Target::Permissions, _) => access::permissions(context, &key),
        (Target::Access, _) => access::check(context, request, &key),
        (Target::Address, _) => validate_address::respond(request, version),
        (Target::OperationResult | Target::Operation, _) => operation::poll(context, id),
        (Target::OperationStatus, _) => operation::report(context, id),
    }
}

/// Returns the version of a request, if the path is served under it.
fn of_profiles(
    target: Target,
    resource_type: &'static str,
    path: &str,
    sent: &str,
) -> Result<ApiVersion> {
    let is_served = |version: &ApiVersion| methods(path, *version).next().is_some();
    let version = ApiVersion::of(sent).filter(is_served);
    version.ok_or_else(|| ErrorResponse::VersionNotServed {
        resource_type,
        sent: sent.to_owned(),
        served: match target {
            Target::Operation => api_version::OPERATIONS.to_owned(),
            _ => api_version::list(ApiVersion::ALL.into_iter().filter(is_served)),
        },
    })
}

/// Refuses a method that a version of the path does not have.
fn check_method(path: &str, version: ApiVersion, sent: &Method) -> Result<()> {
    if methods(path, version).any(|method| method == sent) {
        return Ok(());
    }
    let served: Vec<_> = methods(path, version).map(Method::as_str).collect();
    Err(ErrorResponse::MethodNotAllowed(served.join(", ")))
}

/// Returns the methods of a path in a version.
fn methods(path: &str, version: ApiVersion) -> impl Iterator<Item = &'static Method> {
    let routes = ROUTES.iter().filter(move |route| route.path == path);
    let served = routes.filter(move |route| route.handler.versions.contains(&version));
    served.map(|route| &route.method)
}
