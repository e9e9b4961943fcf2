//! Each operation's request as it is sent.

use billing_test::{Script, Server};
use insta::assert_snapshot;
use partner_client::{IfMatch, PartnerClient, PartnerClientOptions, StaticToken};

use crate::setup::{CUSTOMER, profile, start, stored};

#[tokio::test]
async fn get() {
    let (server, client) = start(vec![stored("1", "Contoso")]).await;
    client
        .get_customer_billing_profile(CUSTOMER)
        .send()
        .await
        .unwrap();
    let received = &server.received()[0];
    assert_eq!(
        received.header("authorization"),
        Some("Bearer canary-token")
    );
    assert_snapshot!(received, @"
    GET /v1/customers/4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04/profiles/billing HTTP/1.1
    accept: application/json
    authorization: Bearer [token]
    host: [host]
    ms-contract-version: v1
    ms-correlationid: [id]
    ms-cv: [id]
    ms-requestid: [id]
    user-agent: partner-client/0.1.0
    ");
}

#[tokio::test]
async fn update_sends_the_full_resource_and_the_quoted_etag() {
    let (server, client) = start(vec![stored("1", "Contoso")]).await;
    client
        .update_customer_billing_profile(CUSTOMER, &profile())
        .send()
        .await
        .unwrap();
    assert_snapshot!(server.received()[0], @r#"
    PUT /v1/customers/4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04/profiles/billing HTTP/1.1
    accept: application/json
    authorization: Bearer [token]
    content-length: 253
    content-type: application/json
    host: [host]
    if-match: "-4242348048554929329"
    ms-contract-version: v1
    ms-correlationid: [id]
    ms-cv: [id]
    ms-requestid: [id]
    user-agent: partner-client/0.1.0

    {
      "attributes": {
        "etag": "-4242348048554929329",
        "objectType": "CustomerBillingProfile"
      },
      "companyName": "Fabrikam, Inc.",
      "defaultAddress": {
        "city": "Springfield",
        "country": "US"
      },
      "email": "billing@fabrikam.example.com",
      "id": "8c1d3a52-64f0-5b7e-9d2a-1f0e3b4c5d6e"
    }
    "#);
}

#[tokio::test]
async fn given_ids_are_sent_and_returned_ids_are_read() {
    let (server, client) = start(vec![stored("1", "Contoso")]).await;
    let request_id = "7f3d1c52-8a5e-4f6b-9a41-0c2b6a1d9e30";
    let correlation_id = "0b9f6c1e-2d5a-4b7c-8e1f-3a4d5c6b7e8f";
    let response = client
        .update_customer_billing_profile(CUSTOMER, &profile())
        .with_request_id(request_id.parse().unwrap())
        .with_correlation_id(correlation_id.parse().unwrap())
        .with_correlation_vector("xqqtn+OEVE2ridoS.0".parse().unwrap())
        .send()
        .await
        .unwrap();
    let received = &server.received()[0];
    assert_eq!(received.header("ms-requestid"), Some(request_id));
    assert_eq!(received.header("ms-correlationid"), Some(correlation_id));
    assert_eq!(received.header("ms-cv"), Some("xqqtn+OEVE2ridoS.0.1"));
    assert_eq!(response.request_id(), Some("r-1"));
    assert_eq!(response.correlation_id(), Some("c-1"));
}

#[tokio::test]
async fn if_match_is_the_known_etag_unless_the_caller_decides() {
    let (_server, client) = start(Vec::new()).await;
    let header = |if_match: Option<IfMatch>, profile| {
        let mut update = client.update_customer_billing_profile(CUSTOMER, profile);
        if let Some(if_match) = if_match {
            update = update.with_if_match(if_match);
        }
        let preview = update.preview().unwrap();
        let found = preview.headers().find(|(name, _)| *name == "if-match");
        found.map(|(_, value)| value.to_owned())
    };
    let tag = |text: &str| Some(IfMatch::Tag(text.to_owned()));
    let with = &profile();
    let without = &partner_client::models::CustomerBillingProfile::default();
    assert_eq!(
        header(None, with).as_deref(),
        Some("\"-4242348048554929329\"")
    );
    assert_eq!(header(Some(IfMatch::WhenKnown), without), None);
    assert_eq!(header(Some(IfMatch::Never), with), None);
    assert_eq!(header(tag("7"), with).as_deref(), Some("\"7\""));
    assert_eq!(header(tag("\"7\""), with).as_deref(), Some("\"7\""));
    assert_eq!(header(tag("W/\"7\""), with).as_deref(), Some("W/\"7\""));
    assert_eq!(header(tag("*"), without).as_deref(), Some("*"));
}

#[tokio::test]
async fn invalid_entity_tag_is_refused_unsent() {
    let (server, client) = start(Vec::new()).await;
    for tag in [
        "",
        "\"\"",
        "a b",
        "a\"b",
        "\"a",
        "a\"",
        "W/\"a",
        "caf\u{e9}",
        "\"a\", \"b\"",
        "a\n",
    ] {
        let update = client
            .update_customer_billing_profile(CUSTOMER, &profile())
            .with_if_match(IfMatch::Tag(tag.to_owned()));
        let error = update.send().await.unwrap_err();
        assert!(error.is_invalid_input(), "{tag:?}");
    }
    assert_eq!(server.received().len(), 0);
}

#[tokio::test]
async fn id_that_no_url_can_carry_is_named() {
    let (server, client) = start(Vec::new()).await;
    let told = |id: &str| {
        let error = client
            .get_customer_billing_profile(id)
            .preview()
            .unwrap_err();
        assert!(error.is_invalid_input());
        error.to_string()
    };
    assert_eq!(told(""), "the customer id is empty");
    assert_eq!(
        told(".."),
        "the customer id is `..`, which cannot be part of a URL's path"
    );
    let options = PartnerClientOptions::default().with_api_version("");
    let endpoint = server.origin().parse().unwrap();
    let client = PartnerClient::with_options(endpoint, StaticToken::new("t"), options).unwrap();
    let error = client
        .get_customer_billing_profile("c")
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "the api version is empty");
    assert_eq!(server.received().len(), 0);
}

#[tokio::test]
async fn preview_equals_the_sent_request() {
    let (server, client) = start(vec![stored("1", "Contoso")]).await;
    let update = client.update_customer_billing_profile(CUSTOMER, &profile());
    let preview = update.preview().unwrap();
    assert_eq!(server.received().len(), 0);
    update.send().await.unwrap();
    let received = &server.received()[0];
    assert_eq!(received.body.as_bytes(), preview.body().unwrap());
    for (name, value) in preview
        .headers()
        .filter(|(name, _)| *name != "authorization")
    {
        assert_eq!(received.header(name), Some(value), "{name}");
    }
    assert!(!preview.to_string().contains("canary"));
}

#[tokio::test]
async fn version_follows_the_endpoints_path() {
    let server = Server::start(Vec::new()).await;
    let client = PartnerClient::with_options(
        format!("{}/gateway/", server.origin()).parse().unwrap(),
        StaticToken::new("t"),
        PartnerClientOptions::default().with_api_version("v2"),
    )
    .unwrap();
    let preview = client
        .get_customer_billing_profile("a/b c")
        .preview()
        .unwrap();
    let path = preview.url().replace(&server.origin(), "");
    assert_eq!(path, "/gateway/v2/customers/a%2Fb%20c/profiles/billing");
}

#[tokio::test]
async fn customer_id_that_no_url_can_carry_is_refused() {
    let (server, client) = start(Vec::new()).await;
    for id in ["", ".", ".."] {
        let get = client
            .get_customer_billing_profile(id)
            .send()
            .await
            .unwrap_err();
        let put = client
            .update_customer_billing_profile(id, &profile())
            .send()
            .await
            .unwrap_err();
        let edit = client
            .edit_customer_billing_profile(id, |_| {})
            .send()
            .await
            .unwrap_err();
        for error in [get, put, edit] {
            assert!(error.is_invalid_input() && !error.may_have_taken_effect());
        }
    }
    assert_eq!(server.received().len(), 0);
}

#[tokio::test]
async fn correlation_vector_is_the_returned_or_the_sent_one() {
    let head = "200 OK\nMS-CV: xqqtn+OEVE2ridoS.0";
    let answers = vec![
        Script::new(head, r#"{"id":"p1"}"#),
        Script::new("404 Not Found", ""),
    ];
    let (server, client) = start(answers).await;
    let get = || client.get_customer_billing_profile(CUSTOMER);
    let response = get().send().await.unwrap();
    assert_eq!(response.correlation_vector(), Some("xqqtn+OEVE2ridoS.0"));
    let error = get().send().await.unwrap_err();
    assert!(error.correlation_vector().is_some());
    assert_eq!(
        error.correlation_vector(),
        server.received()[1].header("ms-cv")
    );
}
