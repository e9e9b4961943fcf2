//! Spans follow OpenTelemetry's conventions for HTTP clients.

use std::fmt::Write as _;
use std::sync::Arc;

use billing_test::{Script, Server, TestClock};

use super::hostile::{Kept, profile};
use super::record::Recorder;
use super::run::{ACCOUNT, CUSTOMER, Operation, arm, partner, persistent, update};

/// The ids so far, each with a number.
#[derive(Default)]
struct Ids(Vec<String>);

impl Ids {
    /// Returns the number of an id.
    fn number(&mut self, id: &str) -> String {
        let place = self.0.iter().position(|known| known == id);
        let place = place.unwrap_or_else(|| {
            self.0.push(id.to_owned());
            self.0.len() - 1
        });
        format!("[id {}]", place + 1)
    }
}

/// The spans as a tree, in the order in which they began; ports are hidden and ids are numbered.
fn tree(recorder: &Recorder, server: &Server) -> String {
    let spans = recorder.spans();
    let port = server.origin().rsplit(':').next().unwrap().to_owned();
    let mut ids = Ids::default();
    let mut told = String::new();
    for span in &spans {
        if !span.target.starts_with("billing_core") {
            continue;
        }
        let mut depth = 0;
        let mut above = span.parent;
        while let Some(place) = above {
            depth += 1;
            above = spans[place].parent;
        }
        let indent = "  ".repeat(depth);
        writeln!(told, "{indent}{}", span.name).unwrap();
        for (name, value) in &span.fields {
            let value = match *name {
                "billing.request_id" | "billing.correlation_id" => ids.number(value),
                _ => value.replace(&port, "[port]"),
            };
            writeln!(told, "{indent}  {name}: {value}").unwrap();
        }
    }
    told
}

#[tokio::test]
async fn an_operation_is_one_span_and_each_attempt_a_child_of_it() {
    let (recorder, _guard) = Recorder::start();
    let server = Server::start(vec![
        Script::hang_up(),
        Script::new("503 Service Unavailable", ""),
        Script::json(&profile(Kept::AtPartnerCenter, 0)),
    ])
    .await;
    let clock = Arc::new(TestClock::default());
    let outcome = Operation::Get
        .call(&server.origin(), persistent(&clock))
        .await;
    assert_eq!(outcome.unwrap(), 200);
    insta::assert_snapshot!("a_read_with_three_attempts", tree(&recorder, &server));
}

#[tokio::test]
async fn rejections_broken_bodies_and_no_server_are_span_errors() {
    let (recorder, _guard) = Recorder::start();
    let server = Server::start(vec![
        Script::new("400 Bad Request", r#"{"code":2055,"description":"Etag"}"#),
        Script::bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_vec()),
    ])
    .await;
    let clock = Arc::new(TestClock::default());
    let options = || persistent(&clock).with_retry(billing_core::RetryPolicy::never());
    for _ in 0..2 {
        let client = partner(&server.origin(), options());
        let get = client.get_customer_billing_profile(CUSTOMER);
        get.send().await.unwrap_err();
    }
    let nobody = partner("http://127.0.0.1:9", options());
    let get = nobody.get_customer_billing_profile(CUSTOMER);
    get.send().await.unwrap_err();
    insta::assert_snapshot!("reads_that_fail", tree(&recorder, &server));
}

#[tokio::test]
async fn a_long_running_update_is_an_operation_and_so_is_each_poll() {
    let (recorder, _guard) = Recorder::start();
    let server = Server::start(vec![
        Script::new("202 Accepted\nLocation: /op?sig=1", ""),
        Script::new("202 Accepted", ""),
        Script::json(&profile(Kept::AtResourceManager, 1)),
    ])
    .await;
    let clock = Arc::new(TestClock::default());
    let client = arm(&server.origin(), persistent(&clock));
    let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &update());
    begin.send().await.unwrap().wait().await.unwrap();
    insta::assert_snapshot!("an_update_and_its_polls", tree(&recorder, &server));
}

#[tokio::test]
async fn an_update_read_back_and_an_edit_are_one_operation_each() {
    let (recorder, _guard) = Recorder::start();
    let server = Server::start(vec![
        Script::hang_up(),
        Script::json(&profile(Kept::AtResourceManager, 0)),
        Script::json(&profile(Kept::AtResourceManager, 1)),
        Script::json(&profile(Kept::AtPartnerCenter, 0)),
        Script::json(&profile(Kept::AtPartnerCenter, 1)),
    ])
    .await;
    let clock = Arc::new(TestClock::default());
    let outcome = Operation::Patch
        .call(&server.origin(), persistent(&clock))
        .await;
    assert_eq!(outcome.unwrap(), 200);
    let client = partner(&server.origin(), persistent(&clock));
    client
        .edit_customer_billing_profile(CUSTOMER, |profile| {
            profile.company_name = Some("after".to_owned())
        })
        .send()
        .await
        .unwrap();
    insta::assert_snapshot!("operations_of_several_requests", tree(&recorder, &server));
}

#[tokio::test]
async fn each_attempt_has_its_id_and_a_returned_guid() {
    let (recorder, _guard) = Recorder::start();
    let returned = "0a0a0a0a-1111-4222-8333-444444444444";
    let busy = |id: &str| {
        let head = format!("429 Too Many Requests\nRetry-After: 1\nMS-RequestId: {id}");
        Script::new(&head, "")
    };
    let good = Script::json(&profile(Kept::AtPartnerCenter, 1));
    let server = Server::start(vec![busy(returned), busy("Jane Roe"), good]).await;
    let clock = Arc::new(TestClock::default());
    let outcome = Operation::Put
        .call(&server.origin(), persistent(&clock))
        .await;
    assert_eq!(outcome.unwrap(), 200);
    let spans = recorder.spans();
    let attempts = spans.iter().filter(|span| span.name == "HTTP request");
    let sent: Vec<_> = server
        .received()
        .iter()
        .map(|one| one.header("ms-requestid").unwrap().to_owned())
        .collect();
    let expected = [Some(returned), None, None];
    assert_eq!(attempts.clone().count(), 3);
    for ((attempt, sent), returned) in attempts.zip(sent).zip(expected) {
        let field = |name| attempt.fields.get(name).map(String::as_str);
        assert_eq!(field("billing.request_id"), Some(sent.as_str()));
        assert_eq!(field("billing.returned_request_id"), returned);
    }
}
