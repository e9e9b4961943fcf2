//! The three api versions of billing profiles: what each shows, and what a PUT through it changes.

use billing_emulator::{
    Emulator, EmulatorBuilder, Fault, FaultPlan, LocationStyle, OperationOutcome, Snapshot,
};
use serde_json::{Value, json};

use crate::support::{HttpClient, HttpResponse, start};

const OLDEST: &str = "2019-10-01-preview";
const MIDDLE: &str = "2020-05-01";
const NEWEST: &str = "2024-04-01";

fn document() -> Value {
    json!({
        "tags": { "team": "Research" },
        "systemData": { "createdAt": "2019-09-01T00:00:00.000Z", "lastModifiedAt": "2019-09-01T00:00:00.000Z" },
        "properties": {
            "displayName": "Contoso",
            "poNumber": "PO-1",
            "address": {
                "addressLine1": "1 Example Street", "city": "Seattle", "country": "US", "middleName": "Maria",
                "email": "billing@contoso.example.com", "isValidAddress": true
            },
            "currency": "USD",
            "enabledAzurePlans": [{ "skuId": "0001", "skuDescription": "Microsoft Azure Plan" }],
            "invoiceSections": [{ "id": "/s", "name": "S1", "properties": { "displayName": "One" } }],
            "shipTo": { "addressLine1": "2 Example Street", "country": "US" },
            "invoiceRecipients": ["billing@contoso.example.com"],
            "tags": { "cost": "7" },
            "undocumented": { "billTo": 1 },
            "status": "Active"
        }
    })
}

fn two_profiles() -> EmulatorBuilder {
    Emulator::builder()
        .billing_profile("70000001", "first", document())
        .billing_profile(
            "70000001",
            "second",
            json!({ "properties": { "statusReasonCode": "PastDue" } }),
        )
        .seed(7)
        .clock_at(start())
        .polls_until_done(0)
}

fn path(profile: &str, version: &str) -> String {
    format!(
        "/providers/Microsoft.Billing/billingAccounts/70000001/billingProfiles{profile}?api-version={version}"
    )
}

async fn get(emulator: &Emulator, profile: &str, version: &str) -> HttpResponse {
    HttpClient::arm(emulator).get(&path(profile, version)).await
}

async fn put(emulator: &Emulator, profile: &str, version: &str, body: &Value) -> HttpResponse {
    let caller = HttpClient::arm(emulator).with("content-type", "application/json");
    caller
        .send("PUT", &path(profile, version), &body.to_string())
        .await
}

/// Returns what is stored of the first profile.
fn stored(emulator: &Emulator) -> Value {
    emulator.billing_profile("70000001", "first").unwrap()
}

#[tokio::test]
async fn each_version_has_its_members_names_and_order() {
    let emulator = two_profiles().start().await.unwrap();
    let mut seen = String::new();
    for version in [OLDEST, MIDDLE, NEWEST] {
        let found = get(&emulator, "/first", version).await;
        seen += &format!("{version}\n{}\n", found.brief());
    }
    let expanded = path("/first", MIDDLE) + "&$expand=invoiceSections";
    let expanded = HttpClient::arm(&emulator).get(&expanded).await;
    seen += &format!("{MIDDLE} with sections\n{}\n", expanded.brief());
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn next_link_keeps_the_version() {
    let emulator = two_profiles().page_size(1).start().await.unwrap();
    for version in [OLDEST, MIDDLE, NEWEST] {
        let first = get(&emulator, "", version).await.json();
        let next = first["nextLink"].as_str().unwrap();
        let expected = format!("?api-version={version}&$skiptoken=1");
        assert!(next.ends_with(&expected), "{next}");
        let next = next.strip_prefix(emulator.arm_url()).unwrap();
        let last = HttpClient::arm(&emulator).get(next).await.json();
        assert_eq!(last["value"][0]["name"], "second");
        assert_eq!(last.get("nextLink"), None);
    }
}

#[tokio::test]
async fn put_replaces_members_and_keeps_all_others() {
    let emulator = two_profiles().start().await.unwrap();
    let bill_to = json!({ "addressLine1": "3 Example Street", "country": "DE", "email": null });
    let body = json!({
        "id": "ignored", "tags": { "newer": "only" },
        "properties": {
            "displayName": "Fabrikam", "poNumber": null, "billTo": bill_to, "currency": "EUR",
            "enabledAzurePlans": [{ "skuId": "0002" }, { "skuId": "0001" }],
            "shipTo": "of a newer version", "address": "of an older version", "tags": {},
            "invoiceSections": { "value": [] },
        }
    });
    let updated = put(&emulator, "/first", MIDDLE, &body).await;
    assert_eq!(updated.status, 200, "{}", updated.body);
    let mut expected = document();
    let properties = expected["properties"].as_object_mut().unwrap();
    properties.remove("poNumber");
    properties.extend([
        ("displayName".to_owned(), json!("Fabrikam")),
        (
            "address".to_owned(),
            json!({ "addressLine1": "3 Example Street", "country": "DE", "isValidAddress": true }),
        ),
        (
            "enabledAzurePlans".to_owned(),
            json!([
                { "skuId": "0002", "skuDescription": "Microsoft Azure Plan for DevTest" },
                { "skuId": "0001", "skuDescription": "Microsoft Azure Plan" },
            ]),
        ),
        ("tags".to_owned(), json!({})),
    ]);
    expected["systemData"]["lastModifiedAt"] = json!("2019-10-01T00:00:00.000Z");
    let stored = stored(&emulator);
    assert_eq!(stored["properties"], expected["properties"]);
    assert_eq!(stored["tags"], expected["tags"]);
    assert_eq!(stored["systemData"], expected["systemData"]);
    assert_eq!(
        emulator.billing_profile_effective_writes("70000001", "first"),
        Some(1)
    );
    // As recorded, the response has the invoice sections without $expand.
    let sections = &updated.json()["properties"]["invoiceSections"];
    assert_eq!(sections["hasMoreResults"], false);
    assert_eq!(sections["value"][0]["properties"]["systemId"], "S1");
}

#[tokio::test]
async fn patch_keeps_what_only_later_versions_have() {
    let emulator = two_profiles().start().await.unwrap();
    let patch = json!({ "properties": {
        "address": { "city": "Tacoma", "email": "ignored" }, "shipTo": null, "billTo": null, "tags": null,
    } });
    let patched = HttpClient::arm(&emulator)
        .patch(&path("/first", OLDEST), &patch)
        .await;
    assert_eq!(patched.status, 200, "{}", patched.body);
    let mut expected = document();
    expected["properties"]["address"]["city"] = json!("Tacoma");
    assert_eq!(stored(&emulator)["properties"], expected["properties"]);
}

#[tokio::test]
async fn what_a_get_shows_can_be_put_back_in_each_version() {
    for version in [MIDDLE, NEWEST] {
        let emulator = two_profiles().start().await.unwrap();
        let before = stored(&emulator);
        let shown = get(&emulator, "/first", version).await.json();
        let updated = put(&emulator, "/first", version, &shown).await;
        assert_eq!(updated.status, 200, "{}", updated.body);
        assert_eq!(
            stored(&emulator)["properties"],
            before["properties"],
            "{version}"
        );
        assert_eq!(stored(&emulator)["tags"], before["tags"], "{version}");
    }
}

#[tokio::test]
async fn invalid_put_names_the_member_and_changes_nothing() {
    let emulator = two_profiles().start().await.unwrap();
    let mut seen = String::new();
    for (version, profile, body) in [
        (
            MIDDLE,
            "/first",
            json!({ "properties": { "billTo": { "country": "US" } } }),
        ),
        (
            NEWEST,
            "/first",
            json!({ "properties": { "shipTo": { "addressLine1": "1" } } }),
        ),
        (
            NEWEST,
            "/first",
            json!({ "properties": { "soldTo": { "addressLine1": "1", "country": "UK" } } }),
        ),
        (
            NEWEST,
            "/first",
            json!({ "properties": { "billTo": { "email": 1 } } }),
        ),
        (
            NEWEST,
            "/first",
            json!({ "properties": { "invoiceRecipients": [1] } }),
        ),
        (
            NEWEST,
            "/first",
            json!({ "properties": { "currentPaymentTerm": [null] } }),
        ),
        (
            NEWEST,
            "/first",
            json!({ "properties": { "indirectRelationshipInfo": "" } }),
        ),
        (NEWEST, "/first", json!({ "tags": { "a": 1 } })),
        (MIDDLE, "/first", json!({ "properties": null })),
        (NEWEST, "/a%20b", json!({ "properties": {} })),
        (OLDEST, "/third", json!({ "properties": {} })),
        (OLDEST, "/third", json!({ "address": { "country": "UK" } })),
    ] {
        let refused = put(&emulator, profile, version, &body).await;
        seen += &format!("PUT {version} {profile} {body}\n  {}\n", refused.brief());
    }
    insta::assert_snapshot!(seen);
    assert_eq!(
        emulator.billing_profile_effective_writes("70000001", "first"),
        Some(0)
    );
    assert_eq!(emulator.billing_profile("70000001", "third"), None);
}

#[tokio::test]
async fn put_of_a_new_name_creates_a_profile() {
    for (version, body, status) in [
        (
            OLDEST,
            json!({ "displayName": "New", "address": { "country": "US" } }),
            200,
        ),
        (
            MIDDLE,
            json!({ "properties": { "displayName": "New" } }),
            200,
        ),
        (
            NEWEST,
            json!({ "properties": { "displayName": "New" } }),
            201,
        ),
    ] {
        let emulator = two_profiles().start().await.unwrap();
        let created = put(&emulator, "/third", version, &body).await;
        assert_eq!(created.status, status, "{version}: {}", created.body);
        let created = created.json();
        assert_eq!(created["name"], "third");
        assert_eq!(created["properties"]["displayName"], "New");
        assert_eq!(created["properties"]["status"], "Active");
        assert_eq!(created["properties"]["currency"], "USD");
        assert_eq!(
            emulator.billing_profile_effective_writes("70000001", "third"),
            Some(1)
        );
        let other = path("/third", version).replace("70000001", "70000002");
        let caller = HttpClient::arm(&emulator).with("content-type", "application/json");
        let refused = caller.send("PUT", &other, &body.to_string()).await;
        assert_eq!(refused.status, 404, "there is no such account");
    }
}

#[tokio::test]
async fn deleted_profile_is_gone_and_can_be_created_again() {
    let emulator = two_profiles().polls_until_done(1).start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    let accepted = caller.send("DELETE", &path("/first", NEWEST), "").await;
    assert_eq!(accepted.status, 202, "{}", accepted.body);
    let location = accepted.header("location").unwrap();
    let location = location.strip_prefix(emulator.arm_url()).unwrap();
    assert!(
        location.contains("/operationResults/deleteBillingProfile_"),
        "{location}"
    );
    assert_eq!(
        get(&emulator, "/first", NEWEST).await.status,
        200,
        "it is still running"
    );
    assert_eq!(caller.get(location).await.status, 204);
    for version in [OLDEST, MIDDLE, NEWEST] {
        assert_eq!(get(&emulator, "/first", version).await.status, 404);
        let list = get(&emulator, "", version).await.json();
        assert_eq!(list["value"].as_array().unwrap().len(), 1);
    }
    let again = caller.send("DELETE", &path("/first", NEWEST), "").await;
    assert_eq!(again.status, 204, "{}", again.body);
    let body = json!({ "properties": { "displayName": "Again" } });
    let accepted = put(&emulator, "/first", NEWEST, &body).await;
    let location = accepted.header("location").unwrap();
    let location = location.strip_prefix(emulator.arm_url()).unwrap();
    assert_eq!(caller.get(location).await.status, 200);
    let found = stored(&emulator);
    assert_eq!(found["properties"]["displayName"], "Again");
    assert_eq!(found["properties"].get("poNumber"), None);
}

#[tokio::test]
async fn profile_with_an_obstacle_is_not_deleted() {
    let emulator = two_profiles().start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    let check = |profile| path(profile, NEWEST).replace('?', "/validateDeleteEligibility?");
    let allowed = caller.send("POST", &check("/first"), "").await;
    assert_eq!(allowed.brief(), r#"200 {"eligibilityStatus":"Allowed"}"#);
    assert_eq!(
        caller
            .send("DELETE", &path("/first", NEWEST), "")
            .await
            .status,
        204
    );
    let refused = caller.send("POST", &check("/second"), "").await.json();
    assert_eq!(refused["eligibilityStatus"], "NotAllowed");
    let details = refused["eligibilityDetails"].as_array().unwrap().iter();
    let codes: Vec<_> = details
        .map(|detail| detail["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["LastBillingProfile", "OutstandingCharges"]);
    let refused = caller.send("DELETE", &path("/second", NEWEST), "").await;
    assert_eq!(refused.status, 409);
    assert_eq!(refused.json()["error"]["code"], "LastBillingProfile");
    assert_eq!(get(&emulator, "/second", NEWEST).await.status, 200);
    assert_eq!(caller.send("POST", &check("/nobody"), "").await.status, 404);
}

#[tokio::test]
async fn newest_list_is_searched_and_cut_and_has_deleted_profiles() {
    let emulator = two_profiles().page_size(1).start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    let deleted = caller.send("DELETE", &path("/first", NEWEST), "").await;
    assert_eq!(deleted.status, 204);
    let body = json!({ "properties": { "displayName": "Zweite" } });
    put(&emulator, "/third", NEWEST, &body).await;
    let list = async |version: &str, parameters: &str| {
        let mut names = Vec::new();
        let mut next = Some(path("", version) + parameters);
        while let Some(page) = next {
            let page = caller.get(&page).await;
            assert_eq!(page.status, 200, "{parameters}: {}", page.body);
            let page = page.json();
            for profile in page["value"].as_array().unwrap() {
                names.push(profile["name"].as_str().unwrap().to_owned());
            }
            let link = page["nextLink"].as_str();
            next = link.map(|link| link.strip_prefix(emulator.arm_url()).unwrap().to_owned());
        }
        names.join(" ")
    };
    for (parameters, names) in [
        ("", "second third"),
        ("&includeDeleted=true", "second third first"),
        ("&search=ZWEI", "third"),
        ("&search=first", ""),
        ("&search=first&includeDeleted=true", "first"),
        ("&top=1", "second"),
        ("&top=2&includeDeleted=true", "second third"),
        ("&skip=1&top=2&includeDeleted=true", "third first"),
        ("&skip=9", ""),
        ("&count=true", "second third"),
    ] {
        assert_eq!(list(NEWEST, parameters).await, names, "{parameters}");
        assert_eq!(
            list(MIDDLE, parameters).await,
            "second third",
            "{parameters}"
        );
    }
    for parameter in [
        "top=0",
        "top=51",
        "skip=-1",
        "includeDeleted=1",
        "filter=a",
        "orderBy=a",
    ] {
        let refused = caller.get(&(path("", NEWEST) + "&" + parameter)).await;
        let name = parameter.split('=').next().unwrap();
        assert_eq!(refused.status, 400, "{parameter}: {}", refused.body);
        assert_eq!(refused.json()["error"]["target"], name);
    }
    let deleted = caller
        .get(&(path("", NEWEST) + "&includeDeleted=true&search=first"))
        .await;
    assert_eq!(
        deleted.json()["value"][0]["properties"]["status"],
        "Deleted"
    );
}

#[tokio::test]
async fn permissions_and_access_are_those_of_billing() {
    let emulator = two_profiles().start().await.unwrap();
    let caller = HttpClient::arm(&emulator).with("content-type", "application/json");
    let of = |profile: &str, verb: &str, version| {
        path(profile, version).replace('?', &format!("/{verb}?"))
    };
    for version in [OLDEST, MIDDLE, NEWEST] {
        let listed = caller
            .get(&of("/first", "billingPermissions", version))
            .await
            .json();
        let actions = listed["value"][0]["actions"].as_array().unwrap();
        assert_eq!(actions.len(), 4, "{version}");
        assert_eq!(listed["value"][0].get("notActions"), None);
    }
    let nobody = caller
        .get(&of("/nobody", "billingPermissions", NEWEST))
        .await;
    assert_eq!(nobody.status, 404);
    let access = of("/first", "checkAccess", NEWEST);
    let body = json!({ "actions": ["Microsoft.Billing/billingAccounts/read", "Microsoft.Subscription/subscriptions/write"] });
    let checked = caller.send("POST", &access, &body.to_string()).await;
    assert_eq!(
        checked.brief(),
        r#"200 [{"accessDecision":"Allowed","action":"Microsoft.Billing/billingAccounts/read"},{"accessDecision":"NotAllowed","action":"Microsoft.Subscription/subscriptions/write"}]"#
    );
    for body in ["{}", r#"{"actions":[1]}"#, r#"{"actions":"a"}"#] {
        assert_eq!(
            caller.send("POST", &access, body).await.status,
            400,
            "{body}"
        );
    }
    let older = of("/first", "checkAccess", MIDDLE);
    assert_eq!(caller.send("POST", &older, "{}").await.status, 404);
}

#[tokio::test]
async fn address_is_validated_in_each_version() {
    let emulator = two_profiles().start().await.unwrap();
    let caller = HttpClient::arm(&emulator).with("content-type", "application/json");
    for version in [OLDEST, MIDDLE, NEWEST] {
        let path = format!("/providers/Microsoft.Billing/validateAddress?api-version={version}");
        let valid = json!({ "addressLine1": "1 Example Street", "country": "us" }).to_string();
        let valid = caller.send("POST", &path, &valid).await;
        assert_eq!(
            valid.brief(),
            r#"200 {"status":"Valid","validationMessage":""}"#
        );
        for body in [
            json!({ "addressLine1": "1", "country": "UK" }),
            json!({ "country": "US" }),
        ] {
            let invalid = caller.send("POST", &path, &body.to_string()).await.json();
            assert_eq!(invalid["status"], "Invalid", "{body}");
        }
        let mistyped = caller.send("POST", &path, r#"{"city":1}"#).await;
        assert_eq!(mistyped.status, 400);
    }
}

#[tokio::test]
async fn planned_outcomes_apply_to_put_and_delete() {
    let plan = FaultPlan::new()
        .fault(
            Fault::new()
                .method("PUT")
                .operation(OperationOutcome::Failed),
        )
        .fault(
            Fault::new()
                .method("DELETE")
                .operation(OperationOutcome::Canceled),
        );
    let builder = two_profiles()
        .location(LocationStyle::AsyncOperation)
        .faults(plan);
    let emulator = builder.start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    let before = emulator.snapshot();
    let body = json!({ "properties": { "displayName": "Fabrikam" } });
    for (accepted, status, message) in [
        (
            put(&emulator, "/first", NEWEST, &body).await,
            "Failed",
            "The update of the billing profile failed.",
        ),
        (
            put(&emulator, "/third", MIDDLE, &body).await,
            "Failed",
            "The update of the billing profile failed.",
        ),
        (
            caller.send("DELETE", &path("/first", NEWEST), "").await,
            "Canceled",
            "The deletion of the billing profile was canceled.",
        ),
    ] {
        assert_eq!(accepted.status, 202, "{}", accepted.body);
        let link = |name: &str| {
            let link = accepted.header(name).unwrap();
            link.strip_prefix(emulator.arm_url()).unwrap().to_owned()
        };
        let report = caller.get(&link("azure-asyncoperation")).await.json();
        assert_eq!(report["status"], status);
        assert_eq!(report["error"]["message"], message);
        let result = caller.get(&link("location")).await;
        assert_eq!(result.status, 409, "{}", result.body);
    }
    assert_eq!(emulator.snapshot(), before, "nothing is written");
}

#[tokio::test]
async fn document_to_store_may_have_the_names_of_any_version() {
    let sections = json!([{ "id": "/s", "name": "S1", "properties": { "displayName": "One" } }]);
    let later = json!({ "properties": {
        "billTo": { "city": "Leeds" },
        "invoiceSections": { "hasMoreResults": false, "value": sections },
    } });
    let builder = Emulator::builder().billing_profile("70000001", "first", later);
    let emulator = builder.start().await.unwrap();
    let expected = json!({ "address": { "city": "Leeds" }, "invoiceSections": sections });
    assert_eq!(stored(&emulator)["properties"], expected);
    let saved = Snapshot::from_json(&emulator.snapshot().to_json()).unwrap();
    let second = Emulator::builder().snapshot(saved).start().await.unwrap();
    assert_eq!(second.snapshot(), emulator.snapshot());
}

#[tokio::test]
async fn deletions_have_their_own_rate_limit() {
    let limit = "bucket arm.delete=1,1/60s".parse().unwrap();
    let emulator = two_profiles().rate_limit(limit).start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    let nobody = path("/nobody", NEWEST);
    assert_eq!(caller.send("DELETE", &nobody, "").await.status, 204);
    assert_eq!(caller.send("DELETE", &nobody, "").await.status, 429);
    let body = json!({ "properties": {} });
    assert_eq!(put(&emulator, "/first", NEWEST, &body).await.status, 200);
}
