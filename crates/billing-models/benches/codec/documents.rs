//! What is read and written: one document of each service, as it is, with three unknown members in
//! each object, with an unknown object in each object, and a page of a hundred.

use serde_json::{Map, Value, json};

pub(crate) struct Document {
    pub(crate) name: String,
    pub(crate) text: String,
}

pub(crate) struct Documents {
    pub(crate) plain: Document,
    pub(crate) with_unknown_members: Document,
    pub(crate) nested: Document,
    /// `{"value": […]}` or `{"items": […]}`, each with three unknown members in each object.
    pub(crate) page: Document,
}

/// The sample response of the page "Billing Profiles - Update", as the spec keeps it.
pub(crate) fn arm() -> Documents {
    let spec =
        include_str!("../../../../specs/arm-billing/2019-10-01-preview/billing-profile.json");
    let spec: Value = serde_json::from_str(spec).unwrap();
    let responses = spec["x-operation"]["examples"][0]["responses"]
        .as_array()
        .unwrap();
    let sample = responses
        .iter()
        .find_map(|response| response.get("body"))
        .unwrap();
    documents("ARM billing profile, the page's sample", "value", sample)
}

/// A customer billing profile with the members that the service usually sends.
pub(crate) fn partner() -> Documents {
    let sample = json!({
        "id": "5f1c2b0e-7a4d-5c1e-9d42-3b6f0a1c2d3e",
        "firstName": "Ada",
        "lastName": "Fictional",
        "email": "ada@fabrikam.example",
        "culture": "en-US",
        "language": "en",
        "companyName": "Fabrikam Residences",
        "defaultAddress": {
            "country": "US",
            "city": "Redmond",
            "state": "WA",
            "addressLine1": "1 Example Way",
            "postalCode": "98052",
            "firstName": "Ada",
            "lastName": "Fictional",
            "phoneNumber": "4255550100"
        },
        "links": {
            "self": {
                "uri": "/v1/customers/0c6a9a54-2d0f-4e0c-8b7e-6f2f9d1b7a10/profiles/billing",
                "method": "GET",
                "headers": []
            }
        },
        "attributes": { "etag": "-4811302957733012", "objectType": "CustomerBillingProfile" }
    });
    documents("Partner Center customer billing profile", "items", &sample)
}

fn documents(name: &str, list: &str, sample: &Value) -> Documents {
    let new = json!({
        "newFlag": true,
        "newName": "a value that no spec knows",
        "newNumber": 20261121,
    });
    let with_unknown_members = with(sample, new.as_object().unwrap());
    let nested = with(
        sample,
        json!({ "newObject": nested(3) }).as_object().unwrap(),
    );
    Documents {
        plain: Document {
            name: name.to_owned(),
            text: sample.to_string(),
        },
        with_unknown_members: Document {
            name: format!("{name}, three unknown members in each object"),
            text: with_unknown_members.to_string(),
        },
        nested: Document {
            name: format!("{name}, an unknown object in each object"),
            text: nested.to_string(),
        },
        page: Document {
            name: format!("{name}, a page of 100 with three unknown members in each object"),
            text: json!({ list: vec![with_unknown_members; 100] }).to_string(),
        },
    }
}

/// An object of four members, one of them an object again: twelve members at a depth of 3.
fn nested(depth: usize) -> Value {
    let mut members =
        json!({ "newName": "a value that no spec knows", "newNumber": 20261121, "newFlag": true });
    if depth > 1 {
        members["newObject"] = nested(depth - 1);
    }
    members
}

/// The document with more members in each object.
fn with(value: &Value, more: &Map<String, Value>) -> Value {
    match value {
        Value::Object(members) => {
            let own = members.iter();
            let own = own.map(|(name, value)| (name.clone(), with(value, more)));
            let members: Map<_, _> = own.chain(more.clone()).collect();
            Value::Object(members)
        }
        Value::Array(elements) => elements.iter().map(|element| with(element, more)).collect(),
        other => other.clone(),
    }
}
