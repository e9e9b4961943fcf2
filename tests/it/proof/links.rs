//! Links of a service are followed only within its own origin.
//!
//! Each link is tried wherever a service can send one. A second server stands for all other
//! origins: it must not receive a connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use billing_core::{Error, RetryPolicy, SendOptions};
use billing_test::{Script, Server, TestClock};
use tokio::net::TcpListener;

use super::hostile::{Kept, profile};
use super::run::{ACCOUNT, Operation, arm, error_line, persistent, update};

/// `{home}` is host and port of the service, `{port}` its port; `{else}` those of the other server.
const LINKS: [&str; 34] = [
    // Other origins, in all notations.
    "http://{else}/op",
    "//{else}/op",
    "///{else}/op",
    "http://{home}@{else}/op",
    "http://{home}:80@{else}/op",
    "http://{else}\\@{home}/op",
    "http://{else}#@{home}/op",
    "http://{else}?@{home}/op",
    "\\\\{else}\\op",
    "/\\{else}/op",
    "/\t/{else}/op",
    "ht\ttp://{else}/op",
    "  http://{else}/op  ",
    "HTTP://{else}/op",
    "http://0x7f.1:{elseport}/op",
    "http://127.0.0.1.example/op",
    "http://127.0.0.1%2eexample/op",
    // The same machine by another name, port or scheme.
    "https://{home}/op",
    "http://localhost:{port}/op",
    "http://[::1]:{port}/op",
    "http://127.0.0.1/op",
    // The same origin with user information.
    "http://canary:canary@{home}/op",
    "http://@{home}/op",
    // Other schemes than HTTP.
    "ftp://{home}/op",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "blob:http://{home}/op",
    "http://",
    "http://[/op",
    // The own origin.
    "/op?sig=canary&api-version=2018-05-31-preview#fragment",
    "http://{home}/op",
    "http://127.1:{port}/op",
    "http:/{else}/op",
    "../../op",
];

/// The other server, which counts connections.
struct Elsewhere {
    host: String,
    connections: Arc<AtomicUsize>,
}

impl Elsewhere {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { host, connections }
    }

    /// Returns the bytes of the link as they are sent.
    fn fill(&self, link: &str, home: &str) -> String {
        let port = |host: &str| host.rsplit(':').next().unwrap().to_owned();
        link.replace("{home}", home)
            .replace("{port}", &port(home))
            .replace("{elseport}", &port(&self.host))
            .replace("{else}", &self.host)
    }
}

/// Runs `call` against a service that sends these responses; `{link}` stands for the link.
async fn follow<F: Future<Output = Result<(), Error>>>(
    link: &str,
    responses: &[(&str, &str)],
    call: impl FnOnce(String, SendOptions) -> F,
) -> String {
    let elsewhere = Elsewhere::start().await;
    // The responses contain the server's own address, so it has to be known first.
    let reserved = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let home = reserved.local_addr().unwrap().to_string();
    let filled = elsewhere.fill(link, &home);
    let in_json = serde_json::to_string(&filled).unwrap();
    let responses = responses.iter().map(|(head, body)| {
        let head = head.replace("{link}", &filled);
        Script::new(&head, body.replace("{link}", &in_json))
    });
    let server = Server::start_on(reserved, responses.collect());
    let clock = Arc::new(TestClock::default());
    let options = persistent(&clock)
        .with_retry(RetryPolicy::never())
        .with_read_back(Duration::ZERO);
    let outcome = call(server.origin(), options).await;
    let lines: Vec<_> = server
        .lines()
        .iter()
        .map(|line| line.trim_end_matches(" HTTP/1.1").to_owned())
        .collect();
    assert_eq!(
        elsewhere.connections.load(Ordering::SeqCst),
        0,
        "somebody else was called: {link}"
    );
    let outcome = match outcome {
        Ok(()) => "done".to_owned(),
        Err(error) => error_line(&error),
    };
    assert!(!outcome.contains("canary"), "{outcome}");
    let port = home.rsplit(':').next().unwrap().to_owned();
    let other = elsewhere.host.rsplit(':').next().unwrap().to_owned();
    // The request of the update itself does not follow the link.
    let asked: Vec<_> = lines.iter().skip(1).map(String::as_str).collect();
    let asked = if asked.is_empty() {
        "nothing".to_owned()
    } else {
        asked.join(", ")
    };
    format!("{}\n  {asked} -> {outcome}\n", link.escape_debug())
        .replace(&elsewhere.host, "{else}")
        .replace(&home, "{home}")
        .replace(&port, "{port}")
        .replace(&other, "{elseport}")
}

async fn patch(origin: String, options: SendOptions) -> Result<(), Error> {
    let client = arm(&origin, options);
    let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &update());
    begin.send().await?.wait().await.map(drop)
}

async fn list(origin: String, options: SendOptions) -> Result<(), Error> {
    let client = arm(&origin, options);
    client
        .list_billing_profiles(ACCOUNT)
        .collect_all()
        .await
        .map(drop)
}

#[tokio::test]
async fn the_location_of_an_accepted_update_is_followed_at_home_only() {
    let end = profile(Kept::AtResourceManager, 1);
    let mut told = String::new();
    for link in LINKS {
        let responses = [("202 Accepted\nLocation: {link}", ""), ("200 OK", &end)];
        told.push_str(&follow(link, &responses, patch).await);
    }
    insta::assert_snapshot!("location", told);
}

#[tokio::test]
async fn the_location_of_a_poll_is_followed_at_home_only() {
    let end = profile(Kept::AtResourceManager, 1);
    let mut told = String::new();
    for link in LINKS {
        let responses = [
            ("202 Accepted\nLocation: /first", ""),
            ("202 Accepted\nLocation: {link}", ""),
            ("200 OK", &end),
        ];
        told.push_str(&follow(link, &responses, patch).await);
    }
    insta::assert_snapshot!("location_of_a_poll", told);
}

#[tokio::test]
async fn a_next_link_is_followed_at_home_only() {
    let mut told = String::new();
    let in_json_only = [
        "/\n/{else}/op",
        "ht\r\ntp://{else}/op",
        "\u{0}http://{else}/op",
        "http://\u{ff05}:1/op",
    ];
    for link in LINKS.into_iter().chain(in_json_only) {
        let responses = [
            ("200 OK", r#"{"value":[],"nextLink":{link}}"#),
            ("200 OK", r#"{"value":[]}"#),
        ];
        told.push_str(&follow(link, &responses, list).await);
    }
    insta::assert_snapshot!("next_link", told);
}

#[tokio::test]
async fn an_azure_async_operation_is_followed_at_home_only() {
    let end = profile(Kept::AtResourceManager, 1);
    let mut told = String::new();
    for link in LINKS {
        let responses = [
            ("202 Accepted\nAzure-AsyncOperation: {link}", ""),
            ("200 OK", r#"{"status":"Succeeded"}"#),
            ("200 OK", &end),
        ];
        told.push_str(&follow(link, &responses, patch).await);
    }
    insta::assert_snapshot!("azure_async_operation", told);
}

#[tokio::test]
async fn a_redirect_is_not_followed_wherever_it_leads() {
    let mut told = String::new();
    for operation in [Operation::Get, Operation::Put, Operation::Patch] {
        for status in ["300", "301", "302", "303", "307", "308"] {
            let head = format!("{status} X\nLocation: {{link}}");
            for link in ["http://{else}/op", "//{else}/op", "/op", "http://{home}/op"] {
                let call = |origin: String, options| async move {
                    operation.call(&origin, options).await.map(drop)
                };
                let line = follow(link, &[(&head, ""), ("200 OK", "{}")], call).await;
                let (_, line) = line.split_once('\n').unwrap();
                let line = format!("{:<6}{}", operation.name(), line);
                if !told.contains(&line) {
                    told.push_str(&line);
                }
            }
        }
    }
    insta::assert_snapshot!("redirects", told);
}

#[tokio::test]
async fn a_redirect_of_a_poll_or_a_page_is_not_followed() {
    for link in ["http://{else}/op", "/elsewhere"] {
        let accepted = ("202 Accepted\nLocation: /first", "");
        let responses = [accepted, ("307 X\nLocation: {link}", ""), ("200 OK", "{}")];
        let told = follow(link, &responses, patch).await;
        let expected = r#"  GET /first -> "the service answered 307 Temporary Redirect" (MAY HAVE TAKEN EFFECT)"#;
        assert!(told.contains(expected), "{told}");
        let responses = [
            ("200 OK", r#"{"value":[],"nextLink":"/second"}"#),
            ("302 X\nLocation: {link}", ""),
            ("200 OK", "{}"),
        ];
        let told = follow(link, &responses, list).await;
        let expected = r#"  GET /second -> "the service answered 302 Found" ()"#;
        assert!(told.contains(expected), "{told}");
    }
}
