//! The deletion of a profile, in the newest version, and planned outcomes.

use billing_emulator::{Fault, FaultPlan, LocationStyle, OperationOutcome};
use serde_json::json;

use crate::arm_versions::{MIDDLE, NEWEST, OLDEST, get, path, put, stored, two_profiles};
use crate::support::HttpClient;

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
    assert_eq!(
        caller.send("POST", &check("/missing"), "").await.status,
        404
    );
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
async fn deletions_have_their_own_rate_limit() {
    let limit = "bucket arm.delete=1,1/60s".parse().unwrap();
    let emulator = two_profiles().rate_limit(limit).start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    let missing = path("/missing", NEWEST);
    assert_eq!(caller.send("DELETE", &missing, "").await.status, 204);
    assert_eq!(caller.send("DELETE", &missing, "").await.status, 429);
    let body = json!({ "properties": {} });
    assert_eq!(put(&emulator, "/first", NEWEST, &body).await.status, 200);
}
