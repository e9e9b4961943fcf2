//! Whether a write may have taken effect: the promise that callers build on.

use std::time::Duration;

use billing_core::http::Method;
use billing_core::{AccessToken, BoxFuture, Endpoint, Error, StaticToken, TokenCredential};
use billing_test::{Script, Server, chain, once};
use insta::assert_snapshot;
use tokio::io::AsyncWriteExt;

use crate::setup::{self, transport_to};

async fn error(method: Method, answer: Script) -> (Error, Server) {
    let server = Server::start(vec![answer]).await;
    let options = once().with_timeout(Duration::from_secs(60));
    let transport = transport_to(&server.origin(), options);
    let request = setup::request(&transport, method);
    let error = transport.fetch::<Vec<u8>>(&request).await.unwrap_err();
    assert_eq!(server.received().len(), 1, "a request is sent once");
    (error, server)
}

#[tokio::test]
async fn by_status() {
    let mut table = String::new();
    for status in [
        301, 307, 400, 401, 403, 404, 408, 409, 412, 417, 429, 499, 500, 502, 503, 504,
    ] {
        let put = error(Method::PUT, Script::new(&format!("{status} X"), ""))
            .await
            .0;
        let get = error(Method::GET, Script::new(&format!("{status} X"), ""))
            .await
            .0;
        assert!(!get.may_have_taken_effect(), "{status}");
        let told = if put.may_have_taken_effect() {
            "may have"
        } else {
            "has not"
        };
        table.push_str(&format!("{status} {told}\n"));
    }
    assert_snapshot!(table, @"
    301 may have
    307 may have
    400 has not
    401 has not
    403 has not
    404 has not
    408 may have
    409 has not
    412 has not
    417 has not
    429 has not
    499 may have
    500 may have
    502 may have
    503 may have
    504 may have
    ");
}

#[tokio::test]
async fn lost_or_broken_response_leaves_a_write_unknown() {
    let half = || Script::bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1".to_vec());
    let garbage = || Script::bytes(b"SSH-2.0-OpenSSH\r\n\r\n".to_vec());
    let wrong = || Script::json(r#"{"another":"type"}"#);
    let cases: [(&str, &dyn Fn() -> Script); 6] = [
        ("hung up", &|| Script::hang_up()),
        ("silent", &|| Script::hour_of_silence()),
        ("half an answer", &half),
        ("no http", &garbage),
        ("another type", &wrong),
        ("nothing", &|| Script::new("200 OK", "")),
    ];
    let mut told = String::new();
    for (name, answer) in cases {
        for method in [Method::PUT, Method::PATCH, Method::POST] {
            assert!(
                error(method, answer()).await.0.may_have_taken_effect(),
                "{name}"
            );
        }
        let (read, server) = error(Method::GET, answer()).await;
        assert!(!read.may_have_taken_effect(), "{name}");
        assert!(
            read.request_id().is_some() && read.correlation_id().is_some(),
            "{name}"
        );
        // The causes below are the HTTP library's words, which it may change.
        let ours = chain(&read, &server).lines().next().unwrap().to_owned();
        told.push_str(&format!("{name}: {ours}\n"));
    }
    assert_snapshot!(told, @"
    hung up: the connection to [origin] broke
    silent: no complete response from [origin] within 60s
    half an answer: the response from [origin] is incomplete or damaged
    no http: the server at [origin] does not speak HTTP; is this a port for https?
    another type: the service answered 200 OK, and we could not read the JSON
    nothing: the service answered 200 OK without a body
    ");
}

#[tokio::test]
async fn a_connection_that_never_came_about_changed_nothing() {
    let server = Server::start(Vec::new()).await;
    let transport = transport_to(setup::CLOSED, once());
    let error = transport
        .fetch::<()>(&setup::request(&transport, Method::PUT))
        .await
        .unwrap_err();
    assert!(error.is_connect() && !error.is_timeout() && !error.may_have_taken_effect());
    let told = format!("could not connect to {}", setup::CLOSED);
    assert!(chain(&error, &server).starts_with(&told));
}

#[tokio::test]
async fn a_credential_without_a_token_sends_nothing() {
    struct SignedOut;
    impl TokenCredential for SignedOut {
        fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
            Box::pin(async { Err(Error::credential("signed out: run `az login`")) })
        }
    }
    let server = Server::start(Vec::new()).await;
    let endpoint = || server.origin().parse::<Endpoint>().unwrap();
    let spoilt = "the token has spaces, line ends or characters beyond ASCII";
    for (credential, told) in [
        (SignedOut.into(), "signed out: run `az login`"),
        (StaticToken::new("two\nlines").into(), spoilt),
        (StaticToken::new("caf\u{e9}").into(), spoilt),
        (StaticToken::new(" ").into(), spoilt),
        (StaticToken::new("").into(), "the token is empty"),
        (
            StaticToken::new("bearer abc").into(),
            "the token starts with `Bearer `: leave the word out, it is added",
        ),
    ] {
        let transport = billing_core::pipeline::Transport::new(
            endpoint(),
            credential,
            setup::service(),
            once(),
        )
        .unwrap();
        let request = setup::request(&transport, Method::PUT);
        let error = transport.fetch::<()>(&request).await.unwrap_err();
        assert!(error.is_credential() && !error.may_have_taken_effect());
        assert_eq!(error.to_string(), told);
    }
    assert_eq!(server.received().len(), 0);
}

#[tokio::test]
async fn response_over_the_limit_is_not_read() {
    let body = "x".repeat(2_000);
    let chunked =
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n{body}\r\n0\r\n\r\n");
    for answer in [
        Script::new("200 OK", &body),
        Script::bytes(chunked.into_bytes()),
    ] {
        let server = Server::start(vec![answer]).await;
        let options = once().with_max_body(1_999);
        let transport = transport_to(&server.origin(), options);
        let request = setup::request(&transport, Method::PUT);
        let error = transport.fetch::<String>(&request).await.unwrap_err();
        assert!(error.may_have_taken_effect());
        assert_eq!(
            error.to_string(),
            "the response is larger than the 1999 bytes that are allowed"
        );
    }
}

#[tokio::test]
async fn a_refusal_keeps_what_was_read_of_its_body() {
    let over_the_limit = Script::new("400 Bad Request", "x".repeat(2_000));
    let broken = Script::bytes(
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 100\r\n\r\n{\"code\":7".to_vec(),
    );
    for (answer, kept) in [
        (over_the_limit, "x".repeat(1_999)),
        (broken, "{\"code\":7".to_owned()),
    ] {
        let server = Server::start(vec![answer]).await;
        let options = once().with_max_body(1_999);
        let transport = transport_to(&server.origin(), options);
        let request = setup::request(&transport, Method::PUT);
        let error = transport.fetch::<String>(&request).await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), 400);
        assert!(!error.may_have_taken_effect());
        assert_eq!(error.service_error().unwrap().raw(), kept);
    }
}

#[tokio::test]
async fn a_failed_tls_handshake_is_a_connection_that_never_came_about() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"SSH-2.0-OpenSSH\r\n").await.unwrap();
    });
    let transport = transport_to(&origin, once());
    let request = setup::request(&transport, Method::PUT);
    let error = transport.fetch::<()>(&request).await.unwrap_err();
    assert!(error.is_connect() && !error.may_have_taken_effect());
}
