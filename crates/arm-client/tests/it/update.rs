//! Updates that finish at once, are polled, and are resumed.

use arm_client::models::{BillingProfilePropertiesUpdate, BillingProfileUpdate};
use arm_client::{PollStatus, PollToken};
use billing_test::{Script, token_word};
use futures_util::StreamExt;
use serde_json::{Value, json};

use crate::setup::{ACCOUNT, PROFILE, start, update};

fn accepted() -> Script {
    let head = "202 Accepted\nRetry-After: 60\n\
                Location: /providers/Microsoft.Billing/billingOperations/ed29?api-version=2018-05-31-preview";
    Script::new(head, "")
}

#[tokio::test]
async fn update_is_finished_if_the_response_is_the_profile() {
    let (server, client, clock) = start(vec![Script::json(PROFILE)]).await;
    let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &update());
    let mut poller = begin.send().await.unwrap();
    assert!(poller.token().is_none());
    let profile = poller.wait().await.unwrap().into_body();
    let properties = profile.properties.unwrap();
    assert_eq!(properties.po_number.as_deref(), Some("PO-2"));
    assert_eq!(
        properties.additional_properties.get("hasReadAccess"),
        Some(json!(true))
    );
    assert_eq!((server.received().len(), clock.sleeps().len()), (1, 0));
}

#[tokio::test]
async fn accepted_update_is_polled_to_its_end() {
    let answers = vec![
        accepted(),
        Script::new("202 Accepted", ""),
        Script::json(PROFILE),
    ];
    let (server, client, clock) = start(answers).await;
    let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &update());
    let response = begin.send().await.unwrap().wait().await.unwrap();
    assert_eq!(response.body().name.as_deref(), Some("p1"));
    assert_eq!(clock.seconds(), [60, 30]);
    let poll = "GET /providers/Microsoft.Billing/billingOperations/ed29?api-version=2018-05-31-preview HTTP/1.1";
    assert_eq!(server.lines()[1..], [poll, poll]);
}

#[tokio::test]
async fn update_is_resumed_from_its_token_by_another_client() {
    let (server, client, clock) = start(vec![accepted(), Script::json(PROFILE)]).await;
    let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &update());
    let text = begin.send().await.unwrap().token().unwrap().to_string();

    let token: PollToken = text.parse().unwrap();
    assert_eq!(token.account(), ACCOUNT);
    assert!(token.is_for_body(server.received()[0].body.as_bytes()));
    let response = client.resume(token).unwrap().wait().await.unwrap();
    assert_eq!(response.body().name.as_deref(), Some("p1"));
    assert_eq!(
        clock.sleeps().len(),
        0,
        "a resumed update is asked for at once"
    );
    let writes = server
        .lines()
        .iter()
        .filter(|line| line.starts_with("PATCH"))
        .count();
    assert_eq!(writes, 1);
}

#[tokio::test]
async fn token_of_another_update_is_refused_unsent() {
    let (server, client, _clock) = start(vec![accepted(), Script::json(PROFILE)]).await;
    let begin = |account: &str, profile: &str, update: &BillingProfileUpdate| {
        client.begin_update_billing_profile(account, profile, update)
    };
    let poller = begin(ACCOUNT, "p1", &update()).send().await.unwrap();
    let token = poller.token().unwrap();
    let po_number = BillingProfilePropertiesUpdate::default().po_number("PO-3");
    let another = BillingProfileUpdate::default().properties(po_number);
    for (what, other) in [
        ("account", begin("another", "p1", &update())),
        ("profile", begin(ACCOUNT, "p2", &update())),
        ("body", begin(ACCOUNT, "p1", &another)),
        ("no name", begin(ACCOUNT, "..", &update())),
    ] {
        let error = other.resume(token.clone()).unwrap_err();
        assert!(error.is_invalid_input(), "{what}: {error}");
        assert!(!error.may_have_taken_effect(), "{what}");
    }
    assert_eq!(server.received().len(), 1);
    let same = begin(ACCOUNT, "p1", &update()).resume(token.clone());
    assert_eq!(same.unwrap().await.unwrap().status().as_u16(), 200);
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn update_can_be_watched_by_its_statuses() {
    let operation =
        "/providers/Microsoft.Billing/operationStatuses/7?api-version=2019-10-01-preview";
    let answers = vec![
        Script::new(
            &format!("202 Accepted\nAzure-AsyncOperation: {operation}"),
            "",
        ),
        Script::json(r#"{"status":"InProgress","percentComplete":50}"#),
        Script::json(r#"{"status":"Succeeded"}"#),
        Script::json(PROFILE),
    ];
    let (server, client, _clock) = start(answers).await;
    let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &update());
    let mut poller = begin.send().await.unwrap();
    let mut seen = Vec::new();
    let mut states = poller.statuses();
    while let Some(state) = states.next().await {
        seen.push(match state.unwrap() {
            PollStatus::Running {
                percent_complete, ..
            } => percent_complete,
            PollStatus::Succeeded(profile) => {
                assert_eq!(profile.body().name.as_deref(), Some("p1"));
                Some(100.0)
            }
        });
    }
    assert_eq!(seen, [Some(50.0), None, Some(100.0)]);
    let poll = format!("GET {operation} HTTP/1.1");
    assert_eq!(server.lines()[1..3], [poll.clone(), poll]);
    // The resource by the URL of the update, with its version.
    let written = server.lines()[0].replace("PATCH", "GET");
    assert_eq!(server.lines()[3], written);
}

#[tokio::test]
async fn changed_or_foreign_resume_token_is_refused() {
    let (server, client, _clock) = start(vec![accepted()]).await;
    let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &update());
    let poller = begin.send().await.unwrap();
    let resource = poller.token().unwrap().resource().to_string();
    let good = json!({
        "origin": server.origin(), "account": ACCOUNT, "resource": resource,
        "kind": "location", "location": format!("{}/op", server.origin()),
    });
    client.resume(token_word(&good).parse().unwrap()).unwrap();
    let changed = |member: &str, value: String| {
        let mut token = good.clone();
        token[member] = Value::from(value);
        client
            .resume(token_word(&token).parse().unwrap())
            .unwrap_err()
    };
    let (elsewhere, other, _clock) = start(Vec::new()).await;
    let errors = [
        changed("account", "another-account".to_owned()),
        changed("account", "..".to_owned()),
        changed("resource", format!("{}/somewhere/else", server.origin())),
        changed("location", format!("{}/op", elsewhere.origin())),
        changed("origin", elsewhere.origin()),
        other.resume(poller.token().unwrap().clone()).unwrap_err(),
    ];
    for error in errors {
        assert!(
            error.is_invalid_input() && !error.may_have_taken_effect(),
            "{error}"
        );
    }
    assert_eq!(server.received().len() + elsewhere.received().len(), 1);
}

#[tokio::test]
async fn operations_can_be_spawned() {
    fn check<T: Send>(_: T) {}
    let (_server, client, _clock) = start(vec![Script::json(PROFILE)]).await;
    check(client.get_billing_profile(ACCOUNT, "p1").send());
    check(client.list_billing_profiles(ACCOUNT).collect_all());
    let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &update());
    let mut poller = begin.send().await.unwrap();
    check(poller.statuses());
    check(poller.wait());
    assert!(!format!("{client:?} {poller:?}").contains("canary"));
    check(poller.into_future());
}

#[tokio::test]
async fn status_of_the_update_precedes_the_profile() {
    for body in [
        r#"{"name":"p1","properties":{"provisioningState":"Failed"}}"#,
        r#"{"name":"p1","status":"Failed"}"#,
    ] {
        let (server, client, _clock) = start(vec![Script::json(body)]).await;
        let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &update());
        let error = begin.send().await.unwrap_err();
        assert!(error.is_operation_failed(), "{body}: {error}");
        assert_eq!(server.received().len(), 1);
    }
    for body in ["{}", r#"{"properties":{}}"#] {
        let (_server, client, _clock) = start(vec![Script::json(body)]).await;
        let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &update());
        let error = begin.send().await.unwrap_err();
        assert!(error.is_protocol(), "{body}: {error}");
    }
}
