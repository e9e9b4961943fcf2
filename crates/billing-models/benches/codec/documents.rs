//! What is read and written: one document of each service, as it is and with three unknown members in each object.

use serde_json::{Map, Value, json};

pub(crate) struct Document {
    pub(crate) name: String,
    pub(crate) text: String,
}

pub(crate) struct Documents {
    pub(crate) plain: Document,
    pub(crate) with_unknown_members: Document,
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
    documents("ARM billing profile, the page's sample", sample)
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
    documents("Partner Center customer billing profile", &sample)
}

fn documents(name: &str, sample: &Value) -> Documents {
    Documents {
        plain: Document {
            name: name.to_owned(),
            text: sample.to_string(),
        },
        with_unknown_members: Document {
            name: format!("{name}, three unknown members in each object"),
            text: with_unknown_members(sample).to_string(),
        },
    }
}

fn with_unknown_members(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Map<String, Value> = members
                .iter()
                .map(|(name, value)| (name.clone(), with_unknown_members(value)))
                .collect();
            members.insert("newFlag".to_owned(), json!(true));
            members.insert("newName".to_owned(), json!("a value that no spec knows"));
            members.insert("newNumber".to_owned(), json!(20261121));
            Value::Object(members)
        }
        Value::Array(elements) => elements.iter().map(with_unknown_members).collect(),
        other => other.clone(),
    }
}
