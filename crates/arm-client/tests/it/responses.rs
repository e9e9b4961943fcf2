//! Headers of responses, and error responses in each of their forms.

use std::fmt::Write as _;

use arm_client::Error;
use billing_test::Script;
use insta::assert_snapshot;

use crate::setup::{ACCOUNT, PROFILE, start, update};

const IDS: &str = "x-ms-request-id: s-1\nx-ms-correlation-request-id: s-2\n\
    x-ms-routing-request-id: WESTEUROPE:20260821T101500Z:s-1";

#[tokio::test]
async fn ids_and_rates_are_on_responses_and_on_errors() {
    let reads = "x-ms-ratelimit-remaining-tenant-reads: 11999";
    let writes = "x-ms-ratelimit-remaining-tenant-writes: 1199\nx-ms-ratelimit-remaining-x: many";
    let answers = vec![
        Script::new(&format!("200 OK\n{IDS}\n{reads}"), PROFILE),
        Script::new(&format!("409 Conflict\n{IDS}\n{writes}"), ""),
        Script::new(&format!("200 OK\n{IDS}\n{reads}"), "{}"),
        Script::new(&format!("200 OK\n{IDS}\n{reads}"), "no json"),
        Script::json(PROFILE),
    ];
    let (_server, client, _clock) = start(answers).await;
    let routing = Some("WESTEUROPE:20260821T101500Z:s-1");
    let get = || client.get_billing_profile(ACCOUNT, "p1").send();
    let response = get().await.unwrap();
    assert_eq!(response.request_id(), Some("s-1"));
    assert_eq!(response.correlation_id(), Some("s-2"));
    assert_eq!(response.routing_request_id(), routing);
    assert_eq!(
        response.remaining(),
        [("tenant-reads".to_owned(), 11_999)].into()
    );

    let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &update());
    let error = begin.send().await.unwrap_err();
    assert_eq!(error.request_id(), Some("s-1"));
    assert_eq!(error.correlation_id(), Some("s-2"));
    assert_eq!(error.routing_request_id(), routing);
    assert_eq!(
        error.remaining(),
        [("tenant-writes".to_owned(), 1_199)].into()
    );

    // A success without a profile, and one that cannot be read.
    for _ in 0..2 {
        let error = get().await.unwrap_err();
        assert_eq!(error.routing_request_id(), routing, "{error}");
        assert_eq!(error.remaining().len(), 1);
    }
    let left = client.throttle().remaining();
    assert_eq!(left.into_values().collect::<Vec<_>>(), [11_999, 1_199]);

    let response = get().await.unwrap();
    assert_eq!(
        (response.routing_request_id(), response.remaining().len()),
        (None, 0)
    );
}

/// Returns the error of an update with this error response.
async fn refused(status: &str, body: &str) -> Error {
    let (_server, client, _clock) = start(vec![Script::new(status, body)]).await;
    let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &update());
    let error = begin.send().await.unwrap_err();
    assert!(!error.may_have_taken_effect());
    error
}

#[tokio::test]
async fn error_is_read_in_each_of_the_four_forms() {
    let mut page = String::new();
    for (status, body) in [
        (
            "400 Bad Request",
            r#"{"error":{"code":"BadRequest","message":"Wrong.","details":[{"code":"TooLong","target":"properties.poNumber"}]}}"#,
        ),
        (
            "404 Not Found",
            r#"{"code":"NotFound","message":"The resource or one of its dependencies could not be found."}"#,
        ),
        (
            "400 Bad Request",
            r#"{"title":"One or more validation errors occurred.","status":400,"traceId":"|7f.","errors":{"properties.poNumber":["is too long"]}}"#,
        ),
        ("404 Not Found", "<html>no JSON</html>"),
    ] {
        let error = refused(status, body).await;
        let service = error.service_error().unwrap();
        let details = service
            .details()
            .iter()
            .map(|one| one.target().unwrap_or("-"));
        let details: Vec<_> = details.collect();
        writeln!(page, "{error}\n  {service}; about {details:?}").unwrap();
        assert!(!error.is_merge_patch_refused());
    }
    assert_snapshot!(page, @r#"
    the service answered 400 Bad Request, code BadRequest
      BadRequest: Wrong.; about ["properties.poNumber"]
    the service answered 404 Not Found, code NotFound
      NotFound: The resource or one of its dependencies could not be found.; about []
    the service answered 400 Bad Request
      One or more validation errors occurred.; about ["properties.poNumber"]
    the service answered 404 Not Found with a body of 20 bytes in an unknown format
      an error in an unknown format; about []
    "#);
}

#[tokio::test]
async fn merge_patch_read_as_json_patch_is_recognized() {
    let recorded = r#"{"errors":{"":["The JSON patch document was malformed and could not be parsed."]},"title":"One or more validation errors occurred.","status":400,"traceId":"|7f."}"#;
    let plain = r#"{"code":"BadRequest","message":"The JSON patch document was malformed and could not be parsed."}"#;
    let wrapped = format!(r#"{{"error":{plain}}}"#);
    let within = format!(
        r#"{{"error":{{"code":"BadRequest","message":"Wrong.","details":[{{"code":"X","details":[{plain}]}}]}}}}"#
    );
    let title = r#"{"title":"The JSON patch document was malformed and could not be parsed.","detail":"See the documentation.","status":400}"#;
    let text = "The JSON patch document was malformed and could not be parsed.";
    for body in [recorded, plain, &wrapped, &within, title, text] {
        let error = refused("400 Bad Request", body).await;
        assert!(error.is_merge_patch_refused(), "{body}");
        assert_eq!(
            error.to_string(),
            "the service answered 400 Bad Request: it took the merge patch for a JSON Patch (RFC 6902)"
        );
    }
    let other = refused("409 Conflict", recorded).await;
    assert!(!other.is_merge_patch_refused());
    assert_eq!(other.to_string(), "the service answered 409 Conflict");
    assert!(
        !refused("400 Bad Request", "The JSON patch")
            .await
            .is_merge_patch_refused()
    );
}
