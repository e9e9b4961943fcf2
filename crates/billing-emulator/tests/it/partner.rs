//! Customer billing profiles in Partner Center, and its errors.

use billing_emulator::{Emulator, SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_CUSTOMER_ID};
use serde_json::{Value, json};

use crate::support::{HttpClient, sample};

fn path(customer: &str) -> String {
    format!("/v1/customers/{customer}/profiles/billing")
}

#[tokio::test]
async fn partner_profile_has_byte_order_mark_ids_and_order() {
    let emulator = sample().start().await.unwrap();
    let response = HttpClient::partner(&emulator)
        .get(&path(SAMPLE_OTHER_CUSTOMER_ID))
        .await;
    insta::assert_snapshot!(response.snapshot(&emulator));
}

#[tokio::test]
async fn pascal_case_request_gets_camel_case_without_nulls() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::partner(&emulator)
        .with("ms-requestid", "1b6e2f0a-93d5-4c1e-8a77-5d20c4e9b311")
        .with("ms-correlationid", "9e4a7c52-06bf-4d83-b1f4-7a8c3d5e6f22");
    let body = json!({
        "Id": "00000000-0000-0000-0000-000000000001",
        "FirstName": "Robin",
        "LastName": null,
        "Email": "robin@contoso.example.com",
        "Culture": "EN-US",
        "Language": "En",
        "CompanyName": "Contoso, Ltd.",
        "DefaultAddress": {
            "Country": "US",
            "Region": null,
            "City": "Tacoma",
            "State": "WA",
            "AddressLine1": "1 Example Way",
            "AddressLine2": null,
            "PostalCode": "98402",
            "FirstName": "Robin",
            "LastName": "Example",
            "PhoneNumber": "2535550100"
        },
        "Links": { "Self": { "Uri": "/elsewhere", "Method": "DELETE", "Headers": [] } },
        "Attributes": { "Etag": null, "ObjectType": "SomethingElse" }
    });
    let response = caller.put(&path(SAMPLE_CUSTOMER_ID), &body).await;
    insta::assert_snapshot!(response.snapshot(&emulator));

    let stored = caller.get(&path(SAMPLE_CUSTOMER_ID)).await;
    assert_eq!(stored.body, response.body);
    assert_eq!(
        emulator.customer_billing_profile(SAMPLE_CUSTOMER_ID),
        Some(response.json())
    );
    assert_eq!(
        emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID),
        Some(1)
    );
}

#[tokio::test]
async fn put_replaces_everything_except_read_only_members() {
    let emulator = sample().start().await.unwrap();
    let before = emulator
        .customer_billing_profile(SAMPLE_CUSTOMER_ID)
        .unwrap();
    let response = HttpClient::partner(&emulator)
        .put(
            &path(SAMPLE_CUSTOMER_ID),
            &json!({ "companyName": "Contoso" }),
        )
        .await;
    let after = response.json();
    assert_eq!(response.status, 200);
    assert_eq!(
        after,
        json!({
            "id": before["id"],
            "companyName": "Contoso",
            "links": before["links"],
            "attributes": {
                "etag": after["attributes"]["etag"],
                "objectType": "CustomerBillingProfile"
            }
        })
    );
}

#[tokio::test]
async fn unknown_json_members_are_kept() {
    let emulator = sample().start().await.unwrap();
    let body = json!({
        "NewMember": { "Inner": null, "List": [1, null] },
        "zeta": 1,
        "gone": null,
        "defaultAddress": { "County": "King" },
        "attributes": { "Revision": 3 }
    });
    let response = HttpClient::partner(&emulator)
        .put(&path(SAMPLE_CUSTOMER_ID), &body)
        .await;
    insta::assert_snapshot!(
        response.body.trim_start_matches('\u{feff}'),
        @r#"{"id":"8c18237f-322e-54f5-bf5c-9a88f182af6c","defaultAddress":{"County":"King"},"links":{"self":{"uri":"/v1/customers/5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01/profiles/billing","method":"GET","headers":[]}},"attributes":{"etag":"7668498801549238233","objectType":"CustomerBillingProfile","Revision":3},"NewMember":{"Inner":null,"List":[1,null]},"zeta":1}"#
    );
}

#[tokio::test]
async fn culture_is_normalized_and_language_is_kept() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::partner(&emulator);
    for (sent, answered) in [
        ("EN-US", "en-US"),
        ("de-de", "de-DE"),
        ("ZH-hans-cn", "zh-Hans-CN"),
        ("En", "en"),
        ("es-419", "es-419"),
        ("", ""),
    ] {
        let body = json!({ "culture": sent, "language": sent });
        let response = caller.put(&path(SAMPLE_CUSTOMER_ID), &body).await.json();
        assert_eq!(response["culture"], answered, "culture {sent}");
        assert_eq!(response["language"], sent, "language {sent}");
    }
}

#[tokio::test]
async fn address_check_refuses_states_and_postal_codes() {
    let put = async |emulator: &Emulator, address: Value| {
        let body = json!({ "defaultAddress": address });
        let caller = HttpClient::partner(emulator);
        let response = caller.put(&path(SAMPLE_CUSTOMER_ID), &body).await;
        (response.status, response.json()["data"][0].clone())
    };
    let state = "property_name:  StateInvalid - Details";
    let postal_code = "property_name:  PostalCodeInvalid - Details";
    let emulator = sample().check_addresses(true).start().await.unwrap();
    for (address, error) in [
        (
            json!({ "country": "US", "state": "NA", "postalCode": "9810" }),
            Some(state),
        ),
        (
            json!({ "country": "us", "state": "WA", "postalCode": "9810" }),
            Some(postal_code),
        ),
        (
            json!({ "country": "DE", "postalCode": "1067" }),
            Some(postal_code),
        ),
        (
            json!({ "country": "US", "postalCode": "" }),
            Some(postal_code),
        ),
        (
            json!({ "country": "US", "state": "wa", "postalCode": "98104-1234" }),
            None,
        ),
        (json!({ "country": "DE", "postalCode": "01067" }), None),
        // The emulator has no rules of France, and an address may have neither member.
        (json!({ "country": "FR", "postalCode": "1" }), None),
        (json!({ "country": "US" }), None),
        (json!({ "postalCode": "1" }), None),
    ] {
        let (status, data) = put(&emulator, address.clone()).await;
        assert_eq!(data.as_str(), error, "{address}");
        assert_eq!(status, if error.is_some() { 400 } else { 200 }, "{address}");
    }
    assert_eq!(
        emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID),
        Some(5)
    );
    let lenient = sample().start().await.unwrap();
    let (status, _) = put(&lenient, json!({ "country": "US", "postalCode": "9810" })).await;
    assert_eq!(status, 200, "by default");
}

#[tokio::test]
async fn ids_that_are_not_guids_are_replaced() {
    let emulator = sample().start().await.unwrap();
    let response = HttpClient::partner(&emulator)
        .with("ms-requestid", "not-a-guid")
        .with("ms-cv", "abcdefghijklmnop.3")
        .get(&path(SAMPLE_CUSTOMER_ID))
        .await;
    let request_id = response.header("ms-requestid").unwrap();
    assert_eq!(request_id.len(), 36, "{request_id}");
    assert_ne!(request_id, response.header("ms-correlationid").unwrap());
    assert_eq!(response.header("ms-cv"), Some("abcdefghijklmnop.3"));
}

#[tokio::test]
async fn byte_order_mark_can_be_turned_off() {
    let emulator = sample().byte_order_mark(false).start().await.unwrap();
    let response = HttpClient::partner(&emulator)
        .send(
            "PUT",
            &path(SAMPLE_CUSTOMER_ID),
            "\u{feff}{\"firstName\":\"Kim\"}",
        )
        .await;
    assert_eq!(response.status, 200);
    assert!(response.body.starts_with("{\"id\""), "{}", response.body);
    assert_eq!(response.json()["firstName"], "Kim");
}

#[tokio::test]
async fn partner_errors_have_their_form_and_write_nothing() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::partner(&emulator);
    let json_as = |media_type| caller.clone().with("content-type", media_type);
    let known = path(SAMPLE_CUSTOMER_ID);
    let before = emulator.customer_billing_profile(SAMPLE_CUSTOMER_ID);
    let unknown_customer = path("11111111-2222-3333-4444-555555555555");
    let other_version = known.replace("v1", "v2");
    let sends = [
        (&caller, "GET", path("contoso"), ""),
        (&caller, "PUT", path("contoso"), "{}"),
        (&caller, "GET", unknown_customer.clone(), ""),
        (&caller, "PUT", unknown_customer, "{}"),
        (&caller, "GET", other_version, ""),
        (&caller, "GET", "/v1/invoices".to_owned(), ""),
        (&caller, "GET", "/".to_owned(), ""),
        (&caller, "DELETE", known.clone(), ""),
        (&json_as("text/html"), "PUT", known.clone(), "<a/>"),
        (&json_as(""), "PUT", known.clone(), "{}"),
        (&caller, "PUT", known.clone(), ""),
        (&caller, "PUT", known.clone(), "{\"firstName\":"),
        (&caller, "PUT", known.clone(), "[]"),
        (&caller, "PUT", known.clone(), "{\"firstName\":1}"),
        (
            &caller,
            "PUT",
            known.clone(),
            "{\"DefaultAddress\":{\"City\":{}}}",
        ),
        (
            &caller,
            "PUT",
            known.clone(),
            "{\"links\":{\"self\":{\"headers\":[1]}}}",
        ),
    ];
    let mut seen = String::new();
    for (caller, method, path, body) in sends {
        let response = caller.send(method, &path, body).await;
        let request = format!("{method} {path} {body}");
        seen += &format!("{}\n  {}\n", request.trim_end(), response.brief());
        for name in ["ms-requestid", "ms-correlationid", "ms-cv", "ms-serverid"] {
            assert!(response.header(name).is_some(), "{name} of {method} {path}");
        }
        if response.status == 405 {
            assert_eq!(response.header("allow"), Some("GET, HEAD, PUT"));
        }
    }
    insta::assert_snapshot!(seen);
    assert_eq!(
        emulator.customer_billing_profile(SAMPLE_CUSTOMER_ID),
        before
    );
    assert_eq!(
        emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID),
        Some(0)
    );
}

#[tokio::test]
async fn paths_ignore_case_and_ids_have_any_guid_format() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::partner(&emulator);
    let expected = caller.get(&path(SAMPLE_CUSTOMER_ID)).await.body;
    for path in [
        path(&SAMPLE_CUSTOMER_ID.to_uppercase()),
        path(&SAMPLE_CUSTOMER_ID.replace('-', "")),
        path(SAMPLE_CUSTOMER_ID).to_uppercase(),
        path(SAMPLE_CUSTOMER_ID) + "/",
    ] {
        assert_eq!(caller.get(&path).await.body, expected, "{path}");
    }
}

#[tokio::test]
async fn customer_data_can_be_pascal_case_with_its_own_etag() {
    let customer = "33333333-aaaa-4bbb-8ccc-dddddddddddd";
    let emulator = Emulator::builder()
        .customer(
            customer,
            json!({ "FirstName": "Kim", "Attributes": { "Etag": "-42" } }),
        )
        .start()
        .await
        .unwrap();
    let profile = emulator.customer_billing_profile(customer).unwrap();
    assert_eq!(profile["firstName"], "Kim");
    assert_eq!(profile["attributes"]["etag"], "-42");
    assert!(
        matches!(&profile["id"], Value::String(id) if id.len() == 36 && id.as_bytes()[14] == b'5'),
        "{profile}"
    );
}

#[tokio::test]
async fn hostile_body_is_refused_like_any_invalid_body() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::partner(&emulator);
    for body in [
        "[".repeat(9_000),
        "{\"links\":".repeat(10_000),
        "{\"firstName\":\"\\ud800\"}".to_owned(),
        "{\"firstName\":NaN}".to_owned(),
        "{} {}".to_owned(),
    ] {
        let response = caller.send("PUT", &path(SAMPLE_CUSTOMER_ID), &body).await;
        let start: String = body.chars().take(30).collect();
        assert_eq!(response.status, 400, "{start}");
        assert_eq!(response.json()["code"], 800_002, "{start}");
    }
}

#[tokio::test]
async fn error_description_is_cut_at_the_documented_length() {
    let emulator = sample().start().await.unwrap();
    let path = format!("/{}/customers", "'".repeat(1500));
    let response = HttpClient::partner(&emulator).get(&path).await.json();
    let description = response["description"].as_str().unwrap();
    assert!((1020..=1024).contains(&description.len()), "{description}");
    assert!(description.ends_with("&#39;"), "{description}");
}
