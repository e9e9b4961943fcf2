//! The members that billing profiles have in api versions after 2019-10-01-preview.
//!
//! They are drawn apart from all others, which stay as they were before these were there.

use serde_json::{Map, Value, json};

use super::{
    company::Company,
    draws::Draws,
    object::{fullness, must, object},
};

const TEAMS: &[&str] = &["Finance", "Einkauf", "調達", "Operations"];

const TERMS: &[&str] = &["net30", "net45", "net60"];

/// Adds the members: all of them to a full profile, and some to most others.
pub(super) fn add(profile: &mut Value, owner: &Company, number: u32, draws: &mut Draws) {
    let often = fullness(number);
    let is_full = often == 100;
    let sometimes = if is_full { 100 } else { often / 2 };
    let email = format!("billing@{}", owner.domain);
    let district = draws.text(TEAMS);
    let address = profile.pointer("/properties/address").cloned();
    let delivered_to = address.filter(|_| is_full).map(|address| {
        let mut address = address.as_object().cloned().unwrap_or_default();
        address.insert("email".to_owned(), email.as_str().into());
        address.insert("isValidAddress".to_owned(), true.into());
        Value::Object(address)
    });
    let tags = json!({ "team": draws.text(TEAMS), "costCenter": draws.fill("####") });
    let term = |name: &str, is_default: bool| {
        json!({
            "term": name,
            "startDate": "2025-01-01T00:00:00.000Z",
            "endDate": "2026-01-01T00:00:00.000Z",
            "isDefault": is_default,
        })
    };
    let limit = json!([{
        "amount": 200,
        "currency": owner.country.currency,
        "startDate": "2025-01-01T00:00:00.000Z",
        "endDate": "2026-01-01T00:00:00.000Z",
        "type": "FreeAccount",
        "status": "Active",
    }]);
    let full = |value: Value| is_full.then_some(value);
    let properties = object([
        ("systemId", full(draws.fill("@@@@-####-BG7-PGB").into())),
        ("tags", draws.maybe(sometimes, tags.clone())),
        ("provisioningState", full("Succeeded".into())),
        ("invoiceRecipients", draws.maybe(sometimes, json!([email]))),
        ("shipTo", delivered_to.clone()),
        ("soldTo", delivered_to),
        ("spendingLimitDetails", full(limit)),
        ("currentPaymentTerm", full(term(draws.text(TERMS), true))),
        ("otherPaymentTerms", full(json!([term("net90", false)]))),
    ]);
    extend(profile.pointer_mut("/properties"), properties);
    if is_full {
        let details = object([
            ("middleName", must("M.")),
            ("district", must(district)),
            ("email", must(email)),
            ("phoneNumber", must(draws.fill("+## 555 01##"))),
        ]);
        extend(profile.pointer_mut("/properties/address"), details);
        let times = json!({
            "createdAt": "2025-01-01T00:00:00.000Z",
            "lastModifiedAt": "2025-01-01T00:00:00.000Z",
        });
        extend(Some(profile), json!({ "tags": tags, "systemData": times }));
    }
}

fn extend(object: Option<&mut Value>, members: Value) {
    if let (Some(Value::Object(object)), Value::Object(members)) = (object, members) {
        object.extend::<Map<String, Value>>(members);
    }
}
