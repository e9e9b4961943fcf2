//! The list of customers: which requests are sent, and which links are followed.

use billing_test::{Script, Server};
use futures_util::StreamExt as _;
use insta::assert_snapshot;
use partner_client::models::Customer;
use partner_client::{
    CustomerField, CustomerFilter, PartnerClient, PartnerClientOptions, StaticToken,
};

use crate::setup::start;

/// Returns a page with one customer and these links.
fn page(id: &str, links: &str) -> Script {
    Script::json(&format!(
        "\u{feff}{{\"totalCount\":1,\"items\":[{{\"id\":\"{id}\"}}],\"links\":{links},\"attributes\":{{\"objectType\":\"Collection\"}}}}"
    ))
}

/// Returns links to a next page with a continuation token.
fn next(uri: &str, token: &str) -> String {
    format!(
        r#"{{"self":{{"uri":"/customers"}},"next":{{"uri":"{uri}","method":"GET","headers":[{{"key":"MS-ContinuationToken","value":"{token}"}}]}}}}"#
    )
}

const LAST: &str = r#"{"self":{"uri":"/v1/customers?size=40","method":"GET","headers":[]}}"#;

fn ids(customers: &[Customer]) -> Vec<&str> {
    customers
        .iter()
        .map(|one| one.id.as_deref().unwrap())
        .collect()
}

/// Nulls in the list and in the headers of the link.
#[tokio::test]
async fn nulls_in_a_page_hide_no_customer_and_no_token() {
    let first = r#"{"items":[null,{"id":"a"},null],"links":{"next":{"uri":"/v1/customers?seekOperation=Next","headers":[null,{"key":null},{"key":"MS-ContinuationToken","value":"t-1"}]}}}"#;
    let last = r#"{"items":[null],"links":{"next":null}}"#;
    let (server, client) = start(vec![Script::json(first), Script::json(last)]).await;
    let customers = client.list_customers().collect_all().await.unwrap();
    assert_eq!(ids(&customers), ["a"]);
    assert_eq!(
        server.received()[1].header("ms-continuationtoken"),
        Some("t-1")
    );
}

#[tokio::test]
async fn pages_share_a_correlation_id_and_send_their_tokens() {
    let uri = "/v1/customers?size=1&seekOperation=Next";
    let answers = vec![
        page("a", &next(uri, "t-1")),
        page("b", &next(uri, "t-2")),
        page("c", LAST),
    ];
    let (server, client) = start(answers).await;
    let customers = client
        .list_customers()
        .with_size(1)
        .collect_all()
        .await
        .unwrap();
    assert_eq!(ids(&customers), ["a", "b", "c"]);
    let received = server.received();
    assert_snapshot!(received[0], @"
    GET /v1/customers?size=1 HTTP/1.1
    accept: application/json
    authorization: Bearer [token]
    host: [host]
    ms-contract-version: v1
    ms-correlationid: [id]
    ms-cv: [id]
    ms-requestid: [id]
    user-agent: partner-client/0.1.0
    ");
    assert_snapshot!(received[1], @"
    GET /v1/customers?size=1&seekOperation=Next HTTP/1.1
    accept: application/json
    authorization: Bearer [token]
    host: [host]
    ms-continuationtoken: t-1
    ms-contract-version: v1
    ms-correlationid: [id]
    ms-cv: [id]
    ms-requestid: [id]
    user-agent: partner-client/0.1.0
    ");
    assert_eq!(received[2].header("ms-continuationtoken"), Some("t-2"));
    let all = |name: &str| {
        received
            .iter()
            .map(|one| one.header(name).unwrap())
            .collect::<Vec<_>>()
    };
    let correlation = all("ms-correlationid");
    assert!(correlation.iter().all(|id| *id == correlation[0]));
    let requests = all("ms-requestid");
    assert!(requests[0] != requests[1] && requests[1] != requests[2]);
}

#[tokio::test]
async fn filter_is_percent_encoded_json() {
    let (server, client) = start(vec![page("a", LAST)]).await;
    let filter = CustomerFilter::starts_with(CustomerField::CompanyName, "A+B & \"Söhne\"");
    let mut pager = client.list_customers().with_size(0).with_filter(filter);
    assert!(!format!("{pager:?}").contains("hne"), "{pager:?}");
    pager.next_page().await.unwrap();
    assert_snapshot!(server.lines()[0], @"GET /v1/customers?size=0&filter=%7B%22Field%22%3A%22CompanyName%22%2C%22Value%22%3A%22A%2BB%20%26%20%5C%22S%C3%B6hne%5C%22%22%2C%22Operator%22%3A%22starts_with%22%7D HTTP/1.1");
}

#[tokio::test]
async fn links_of_each_known_form_are_followed() {
    for (uri, asked) in [
        ("/v1/customers?a=1", "/v1/customers?a=1"),
        ("/V1/customers?a=1", "/v1/customers?a=1"),
        // Without the version.
        ("/customers?a=1", "/v1/customers?a=1"),
        // With a second question mark.
        (
            "/customers?size=2?seekOperation=Next",
            "/v1/customers?size=2&seekOperation=Next",
        ),
        ("customers?a=1", "/v1/customers?a=1"),
        ("?a=1", "/v1/customers?a=1"),
        ("{origin}/v1/customers?a=1", "/v1/customers?a=1"),
        ("/customers?a=1#part", "/v1/customers?a=1"),
    ] {
        let (server, client) = start(vec![page("a", &next(uri, "t")), page("b", LAST)]).await;
        let customers = client.list_customers().collect_all().await.unwrap();
        assert_eq!(ids(&customers), ["a", "b"], "{uri}");
        assert_eq!(server.lines()[1], format!("GET {asked} HTTP/1.1"), "{uri}");
    }
}

#[tokio::test]
async fn path_of_the_endpoint_precedes_that_of_a_link() {
    let server = Server::start(vec![
        page("a", &next("/v1/customers?a=1", "t")),
        page("b", LAST),
    ])
    .await;
    let endpoint = format!("{}/gateway/", server.origin()).parse().unwrap();
    let client = PartnerClient::new(endpoint, StaticToken::new("t")).unwrap();
    client.list_customers().collect_all().await.unwrap();
    assert_eq!(server.lines()[1], "GET /gateway/v1/customers?a=1 HTTP/1.1");
}

#[tokio::test]
async fn no_link_leads_to_another_origin() {
    let elsewhere = Server::start(Vec::new()).await;
    let host = elsewhere.origin().replace("http:", "");
    for uri in [
        elsewhere.origin(),
        format!("{}/v1/customers", elsewhere.origin()),
        host.clone(),
        host.replace("//", r"/\\"),
        format!("http://user:secret@{}", &host[2..]),
    ] {
        let (_server, client) = start(vec![page("a", &next(&uri, "t"))]).await;
        let mut pager = client.list_customers();
        let page = pager.next_page().await.unwrap().unwrap();
        assert_eq!(page.body().len(), 1, "the page that carried it is not lost");
        for _ in 0..2 {
            let error = pager.next_page().await.unwrap_err();
            assert!(
                error.is_foreign_origin() && !error.may_have_taken_effect(),
                "{uri}: {error}"
            );
        }
    }
    assert_eq!(elsewhere.received().len(), 0);
}

#[tokio::test]
async fn only_the_continuation_token_of_a_link_is_sent() {
    let links = r#"{"next":{"uri":"/customers?a=1","headers":[
        {"key":"Authorization","value":"Bearer other"},{"key":"Host","value":"evil.example.com"},
        {"key":"X-Other","value":"1"},{"key":"ms-requestid","value":"2"},{"value":"3"},
        {"key":"ms-continuationtoken","value":"t-1"}]}}"#;
    let (server, client) = start(vec![page("a", links), page("b", LAST)]).await;
    client.list_customers().collect_all().await.unwrap();
    let received = &server.received()[1];
    assert_eq!(
        received.header("authorization"),
        Some("Bearer canary-token")
    );
    assert_eq!(received.header("ms-continuationtoken"), Some("t-1"));
    assert_eq!(received.header("x-other"), None);
    assert_ne!(received.header("ms-requestid"), Some("2"));
    assert_ne!(received.header("host"), Some("evil.example.com"));
}

#[tokio::test]
async fn list_ends_without_a_next_link() {
    for links in [
        "null",
        "{}",
        LAST,
        r#"{"next":null}"#,
        r#"{"next":{}}"#,
        r#"{"next":{"uri":" "}}"#,
    ] {
        let (server, client) = start(vec![page("a", links)]).await;
        let mut pager = client.list_customers();
        assert_eq!(pager.next_page().await.unwrap().unwrap().body().len(), 1);
        assert!(pager.next_page().await.unwrap().is_none(), "{links}");
        assert!(pager.next_page().await.unwrap().is_none());
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn link_that_cannot_be_followed_is_a_protocol_error() {
    let post = r#"{"next":{"uri":"/customers?a=1","method":"POST"}}"#;
    let no_address = r#"{"next":{"headers":[{"key":"MS-ContinuationToken","value":"t"}]}}"#;
    let bad_token = r#"{"next":{"uri":"/customers?a=1","headers":[{"key":"MS-ContinuationToken","value":"a\nb"}]}}"#;
    let mut told = Vec::new();
    for links in [post, no_address, bad_token] {
        let (server, client) = start(vec![page("a", links)]).await;
        let error = client.list_customers().collect_all().await.unwrap_err();
        assert!(
            error.is_protocol() && !error.may_have_taken_effect(),
            "{error}"
        );
        assert_eq!(server.received().len(), 1);
        told.push(error.to_string());
    }
    assert_snapshot!(told.join("\n"), @"
    the link to the next page of customers has another method than GET
    the link to the next page of customers has no address
    the service sent a continuation token that no header can carry
    ");
}

#[tokio::test]
async fn pages_in_a_circle_are_noticed_by_url_and_token() {
    let uri = "/v1/customers?seekOperation=Next";
    let answers = vec![
        page("a", &next(uri, "1")),
        page("b", &next(uri, "2")),
        page("c", &next(uri, "1")),
    ];
    let (server, client) = start(answers).await;
    let error = client.list_customers().collect_all().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the service's pages of customers lead in a circle"
    );
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn endless_list_ends_at_the_page_limit() {
    for limit in [0, 1, 3] {
        let uri = "/v1/customers?seekOperation=Next";
        let answers = (0..5).map(|at| page("a", &next(uri, &at.to_string())));
        let (server, client) = start(answers.collect()).await;
        let mut pager = client.list_customers().with_max_pages(limit);
        for _ in 0..limit {
            pager.next_page().await.unwrap().unwrap();
        }
        for _ in 0..2 {
            let error = pager.next_page().await.unwrap_err();
            assert!(error.is_too_large() && !error.may_have_taken_effect());
        }
        assert_eq!(server.received().len(), limit as usize);
    }
}

#[tokio::test]
async fn continuation_token_longer_than_a_header_is_not_sent() {
    let token = "t".repeat(32 * 1024 + 1);
    let (server, client) = start(vec![page("a", &next("/customers?a=1", &token))]).await;
    let error = client.list_customers().collect_all().await.unwrap_err();
    assert!(error.is_protocol());
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn failed_page_can_be_requested_again() {
    let answers = vec![
        page("a", &next("/customers?a=1", "t")),
        Script::new("503 Service Unavailable", ""),
        page("b", LAST),
    ];
    let (_server, client) = start(answers).await;
    let mut pager = client.list_customers();
    pager.next_page().await.unwrap();
    assert_eq!(
        pager
            .next_page()
            .await
            .unwrap_err()
            .status()
            .unwrap()
            .as_u16(),
        503
    );
    let page = pager.next_page().await.unwrap().unwrap();
    assert_eq!(ids(page.body()), ["b"]);
}

#[tokio::test]
async fn stream_yields_the_pages_and_ends_after_an_error() {
    let answers = vec![
        page("a", &next("/customers?a=1", "t")),
        Script::new("404 Not Found", ""),
    ];
    let (_server, client) = start(answers).await;
    let pages: Vec<_> = client.list_customers().into_stream().collect().await;
    assert_eq!(pages.len(), 2);
    assert_eq!(ids(pages[0].as_ref().unwrap().body()), ["a"]);
    assert!(pages[1].as_ref().unwrap_err().is_not_found());
}

#[tokio::test]
async fn options_apply_to_every_page() {
    let server = Server::start(vec![
        page("a", &next("/customers?a=1", "t")),
        page("b", LAST),
    ])
    .await;
    let options = PartnerClientOptions::default().with_application("Audit");
    let client = PartnerClient::with_options(
        server.origin().parse().unwrap(),
        StaticToken::new("t"),
        options,
    )
    .unwrap();
    client
        .list_customers()
        .with_locale("de-DE")
        .collect_all()
        .await
        .unwrap();
    for request in server.received() {
        assert_eq!(request.header("x-locale"), Some("de-DE"));
        assert_eq!(
            request.header("ms-partnercenter-application"),
            Some("Audit")
        );
    }
}
