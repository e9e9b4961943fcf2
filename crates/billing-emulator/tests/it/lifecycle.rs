//! Start, shutdown, reset and the data that an emulator starts with.

use std::{error::Error as _, net::SocketAddr};

use billing_emulator::{Emulator, Error, SAMPLE_CUSTOMER_ID, Token};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::support::{HttpClient, HttpResponse, customer_path, sample};

async fn refused(address: &str) -> Error {
    let address: SocketAddr = address.parse().unwrap();
    Emulator::builder()
        .listen(address)
        .start()
        .await
        .expect_err("it must not listen there")
}

#[tokio::test]
async fn non_loopback_address_is_refused() {
    for address in ["0.0.0.0:0", "192.0.2.1:0", "[::]:0"] {
        let error = refused(address).await;
        assert!(
            matches!(&error, Error::NotLoopback { address: named } if named.to_string() == address)
        );
        assert_eq!(
            error.to_string(),
            format!(
                "{address} is not a loopback address, and the emulator is not exposed to \
                 other machines; listen on 127.0.0.1 or [::1]"
            )
        );
    }
}

#[tokio::test]
async fn occupied_or_too_high_port_is_named() {
    let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let taken = other.local_addr().unwrap().to_string();
    // There are no three ports after the last one, even if it is free.
    for address in [taken.as_str(), "127.0.0.1:65534"] {
        let error = refused(address).await;
        assert_eq!(
            error.to_string(),
            format!(
                "cannot listen on {address} for partner; choose another port, or port 0 for any \
                 free one"
            )
        );
        assert!(error.source().is_some());
    }
}

#[tokio::test]
async fn invalid_documents_and_tokens_are_refused_by_name() {
    let customer = |id: &str, profile| Emulator::builder().customer(id, profile);
    let profile =
        |account: &str, resource| Emulator::builder().billing_profile(account, "profile", resource);
    let mut seen = String::new();
    for builder in [
        customer("contoso", json!({})),
        customer(SAMPLE_CUSTOMER_ID, json!([])),
        customer(
            SAMPLE_CUSTOMER_ID,
            json!({ "DefaultAddress": { "city": 1 } }),
        ),
        profile("", json!({})),
        profile("account", json!("text")),
        profile("account", json!({ "properties": { "address": [] } })),
        profile("account", json!({ "poNumber": "PO-1" })),
        Emulator::builder().token(Token::new("two words")),
        Emulator::builder().token(Token::new("")),
    ] {
        let error = builder.start().await.expect_err("it must not start");
        seen += &format!("{error}\n");
    }
    insta::assert_snapshot!(seen, @r#"
customer contoso: the tenant id must be a GUID
customer 5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01: the billing profile must be an object
customer 5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01, defaultAddress.city: must be a string
billing profile /profile: neither name may be empty
billing profile account/profile: the resource must be an object
billing profile account/profile, properties.address: must be an object
billing profile account/profile, poNumber: must be in the member `properties`
the token: must be one or more visible ASCII characters
the token: must be one or more visible ASCII characters
"#);
}

#[tokio::test]
async fn replace_customer_billing_profile_checks_the_document() {
    let emulator = sample().start().await.unwrap();
    let before = emulator.customer_billing_profile(SAMPLE_CUSTOMER_ID);
    for (customer, profile) in [
        ("nobody", json!({})),
        ("33333333-aaaa-4bbb-8ccc-dddddddddddd", json!({})),
        (SAMPLE_CUSTOMER_ID, json!({ "email": {} })),
    ] {
        let result = emulator.replace_customer_billing_profile(customer, profile);
        assert!(matches!(result, Err(Error::InvalidData { .. })));
    }
    assert_eq!(
        emulator.customer_billing_profile(SAMPLE_CUSTOMER_ID),
        before
    );
}

#[tokio::test]
async fn unknown_document_is_none() {
    let emulator = Emulator::builder().start().await.unwrap();
    assert_eq!(emulator.customer_billing_profile("nobody"), None);
    assert_eq!(emulator.customer_billing_profile(SAMPLE_CUSTOMER_ID), None);
    assert_eq!(emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID), None);
    assert_eq!(emulator.billing_profile("account", "profile"), None);
    assert_eq!(
        emulator.billing_profile_effective_writes("account", "profile"),
        None
    );
    assert!(emulator.requests().is_empty());
}

#[tokio::test]
async fn same_seed_gives_the_same_bytes() {
    async fn run(seed: u64) -> String {
        let emulator = sample().seed(seed).start().await.unwrap();
        let path = customer_path();
        let caller = HttpClient::partner(&emulator);
        let read = caller.get(&path).await;
        let written = caller.put(&path, &json!({})).await;
        read.snapshot(&emulator) + &written.snapshot(&emulator)
    }
    assert_eq!(run(1).await, run(1).await);
    assert_ne!(run(1).await, run(2).await);
}

#[tokio::test]
async fn the_four_addresses_are_four_origins_on_loopback() {
    let emulator = sample().start().await.unwrap();
    let urls = [
        emulator.partner_url(),
        emulator.arm_url(),
        emulator.control_url(),
        emulator.authority_url(),
    ];
    for url in urls {
        let address: SocketAddr = url.strip_prefix("http://").unwrap().parse().unwrap();
        assert!(address.ip().is_loopback() && address.port() != 0, "{url}");
    }
    assert_eq!(std::collections::HashSet::from(urls).len(), 4);
}

#[tokio::test]
async fn body_announced_as_too_large_is_refused_before_sending() {
    let emulator = sample().start().await.unwrap();
    let customer = customer_path();
    let profile = "/providers/Microsoft.Billing/billingAccounts/a/billingProfiles/b?api-version=2019-10-01-preview";
    let mut seen = String::new();
    for (url, method, path) in [
        (emulator.partner_url(), "PUT", customer.as_str()),
        (emulator.arm_url(), "PATCH", profile),
    ] {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\
             authorization: Bearer {}\r\ncontent-type: application/json\r\n\
             content-length: 1048577\r\nexpect: 100-continue\r\n\r\n",
            emulator.token().reveal()
        );
        let response = HttpClient::anonymous(url).raw(head.as_bytes()).await;
        seen += &format!("{}\n", HttpResponse::parse(&response).brief());
    }
    insta::assert_snapshot!(seen, @r#"
413 {"code":413,"description":"The request body is larger than 1 MiB or has more than 10,000 members and items.","data":[],"source":"PartnerFD"}
413 {"error":{"code":"RequestContentTooLarge","message":"The request content is larger than 1 MiB or has more than 10,000 members and items."}}
"#);
}

#[tokio::test]
async fn bytes_that_are_not_http_are_refused() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::anonymous(emulator.partner_url());
    for bytes in [
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n".as_slice(),
        b"GET\r\n\r\n",
        b"GET /%ff%fe/%zz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
    ] {
        caller.raw(bytes).await;
    }
    let path = customer_path();
    assert_eq!(HttpClient::partner(&emulator).get(&path).await.status, 200);
}

/// Returns an open connection that has received one response.
async fn idle_connection(authority: &str) -> TcpStream {
    let mut idle = TcpStream::connect(authority).await.unwrap();
    idle.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    let mut status = [0; 9];
    idle.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 ");
    idle
}

async fn assert_closed(mut connection: TcpStream, authority: &str) {
    let mut rest = Vec::new();
    connection.read_to_end(&mut rest).await.unwrap();
    assert!(TcpStream::connect(authority).await.is_err());
}

fn partner_authority(emulator: &Emulator) -> String {
    let url = emulator.partner_url();
    url.strip_prefix("http://").unwrap().to_owned()
}

#[tokio::test]
async fn a_shutdown_closes_idle_connections_and_stops_listening() {
    let emulator = sample().start().await.unwrap();
    let authority = partner_authority(&emulator);
    let unused = TcpStream::connect(&authority).await.unwrap();
    let idle = idle_connection(&authority).await;
    emulator.shutdown().await;
    assert_closed(idle, &authority).await;
    assert_closed(unused, &authority).await;
}

#[tokio::test]
async fn dropping_closes_idle_connections_and_stops_listening() {
    let emulator = sample().start().await.unwrap();
    let authority = partner_authority(&emulator);
    let idle = idle_connection(&authority).await;
    drop(emulator);
    assert_closed(idle, &authority).await;
}

#[tokio::test]
async fn shutdown_finishes_the_request_in_flight() {
    let emulator = sample().start().await.unwrap();
    let mut stream = TcpStream::connect(partner_authority(&emulator))
        .await
        .unwrap();
    let head = format!(
        "PUT /v1/customers/{SAMPLE_CUSTOMER_ID}/profiles/billing HTTP/1.1\r\nhost: a\r\n\
         authorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\
         expect: 100-continue\r\n\r\n",
        emulator.token().reveal()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    let mut asked = vec![0; go_on.len()];
    stream.read_exact(&mut asked).await.unwrap();
    assert_eq!(String::from_utf8(asked).unwrap(), go_on);

    let stopping = tokio::spawn(emulator.shutdown());
    tokio::task::yield_now().await;
    stream.write_all(b"{}").await.unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.unwrap();
    assert_eq!(HttpResponse::parse(&response).status, 200);
    stopping.await.unwrap();
}
