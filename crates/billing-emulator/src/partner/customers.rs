//! `GET /v1/customers`, a customer, and its company profile.
//!
//! The company is derived from the first billing profile: a write of the billing profile changes
//! the party that is billed, not the customer.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    context::Context,
    http::request::Request,
    partner::error_response::{ErrorResponse, Result},
    store::resource::Resource,
};

/// The header with the position at which a page begins.
const CONTINUATION: &str = "MS-ContinuationToken";

/// The fields of a filter ("Get a list of customers filtered by a search field").
const FIELDS: [&str; 4] = [
    "CompanyName",
    "Domain",
    "IndirectReseller",
    "IndirectCloudSolutionProvider",
];

pub(super) fn list(context: &Context, request: &Request) -> Result<Value> {
    let size = match request.parameter("size") {
        None => 0,
        Some(size) => size
            .parse::<i32>()
            .ok()
            .and_then(|size| usize::try_from(size).ok())
            .ok_or_else(|| ErrorResponse::invalid_input("size is not a number"))?,
    };
    let filter = request.parameter("filter").map(Filter::read).transpose()?;
    let skip = start(request)?;
    let state = context.state();
    let found = state.customers.values().filter(|customer| {
        let is_let_through = |filter: &Filter| filter.lets_through(&company_of(customer));
        filter.as_ref().is_none_or(is_let_through)
    });
    let mut rest = found.skip(skip).peekable();
    let page = if size == 0 { usize::MAX } else { size };
    let items: Vec<_> = rest.by_ref().take(page).map(listed).collect();
    let query = request
        .parameter("filter")
        .map_or_else(String::new, |filter| {
            format!("&filter={}", utf8_percent_encode(filter, NON_ALPHANUMERIC))
        });
    let uri = format!("/customers?size={size}{query}");
    let mut links = Map::new();
    links.insert("self".to_owned(), link(&uri, &[]));
    if rest.peek().is_some() {
        let token = URL_SAFE_NO_PAD.encode(skip.saturating_add(page).to_string());
        let headers = [json!({ "key": CONTINUATION, "value": token })];
        let next = link(&format!("{uri}&seekOperation=Next"), &headers);
        links.insert("next".to_owned(), next);
    }
    // No document says whether it counts the page or all customers.
    Ok(json!({
        "totalCount": items.len(),
        "items": items,
        "links": links,
        "attributes": { "objectType": "Collection" },
    }))
}

/// Returns the number of customers on the pages before this one.
fn start(request: &Request) -> Result<usize> {
    let refused =
        || ErrorResponse::invalid_input("the continuation token is not one from a next link");
    match request.parameter("seekOperation") {
        None => Ok(0),
        Some(seek) if seek.eq_ignore_ascii_case("Next") => {
            let token = request.header(CONTINUATION).ok_or_else(refused)?;
            let token = URL_SAFE_NO_PAD.decode(token).map_err(|_| refused())?;
            let skip = String::from_utf8(token).ok();
            skip.and_then(|skip| skip.parse().ok()).ok_or_else(refused)
        }
        Some(_) => Err(ErrorResponse::invalid_input("seekOperation is not Next")),
    }
}

pub(super) fn customer(context: &Context, id: Uuid) -> Result<Value> {
    let state = context.state();
    let stored = state
        .customers
        .get(&id)
        .ok_or(ErrorResponse::TenantNotFound)?;
    let company = company_of(stored);
    let mut customer = listed(stored);
    let commerce_id = context.ids.guid(&format!("commerce {}", stored.id), 0);
    let more = [
        ("customDomains", json!([company.get("domain")])),
        ("companyProfile", Value::Object(company)),
        ("commerceId", commerce_id.to_string().into()),
        ("allowDelegatedAccess", true.into()),
        ("billingProfile", Value::clone(&stored.document)),
    ];
    if let Value::Object(customer) = &mut customer {
        customer.extend(more.map(|(name, value)| (name.to_owned(), value)));
    }
    Ok(customer)
}

pub(super) fn company(context: &Context, id: Uuid) -> Result<Value> {
    let state = context.state();
    let stored = state
        .customers
        .get(&id)
        .ok_or(ErrorResponse::TenantNotFound)?;
    Ok(Value::Object(company_of(stored)))
}

/// Returns a customer as lists show it: without a billing profile, and with a part of the company.
fn listed(customer: &Resource) -> Value {
    let mut company = company_of(customer);
    company.remove("address");
    company.remove("email");
    json!({
        "id": customer.id,
        "companyProfile": company,
        "relationshipToPartner": "reseller",
        "links": { "self": link(&format!("/customers/{}", customer.id), &[]) },
        "attributes": { "objectType": "Customer" },
    })
}

/// Stores the company before the billing profile is written for the first time.
pub(super) fn keep_company(customer: &mut Resource) {
    if customer.company.is_none() {
        let company = named_company(customer);
        customer.company = Some(Arc::new(Value::Object(company)));
    }
}

/// Returns the company profile of a customer.
fn company_of(customer: &Resource) -> Map<String, Value> {
    let kept = customer.company.as_deref().and_then(Value::as_object);
    let mut company = kept.cloned().unwrap_or_else(|| named_company(customer));
    company.insert("tenantId".to_owned(), customer.id.as_str().into());
    let uri = format!("/customers/{}/profiles/company", customer.id);
    company.insert("links".to_owned(), json!({ "self": link(&uri, &[]) }));
    let attributes = json!({ "objectType": "CustomerCompanyProfile" });
    company.insert("attributes".to_owned(), attributes);
    company
}

/// Derives the company from a billing profile. Its address has the state as `region`.
fn named_company(customer: &Resource) -> Map<String, Value> {
    let billing = &customer.document;
    let mut company = Map::new();
    let name = billing.get("companyName").and_then(Value::as_str);
    let domain = domain(name.unwrap_or_default(), &customer.id);
    company.insert("domain".to_owned(), domain.into());
    for member in ["companyName", "email"] {
        copy(billing, member, &mut company, member);
    }
    let mut address = Map::new();
    let from = billing.get("defaultAddress").unwrap_or(&Value::Null);
    for member in [
        "country",
        "city",
        "addressLine1",
        "postalCode",
        "phoneNumber",
    ] {
        copy(from, member, &mut address, member);
    }
    copy(from, "region", &mut address, "region");
    copy(from, "state", &mut address, "region");
    company.insert("address".to_owned(), Value::Object(address));
    company
}

fn copy(from: &Value, member: &str, to: &mut Map<String, Value>, name: &str) {
    if let Some(value) = from.get(member) {
        to.insert(name.to_owned(), value.clone());
    }
}

/// Makes a domain for a company from the letters and digits of its name, or else from its tenant
/// id.
fn domain(company: &str, id: &str) -> String {
    let words: Vec<_> = company
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let name = words.join("-");
    let name = if name.is_empty() { id } else { &name };
    format!("{name}.example.com")
}

/// Makes a link. Later responses leave the version out of their links ("Get a customer by ID",
/// sample).
fn link(uri: &str, headers: &[Value]) -> Value {
    json!({ "uri": uri, "method": "GET", "headers": headers })
}

struct Filter {
    field: String,
    value: String,
}

impl Filter {
    fn read(json: &str) -> Result<Self> {
        let refused = |why: &str| ErrorResponse::InvalidInput(format!("the filter {why}"));
        let filter: Value =
            serde_json::from_str(json).map_err(|_| refused("is not a JSON object"))?;
        let text = |member: &str| {
            let text = filter.get(member).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        if text("Operator") != "starts_with" {
            return Err(refused("has another Operator than starts_with"));
        }
        let field = text("Field");
        if !FIELDS.contains(&field.as_str()) {
            return Err(refused("has a Field that cannot be searched"));
        }
        if filter.get("Value").is_none_or(|value| !value.is_string()) {
            return Err(refused("has no Value that is a text"));
        }
        let value = text("Value").to_lowercase();
        Ok(Self { field, value })
    }

    fn lets_through(&self, company: &Map<String, Value>) -> bool {
        let has = |member: &str| {
            let text = company.get(member).and_then(Value::as_str);
            let text = text.unwrap_or_default().to_lowercase();
            text.starts_with(&self.value)
        };
        match self.field.as_str() {
            "CompanyName" => has("companyName"),
            "Domain" => has("domain"),
            // The emulator has no indirect resellers.
            _ => false,
        }
    }
}
