//! One caller's code for every api version, and the PUT of the later ones.

use std::sync::Arc;

use arm_client::common::{AddressUpdate, Profile, ProfileUpdate};
use arm_client::{
    ApiVersion, ArmClient, Error, PollToken, UpdateOutcome, V2019_10_01Preview, V2020_05_01,
    V2024_04_01, Version,
};
use billing_models::arm::{v2020_05_01, v2024_04_01};
use billing_test::{Script, Server, TestClock};
use serde_json::{Value, json};

use crate::setup::{ACCOUNT, start_persistent};

/// Returns the profile as a service of api version `V` has it.
pub(crate) fn profile<V: Version>(po_number: &str, city: &str) -> Value {
    let address = if V::NAME == V2019_10_01Preview::NAME {
        "address"
    } else {
        "billTo"
    };
    json!({
        "id": format!("/providers/Microsoft.Billing/billingAccounts/{ACCOUNT}/billingProfiles/p1"),
        "name": "p1",
        "type": "Microsoft.Billing/billingAccounts/billingProfiles",
        "properties": {
            address: { "addressLine1": "1 Way", "addressLine2": "Floor 2", "city": city, "country": "US" },
            "displayName": "Contoso",
            "poNumber": po_number,
            "systemId": "one",
            "invoiceDay": 5,
            "status": "Active",
            "enabledAzurePlans": [{ "skuId": "0001", "skuDescription": "Plan", "newMember": 1 }],
            "unheardOf": { "inside": [null] },
        },
    })
}

fn reply(profile: &Value) -> Script {
    Script::json(&profile.to_string())
}

pub(crate) fn update() -> ProfileUpdate {
    let address = AddressUpdate::default()
        .city("Tacoma")
        .clear_address_line2();
    ProfileUpdate::default().po_number("PO-2").address(address)
}

async fn set<V: Version>(client: &ArmClient<V>) -> Result<Option<UpdateOutcome>, Error> {
    let updated = client
        .update_billing_profile(ACCOUNT, "p1", &update().into())
        .await?;
    assert_eq!(updated.body().po_number(), Some("PO-2"));
    Ok(updated.outcome())
}

pub(crate) async fn start_as<V: Version>(
    version: V,
    answers: Vec<Script>,
) -> (Server, ArmClient<V>, Arc<TestClock>) {
    let (server, client, clock) = start_persistent(answers).await;
    (server, client.with_api_version(version), clock)
}

pub(crate) fn methods(server: &Server) -> String {
    let received = server.received();
    let methods: Vec<_> = received
        .iter()
        .map(|request| request.method().to_owned())
        .collect();
    methods.join(" ")
}

fn sent(server: &Server) -> Value {
    let received = server.received();
    let write = received
        .iter()
        .rev()
        .find(|request| request.method() != "GET");
    serde_json::from_str(&write.unwrap().body).unwrap()
}

async fn check<V: Version>(version: V, expected: &str) {
    let (before, mut after) = (
        profile::<V>("PO-1", "Redmond"),
        profile::<V>("PO-2", "Tacoma"),
    );
    let address = if V::NAME == V2019_10_01Preview::NAME {
        "address"
    } else {
        "billTo"
    };
    after["properties"][address]
        .as_object_mut()
        .unwrap()
        .remove("addressLine2");
    let mut answers = vec![reply(&after)];
    if expected != "PATCH" {
        answers.insert(0, reply(&before));
    }
    let (server, client, _clock) = start_as(version, answers).await;
    assert_eq!(
        set(&client).await.unwrap(),
        Some(UpdateOutcome::Applied),
        "{}",
        V::NAME
    );
    assert_eq!(methods(&server), expected);
    let query = format!("?api-version={}", V::NAME);
    assert!(
        server
            .received()
            .iter()
            .all(|request| request.path().ends_with(&query))
    );
    let patch = json!({ "properties": {
        address: { "city": "Tacoma", "addressLine2": null }, "poNumber": "PO-2",
    } });
    if expected == "PATCH" {
        assert_eq!(sent(&server), patch);
    }
}

#[tokio::test]
async fn one_update_works_with_every_version() {
    check(ApiVersion::V2019_10_01_PREVIEW, "PATCH").await;
    check(ApiVersion::V2020_05_01, "GET PUT").await;
    check(ApiVersion::V2024_04_01, "GET PUT").await;
}

#[tokio::test]
async fn put_has_all_but_what_only_the_service_writes() {
    let before = profile::<V2020_05_01>("PO-1", "Redmond");
    let after = profile::<V2020_05_01>("PO-2", "Tacoma");
    let (server, client, _clock) =
        start_as(ApiVersion::V2020_05_01, vec![reply(&before), reply(&after)]).await;
    let outcome = set(&client).await.unwrap().unwrap();
    let unapplied: Vec<_> = outcome
        .unapplied()
        .iter()
        .map(|member| member.path().to_string())
        .collect();
    assert_eq!(unapplied, ["properties.billTo.addressLine2"]);
    assert_eq!(
        sent(&server),
        json!({ "properties": {
            "billTo": { "addressLine1": "1 Way", "addressLine2": null, "city": "Tacoma", "country": "US" },
            "displayName": "Contoso",
            "poNumber": "PO-2",
            "enabledAzurePlans": [{ "skuId": "0001", "newMember": 1 }],
            "unheardOf": { "inside": [null] },
        } })
    );
}

#[tokio::test]
async fn put_is_guarded_by_the_etag_and_starts_again() {
    let with_etag = |profile: &Value, etag: &str| {
        Script::new(&format!("200 OK\nETag: {etag}"), profile.to_string())
    };
    let (one, two, three) = (
        profile::<V2024_04_01>("PO-1", "Redmond"),
        profile::<V2024_04_01>("PO-1", "Bellevue"),
        profile::<V2024_04_01>("PO-2", "Tacoma"),
    );
    let answers = vec![
        with_etag(&one, "\"1\""),
        Script::new("412 Precondition Failed", ""),
        with_etag(&two, "\"2\""),
        reply(&three),
    ];
    let (server, client, clock) = start_as(ApiVersion::V2024_04_01, answers).await;
    set(&client).await.unwrap();
    assert_eq!(methods(&server), "GET PUT GET PUT");
    let received = server.received();
    assert_eq!(received[1].header("if-match"), Some("\"1\""));
    assert_eq!(received[3].header("if-match"), Some("\"2\""));
    assert_ne!(
        received[1].header("x-ms-client-request-id"),
        received[3].header("x-ms-client-request-id")
    );
    assert_eq!(clock.sleeps().len(), 0);

    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.extend([
            with_etag(&one, "\"1\""),
            Script::new("412 Precondition Failed", ""),
        ]);
    }
    let (server, client, _clock) = start_as(ApiVersion::V2024_04_01, answers).await;
    let error = set(&client).await.unwrap_err();
    assert!(
        error.is_conflict() && !error.may_have_taken_effect(),
        "{error}"
    );
    assert_eq!(
        (methods(&server).as_str(), error.attempts()),
        ("GET PUT GET PUT GET PUT", 3)
    );
}

#[tokio::test]
async fn weak_etag_guards_nothing() {
    let before = profile::<V2020_05_01>("PO-1", "Redmond").to_string();
    let answers = vec![
        Script::new("200 OK\nETag: W/\"1\"", before),
        reply(&profile::<V2020_05_01>("PO-2", "Tacoma")),
    ];
    let (server, client, _clock) = start_as(ApiVersion::V2020_05_01, answers).await;
    set(&client).await.unwrap();
    assert_eq!(server.received()[1].header("if-match"), None);
}

#[tokio::test]
async fn put_that_was_throttled_reads_the_profile_again() {
    let answers = vec![
        reply(&profile::<V2020_05_01>("PO-1", "Redmond")),
        Script::new("429 Too Many Requests\nRetry-After: 60", ""),
        reply(&profile::<V2020_05_01>("PO-1", "Bellevue")),
        reply(&profile::<V2020_05_01>("PO-2", "Tacoma")),
    ];
    let (server, client, clock) = start_as(ApiVersion::V2020_05_01, answers).await;
    set(&client).await.unwrap();
    assert_eq!(
        (methods(&server).as_str(), clock.seconds()),
        ("GET PUT GET PUT", vec![60])
    );
}

#[tokio::test]
async fn put_of_unknown_outcome_is_read_back_and_not_repeated() {
    for lost in [Script::hang_up(), Script::new("502 Bad Gateway", "")] {
        let answers = vec![
            reply(&profile::<V2020_05_01>("PO-1", "Redmond")),
            lost,
            reply(&profile::<V2020_05_01>("PO-2", "Tacoma")),
        ];
        let (server, client, _clock) = start_as(ApiVersion::V2020_05_01, answers).await;
        // One member of the update is not shown.
        let error = set(&client).await.unwrap_err();
        assert!(error.may_have_taken_effect());
        assert!(
            matches!(error.outcome(), Some(UpdateOutcome::PartlyApplied { .. })),
            "{error:?}"
        );
        assert_eq!(methods(&server).matches("PUT").count(), 1);
    }
}

#[tokio::test]
async fn change_since_the_profile_was_read_is_a_conflict() {
    let change = |value: &Value, member: &str, with: Value| {
        let mut changed = value.clone();
        changed["properties"][member] = with;
        changed
    };
    let one = profile::<V2020_05_01>("PO-1", "Redmond");
    let before: v2020_05_01::BillingProfile = serde_json::from_value(one.clone()).unwrap();
    for (now, is_conflict) in [
        (change(&one, "poNumber", json!("PO-9")), true),
        (change(&one, "displayName", json!("Fabrikam")), false),
    ] {
        let answers = vec![
            reply(&now),
            reply(&profile::<V2020_05_01>("PO-2", "Tacoma")),
        ];
        let (server, client, _clock) = start_as(ApiVersion::V2020_05_01, answers).await;
        let update = update().into();
        let updating = client
            .update_billing_profile(ACCOUNT, "p1", &update)
            .with_before(&before);
        let updated = updating.await;
        assert_eq!(updated.as_ref().is_err_and(Error::is_conflict), is_conflict);
        assert_eq!(
            methods(&server),
            if is_conflict { "GET" } else { "GET PUT" }
        );
    }

    let mut one = profile::<V2024_04_01>("PO-1", "Redmond");
    one["systemData"] = json!({ "lastModifiedAt": "2026-01-01T00:00:00Z" });
    let before: v2024_04_01::BillingProfile = serde_json::from_value(one.clone()).unwrap();
    one["systemData"]["lastModifiedAt"] = json!("2026-01-02T00:00:00Z");
    let (server, client, _clock) = start_as(ApiVersion::V2024_04_01, vec![reply(&one)]).await;
    let update = update().into();
    let updating = client
        .update_billing_profile(ACCOUNT, "p1", &update)
        .with_before(&before);
    let error = updating.await.unwrap_err();
    assert!(
        error.is_conflict() && !error.may_have_taken_effect(),
        "{error}"
    );
    assert_eq!(methods(&server), "GET");
}

#[tokio::test]
async fn profile_that_is_created_again_is_an_error() {
    let before = profile::<V2020_05_01>("PO-1", "Redmond");
    let mut other = profile::<V2020_05_01>("PO-2", "Tacoma");
    other["properties"]["systemId"] = json!("two");
    let created = Script::new("201 Created", other.to_string());
    let accepted = Script::new("202 Accepted\nLocation: /op?api-version=2020-05-01", "");
    let assert_refused = |error: Error| {
        assert!(
            error.is_recreated() && error.may_have_taken_effect() && error.poll_token().is_none(),
            "{error}"
        );
    };
    for answers in [vec![created], vec![accepted.clone(), reply(&other)]] {
        let answers = [vec![reply(&before)], answers].concat();
        let (_server, client, _clock) = start_as(ApiVersion::V2020_05_01, answers).await;
        assert_refused(set(&client).await.unwrap_err());
    }

    // The poller checks it, too, and so does a resumed one.
    let answers = vec![reply(&before), accepted, reply(&other), reply(&other)];
    let (_server, client, _clock) = start_as(ApiVersion::V2020_05_01, answers).await;
    let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &update().into());
    let mut poller = begin.await.unwrap();
    let token = poller.token().unwrap().to_string();
    assert_refused(poller.wait().await.unwrap_err());
    assert_eq!(poller.token(), None);
    let resumed = client.resume(token.parse().unwrap()).unwrap();
    assert_refused(resumed.await.unwrap_err());
}

#[tokio::test]
async fn missing_profile_is_not_created() {
    let answers = vec![Script::new(
        "404 Not Found",
        r#"{"code":"NotFound","message":"no"}"#,
    )];
    let (server, client, _clock) = start_as(ApiVersion::V2020_05_01, answers).await;
    let error = set(&client).await.unwrap_err();
    assert!(
        error.is_not_found() && !error.may_have_taken_effect(),
        "{error}"
    );
    assert_eq!(methods(&server), "GET");
}

#[tokio::test]
async fn token_resumes_with_its_own_version_only() {
    let answers = vec![
        reply(&profile::<V2020_05_01>("PO-1", "Redmond")),
        Script::new("202 Accepted\nLocation: /op?api-version=2020-05-01", ""),
        reply(&profile::<V2020_05_01>("PO-2", "Tacoma")),
    ];
    let (server, client, _clock) = start_as(ApiVersion::V2020_05_01, answers).await;
    let update = update().into();
    let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &update);
    let text = begin
        .clone()
        .send()
        .await
        .unwrap()
        .token()
        .unwrap()
        .to_string();
    let token: PollToken = text.parse().unwrap();
    let error = client
        .with_api_version(ApiVersion::V2024_04_01)
        .resume(token.clone())
        .unwrap_err();
    insta::assert_snapshot!(error, @"the resume token is of api version 2020-05-01, and the client speaks 2024-04-01: resume it with a client of its version");
    let response = begin.resume(token).unwrap().await.unwrap();
    assert_eq!(response.body().po_number(), Some("PO-2"));
    assert_eq!(methods(&server), "GET PUT GET");
}
