//! An update whose outcome is unknown is looked for before it is sent again.

use arm_client::{ArmClient, Error, Response, models::BillingProfile};

use crate::loopback::{Answer, Server};
use crate::setup::{ACCOUNT, PROFILE, start_persistent, update};

/// The profile before the update.
const BEFORE: &str =
    r#"{"id":"/x","name":"p1","properties":{"poNumber":"PO-1","invoiceEmailOptIn":true}}"#;

async fn send(client: &ArmClient) -> Result<Response<BillingProfile>, Error> {
    let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &update());
    begin.send().await?.wait().await
}

fn methods(server: &Server) -> String {
    let lines = server.lines();
    let words: Vec<_> = lines
        .iter()
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    words.join(" ")
}

fn lost() -> [Answer; 5] {
    [
        Answer::HangUp,
        Answer::new("408 X", ""),
        Answer::new("500 X", ""),
        Answer::new("504 X", ""),
        Answer::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_vec()),
    ]
}

#[tokio::test]
async fn a_change_that_is_there_is_not_sent_again() {
    for lost in lost() {
        let (server, client, clock) = start_persistent(vec![lost, Answer::json(PROFILE)]).await;
        let response = send(&client).await.unwrap();
        let properties = response.into_body().properties.unwrap();
        assert_eq!(properties.po_number.as_deref(), Some("PO-2"));
        assert_eq!(methods(&server), "PATCH GET");
        assert_eq!(clock.seconds(), [1]);
    }
}

#[tokio::test]
async fn a_change_that_is_not_there_is_sent_again() {
    for lost in lost() {
        let answers = vec![lost, Answer::json(BEFORE), Answer::json(PROFILE)];
        let (server, client, _clock) = start_persistent(answers).await;
        send(&client).await.unwrap();
        assert_eq!(methods(&server), "PATCH GET PATCH");
    }
}

#[tokio::test]
async fn what_cannot_be_looked_at_is_not_sent_again() {
    let answers = vec![Answer::HangUp, Answer::new("403 Forbidden", "")];
    let (server, client, _clock) = start_persistent(answers).await;
    let error = send(&client).await.unwrap_err();
    assert!(error.is_interrupted() && error.may_have_taken_effect());
    assert_eq!(methods(&server), "PATCH GET");
}

#[tokio::test]
async fn an_answer_that_is_no_profile_does_not_show_that_the_change_is_missing() {
    let pages = [
        "<html>Sign in to the guest network</html>",
        "{}",
        "[]",
        "",
        r#"{"error":{"code":"Busy","message":"later"}}"#,
        r#"{"id":null,"name":null}"#,
    ];
    for page in pages {
        let answers = vec![Answer::HangUp, Answer::json(page), Answer::json(PROFILE)];
        let (server, client, _clock) = start_persistent(answers).await;
        let error = send(&client).await.unwrap_err();
        assert!(error.is_interrupted(), "{page}: {error}");
        assert!(error.may_have_taken_effect(), "{page}");
        assert_eq!(methods(&server), "PATCH GET", "{page}");
    }
}

#[tokio::test]
async fn the_attempts_are_counted_over_all_of_it() {
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(Answer::new("503 X", ""));
        answers.push(Answer::json(BEFORE));
    }
    let (server, client, clock) = start_persistent(answers).await;
    let error = send(&client).await.unwrap_err();
    assert!(error.may_have_taken_effect());
    assert_eq!(error.attempts(), 4);
    assert_eq!(methods(&server), "PATCH GET PATCH GET PATCH GET PATCH");
    assert_eq!(clock.seconds(), [1, 2, 4]);
}

#[tokio::test]
async fn a_refusal_after_an_unknown_outcome_does_not_make_it_undone() {
    let answers = vec![
        Answer::HangUp,
        Answer::json(BEFORE),
        Answer::new("409 Conflict", ""),
    ];
    let (server, client, _clock) = start_persistent(answers).await;
    let error = send(&client).await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 409);
    assert!(error.may_have_taken_effect());
    assert_eq!(methods(&server), "PATCH GET PATCH");
}

#[tokio::test]
async fn a_throttled_update_is_sent_again_without_a_look() {
    let answers = vec![
        Answer::new("429 X\nRetry-After: 9", ""),
        Answer::json(PROFILE),
    ];
    let (server, client, clock) = start_persistent(answers).await;
    send(&client).await.unwrap();
    assert_eq!(methods(&server), "PATCH PATCH");
    assert_eq!(clock.seconds(), [9]);
}

#[tokio::test]
async fn a_poll_is_a_read_and_tried_again() {
    let answers = vec![
        Answer::new("202 Accepted\nLocation: /op\nRetry-After: 10", ""),
        Answer::new("503 X\nRetry-After: 5", ""),
        Answer::HangUp,
        Answer::json(PROFILE),
    ];
    let (server, client, clock) = start_persistent(answers).await;
    send(&client).await.unwrap();
    assert_eq!(methods(&server), "PATCH GET GET GET");
    assert_eq!(clock.seconds(), [10, 5, 2]);
}
