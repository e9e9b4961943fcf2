//! The body of a request to Resource Manager.

use serde_json::{Map, Value};

use crate::{
    arm::error_response::{ErrorResponse, Result},
    context::Context,
    contract::{self, ARM_ADDRESSES, ARM_BILLING_PROFILE, ApiVersion, Nulls, ReadOnly, Reading},
    countries,
    http::request::Request,
    options::ReadOnlyMembers,
};

const MEDIA_TYPES: [&str; 3] = [
    "application/json",
    "application/merge-patch+json",
    "text/json",
];

/// The charsets in which ASP.NET Core reads JSON (`TextInputFormatter.SelectCharacterEncoding`).
const CHARSETS: [&str; 2] = ["utf-8", "utf-16"];

/// Checks the media type of a request, and returns its body.
fn text(request: &Request) -> Result<&[u8]> {
    let body = request.body.as_ref().ok_or(ErrorResponse::BodyTooLarge)?;
    let media_type = request.media_type();
    if !media_type
        .as_deref()
        .is_some_and(|sent| MEDIA_TYPES.contains(&sent))
    {
        let sent = media_type.unwrap_or_else(|| "<null>".to_owned());
        return Err(ErrorResponse::MediaTypeNotServed(sent));
    }
    if let Some(charset) = request
        .charset()
        .filter(|charset| !CHARSETS.contains(&charset.as_str()))
    {
        let sent = format!("{}; charset={charset}", media_type.unwrap_or_default());
        return Err(ErrorResponse::MediaTypeNotServed(sent));
    }
    Ok(body)
}

/// Reads an object. `is_refused` refuses what is there as a JSON Patch that cannot be read.
fn read_object(request: &Request, is_refused: bool) -> Result<Map<String, Value>> {
    let body = text(request)?;
    if is_refused {
        let message = "The JSON patch document was malformed and could not be parsed.";
        return Err(ErrorResponse::malformed("", message));
    }
    if body.is_empty() {
        return Err(ErrorResponse::malformed(
            "",
            "A non-empty request body is required.",
        ));
    }
    let object = request.object(body, "The body is not a JSON object.");
    object.map_err(|error| ErrorResponse::malformed("$", error))
}

/// Reads the object of a request that is no profile.
pub(super) fn object(request: &Request) -> Result<Map<String, Value>> {
    read_object(request, false)
}

/// Reads a merge patch of a profile.
pub(super) fn patch(context: &Context, request: &Request) -> Result<Map<String, Value>> {
    let object = read_object(request, context.options.json_patch)?;
    profile(context, object, ApiVersion::V2019)
}

/// Reads the members of a profile under their stored names.
pub(super) fn profile(
    context: &Context,
    object: Map<String, Value>,
    version: ApiVersion,
) -> Result<Map<String, Value>> {
    let how = Reading {
        nulls: Nulls::Keep,
        read_only: match context.options.read_only_members {
            ReadOnlyMembers::Ignore => ReadOnly::Ignore,
            ReadOnlyMembers::Refuse => ReadOnly::Refuse,
        },
        version: Some(version),
    };
    let profile = contract::read(object, ARM_BILLING_PROFILE, how)
        .map_err(|mismatch| ErrorResponse::malformed(&mismatch.path, mismatch.reason))?;
    for (address, path) in addresses(&profile, version) {
        let country = address.get("country").and_then(Value::as_str);
        if country.is_some_and(|country| !countries::exists(country)) {
            let message = "must be the code of a country or region, of two letters (ISO 3166-1)";
            return Err(ErrorResponse::malformed(
                &format!("{path}.country"),
                message,
            ));
        }
    }
    // A profile has properties, so they can be changed but not cleared.
    if profile.get("properties").is_some_and(Value::is_null) {
        return Err(ErrorResponse::malformed("properties", "must be an object"));
    }
    Ok(profile)
}

/// Returns the addresses of a profile, each with its path in a version.
pub(super) fn addresses(
    profile: &Map<String, Value>,
    version: ApiVersion,
) -> impl Iterator<Item = (&Map<String, Value>, String)> {
    let properties = profile.get("properties").and_then(Value::as_object);
    ARM_ADDRESSES.into_iter().filter_map(move |name| {
        let address = properties?.get(name)?.as_object()?;
        let name = if name == "address" && version > ApiVersion::V2019 {
            "billTo"
        } else {
            name
        };
        Some((address, format!("properties.{name}")))
    })
}
