//! Partner Center: customers' billing profiles, and the customers, companies, address checks and
//! country rules that go with them.

use hyper::{Method, StatusCode};
use uuid::Uuid;

use crate::{
    auth::AuthError,
    context::Context,
    contract::{self, Schema},
    http::{
        request::Request,
        response::Response,
        routes::{self, Route},
    },
    partner::{
        error_response::{ErrorResponse, Result},
        media::MediaType,
    },
    service::Service,
    store::idempotency::ResponseIds,
};

mod customers;
pub(crate) mod documents;
mod error_response;
mod get;
mod media;
mod put;
mod rate_limit;
mod response;
mod rules;
mod validation;

/// What a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    BillingProfile,
    Customers,
    Customer,
    Company,
    AddressValidation,
    CountryRules,
}

/// Every path and method. The first segment is the version.
pub(crate) const ROUTES: &[Route<Target>] = &[
    Route::get("{}/customers", Target::Customers),
    Route::get("{}/customers/{}", Target::Customer),
    Route::get("{}/customers/{}/profiles/billing", Target::BillingProfile),
    Route::put("{}/customers/{}/profiles/billing", Target::BillingProfile),
    Route::get("{}/customers/{}/profiles/company", Target::Company),
    Route::post("{}/validations/address", Target::AddressValidation),
    Route::get("{}/countryvalidationrules/{}", Target::CountryRules),
];

/// Responds to a request on Partner Center's port.
pub(crate) fn respond(context: &Context, request: &Request) -> Response {
    let accepted = MediaType::accepted(request);
    let caller = context.caller(Service::Partner, request);
    if let Ok(caller) = &caller
        && let Err(refused) = rate_limit::admit(context, request, caller)
    {
        // The gateway in front of the service answers, which sends no ids.
        return rate_limit::into_response(&refused);
    }
    let has_mfa = match &caller {
        Ok(caller) => caller.has_mfa,
        Err(AuthError::SecondFactor) => Some(false),
        Err(_) => None,
    };
    let mut ids = response::ids(request);
    let result = caller
        .map_err(|error| ErrorResponse::unauthorized(&error, context.options.partner_mfa))
        .and_then(|_| serve(context, request, accepted, &mut ids));
    let mut response =
        result.unwrap_or_else(|error| error.into_response(accepted.unwrap_or_default()));
    if response.status() == StatusCode::NOT_FOUND && context.options.empty_not_found {
        response = response::without_body(response);
    }
    response = response::with_ids(response, ids, &context.ids, request);
    response::with_mfa(response, has_mfa, request)
}

fn serve(
    context: &Context,
    request: &Request,
    accepted: Option<MediaType>,
    ids: &mut ResponseIds,
) -> Result {
    let segments = request.segments();
    let found = routes::find(ROUTES, &segments, str::eq_ignore_ascii_case);
    // The other documents are known in JSON alone, which is sent whatever is accepted.
    if found
        .as_ref()
        .is_none_or(|(route, _)| route.handler == Target::BillingProfile)
    {
        accepted.ok_or(ErrorResponse::NotAcceptable)?;
    }
    let media_type = accepted.unwrap_or_default();
    let (route, captured) = found.ok_or(ErrorResponse::NotFound)?;
    let version = captured.first().copied().unwrap_or_default();
    if !version.eq_ignore_ascii_case("v1") {
        return Err(ErrorResponse::VersionNotServed(version.to_owned()));
    }
    routes::with_method(ROUTES, route.path, &request.method)
        .map_err(ErrorResponse::MethodNotAllowed)?;
    let target = route.handler;
    let id = captured.get(1).copied().unwrap_or_default();
    let (document, schema): (_, &Schema) = match target {
        Target::BillingProfile if request.method == Method::PUT => {
            return put::respond(context, request, tenant(id)?, media_type, ids);
        }
        Target::BillingProfile => return get::respond(context, tenant(id)?, media_type),
        Target::Customers => (
            customers::list(context, request)?,
            contract::CUSTOMER_COLLECTION,
        ),
        Target::Customer => (
            customers::customer(context, tenant(id)?)?,
            contract::CUSTOMER,
        ),
        Target::Company => (
            customers::company(context, tenant(id)?)?,
            contract::CUSTOMER_COMPANY_PROFILE,
        ),
        Target::AddressValidation => (validation::validate(request)?, contract::ADDRESS_VALIDATION),
        Target::CountryRules => (
            rules::find(id)
                .ok_or_else(|| ErrorResponse::NoRules(id.to_owned()))?
                .clone(),
            contract::COUNTRY_VALIDATION_RULES,
        ),
    };
    let byte_order_mark = context.options.byte_order_mark;
    let response = response::document(&document, schema, media_type.or_json(), byte_order_mark);
    Ok(match target {
        Target::AddressValidation => response::with_locale(response, request),
        _ => response,
    })
}

fn tenant(id: &str) -> Result<Uuid> {
    Uuid::try_parse(id).map_err(|_| ErrorResponse::TenantIsNoGuid)
}
