//! Deletions, which a service finishes at once or later.

use std::time::Duration;

use arm_client::{ApiVersion, ArmClient, Error, PollOptions, PollToken, Response};
use billing_test::{Received, Script, Server};

use crate::setup::ACCOUNT;
use crate::versions::{methods, start_as};

const V2024: arm_client::V2024_04_01 = ApiVersion::V2024_04_01;

type Client = ArmClient<arm_client::V2024_04_01>;

fn accepted(seconds: u32) -> Script {
    let status =
        format!("202 Accepted\nRetry-After: {seconds}\nLocation: /op?api-version=2024-04-01");
    Script::new(&status, "")
}

fn gone() -> Script {
    Script::new("204 No Content", "")
}

#[tokio::test]
async fn eligibility_is_told_before_a_deletion() {
    let answers = vec![Script::json(
        r#"{"eligibilityStatus":"NotAllowed","eligibilityDetails":[{"code":"ActiveCredits"}]}"#,
    )];
    let (server, client, _clock) = start_as(V2024, answers).await;
    let checked = client.check_delete_eligibility(ACCOUNT, "p1").await;
    let checked = checked.unwrap().into_body();
    assert_eq!(checked.eligibility_status.unwrap().as_str(), "NotAllowed");
    assert_eq!(methods(&server), "POST");
    let path = "/p1/validateDeleteEligibility?api-version=2024-04-01";
    assert!(server.received()[0].path().ends_with(path));
}

#[tokio::test]
async fn profile_is_deleted_at_once() {
    // A body says nothing, whatever it is.
    for answer in [gone(), Script::new("200 OK", "[]"), Script::json("{}")] {
        let (server, client, _clock) = start_as(V2024, vec![answer]).await;
        let poller = client.begin_delete_billing_profile(ACCOUNT, "p1").await;
        let poller = poller.unwrap();
        assert_eq!(poller.token(), None);
        let response = poller.await.unwrap();
        assert_eq!(response.outcome(), None);
        assert_eq!(methods(&server), "DELETE");
    }
}

#[tokio::test]
async fn profile_is_deleted_and_the_end_awaited() {
    let answers = vec![accepted(7), accepted(8), gone()];
    let (server, client, clock) = start_as(V2024, answers).await;
    client.delete_billing_profile(ACCOUNT, "p1").await.unwrap();
    assert_eq!(methods(&server), "DELETE GET GET");
    assert_eq!(clock.seconds(), [7, 8]);
}

#[tokio::test]
async fn report_tells_the_end_of_a_deletion() {
    let begun = || {
        Script::new(
            "202 Accepted\nRetry-After: 1\nAzure-AsyncOperation: /status",
            "",
        )
    };
    let succeeded = Script::json(r#"{"status":"Succeeded"}"#);
    let (server, client, _clock) = start_as(V2024, vec![begun(), succeeded]).await;
    client.delete_billing_profile(ACCOUNT, "p1").await.unwrap();
    assert_eq!(methods(&server), "DELETE GET");

    let failed = Script::json(r#"{"status":"Failed","error":{"code":"HasCharges"}}"#);
    let (_server, client, _clock) = start_as(V2024, vec![begun(), failed]).await;
    let error = client.delete_billing_profile(ACCOUNT, "p1").await;
    assert!(error.unwrap_err().is_operation_failed());
}

#[tokio::test]
async fn deadline_of_a_deletion_leaves_its_token() {
    let answers = vec![accepted(70), accepted(70), gone()];
    let (server, client, clock) = start_as(V2024, answers).await;
    let options = PollOptions::default().with_deadline(Duration::from_secs(100));
    let delete = client.delete_billing_profile(ACCOUNT, "p1");
    let error = delete.with_poll_options(options).await.unwrap_err();
    assert!(error.is_still_running(), "{error}");
    assert!(error.may_have_taken_effect());
    assert_eq!(methods(&server), "DELETE GET");
    assert_eq!(clock.seconds(), [70]);

    let text = error.poll_token().unwrap().to_string();
    let resumed = client.resume_deletion(text.parse().unwrap()).unwrap();
    resumed.await.unwrap();
    assert_eq!(methods(&server), "DELETE GET GET");
}

/// Starts a deletion that the service forgets; these are the responses to the reads of the profile.
async fn forgotten(reads: Vec<Script>) -> (Server, Result<Response<()>, Error>, Client) {
    let not_found = Script::new("404 Not Found", "");
    let answers = [vec![accepted(1)], vec![not_found; 4], reads].concat();
    let (server, client, _clock) = start_as(V2024, answers).await;
    let deleted = client.delete_billing_profile(ACCOUNT, "p1").await;
    (server, deleted, client)
}

fn reads(server: &Server) -> usize {
    let received = server.received();
    let path = received[0].path();
    assert!(path.contains("/p1?"), "{path}");
    let is_read = |it: &&Received| it.method() == "GET" && it.path() == path;
    received.iter().filter(is_read).count()
}

#[tokio::test]
async fn forgotten_deletion_is_done_if_the_profile_is_gone() {
    for status in ["404 Not Found", "410 Gone"] {
        let (server, deleted, _client) = forgotten(vec![Script::new(status, "")]).await;
        assert_eq!(deleted.unwrap().status().to_string(), status);
        assert_eq!(methods(&server), "DELETE GET GET GET GET GET");
        assert_eq!(reads(&server), 1);
    }
}

#[tokio::test]
async fn forgotten_deletion_is_lost_if_the_profile_is_there() {
    let (server, deleted, _client) = forgotten(vec![Script::json(r#"{"name":"p1"}"#)]).await;
    let error = deleted.unwrap_err();
    assert!(error.is_operation_lost() && error.may_have_taken_effect());
    assert!(error.poll_token().is_none());
    insta::assert_snapshot!(error, @"the service no longer knows the operation, and the resource that was to be deleted is still there");
    assert_eq!(reads(&server), 1);
}

#[tokio::test]
async fn forgotten_deletion_whose_profile_cannot_be_read_is_open() {
    let answers = vec![
        Script::new("403 Forbidden", ""),
        Script::new("404 Not Found", ""),
    ];
    let (server, deleted, client) = forgotten(answers).await;
    let error = deleted.unwrap_err();
    assert!(!error.is_operation_lost() && error.may_have_taken_effect());
    let text = error.poll_token().unwrap().to_string();
    let resumed = client.resume_deletion(text.parse().unwrap()).unwrap();
    resumed.await.unwrap();
    assert_eq!(reads(&server), 2);
}

#[tokio::test]
async fn token_resumes_the_operation_that_it_is_for_only() {
    let (_server, client, _clock) = start_as(V2024, vec![accepted(1)]).await;
    let begin = client.begin_delete_billing_profile(ACCOUNT, "p1");
    let poller = begin.clone().await.unwrap();
    let token: PollToken = poller.token().unwrap().to_string().parse().unwrap();
    assert!(token.is_deletion());
    assert!(begin.resume(token.clone()).is_ok());

    let refused = |refused: Result<(), Error>| {
        let error = refused.unwrap_err();
        assert!(error.is_invalid_input());
        error.to_string()
    };
    let other = client.begin_delete_billing_profile(ACCOUNT, "p2");
    let other = refused(other.resume(token.clone()).map(drop));
    assert!(other.ends_with("/billingProfiles/p2"), "{other}");
    let update = client.begin_update_billing_profile(ACCOUNT, "p1", &Default::default());
    insta::assert_snapshot!(refused(update.resume(token.clone()).map(drop)), @"the resume token is for a deletion, not for an update");
    insta::assert_snapshot!(refused(client.resume(token.clone()).map(drop)), @"the resume token is for a deletion, not for an update");

    let (_server, elsewhere, _clock) = start_as(V2024, Vec::new()).await;
    let message = refused(elsewhere.resume_deletion(token).map(drop));
    assert!(
        message.contains("use the endpoint that the update was sent to"),
        "{message}"
    );

    let answers = vec![
        Script::json(r#"{"name":"p1","properties":{}}"#),
        accepted(1),
    ];
    let (_server, client, _clock) = start_as(V2024, answers).await;
    let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &Default::default());
    let token = begin.await.unwrap().token().unwrap().clone();
    insta::assert_snapshot!(refused(client.resume_deletion(token).map(drop)), @"the resume token is for an update, not for a deletion");
}
