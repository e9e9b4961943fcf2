//! `GET /api/resources` and `GET /api/resources/history`.

use hyper::{
    StatusCode,
    header::{HeaderName, HeaderValue},
};
use serde_json::Value;

use super::{
    parameters::number,
    response::{self, ErrorResponse, Result},
};
use crate::{
    context::Context, http::request::Request, service::Service, store::resource::Resource,
};

/// How many resources match, however many of them are listed.
const COUNT: HeaderName = HeaderName::from_static("x-total-count");

pub(super) fn list(context: &Context, request: &Request, _: &str) -> Result {
    let service = service(request)?;
    let limit = number(request, "limit")?.unwrap_or(usize::MAX);
    let offset = number(request, "offset")?.unwrap_or(0);
    let part = request.query("q").map(str::to_lowercase);
    let state = context.state();
    let found = state.resources().filter(|resource| {
        service.is_none_or(|service| resource.service == service)
            && is_named(resource, request.query("id"))
            && part.as_ref().is_none_or(|part| has(resource, part))
    });
    let mut count: usize = 0;
    let mut shown = Vec::new();
    for resource in found {
        if count >= offset && shown.len() < limit {
            // The document is shared, so that it can be serialized after the lock is released.
            shown.push(resource.shown());
        }
        count += 1;
    }
    drop(state);
    let mut response = response::json(&shown);
    response
        .headers_mut()
        .insert(COUNT, HeaderValue::from(count));
    Ok(response)
}

pub(super) fn history(context: &Context, request: &Request, _: &str) -> Result {
    let named = service(request)?.zip(request.query("id"));
    let (service, id) = named.ok_or_else(|| {
        let message = "service (partner or arm) and id name the resource";
        ErrorResponse::bad_request(message)
    })?;
    let state = context.state();
    let resource = state
        .resources()
        .find(|resource| resource.service == service && is_named(resource, Some(id)))
        .ok_or_else(|| {
            let message = "there is no such resource; /api/resources lists all of them";
            ErrorResponse::new(StatusCode::NOT_FOUND, message)
        })?;
    let changes = state.history.of(service, &resource.id);
    Ok(response::json_text(changes))
}

fn service(request: &Request) -> Result<Option<Service>> {
    match request.parameter("service") {
        None => Ok(None),
        Some("partner") => Ok(Some(Service::Partner)),
        Some("arm") => Ok(Some(Service::Arm)),
        Some(_) => {
            let message = "service is partner or arm";
            Err(ErrorResponse::bad_request(message))
        }
    }
}

fn is_named(resource: &Resource, id: Option<&str>) -> bool {
    id.is_none_or(|id| resource.id.eq_ignore_ascii_case(id))
}

/// Returns whether the id or the display name contains `part`, which is in lower case.
fn has(resource: &Resource, part: &str) -> bool {
    let name = match resource.service {
        Service::Partner => resource.document.get("companyName"),
        Service::Arm => resource.document.pointer("/properties/displayName"),
        // It stores no resources.
        Service::Authority => None,
    };
    let name = name.and_then(Value::as_str).unwrap_or_default();
    [&resource.id, name]
        .iter()
        .any(|text| text.to_lowercase().contains(part))
}
