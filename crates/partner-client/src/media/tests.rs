//! Tests of encoding and decoding profiles, with malformed and hostile documents.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod forms;
mod generated;
mod hostile;
mod reading;
mod trees;
mod typed;
mod unknown;
mod writing;

use std::error::Error as _;

use billing_core::Error;
use billing_core::http::Method;
use billing_core::pipeline::Request;
use serde_json::{Value, json};

use super::{ContentType, Document, Media, read as read_body};
use crate::get_profile::profile_request;
use crate::models::{CUSTOMER_BILLING_PROFILE, CustomerBillingProfile};
use crate::{PartnerClient, StaticToken};

/// A response as the service's own serializer writes it; the emulator's tests use it too.
const SERVICE: &str =
    include_str!("../../../billing-emulator/tests/fixtures/customer-billing-profile.xml");

/// A response with null members and a header of a link.
const SERVICE_WITH_NULLS: &str =
    include_str!("../../../billing-emulator/tests/fixtures/with-nulls-and-a-header.xml");

/// The namespaces of the schema.
const CUSTOMERS: &str =
    "http://schemas.datacontract.org/2004/07/Microsoft.Partner.Service.Customers.Contracts.V1";
const COLLECTIONS: &str =
    "http://schemas.datacontract.org/2004/07/Microsoft.Partner.Core.Collections";

fn read(document: impl AsRef<[u8]>) -> Result<CustomerBillingProfile, Error> {
    read_body(
        Some("application/xml; charset=utf-8"),
        document.as_ref(),
        &CUSTOMER_BILLING_PROFILE,
    )
}

/// Returns a document with this content in its root.
fn document(content: &str) -> String {
    format!(
        "<CustomerBillingProfile xmlns=\"{CUSTOMERS}\" xmlns:c=\"{COLLECTIONS}\" \
         xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">{content}</CustomerBillingProfile>"
    )
}

/// Returns why a document is refused: the error, its path, and its source.
fn refusal(document: impl AsRef<[u8]>) -> String {
    let error = read(document).unwrap_err();
    assert!(error.is_decode() && !error.may_have_taken_effect());
    let path = error.json_path().unwrap_or("-").to_owned();
    format!("{error}\n{path}\n{}", error.source().unwrap())
}

/// Returns the body of a request in this media type.
fn body(profile: &CustomerBillingProfile, content_type: ContentType) -> Result<String, Error> {
    let client =
        PartnerClient::new("http://127.0.0.1:1".parse().unwrap(), StaticToken::new("t")).unwrap();
    let mut request: Request = profile_request(&client, Method::PUT, "c1").unwrap();
    let media = Media {
        content_type,
        ..Media::default()
    };
    media.set_body(
        &mut request,
        &Document::of(profile),
        &CUSTOMER_BILLING_PROFILE,
    )?;
    Ok(String::from_utf8(request.body().to_vec()).unwrap())
}

fn xml(profile: &CustomerBillingProfile) -> Result<String, Error> {
    body(profile, ContentType::Xml)
}

fn profile(json: Value) -> CustomerBillingProfile {
    serde_json::from_value(json).unwrap()
}

/// Returns a profile with every member, a list, and characters that each media type escapes.
fn full() -> CustomerBillingProfile {
    profile(json!({
        "attributes": { "etag": "-42", "objectType": "CustomerBillingProfile" },
        "companyName": "Fabrikam & Söhne <\"Ltd\">",
        "culture": "de-DE",
        "defaultAddress": {
            "addressLine1": "Beispielstraße 12",
            "addressLine2": " c/o = 100% + more ",
            "addressLine3": "a\nb\r\nc\td",
            "city": "München",
            "country": "DE",
            "district": "",
            "emailAddress": "rechnung@fabrikam.example.com",
            "firstName": "Jörg",
            "id": "8c1d2e3f-4a5b-4c6d-9e7f-0a1b2c3d4e04",
            "lastName": "Musterfrau",
            "middleName": "'",
            "phoneNumber": "+49 89 5550100",
            "postalCode": "80331",
            "region": "BY",
            "state": "]]>",
        },
        "email": "joerg.musterfrau@fabrikam.example.com",
        "firstName": "Jörg",
        "id": "de61ac58-e05f-5be1-9fc2-d60b235d2203",
        "language": "de",
        "lastName": "Musterfrau",
        "links": {
            "next": { "uri": "/next" },
            "previous": {},
            "self": {
                "body": "{}",
                "headers": [{ "key": "a", "value": "b" }, { "key": "c" }],
                "method": "GET",
                "uri": "/v1/customers/c1/profiles/billing?a=b&c=d",
            },
        },
    }))
}
