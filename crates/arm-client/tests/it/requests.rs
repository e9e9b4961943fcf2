//! Each operation's request as it is sent.

use arm_client::{ApiVersion, RequestPreview, V2020_05_01};
use billing_test::Script;
use insta::assert_snapshot;
use serde_json::json;

use crate::setup::{ACCOUNT, PROFILE, start, update};
use crate::versions::{self, methods, profile, start_as};

#[tokio::test]
async fn get() {
    let (server, client, _clock) = start(vec![Script::json(PROFILE)]).await;
    client
        .get_billing_profile(ACCOUNT, "p1")
        .send()
        .await
        .unwrap();
    let received = &server.received()[0];
    assert_eq!(
        received.header("authorization"),
        Some("Bearer canary-token")
    );
    assert_snapshot!(received, @r"
    GET /providers/Microsoft.Billing/billingAccounts/1f434626-12ea-5b95%3Ad0f4c360-b456_2019-05-31/billingProfiles/p1?api-version=2019-10-01-preview HTTP/1.1
    accept: application/json
    authorization: Bearer [token]
    host: [host]
    user-agent: arm-client/0.1.0
    x-ms-client-request-id: [id]
    x-ms-return-client-request-id: true
    ");
}

#[tokio::test]
async fn list() {
    let (server, client, _clock) = start(vec![Script::json(r#"{"value":[]}"#)]).await;
    client
        .list_billing_profiles(ACCOUNT)
        .next_page()
        .await
        .unwrap();
    assert_snapshot!(server.received()[0], @r"
    GET /providers/Microsoft.Billing/billingAccounts/1f434626-12ea-5b95%3Ad0f4c360-b456_2019-05-31/billingProfiles?api-version=2019-10-01-preview HTTP/1.1
    accept: application/json
    authorization: Bearer [token]
    host: [host]
    user-agent: arm-client/0.1.0
    x-ms-client-request-id: [id]
    x-ms-return-client-request-id: true
    ");
}

#[tokio::test]
async fn update_sends_only_what_it_names_and_null_for_what_it_clears() {
    let (server, client, _clock) = start(vec![Script::json(PROFILE)]).await;
    client
        .begin_update_billing_profile(ACCOUNT, "p1", &update())
        .send()
        .await
        .unwrap();
    assert_snapshot!(server.received()[0], @r#"
    PATCH /providers/Microsoft.Billing/billingAccounts/1f434626-12ea-5b95%3Ad0f4c360-b456_2019-05-31/billingProfiles/p1?api-version=2019-10-01-preview HTTP/1.1
    accept: application/json
    authorization: Bearer [token]
    content-length: 59
    content-type: application/json
    host: [host]
    user-agent: arm-client/0.1.0
    x-ms-client-request-id: [id]
    x-ms-return-client-request-id: true

    {
      "properties": {
        "invoiceEmailOptIn": null,
        "poNumber": "PO-2"
      }
    }
    "#);
}

#[tokio::test]
async fn polls_have_the_token_and_their_own_id() {
    let accepted = Script::new(
        "202 Accepted\nLocation: /op/1?api-version=2018-05-31-preview",
        "",
    );
    let (server, client, _clock) = start(vec![accepted, Script::json(PROFILE)]).await;
    let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &update());
    begin.send().await.unwrap().wait().await.unwrap();
    let received = server.received();
    assert_snapshot!(received[1], @r"
    GET /op/1?api-version=2018-05-31-preview HTTP/1.1
    accept: application/json
    authorization: Bearer [token]
    host: [host]
    user-agent: arm-client/0.1.0
    x-ms-client-request-id: [id]
    x-ms-return-client-request-id: true
    ");
    let id = |at: usize| received[at].header("x-ms-client-request-id");
    assert_ne!(id(0), id(1));
}

#[tokio::test]
async fn given_id_is_sent_and_returned_ids_are_read() {
    let head = "200 OK\nx-ms-request-id: s-1\nx-ms-correlation-request-id: s-2\n\
                x-ms-ratelimit-remaining-tenant-reads: 11999";
    let (server, client, _clock) = start(vec![Script::new(head, PROFILE)]).await;
    let id = "7f3d1c52-8a5e-4f6b-9a41-0c2b6a1d9e30";
    let get = client
        .get_billing_profile(ACCOUNT, "p1")
        .with_request_id(id.parse().unwrap());
    let response = get.send().await.unwrap();
    assert_eq!(
        server.received()[0].header("x-ms-client-request-id"),
        Some(id)
    );
    assert_eq!(response.request_id(), Some("s-1"));
    assert_eq!(response.correlation_id(), Some("s-2"));
    assert_eq!(
        response.header("x-ms-ratelimit-remaining-tenant-reads"),
        Some("11999")
    );
}

#[tokio::test]
async fn preview_equals_the_sent_request() {
    let profile = PROFILE.replace("p1", "p 1");
    let (server, client, _clock) = start(vec![Script::json(&profile)]).await;
    let begin = client.begin_update_billing_profile(ACCOUNT, "p 1", &update());
    let preview = begin.preview().unwrap();
    assert_eq!(server.received().len(), 0);
    begin.send().await.unwrap();
    let received = &server.received()[0];
    assert_eq!(received.body.as_bytes(), preview.body().unwrap());
    let path = preview.url().replace(&server.origin(), "");
    assert_eq!(received.line, format!("PATCH {path} HTTP/1.1"));
    for (name, value) in preview
        .headers()
        .filter(|(name, _)| *name != "authorization")
    {
        assert_eq!(received.header(name), Some(value), "{name}");
    }
}

#[tokio::test]
async fn names_that_no_url_can_carry_are_refused() {
    let (server, client, _clock) = start(Vec::new()).await;
    for name in ["", ".", ".."] {
        let errors = [
            client
                .get_billing_profile(name, "p1")
                .send()
                .await
                .unwrap_err(),
            client
                .get_billing_profile(ACCOUNT, name)
                .send()
                .await
                .unwrap_err(),
            client
                .list_billing_profiles(name)
                .next_page()
                .await
                .unwrap_err(),
            client
                .begin_update_billing_profile(ACCOUNT, name, &update())
                .send()
                .await
                .unwrap_err(),
        ];
        for error in errors {
            assert!(error.is_invalid_input() && !error.may_have_taken_effect());
        }
    }
    assert_eq!(server.received().len(), 0);
}

#[tokio::test]
async fn preview_of_a_put_needs_the_profile() {
    let (server, client, _clock) = start_as(ApiVersion::V2020_05_01, Vec::new()).await;
    let update = versions::update().into();
    let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &update);
    let error = begin.preview().unwrap_err();
    insta::assert_snapshot!(error, @"api version 2020-05-01 writes the full profile: set the profile that was read by `with_before` to see the request");
    let before = serde_json::from_value(profile::<V2020_05_01>("PO-1", "Redmond")).unwrap();
    let preview = begin.with_before(&before).preview().unwrap();
    assert_eq!(preview.method(), "PUT");
    assert_eq!(server.received().len(), 0);

    // What guards the write is shown, from the profile or from the header.
    let mut before = profile::<V2020_05_01>("PO-1", "Redmond");
    before["etag"] = json!("1");
    let answer = Script::new("200 OK\nETag: \"2\"", before.to_string());
    let (server, client, _clock) = start_as(ApiVersion::V2020_05_01, vec![answer]).await;
    let read = client.get_billing_profile(ACCOUNT, "p1").await.unwrap();
    let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &update);
    let guard = |preview: RequestPreview| {
        let mut headers = preview.headers();
        let found = headers.find(|(name, _)| *name == "if-match");
        found.map(|(_, value)| value.to_owned())
    };
    assert_eq!(
        guard(begin.preview_of(&read).unwrap()).as_deref(),
        Some("\"2\"")
    );
    let begin = begin.with_before(read.body());
    assert_eq!(guard(begin.preview().unwrap()).as_deref(), Some("\"1\""));
    assert_eq!(methods(&server), "GET");
}
