//! Customers, company profiles, addresses and country rules: each request as it is sent, and its
//! response.

use billing_test::Script;
use insta::assert_snapshot;
use partner_client::models::{Address, AddressValidationStatus, RelationshipToPartner};

use crate::setup::{CUSTOMER, start, start_persistent};

fn address() -> Address {
    Address::default()
        .address_line1("7 Sample Row")
        .city("Spokane")
        .state("WA")
        .postal_code("99201")
        .country("US")
}

#[tokio::test]
async fn customer_has_its_profiles_and_unknown_members() {
    let body = format!(
        r#"{{"id":"{CUSTOMER}","commerceId":"c-1","companyProfile":{{"tenantId":"{CUSTOMER}","companyName":"Fabrikam"}},
        "billingProfile":{{"id":"b-1","attributes":{{"etag":"-7"}}}},"relationshipToPartner":"microsoft_support",
        "allowDelegatedAccess":true,"customDomains":["fabrikam.example.com"],"tier":3}}"#
    );
    let body = format!("\u{feff}{body}");
    let (server, client) = start(vec![Script::json(&body)]).await;
    let customer = client
        .get_customer(CUSTOMER)
        .send()
        .await
        .unwrap()
        .into_body();
    assert_snapshot!(server.received()[0], @"
    GET /v1/customers/4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04 HTTP/1.1
    accept: application/json
    authorization: Bearer [token]
    host: [host]
    ms-contract-version: v1
    ms-correlationid: [id]
    ms-cv: [id]
    ms-requestid: [id]
    user-agent: partner-client/0.1.0
    ");
    assert_eq!(
        customer.relationship_to_partner,
        Some(RelationshipToPartner::MicrosoftSupport)
    );
    let profile = customer.billing_profile.unwrap();
    assert_eq!(profile.attributes.unwrap().etag.as_deref(), Some("-7"));
    assert_eq!(customer.additional_properties.text("tier"), Some("3"));
}

#[tokio::test]
async fn company_profile_has_its_state_in_region() {
    let body = format!(r#"{{"tenantId":"{CUSTOMER}","address":{{"country":"US","region":"WA"}}}}"#);
    let (server, client) = start(vec![Script::json(&body)]).await;
    let get = client.get_customer_company_profile(CUSTOMER);
    let profile = get.send().await.unwrap().into_body();
    assert_eq!(
        server.lines(),
        [format!(
            "GET /v1/customers/{CUSTOMER}/profiles/company HTTP/1.1"
        )]
    );
    assert_eq!(profile.address.unwrap().region.as_deref(), Some("WA"));
}

#[tokio::test]
async fn address_validation_returns_suggestions() {
    let body = r#"{"originalAddress":{"city":"Spokane"},"suggestedAddresses":[{"postalCode":"99201-0001"}],"status":"StreetPartial","validationMessage":"m"}"#;
    let unheard_of = r#"{"status":"HalfVerified"}"#;
    let (server, client) = start(vec![Script::json(body), Script::json(unheard_of)]).await;
    let validate = || {
        client
            .validate_address(&address())
            .with_locale("en-US")
            .send()
    };
    let result = validate().await.unwrap().into_body();
    assert_snapshot!(server.received()[0], @r#"
    POST /v1/validations/address HTTP/1.1
    accept: application/json
    authorization: Bearer [token]
    content-length: 97
    content-type: application/json
    host: [host]
    ms-contract-version: v1
    ms-correlationid: [id]
    ms-cv: [id]
    ms-requestid: [id]
    user-agent: partner-client/0.1.0
    x-locale: en-US

    {
      "addressLine1": "7 Sample Row",
      "city": "Spokane",
      "country": "US",
      "postalCode": "99201",
      "state": "WA"
    }
    "#);
    assert_eq!(result.status, Some(AddressValidationStatus::StreetPartial));
    let suggested = &result.suggested_addresses.as_ref().unwrap()[0]
        .as_ref()
        .unwrap();
    assert_eq!(suggested.postal_code.as_deref(), Some("99201-0001"));
    assert!(!format!("{result:?}").contains("Spokane"));

    let status = validate().await.unwrap().into_body().status.unwrap();
    assert_eq!(status.to_string(), "HalfVerified");
}

#[tokio::test]
async fn address_validation_is_retried_and_changes_nothing() {
    let valid = r#"{"status":"Verified"}"#;
    let answers = vec![
        Script::hang_up(),
        Script::new("503 Service Unavailable", ""),
        Script::json(valid),
    ];
    let (server, client, _clock) = start_persistent(answers).await;
    client.validate_address(&address()).send().await.unwrap();
    let received = server.received();
    assert_eq!(received.len(), 3);
    assert!(
        received
            .iter()
            .all(|request| request.body == received[0].body)
    );

    let (_server, client) = start(vec![Script::hang_up(), Script::json("")]).await;
    for _ in 0..2 {
        let error = client
            .validate_address(&address())
            .send()
            .await
            .unwrap_err();
        assert!(!error.may_have_taken_effect(), "{error}");
    }
}

#[tokio::test]
async fn country_rules_are_requested_by_code() {
    let body = r#"{"iso2Code":"PT","isStateRequired":false,"postalCodeRegex":"^\\d{4}(-\\d{3})?$","supportedCulturesList":["pt-PT"]}"#;
    let (server, client) = start(vec![Script::json(body)]).await;
    let get = client.get_country_validation_rules("PT");
    let rules = get.send().await.unwrap().into_body();
    assert_eq!(
        server.lines(),
        ["GET /v1/countryvalidationrules/PT HTTP/1.1"]
    );
    assert_eq!(rules.is_state_required, Some(false));
    assert_eq!(
        rules.postal_code_regex.as_deref(),
        Some(r"^\d{4}(-\d{3})?$")
    );
}

#[tokio::test]
async fn success_with_another_body_is_refused() {
    let (_server, client) = start((0..5).map(|_| Script::json(r#"{"code":2000}"#)).collect()).await;
    let told = [
        client.get_customer(CUSTOMER).send().await.unwrap_err(),
        client
            .get_customer_company_profile(CUSTOMER)
            .send()
            .await
            .unwrap_err(),
        client
            .validate_address(&address())
            .send()
            .await
            .unwrap_err(),
        client
            .get_country_validation_rules("US")
            .send()
            .await
            .unwrap_err(),
        client.list_customers().next_page().await.unwrap_err(),
    ];
    assert!(
        told.iter()
            .all(|error| error.is_protocol() && !error.may_have_taken_effect())
    );
    let told = told.map(|error| error.to_string()).join("\n");
    assert_snapshot!(told, @"
    the service answered 200 OK, but its body is not a customer
    the service answered 200 OK, but its body is not a company profile
    the service answered 200 OK, but its body is not an address validation
    the service answered 200 OK, but its body is not a country's rules
    the service answered 200 OK, but its body is not a list of customers
    ");
}

#[tokio::test]
async fn ids_that_no_url_can_carry_are_refused_by_name() {
    let (server, client) = start(Vec::new()).await;
    for id in ["", ".", ".."] {
        let errors = [
            client.get_customer(id).send().await.unwrap_err(),
            client
                .get_customer_company_profile(id)
                .send()
                .await
                .unwrap_err(),
            client
                .get_country_validation_rules(id)
                .send()
                .await
                .unwrap_err(),
        ];
        assert!(errors.iter().all(|error| error.is_invalid_input()));
        assert!(
            errors[2].to_string().contains("country code"),
            "{}",
            errors[2]
        );
    }
    assert_eq!(server.received().len(), 0);
}
