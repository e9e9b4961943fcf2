//! TLS, with a client that trusts the emulator's certificate authority and one that does not.

use std::{io, sync::Arc, time::Duration};

use billing_emulator::{Emulator, FaultPlan, SAMPLE_CUSTOMER_ID, SAMPLE_TENANT_ID};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Instant, timeout},
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::authority::{by_secret, form, registered, text};
use crate::support::{HttpClient, HttpResponse, customer_path, sample};

/// Connects to a base address with the name that the certificate must contain.
async fn connect(
    url: &str,
    name: &str,
    authority: Option<&str>,
) -> io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    if let Some(authority) = authority {
        let authority = CertificateDer::from_pem_slice(authority.as_bytes()).unwrap();
        roots.add(authority).unwrap();
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let stream = TcpStream::connect(url.strip_prefix("https://").unwrap()).await?;
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
}

/// Requests the control API, which needs no token, by this host name.
async fn clock(emulator: &Emulator, host: &str) -> HttpResponse {
    let authority = emulator.ca_certificate_pem();
    let url = emulator.control_url();
    let mut stream = connect(url, "localhost", authority).await.unwrap();
    let request = format!("GET /api/clock HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut seen = Vec::new();
    stream.read_to_end(&mut seen).await.unwrap();
    HttpResponse::parse(&seen)
}

#[tokio::test]
async fn tls_name_is_accepted_as_a_host() {
    let builder = sample()
        .tls_name("Billing.Example.com")
        .tls_name("2001:db8::7");
    let emulator = builder.start().await.unwrap();
    for host in [
        "billing.example.com:4713",
        "BILLING.example.com.",
        "[2001:DB8::7]:1",
        "localhost",
    ] {
        assert_eq!(clock(&emulator, host).await.status, 200, "{host}");
    }
    for host in ["example.com", "a.billing.example.com", "[2001:db8::8]"] {
        assert_eq!(clock(&emulator, host).await.status, 421, "{host}");
    }
}

async fn get(emulator: &Emulator, name: &str) -> io::Result<Vec<u8>> {
    let authority = emulator.ca_certificate_pem();
    let mut stream = connect(emulator.partner_url(), name, authority).await?;
    let request = format!(
        "GET /v1/customers/{SAMPLE_CUSTOMER_ID}/profiles/billing HTTP/1.1\r\nHost: {name}\r\n\
         Authorization: Bearer {}\r\nConnection: close\r\n\r\n",
        emulator.token().reveal()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut seen = Vec::new();
    stream.read_to_end(&mut seen).await?;
    Ok(seen)
}

/// Sends a request over TLS. `head` is its first line and headers.
async fn send(emulator: &Emulator, url: &str, head: &str, body: &str) -> HttpResponse {
    let authority = emulator.ca_certificate_pem();
    let mut stream = connect(url, "localhost", authority).await.unwrap();
    let request = format!(
        "{head}\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut seen = Vec::new();
    stream.read_to_end(&mut seen).await.unwrap();
    HttpResponse::parse(&seen)
}

#[tokio::test]
async fn a_name_of_the_certificate_is_an_audience() {
    let builder = sample()
        .tls_name("Billing.Example.com")
        .tls_name("2001:db8::7")
        .app(registered());
    let emulator = builder.start().await.unwrap();
    for (audience, expected) in [
        ("https://billing.example.com", 200),
        ("https://BILLING.example.com.:8443", 200),
        ("http://[2001:DB8::7]:1", 200),
        ("https://example.com", 401),
        ("https://a.billing.example.com:8443", 401),
        ("ftp://billing.example.com", 401),
    ] {
        let head = format!(
            "POST /{SAMPLE_TENANT_ID}/oauth2/v2.0/token HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded"
        );
        let body = form(&by_secret(&format!("{audience}/.default")));
        let token = send(&emulator, emulator.authority_url(), &head, &body).await;
        assert_eq!(token.status, 200, "{audience}: {}", token.body);
        let token = text(&token.json(), "access_token");
        let path = customer_path();
        let head = format!("GET {path} HTTP/1.1\r\nAuthorization: Bearer {token}");
        let read = send(&emulator, emulator.partner_url(), &head, "").await;
        assert_eq!(read.status, expected, "{audience}");
    }
}

#[tokio::test]
async fn certificate_covers_local_names_and_tls_names() {
    let builder = sample()
        .tls_name("emulator")
        .tls_name("billing.example.com")
        .tls_name("192.0.2.7");
    let emulator = builder.start().await.unwrap();
    for url in [
        emulator.partner_url(),
        emulator.arm_url(),
        emulator.control_url(),
        emulator.authority_url(),
    ] {
        assert!(url.starts_with("https://127.0.0.1:"), "{url}");
        let authority = emulator.ca_certificate_pem();
        assert!(connect(url, "localhost", authority).await.is_ok(), "{url}");
    }
    for name in [
        "localhost",
        "127.0.0.1",
        "::1",
        "emulator",
        "billing.example.com",
        "192.0.2.7",
    ] {
        let seen = get(&emulator, name).await.unwrap();
        assert_eq!(HttpResponse::parse(&seen).status, 200, "{name}");
    }
    assert!(get(&emulator, "example.com").await.is_err());
}

#[tokio::test]
async fn each_emulator_has_its_own_certificate_authority() {
    let emulator = sample().tls().start().await.unwrap();
    let other = sample().tls().start().await.unwrap();
    assert_ne!(emulator.ca_certificate_pem(), other.ca_certificate_pem());
    for authority in [None, other.ca_certificate_pem()] {
        let refused = connect(emulator.partner_url(), "localhost", authority).await;
        assert_eq!(refused.unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
    assert_eq!(get(&emulator, "localhost").await.unwrap()[9..12], *b"200");
}

#[tokio::test]
async fn ca_certificate_is_shown_with_tls_only() {
    let emulator = sample().tls().start().await.unwrap();
    let pem = emulator.ca_certificate_pem().unwrap();
    assert_eq!(pem.matches("-----BEGIN ").count(), 1);
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"), "{pem}");
    let plain = sample().start().await.unwrap();
    assert_eq!(plain.ca_certificate_pem(), None);
}

#[tokio::test]
async fn plain_http_on_a_tls_port_gets_no_response() {
    let emulator = sample().tls().start().await.unwrap();
    let url = emulator.partner_url().replace("https", "http");
    let seen = HttpClient::anonymous(&url)
        .raw(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        .await;
    assert!(!seen.starts_with(b"HTTP/"));
    assert_eq!(get(&emulator, "localhost").await.unwrap()[9..12], *b"200");
}

#[tokio::test]
async fn a_planned_reset_breaks_a_connection_by_tls_too() {
    let plan: FaultPlan = "[[fault]]\nreset = true".parse().unwrap();
    let builder = sample().tls().faults(plan);
    let emulator = builder.start().await.unwrap();
    let error = get(&emulator, "localhost").await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
}

#[tokio::test(start_paused = true)]
async fn unfinished_handshake_ends_and_does_not_delay_shutdown() {
    let emulator = sample().tls().start().await.unwrap();
    let authority = emulator
        .partner_url()
        .strip_prefix("https://")
        .unwrap()
        .to_owned();
    let start = Instant::now();
    let mut silent = TcpStream::connect(&authority).await.unwrap();
    assert!(silent.read_u8().await.is_err());
    assert_eq!(start.elapsed().as_secs(), 30);

    let mut silent = TcpStream::connect(&authority).await.unwrap();
    let open = timeout(Duration::from_secs(1), silent.read_u8()).await;
    assert!(open.is_err());
    let start = Instant::now();
    emulator.shutdown().await;
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test]
async fn invalid_tls_name_is_refused() {
    let mut seen = String::new();
    for name in ["", "https://a", "localhost:1", "ä", "a b"] {
        let error = sample().tls_name(name).start().await.unwrap_err();
        seen += &format!("{error}\n");
    }
    insta::assert_snapshot!(seen, @r#"
    the name "" for TLS: must be a host name or an address, without a port
    the name "https://a" for TLS: must be a host name or an address, without a port
    the name "localhost:1" for TLS: must be a host name or an address, without a port
    the name "ä" for TLS: must be a host name or an address, without a port
    the name "a b" for TLS: must be a host name or an address, without a port
    "#);
}
