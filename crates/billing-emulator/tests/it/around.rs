//! What is around a billing profile, as it is on the wire.

use billing_emulator::{
    SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_ACCOUNT, SAMPLE_OTHER_CUSTOMER_ID,
    SAMPLE_PROFILE,
};
use serde_json::{Value, json};

use crate::wire::{API_VERSION, Caller, Reply, sample};

fn body(reply: &Reply) -> &str {
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body.strip_prefix('\u{feff}').unwrap()
}

fn address(street: &str, state: &str) -> Value {
    json!({ "AddressLine1": street, "City": "Spokane", "State": state, "PostalCode": "99201", "Country": "US" })
}

#[tokio::test]
async fn a_customer_has_both_profiles_and_the_members_in_the_order_of_the_page() {
    let emulator = sample().start().await.unwrap();
    let caller = Caller::partner(&emulator);
    let customer = caller
        .get(&format!("/v1/customers/{SAMPLE_CUSTOMER_ID}"))
        .await;
    insta::assert_snapshot!(body(&customer), @"");
    let path = format!("/v1/customers/{SAMPLE_OTHER_CUSTOMER_ID}/profiles/company");
    let company = caller.get(&path).await;
    insta::assert_snapshot!(body(&company), @"");
}

#[tokio::test]
async fn a_list_has_no_billing_profiles_and_links_to_the_next_page_with_a_token() {
    let emulator = sample().start().await.unwrap();
    let caller = Caller::partner(&emulator);
    let first = caller.get("/v1/customers?size=2").await;
    insta::assert_snapshot!(body(&first), @"");
    let next = first.json()["links"]["next"].clone();
    let path = format!("/v1{}", next["uri"].as_str().unwrap());
    let token = next["headers"][0]["value"].as_str().unwrap();
    let last = caller
        .clone()
        .with("MS-ContinuationToken", token)
        .get(&path)
        .await;
    let last = last.json();
    assert_eq!(last["items"].as_array().unwrap().len(), 1);
    assert_eq!(last["links"].get("next"), None);
    for bad in ["", "no token", "bm8"] {
        let refused = caller
            .clone()
            .with("MS-ContinuationToken", bad)
            .get(&path)
            .await;
        assert_eq!(
            (refused.status, &refused.json()["code"]),
            (400, &json!(800_002)),
            "{bad}"
        );
    }
    for all in ["/v1/customers", "/v1/customers?size=0"] {
        assert_eq!(caller.get(all).await.json()["totalCount"], 3);
    }
}

#[tokio::test]
async fn a_filter_lets_through_what_starts_with_its_value() {
    let emulator = sample().start().await.unwrap();
    let caller = Caller::partner(&emulator);
    let found = async |filter: &str| {
        let encoded: String = filter.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let reply = caller
            .get(&format!("/v1/customers?size=1&filter={encoded}"))
            .await;
        if reply.status != 200 {
            return reply.json()["description"].as_str().unwrap().to_owned();
        }
        let page = reply.json();
        let names = page["items"].as_array().unwrap().iter();
        let names: Vec<_> = names
            .map(|item| item["companyProfile"]["companyName"].to_string())
            .collect();
        let more = page["links"].get("next").map_or("", |_| " and more");
        names.join(", ") + more
    };
    let filter = |field: &str, value: &str| found_filter(field, value, "starts_with");
    let said = [
        found(&filter("CompanyName", "FABRI")).await,
        found(&filter("Domain", "wingtip-toys.ex")).await,
        found(&filter("CompanyName", "abri")).await,
        found(&filter("IndirectReseller", "")).await,
        found(&filter("CompanyName", "")).await,
        found(&filter("Email", "a")).await,
        found(&found_filter("Domain", "a", "equals")).await,
        found("no json").await,
    ];
    insta::assert_snapshot!(said.join("\n"), @"");
}

fn found_filter(field: &str, value: &str, operator: &str) -> String {
    json!({ "Field": field, "Value": value, "Operator": operator }).to_string()
}

#[tokio::test]
async fn an_address_is_validated_as_in_the_page_s_samples() {
    let emulator = sample().start().await.unwrap();
    let caller = Caller::partner(&emulator).with("x-locale", "en-US");
    let validate = async |address: Value| {
        let reply = caller
            .send("POST", "/v1/validations/address", &address.to_string())
            .await;
        assert_eq!(reply.header("x-locale"), Some("en-US"));
        body(&reply).to_owned()
    };
    let said = [
        validate(address("7 Sample Row", "WA")).await,
        validate(address("Sample Row", "wa")).await,
        validate(address("7 Sample Row", "XX")).await,
        validate(
            json!({ "addressLine1": "7 Rua", "city": "X", "postalCode": "1", "country": "FR" }),
        )
        .await,
    ];
    insta::assert_snapshot!(said.join("\n"), @"");
}

#[tokio::test]
async fn the_rules_of_the_us_are_those_that_were_recorded() {
    let emulator = sample().start().await.unwrap();
    let caller = Caller::partner(&emulator);
    let rules = caller.get("/v1/countryvalidationrules/us").await;
    insta::assert_snapshot!(body(&rules), @"");
    for code in ["DE", "GB", "PT", "IN"] {
        let rules = caller
            .get(&format!("/v1/countryvalidationrules/{code}"))
            .await;
        assert_eq!(rules.json()["iso2Code"], code);
    }
}

#[tokio::test]
async fn each_refusal_has_the_shape_of_the_service() {
    let emulator = sample().start().await.unwrap();
    let caller = Caller::partner(&emulator);
    let mut said = Vec::new();
    for (method, path, sent) in [
        ("GET", "/v1/customers/7", ""),
        (
            "GET",
            "/v1/customers/00000000-0000-0000-0000-000000000000",
            "",
        ),
        (
            "GET",
            "/v1/customers/00000000-0000-0000-0000-000000000000/profiles/company",
            "",
        ),
        ("GET", "/v2/customers", ""),
        ("DELETE", "/v1/customers", ""),
        ("GET", "/v1/customers?size=many", ""),
        ("GET", "/v1/customers?seekOperation=Last", ""),
        ("GET", "/v1/validations/address", ""),
        ("POST", "/v1/validations/address", "[]"),
        ("POST", "/v1/validations/address", r#"{"Country":"US"}"#),
        ("GET", "/v1/countryvalidationrules/UK", ""),
        ("GET", "/v1/countryvalidationrules", ""),
    ] {
        let reply = caller.send(method, path, sent).await;
        assert!(!reply.body.starts_with('\u{feff}'));
        said.push(format!("{} {}", reply.status, reply.body));
    }
    insta::assert_snapshot!(said.join("\n"), @"");
    let anonymous = Caller::anonymous(emulator.partner_url())
        .get("/v1/customers")
        .await;
    assert_eq!(anonymous.status, 401);
}

#[tokio::test]
async fn what_is_expanded_on_request_is_left_out_otherwise() {
    let emulator = sample().expands_on_request(true).start().await.unwrap();
    let caller = Caller::arm(&emulator);
    let root =
        format!("/providers/Microsoft.Billing/billingAccounts/{SAMPLE_ACCOUNT}/billingProfiles");
    let members = async |path: String| {
        let reply = caller.get(&path).await.json();
        let profile = reply.get("value").map_or(&reply, |value| &value[0]);
        let properties = profile["properties"].as_object().unwrap().clone();
        ["enabledAzurePlans", "invoiceSections"].map(|member| properties.contains_key(member))
    };
    let (one, all) = (
        format!("{root}/{SAMPLE_PROFILE}?{API_VERSION}"),
        format!("{root}?{API_VERSION}"),
    );
    for path in [one, all] {
        assert_eq!(members(path.clone()).await, [false, false]);
        assert_eq!(
            members(format!("{path}&$expand=enabledAzurePlans")).await,
            [true, false]
        );
        assert_eq!(
            members(format!("{path}&%24expand=InvoiceSections")).await,
            [false, true]
        );
        assert_eq!(
            members(format!("{path}&$expand=enabledAzurePlans,invoiceSections")).await,
            [true, true]
        );
    }
}

#[tokio::test]
async fn a_service_that_takes_json_patch_refuses_each_merge_patch_as_recorded() {
    let emulator = sample().takes_json_patch(true).start().await.unwrap();
    let path = format!(
        "/providers/Microsoft.Billing/billingAccounts/{SAMPLE_OTHER_ACCOUNT}/billingProfiles/{}?{API_VERSION}",
        billing_emulator::SAMPLE_OTHER_PROFILE
    );
    let reply = Caller::arm(&emulator)
        .patch(&path, &json!({ "properties": { "displayName": "New" } }))
        .await;
    insta::assert_snapshot!(reply.snapshot(&emulator));
    assert_eq!(
        emulator.billing_profile_effective_writes(
            SAMPLE_OTHER_ACCOUNT,
            billing_emulator::SAMPLE_OTHER_PROFILE
        ),
        Some(0)
    );
}
