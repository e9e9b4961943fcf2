//! Related resources of Partner Center: customers, companies, addresses and country rules.

use billing_emulator::{
    SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_ACCOUNT, SAMPLE_OTHER_CUSTOMER_ID,
    SAMPLE_PROFILE,
};
use serde_json::{Value, json};

use crate::support::{API_VERSION, HttpClient, HttpResponse, sample};

fn body(response: &HttpResponse) -> &str {
    assert_eq!(response.status, 200, "{}", response.body);
    response.body.strip_prefix('\u{feff}').unwrap()
}

fn address(street: &str, state: &str) -> Value {
    json!({ "AddressLine1": street, "City": "Spokane", "State": state, "PostalCode": "99201", "Country": "US" })
}

#[tokio::test]
async fn customer_has_both_profiles_in_documented_order() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::partner(&emulator);
    let customer = caller
        .get(&format!("/v1/customers/{SAMPLE_CUSTOMER_ID}"))
        .await;
    insta::assert_snapshot!(body(&customer), @r#"{"id":"5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01","commerceId":"0ccb9121-30a6-4b22-9f2c-d9072e18668a","companyProfile":{"tenantId":"5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01","domain":"contoso-ltd.example.com","companyName":"Contoso, Ltd.","address":{"country":"US","region":"WA","city":"Seattle","addressLine1":"100 Example Avenue","postalCode":"98101","phoneNumber":"2065550100"},"email":"avery.lindqvist@contoso.example.com","links":{"self":{"uri":"/customers/5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01/profiles/company","method":"GET","headers":[]}},"attributes":{"objectType":"CustomerCompanyProfile"}},"billingProfile":{"id":"8c18237f-322e-54f5-bf5c-9a88f182af6c","firstName":"Avery","lastName":"Lindqvist","email":"avery.lindqvist@contoso.example.com","culture":"en-US","language":"en","companyName":"Contoso, Ltd.","defaultAddress":{"country":"US","city":"Seattle","state":"WA","addressLine1":"100 Example Avenue","postalCode":"98101","firstName":"Avery","lastName":"Lindqvist","phoneNumber":"2065550100"},"links":{"self":{"uri":"/v1/customers/5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01/profiles/billing","method":"GET","headers":[]}},"attributes":{"etag":"-5693058373669408514","objectType":"CustomerBillingProfile"}},"relationshipToPartner":"reseller","allowDelegatedAccess":true,"customDomains":["contoso-ltd.example.com"],"links":{"self":{"uri":"/customers/5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01","method":"GET","headers":[]}},"attributes":{"objectType":"Customer"}}"#);
    let path = format!("/v1/customers/{SAMPLE_OTHER_CUSTOMER_ID}/profiles/company");
    let company = caller.get(&path).await;
    insta::assert_snapshot!(body(&company), @r#"{"tenantId":"c27d90b4-1e6a-4f58-8a3d-92b7e4f0c602","domain":"fabrikam-gmbh.example.com","companyName":"Fabrikam GmbH","address":{"country":"DE","region":"BY","city":"München","addressLine1":"Beispielstraße 12","postalCode":"80331","phoneNumber":"+49 89 5550100"},"email":"joerg.musterfrau@fabrikam.example.com","links":{"self":{"uri":"/customers/c27d90b4-1e6a-4f58-8a3d-92b7e4f0c602/profiles/company","method":"GET","headers":[]}},"attributes":{"objectType":"CustomerCompanyProfile"}}"#);
}

#[tokio::test]
async fn customer_list_links_to_the_next_page_with_a_token() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::partner(&emulator);
    let first = caller.get("/v1/customers?size=2").await;
    insta::assert_snapshot!(body(&first), @r#"{"totalCount":2,"items":[{"id":"0e94b7d6-58c3-4a1f-b2e7-d6a1c8f35903","companyProfile":{"tenantId":"0e94b7d6-58c3-4a1f-b2e7-d6a1c8f35903","domain":"wingtip-toys.example.com","companyName":"Wingtip Toys","links":{"self":{"uri":"/customers/0e94b7d6-58c3-4a1f-b2e7-d6a1c8f35903/profiles/company","method":"GET","headers":[]}},"attributes":{"objectType":"CustomerCompanyProfile"}},"relationshipToPartner":"reseller","links":{"self":{"uri":"/customers/0e94b7d6-58c3-4a1f-b2e7-d6a1c8f35903","method":"GET","headers":[]}},"attributes":{"objectType":"Customer"}},{"id":"5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01","companyProfile":{"tenantId":"5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01","domain":"contoso-ltd.example.com","companyName":"Contoso, Ltd.","links":{"self":{"uri":"/customers/5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01/profiles/company","method":"GET","headers":[]}},"attributes":{"objectType":"CustomerCompanyProfile"}},"relationshipToPartner":"reseller","links":{"self":{"uri":"/customers/5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01","method":"GET","headers":[]}},"attributes":{"objectType":"Customer"}}],"links":{"self":{"uri":"/customers?size=2","method":"GET","headers":[]},"next":{"uri":"/customers?size=2&seekOperation=Next","method":"GET","headers":[{"key":"MS-ContinuationToken","value":"Mg"}]}},"attributes":{"objectType":"Collection"}}"#);
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
async fn filter_matches_the_start_of_a_name() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::partner(&emulator);
    let found = async |filter: &str| {
        let encoded: String = filter.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let response = caller
            .get(&format!("/v1/customers?size=1&filter={encoded}"))
            .await;
        if response.status != 200 {
            return response.json()["description"].as_str().unwrap().to_owned();
        }
        let page = response.json();
        let names = page["items"].as_array().unwrap().iter();
        let names: Vec<_> = names
            .map(|item| item["companyProfile"]["companyName"].to_string())
            .collect();
        let more = page["links"].get("next").map_or("", |_| " and more");
        names.join(", ") + more
    };
    let filter = |field: &str, value: &str| found_filter(field, value, "starts_with");
    let lines = [
        found(&filter("CompanyName", "FABRI")).await,
        found(&filter("Domain", "wingtip-toys.ex")).await,
        found(&filter("CompanyName", "abri")).await,
        found(&filter("IndirectReseller", "")).await,
        found(&filter("CompanyName", "")).await,
        found(&filter("Email", "a")).await,
        found(&found_filter("Domain", "a", "equals")).await,
        found("no json").await,
    ];
    insta::assert_snapshot!(lines.join("\n"), @r#"
    "Fabrikam GmbH"
    "Wingtip Toys"


    "Wingtip Toys" and more
    Invalid request input: the filter has a Field that cannot be searched
    Invalid request input: the filter has another Operator than starts_with
    Invalid request input: the filter is not a JSON object
    "#);
}

fn found_filter(field: &str, value: &str, operator: &str) -> String {
    json!({ "Field": field, "Value": value, "Operator": operator }).to_string()
}

#[tokio::test]
async fn address_validation_matches_the_documented_samples() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::partner(&emulator).with("x-locale", "en-US");
    let validate = async |address: Value| {
        let response = caller
            .send("POST", "/v1/validations/address", &address.to_string())
            .await;
        assert_eq!(response.header("x-locale"), Some("en-US"));
        body(&response).to_owned()
    };
    let lines = [
        validate(address("7 Sample Row", "WA")).await,
        validate(address("Sample Row", "wa")).await,
        validate(address("7 Sample Row", "XX")).await,
        validate(
            json!({ "addressLine1": "7 Rua", "city": "X", "postalCode": "1", "country": "FR" }),
        )
        .await,
    ];
    insta::assert_snapshot!(lines.join("\n"), @r#"
    {"originalAddress":{"country":"US","city":"Spokane","state":"WA","addressLine1":"7 Sample Row","postalCode":"99201"},"suggestedAddresses":[{"country":"US","city":"Spokane","state":"WA","addressLine1":"7 Sample Row","postalCode":"99201-0001"}],"status":"VerifiedShippable"}
    {"originalAddress":{"country":"US","city":"Spokane","state":"wa","addressLine1":"Sample Row","postalCode":"99201"},"suggestedAddresses":[{"country":"US","city":"Spokane","state":"wa","addressLine1":"1 Sample Row","postalCode":"99201-0001"}],"status":"StreetPartial","validationMessage":"Address field invalid for property: 'Region', 'PostalCode', 'City'"}
    {"originalAddress":{"country":"US","city":"Spokane","state":"XX","addressLine1":"7 Sample Row","postalCode":"99201"},"suggestedAddresses":[],"status":"None","validationMessage":"Address field invalid for property: 'Region'"}
    {"originalAddress":{"country":"FR","city":"X","addressLine1":"7 Rua","postalCode":"1"},"suggestedAddresses":[],"status":"NotValidated"}
    "#);
}

#[tokio::test]
async fn us_rules_match_the_recording() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::partner(&emulator);
    let rules = caller.get("/v1/countryvalidationrules/us").await;
    insta::assert_snapshot!(body(&rules), @r#"{"iso2Code":"US","defaultCulture":"en-US","isStateRequired":true,"supportedStatesList":["AK","AL","AR","AZ","CA","CO","CT","DC","DE","FL","GA","HI","IA","ID","IL","IN","KS","KY","LA","MA","MD","ME","MI","MN","MO","MS","MT","NC","ND","NE","NH","NJ","NM","NV","NY","OH","OK","OR","PA","RI","SC","SD","TN","TX","UT","VA","VT","WA","WI","WV","WY"],"supportedLanguagesList":["en","es"],"supportedCulturesList":["en-US","es-US"],"isPostalCodeRequired":true,"postalCodeRegex":"^\\d{5}(-\\d{4})?$","isCityRequired":true,"isVatIdSupported":false,"phoneNumberRegex":"^(1[ \\-\\/\\.]?)?(\\((\\d{3})\\)|(\\d{3}))[ \\-\\/\\.]?(\\d{3})[ \\-\\/\\.]?(\\d{4})$","isTaxIdSupported":true,"isTaxIdOptional":true,"countryCallingCodesList":["1"],"attributes":{"objectType":"CountryValidationRules"}}"#);
    for code in ["DE", "GB", "PT", "IN"] {
        let rules = caller
            .get(&format!("/v1/countryvalidationrules/{code}"))
            .await;
        assert_eq!(rules.json()["iso2Code"], code);
    }
}

#[tokio::test]
async fn related_resource_errors_have_the_service_s_form() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::partner(&emulator);
    let mut lines = Vec::new();
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
        ("GET", "/v1/customers?size=2147483648", ""),
        ("GET", "/v1/customers?size=", ""),
        (
            "GET",
            "/v1/customers?filter={%22Field%22:%22Domain%22,%22Operator%22:%22starts_with%22}",
            "",
        ),
        ("GET", "/v1/customers?seekOperation=Last", ""),
        ("GET", "/v1/validations/address", ""),
        ("POST", "/v1/validations/address", "[]"),
        ("POST", "/v1/validations/address", r#"{"Country":"US"}"#),
        ("GET", "/v1/countryvalidationrules/UK", ""),
        ("GET", "/v1/countryvalidationrules", ""),
    ] {
        let response = caller.send(method, path, sent).await;
        assert!(!response.body.starts_with('\u{feff}'));
        lines.push(format!("{} {}", response.status, response.body));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    400 {"code":2000,"description":"Tenant Id must be a GUID.","data":[],"source":"PartnerApiServiceControllers"}
    404 {"code":60003,"description":"Tenant not found","data":[],"source":"PartnerFD"}
    404 {"code":60003,"description":"Tenant not found","data":[],"source":"PartnerFD"}
    404 {"code":1000,"description":"API version v2 is not served; the only one is v1.","data":[],"source":"PartnerFD"}
    405 {"code":405,"description":"The resource takes GET.","data":[],"source":"PartnerFD"}
    400 {"code":800002,"description":"Invalid request input: size is not a number","data":[],"source":"PartnerFD"}
    400 {"code":800002,"description":"Invalid request input: size is not a number","data":[],"source":"PartnerFD"}
    400 {"code":800002,"description":"Invalid request input: size is not a number","data":[],"source":"PartnerFD"}
    400 {"code":800002,"description":"Invalid request input: the filter has no Value that is a text","data":[],"source":"PartnerFD"}
    400 {"code":800002,"description":"Invalid request input: seekOperation is not Next","data":[],"source":"PartnerFD"}
    405 {"code":405,"description":"The resource takes POST.","data":[],"source":"PartnerFD"}
    400 {"code":800002,"description":"Invalid request input: the body is not a JSON object","data":[],"source":"PartnerFD"}
    400 {"code":800002,"description":"Invalid request input: addressLine1 is missing","data":[],"source":"PartnerFD"}
    404 {"code":1000,"description":"No validation rules were found for the country/region UK","data":[],"source":"PartnerFD"}
    404 {"code":1000,"description":"Not found","data":[],"source":"PartnerFD"}
    "#);
    let anonymous = HttpClient::anonymous(emulator.partner_url())
        .get("/v1/customers")
        .await;
    assert_eq!(anonymous.status, 401);
}

#[tokio::test]
async fn expandable_members_are_left_out_unless_requested() {
    let emulator = sample().expand_on_request(true).start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    let root =
        format!("/providers/Microsoft.Billing/billingAccounts/{SAMPLE_ACCOUNT}/billingProfiles");
    let members = async |path: String| {
        let response = caller.get(&path).await.json();
        let profile = response.get("value").map_or(&response, |value| &value[0]);
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
async fn merge_patch_is_refused_by_a_json_patch_service() {
    let emulator = sample().json_patch(true).start().await.unwrap();
    let path = format!(
        "/providers/Microsoft.Billing/billingAccounts/{SAMPLE_OTHER_ACCOUNT}/billingProfiles/{}?{API_VERSION}",
        billing_emulator::SAMPLE_OTHER_PROFILE
    );
    let response = HttpClient::arm(&emulator)
        .patch(&path, &json!({ "properties": { "displayName": "New" } }))
        .await;
    insta::assert_snapshot!(response.snapshot(&emulator));
    assert_eq!(
        emulator.billing_profile_effective_writes(
            SAMPLE_OTHER_ACCOUNT,
            billing_emulator::SAMPLE_OTHER_PROFILE
        ),
        Some(0)
    );
}

#[tokio::test]
async fn related_resources_are_json_whatever_is_accepted() {
    let emulator = sample().start().await.unwrap();
    for (accept, answered) in [
        ("application/json", "application/json; charset=utf-8"),
        ("text/json", "text/json; charset=utf-8"),
        ("application/xml", "application/json; charset=utf-8"),
        ("text/html", "application/json; charset=utf-8"),
    ] {
        let caller = HttpClient::partner(&emulator).with("accept", accept);
        let response = caller.get("/v1/customers").await;
        assert_eq!(response.header("content-type"), Some(answered), "{accept}");
        assert_eq!(response.json()["totalCount"], 3, "{accept}");
    }
}
