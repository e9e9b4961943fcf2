//! Operations whose status is the resource's own `provisioningState`.

use billing_test::Script;
use serde_json::{Value, json};

use crate::setup::{begin, polls};

const RESOURCE_PATH: &str = "/accounts/a1/profiles/p1";
const BY_LOCATION: &str = "202 Accepted\nLocation: /op/1?v=2\nRetry-After: 10";

#[tokio::test]
async fn a_resource_that_is_still_being_changed_is_not_the_result() {
    let resource = |state: Value| {
        let properties = json!({ "provisioningState": state });
        json!({ "type": "profiles", "name": "p1", "properties": properties }).to_string()
    };
    let not_yet = resource(json!("Updating"));
    // Answered by the write: then its Location, or where that is the resource or none, the
    // resource.
    for (location, asked, style) in [
        ("", RESOURCE_PATH, "Resource"),
        ("\nLocation: /op/1", "/op/1", "Location"),
        (
            "\nLocation: {origin}/accounts/a1/profiles/p1",
            RESOURCE_PATH,
            "Resource",
        ),
    ] {
        for done in [
            json!("Succeeded"),
            json!("sUCCEEDED"),
            json!(null),
            json!(7),
        ] {
            let answers = vec![
                Script::new(&format!("200 OK{location}\nRetry-After: 10"), &not_yet),
                Script::new("200 OK\nRetry-After: 20", &not_yet),
                Script::new("202 Accepted", ""),
                Script::json(&resource(done.clone())),
            ];
            let (poller, server, clock) = begin(answers).await;
            let poller = poller.unwrap();
            let token = format!("{:?}", poller.token().unwrap());
            assert!(
                token.contains(&format!("link_kind: {style},")),
                "{location}: {token}"
            );
            let response = poller.await.unwrap();
            assert_eq!(response.body()["properties"]["provisioningState"], done);
            assert_eq!(polls(&server), [asked, asked, asked], "{location}");
            assert_eq!(clock.seconds(), [10, 20, 30]);
        }
    }
}

#[tokio::test]
async fn failed_resource_ends_the_operation() {
    for state in ["Failed", "CANCELED"] {
        let body = json!({ "type": "profiles", "displayName": "Ada Example",
            "properties": { "provisioningState": state } });
        let failed = || Script::json(&body.to_string());
        let (at_once, _server, _clock) = begin(vec![failed()]).await;
        let (later, _server, _clock) = begin(vec![Script::new(BY_LOCATION, ""), failed()]).await;
        for error in [at_once.unwrap_err(), later.unwrap().await.unwrap_err()] {
            assert!(error.is_operation_failed() && error.may_have_taken_effect());
            assert!(error.poll_token().is_none() && error.service_error().is_none());
            assert!(!format!("{error} {error:?}").contains("Ada"));
        }
    }
}

#[tokio::test]
async fn unreadable_changing_resource_leaves_the_outcome_open() {
    let not_yet = r#"{"type":"t","properties":{"provisioningState":"Updating"}}"#;
    let conflict = r#"{"error":{"code":"Conflict"}}"#;
    for refusal in [
        Script::new("409 Conflict", conflict),
        Script::new("404 Not Found", ""),
        Script::new("204 No Content", ""),
    ] {
        let (poller, server, _clock) = begin(vec![Script::json(not_yet), refusal]).await;
        let error = poller.unwrap().await.unwrap_err();
        assert_eq!(polls(&server), [RESOURCE_PATH], "{error}");
        assert!(error.may_have_taken_effect() && error.poll_token().is_some());
        assert!(!error.is_operation_failed(), "{error}");
    }
}
