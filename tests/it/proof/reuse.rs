//! Reused connections, and responses that arrive before the request.

use std::sync::Arc;

use billing_test::{Step, TestClock};

use super::hostile::{Hostile, Kept, Plan, profile};
use super::run::{CUSTOMER, Operation, partner, persistent};

fn kept_alive(body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes()
}

/// Starts a service that does `steps` on the first connection.
async fn start(steps: Vec<Step>) -> Hostile {
    let plan = Plan {
        kept: Kept::AtPartnerCenter,
        steps,
        times: 1,
        is_done: true,
        is_accepted: false,
        lag: 0,
    };
    Hostile::start(plan).await
}

#[tokio::test]
async fn second_response_is_not_given_to_the_next_request() {
    let yours = profile(Kept::AtPartnerCenter, 0);
    let both = [kept_alive(&yours), kept_alive(r#"{"id":"not yours"}"#)].concat();
    let server = start(vec![Step::Read, Step::Write(both), Step::Stall]).await;
    let client = partner(&server.origin(), persistent(&Arc::default()));
    for _ in 0..2 {
        let get = client.get_customer_billing_profile(CUSTOMER);
        let profile = get.send().await.unwrap().into_body();
        assert_eq!(profile.company_name.as_deref(), Some("before"));
    }
    assert_eq!((server.connections(), server.received().len()), (2, 2));
}

#[tokio::test]
async fn a_connection_closed_in_between_loses_and_doubles_no_write() {
    let first = kept_alive(&profile(Kept::AtPartnerCenter, 0));
    for end in [vec![], vec![Step::Reset]] {
        let steps = [vec![Step::Read, Step::Write(first.clone())], end].concat();
        let server = start(steps).await;
        let client = partner(&server.origin(), persistent(&Arc::default()));
        let edit = client.edit_customer_billing_profile(CUSTOMER, |profile| {
            profile.company_name = Some("after".to_owned());
        });
        edit.send().await.unwrap();
        assert_eq!(server.written(), 1);
    }
}

/// The HTTP library may see the response before or after it has sent the request.
#[tokio::test]
async fn response_before_the_request_is_read_breaks_nothing() {
    for operation in [Operation::Get, Operation::Put, Operation::Patch] {
        let response = kept_alive(&profile(operation.kept(), 1));
        let plan = Plan {
            kept: operation.kept(),
            steps: vec![Step::Write(response), Step::Read, Step::Stall],
            times: 1,
            is_done: true,
            is_accepted: false,
            lag: 0,
        };
        let server = Hostile::start(plan).await;
        let clock = Arc::<TestClock>::default();
        let outcome = operation.call(&server.origin(), persistent(&clock)).await;
        match outcome {
            Ok(status) => assert_eq!(status, 200),
            // It is unknown whether the request was sent, and no request id allows a retry.
            Err(error) => {
                assert!(operation == Operation::Patch, "{error}");
                assert!(error.may_have_taken_effect());
            }
        }
        assert!(server.written() <= 1);
    }
}
