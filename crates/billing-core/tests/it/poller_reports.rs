//! Operations whose status is a report, at an `Azure-AsyncOperation` or a `Location`.

use billing_core::http::Method;
use billing_core::{PollStatus, PollToken, Poller};
use billing_test::Script;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::setup::{self, begin, polls};

const RESOURCE: &str = r#"{"type":"profiles","name":"p1"}"#;
const RESOURCE_PATH: &str = "/accounts/a1/profiles/p1";
const BY_OPERATION: &str = "202 Accepted\nAzure-AsyncOperation: /status/1?v=2\nRetry-After: 10";
const BY_LOCATION: &str = "202 Accepted\nLocation: /op/1?v=2\nRetry-After: 10";

fn report(status: &str) -> Script {
    Script::json(&json!({ "id": "/status/1", "name": "1", "status": status }).to_string())
}

/// Every documented status, those of billing and compute, and unknown ones.
const STATUSES: [(&str, Option<&str>); 26] = [
    ("Succeeded", Some("ok")),
    ("succeeded", Some("ok")),
    ("SUCCEEDED", Some("ok")),
    ("Failed", Some("Failed")),
    ("failed", Some("Failed")),
    ("FAILED", Some("Failed")),
    ("Canceled", Some("Canceled")),
    ("canceled", Some("Canceled")),
    ("CANCELED", Some("Canceled")),
    // Not in the contract, but sent by services and accepted by Azure's own clients.
    ("Cancelled", Some("Canceled")),
    ("cancelled", Some("Canceled")),
    ("InProgress", None),
    ("Accepted", None),
    ("Running", None),
    ("Creating", None),
    ("Updating", None),
    ("Deleting", None),
    ("Pending", None),
    ("New", None),
    ("PreparingVMDisk", None),
    ("NotStarted", None),
    ("Canceling", None),
    // Final by name, but not by the contract.
    ("Success", None),
    ("Completed", None),
    (" Succeeded", None),
    ("", None),
];

async fn ends(style: &str, first: Script) -> Option<String> {
    let answers = vec![Script::new(style, ""), first, Script::json(RESOURCE)];
    let (poller, server, _clock) = begin(answers).await;
    let mut poller = poller.unwrap();
    let end = match poller.poll_once().await {
        // The report may have the error before the resource is read.
        Ok(PollStatus::Running { next_poll_in, .. }) if next_poll_in.is_zero() => {
            assert!(matches!(
                poller.poll_once().await.unwrap(),
                PollStatus::Succeeded(_)
            ));
            assert_eq!(polls(&server)[1..], [RESOURCE_PATH]);
            Some("ok".to_owned())
        }
        Ok(PollStatus::Running { .. }) => None,
        Ok(PollStatus::Succeeded(_)) => panic!("a report is no resource"),
        Err(error) => {
            assert!(error.is_operation_failed() && error.poll_token().is_none());
            assert!(error.may_have_taken_effect(), "nothing promises an undo");
            let is_canceled = error.is_operation_canceled();
            let text = error.to_string();
            let name = text.strip_prefix("the operation ended as ").unwrap();
            assert_eq!(is_canceled, name == "Canceled");
            Some(name.to_owned())
        }
    };
    assert_eq!(poller.token().is_some(), end.is_none());
    end
}

#[tokio::test]
async fn statuses_are_final_in_any_letter_case() {
    for (status, expected) in STATUSES {
        for style in [BY_OPERATION, BY_LOCATION] {
            let end = ends(style, report(status)).await;
            assert_eq!(end.as_deref(), expected, "{status:?} by {style}");
        }
    }
}

#[tokio::test]
async fn operation_is_polled_and_then_the_resource_is_read() {
    let running = r#"{"status":"InProgress","percentComplete":40.5}"#;
    let answers = vec![
        Script::new(BY_OPERATION, ""),
        Script::new("200 OK\nRetry-After: 20", running),
        Script::new("202 Accepted", ""),
        Script::new(
            "200 OK\nAzure-AsyncOperation: {origin}/status/2\nLocation: /ignored",
            running,
        ),
        // A result inside a report is not the resource.
        Script::json(r#"{"status":"Succeeded","properties":{"name":"other"}}"#),
        Script::json(RESOURCE),
    ];
    let (poller, server, clock) = begin(answers).await;
    let response = poller.unwrap().await.unwrap();
    assert_eq!(response.body()["name"], "p1");
    let one = "/status/1?v=2";
    assert_eq!(polls(&server), [one, one, one, "/status/2", RESOURCE_PATH]);
    assert_eq!(clock.seconds(), [10, 20, 30, 30]);
}

#[tokio::test]
async fn async_operation_is_preferred_over_location_and_body() {
    for status in ["202 Accepted", "200 OK", "201 Created", "204 No Content"] {
        for link in ["/status/1", "{origin}/status/1"] {
            let head = format!("{status}\nLocation: /op/1\nAzure-AsyncOperation: {link}");
            let body = if status.starts_with("20") && !status.starts_with("204") {
                r#"{"type":"profiles","name":"not yet"}"#
            } else {
                ""
            };
            let answers = vec![
                Script::new(&head, body),
                report("Running"),
                report("Succeeded"),
                Script::json(RESOURCE),
            ];
            let (poller, server, _clock) = begin(answers).await;
            let response = poller.unwrap().await.unwrap();
            assert_eq!(response.body()["name"], "p1", "{head}");
            let status = "/status/1".to_owned();
            assert_eq!(
                polls(&server),
                [status.clone(), status, RESOURCE_PATH.to_owned()],
                "{head}"
            );
        }
    }
}

#[tokio::test]
async fn failed_operation_has_its_own_error_and_ends_the_poller() {
    let mut told = String::new();
    for (style, status) in [(BY_OPERATION, "Failed"), (BY_LOCATION, "canceled")] {
        let body = json!({
            "status": status,
            "error": {
                "code": "AddressInvalid",
                "message": "No such region.",
                "details": [{ "code": "Region", "message": "canary" }],
            },
        });
        let answers = vec![Script::new(style, ""), Script::json(&body.to_string())];
        let (poller, server, _clock) = begin(answers).await;
        let mut poller = poller.unwrap();
        let error = poller.wait().await.unwrap_err();
        let service = error.service_error().unwrap();
        assert_eq!(service.code(), Some("AddressInvalid"));
        assert_eq!(service.message(), Some("No such region."));
        assert_eq!(service.details()[0].code(), Some("Region"));
        assert!(error.is_operation_failed() && error.may_have_taken_effect());
        assert!(error.poll_token().is_none() && poller.token().is_none());
        assert!(error.request_id().is_some());
        assert!(!error.is_conflict() && !error.is_not_found() && !error.is_still_running());
        assert!(!format!("{error:?}").contains("canary"));
        assert!(poller.wait().await.unwrap_err().is_invalid_input());
        assert_eq!(server.received().len(), 2);
        told.push_str(&format!("{error}\n"));
    }
    assert_snapshot!(told, @"
    the operation ended as Failed, code AddressInvalid
    the operation ended as Canceled, code AddressInvalid
    ");
}

#[tokio::test]
async fn error_of_a_status_poll_is_not_that_of_the_operation() {
    let of_the_service = r#"{"error":{"code":"Conflict","message":"…"}}"#;
    for status in [400, 401, 403, 408, 409, 412, 422, 429, 500, 503] {
        let answers = vec![
            Script::new(BY_OPERATION, ""),
            Script::new(&format!("{status} X"), of_the_service),
            report("Succeeded"),
            Script::json(RESOURCE),
        ];
        let (poller, server, _clock) = begin(answers).await;
        let mut poller = poller.unwrap();
        let error = poller.wait().await.unwrap_err();
        assert!(error.may_have_taken_effect(), "{status}");
        assert!(!error.is_operation_failed(), "{status}");
        assert_eq!(error.poll_token(), poller.token(), "{status}");
        assert!(poller.token().is_some(), "{status}");
        assert_eq!(poller.await.unwrap().body()["name"], "p1", "{status}");
        assert_eq!(polls(&server).len(), 3, "{status}");
    }
}

#[tokio::test]
async fn report_without_a_status_is_polled_again() {
    for head in [BY_OPERATION, BY_LOCATION] {
        for body in [
            r#"{"status":null}"#,
            r#"{"status":7}"#,
            r#"{"status":null,"id":null}"#,
        ] {
            let answers = vec![
                Script::new(head, ""),
                Script::json(body),
                Script::json(body),
                report("Succeeded"),
                Script::json(RESOURCE),
            ];
            let (poller, server, _clock) = begin(answers).await;
            let response = poller.unwrap().await.unwrap();
            assert_eq!(response.body()["name"], "p1", "{body}");
            assert_eq!(polls(&server).len(), 4, "{body}");
        }
    }
    for body in ["{}", r#"{"name":"7","percentComplete":50}"#] {
        let answers = vec![
            Script::new(BY_OPERATION, ""),
            Script::json(body),
            report("Succeeded"),
            Script::json(RESOURCE),
        ];
        let (poller, server, _clock) = begin(answers).await;
        poller.unwrap().await.unwrap();
        assert_eq!(polls(&server).len(), 3, "{body}");
    }
}

#[tokio::test]
async fn failed_report_with_a_type_or_an_id_is_a_failed_operation() {
    for members in [
        r#""type":"t""#,
        r#""id":"/operations/1","type":"t""#,
        r#""id":"/accounts/a1/profiles/p1","name":"p1","type":"t","properties":{}"#,
    ] {
        for status in ["Failed", "canceled"] {
            let body =
                format!(r#"{{"status":"{status}",{members},"error":{{"code":"AddressInvalid"}}}}"#);
            for head in [BY_OPERATION, BY_LOCATION] {
                let (poller, _server, _clock) =
                    begin(vec![Script::new(head, ""), Script::json(&body)]).await;
                let error = poller.unwrap().await.unwrap_err();
                assert!(error.is_operation_failed(), "{body}: {error}");
                assert!(error.may_have_taken_effect() && error.poll_token().is_none());
                let service = error.service_error().unwrap();
                assert_eq!(service.code(), Some("AddressInvalid"), "{body}");
            }
        }
    }
    // A report that names its type is not the resource.
    for status in ["InProgress", "Succeeded"] {
        let body = format!(r#"{{"status":"{status}","id":"/operations/1","type":"t"}}"#);
        let answers = vec![
            Script::new(BY_LOCATION, ""),
            Script::json(&body),
            Script::json(RESOURCE),
        ];
        let (poller, server, _clock) = begin(answers).await;
        assert_eq!(poller.unwrap().await.unwrap().body()["name"], "p1");
        assert_eq!(polls(&server).len(), 2, "{body}");
    }
}

#[tokio::test]
async fn a_report_that_is_no_object_leaves_the_outcome_open() {
    let mut told = String::new();
    for body in ["", "[]", r#"["Succeeded",1,2,3,4,{}]"#, "<html>", "null"] {
        let answers = vec![Script::new(BY_OPERATION, ""), Script::json(body)];
        let (poller, _server, _clock) = begin(answers).await;
        let mut poller = poller.unwrap();
        let error = poller.wait().await.unwrap_err();
        assert!(
            error.is_protocol() && error.may_have_taken_effect(),
            "{body}"
        );
        assert_eq!(error.poll_token(), poller.token());
        assert!(poller.token().is_some());
        told = error.to_string();
    }
    assert_snapshot!(told, @"the service's report on the operation is not a JSON object; read the resource to see the outcome");
}

#[tokio::test]
async fn a_running_operation_says_how_far_it_is_and_repeats_no_text() {
    let cases = [
        (r#"{"status":"InProgress"}"#, Some("InProgress"), None),
        (
            r#"{"status":"InProgress","percentComplete":0}"#,
            Some("InProgress"),
            Some(0.0),
        ),
        (
            r#"{"status":"X","percentComplete":99.5}"#,
            Some("X"),
            Some(99.5),
        ),
        (r#"{"status":"X","percentComplete":101}"#, Some("X"), None),
        (r#"{"status":"X","percentComplete":-1}"#, Some("X"), None),
        (r#"{"status":"X","percentComplete":"50"}"#, Some("X"), None),
        (r#"{"status":"Moving Ada Example"}"#, None, None),
        (r#"{"status":"ada@example.com"}"#, None, None),
        (r#"{"status":""}"#, None, None),
    ];
    for (body, name, percent) in cases {
        let answers = vec![Script::new(BY_OPERATION, ""), Script::json(body)];
        let (poller, _server, _clock) = begin(answers).await;
        let state = poller.unwrap().poll_once().await.unwrap();
        let PollStatus::Running {
            status,
            percent_complete,
            ..
        } = state
        else {
            panic!("{body}");
        };
        assert_eq!(
            (status.as_deref(), percent_complete),
            (name, percent),
            "{body}"
        );
    }
}

#[tokio::test]
async fn location_that_answers_202_means_running() {
    let answers = vec![
        Script::new(BY_LOCATION, ""),
        Script::new(
            "202 Accepted",
            r#"{"status":"Succeeded","percentComplete":9}"#,
        ),
        Script::new("202 Accepted", r#"{"status":"Failed"}"#),
        Script::json(RESOURCE),
    ];
    let (poller, server, _clock) = begin(answers).await;
    poller.unwrap().await.unwrap();
    let location = "/op/1?v=2";
    assert_eq!(polls(&server), [location, location, location]);
}

#[tokio::test]
async fn resource_is_the_result_after_a_reported_success() {
    let updating = r#"{"type":"t","properties":{"provisioningState":"Updating"}}"#;
    let answers = vec![
        Script::new(BY_OPERATION, ""),
        report("Succeeded"),
        Script::json(updating),
    ];
    let (poller, server, _clock) = begin(answers).await;
    assert_eq!(poller.unwrap().await.unwrap().body()["type"], "t");
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn report_in_the_response_to_the_write_counts() {
    let (poller, _server, _clock) = begin(vec![report("Failed")]).await;
    assert!(poller.unwrap_err().is_operation_failed());
    let (poller, server, _clock) = begin(vec![report("Succeeded"), Script::json(RESOURCE)]).await;
    poller.unwrap().await.unwrap();
    assert_eq!(polls(&server), [RESOURCE_PATH]);
    let (poller, _server, _clock) = begin(vec![report("Running")]).await;
    assert!(poller.unwrap_err().is_protocol(), "nowhere to ask");
}

#[tokio::test]
async fn every_style_is_resumed_from_its_token_without_another_write() {
    let not_yet = r#"{"type":"t","properties":{"provisioningState":"Updating"}}"#;
    let cases = [
        (Script::new(BY_LOCATION, ""), "Location", vec![report("x")]),
        (
            Script::new(BY_OPERATION, ""),
            "AsyncOperation",
            vec![report("x"), report("Succeeded")],
        ),
        (
            Script::json(not_yet),
            "Resource",
            vec![Script::json(not_yet)],
        ),
        (Script::new("204 No Content", ""), "ReadBack", vec![]),
    ];
    for (first, style, polled) in cases {
        let mut answers = vec![first];
        answers.extend(polled);
        answers.push(Script::json(RESOURCE));
        let asked = answers.len() - 1;
        let (server, transport, _clock) = setup::start(answers).await;
        let request = setup::request(&transport, Method::PATCH);
        let poller = Poller::<Value>::begin(transport.clone(), &request, "a1", |_, _| false);
        let text = poller.await.unwrap().token().unwrap().to_string();
        let told = format!("{:?}", text.parse::<PollToken>().unwrap());
        assert!(told.contains(&format!("link_kind: {style},")), "{told}");
        let resumed = Poller::<Value>::resume(transport, text.parse().unwrap());
        let response = resumed.unwrap().await.unwrap();
        assert_eq!(response.body()["name"], "p1", "{style}");
        assert_eq!(polls(&server).len(), asked, "{style}");
    }
}
