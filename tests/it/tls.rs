//! TLS with a server of a trusted authority, and with an untrusted one.
//! Only on Linux a variable sets the trusted authorities.

use std::sync::Arc;

use billing_emulator::SAMPLE_CUSTOMER_ID;
use partner_client::{PartnerClient, StaticToken};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::support::{Transcript, billing};

/// A service at `https://localhost`, and the PEM text of the authority that signed its certificate.
struct Service {
    url: String,
    authority: String,
}

impl Service {
    async fn start() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec!["localhost".to_owned()])
            .unwrap()
            .signed_by(&key, &authority)
            .unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that does not trust the certificate breaks off the handshake.
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    continue;
                };
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    request.push(stream.read_u8().await.unwrap());
                }
                let authorized = String::from_utf8(request)
                    .unwrap()
                    .to_ascii_lowercase()
                    .contains("authorization: bearer secret-of-the-test\r\n");
                let body = format!(r#"{{"id":"{authorized}"}}"#);
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
                let answer = [head, body].concat();
                stream.write_all(answer.as_bytes()).await.unwrap();
                stream.shutdown().await.unwrap();
            }
        });
        Self {
            url: format!("https://localhost:{port}"),
            authority: authority.pem(),
        }
    }
}

/// Reads a profile, trusting this authority alone.
async fn get(service: &Service, authority: &str) -> Transcript {
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("authority.pem");
    std::fs::write(&trusted, authority).unwrap();
    let args = ["partner", "get", SAMPLE_CUSTOMER_ID, "--output=json"];
    billing(args.into_iter().chain(["--error-format=text"]))
        .at_url(&service.url)
        .env("SSL_CERT_FILE", trusted.to_str().unwrap())
        .run()
        .await
}

#[tokio::test]
async fn trusted_service_is_used_over_tls() {
    let service = Service::start().await;
    let shown = get(&service, &service.authority).await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    assert_eq!(shown.json(), serde_json::json!({ "id": "true" }));
}

#[tokio::test]
async fn untrusted_service_gets_nothing() {
    let service = Service::start().await;
    let other = Service::start().await;
    let shown = get(&service, &other.authority).await;
    let said = shown.refused(1);
    // The reason is a message of the TLS library.
    assert!(
        said.contains("could not connect to https://localhost"),
        "{said}"
    );
    assert!(said.contains(": its certificate is not trusted"), "{said}");
    assert!(said.contains("certificate"), "{said}");
    assert!(
        said.contains(
            "hint: nothing was sent, as this machine does not trust the certificate of https://localhost"
        ),
        "{said}"
    );
    assert!(said.contains("SSL_CERT_FILE"), "{said}");
}

#[tokio::test]
async fn untrusted_certificate_stops_a_bulk_plan_at_once() {
    let service = Service::start().await;
    let other = Service::start().await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("authority.pem"), &other.authority).unwrap();
    let rows = format!("customer_id,culture\n{SAMPLE_CUSTOMER_ID},fr-CH\n");
    std::fs::write(path("profiles.csv"), rows).unwrap();
    let args = ["bulk", "plan", "profiles.csv", "--service=partner", "-o"];
    let endpoint = ["run.plan", "--partner-endpoint", &service.url];
    let planned = billing(args.into_iter().chain(endpoint))
        .in_folder(folder.path())
        .env("BILLING_TOKEN", "secret-of-the-test")
        .env("SSL_CERT_FILE", &path("authority.pem"))
        .run()
        .await;
    assert_eq!(planned.code, Some(3), "{}", planned.stderr);
    for needed in [
        "waiting: Partner Center cannot be reached: ",
        "its certificate is not trusted",
        "have this machine trust the authority of the certificate",
    ] {
        assert!(planned.stderr.contains(needed), "{}", planned.stderr);
    }
}

#[tokio::test]
async fn untrusted_certificate_is_not_retried() {
    let service = Service::start().await;
    let token = StaticToken::new("secret-of-the-test");
    let client = PartnerClient::new(service.url.parse().unwrap(), token).unwrap();
    let get = client.get_customer_billing_profile(SAMPLE_CUSTOMER_ID);
    let error = get.send().await.unwrap_err();
    assert!(error.is_untrusted_certificate() && error.is_connect());
    assert_eq!(error.attempts(), 1);
    let expected = format!(
        "could not connect to {}: its certificate is not trusted",
        service.url
    );
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn untrusted_authority_gets_no_secret() {
    let service = Service::start().await;
    let other = Service::start().await;
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("authority.pem");
    std::fs::write(&trusted, &other.authority).unwrap();
    let args = ["partner", "get", SAMPLE_CUSTOMER_ID];
    let shown = billing(
        args.into_iter()
            .chain(["--credential=client-secret", "--retries=0"]),
    )
    .env("AZURE_AUTHORITY_HOST", &service.url)
    .env("AZURE_TENANT_ID", "contoso.example.com")
    .env("AZURE_CLIENT_ID", "5f0c2b1e-0000-4000-8000-000000000001")
    .env("AZURE_CLIENT_SECRET", "secret-of-the-test")
    .env("SSL_CERT_FILE", trusted.to_str().unwrap())
    .run()
    .await;
    let said = shown.refused(1);
    assert!(said.contains("for a token"), "{said}");
    assert!(
        said.contains("hint: nothing was sent, as this machine does not trust"),
        "{said}"
    );
}

#[tokio::test]
async fn ca_file_makes_the_tls_emulator_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("ca.pem");
    let trusted = trusted.to_str().unwrap();
    let mut child = billing(["emulator", "--tls", "--ca-file", trusted]).spawn();
    let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = stdout.next_line().await.unwrap().unwrap();
    let ready: serde_json::Value = serde_json::from_str(&line).unwrap();
    for name in ["partner", "arm", "control", "authority"] {
        let url = ready[name].as_str().unwrap();
        assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    }
    let got = billing(["partner", "get", SAMPLE_CUSTOMER_ID, "--output=json"])
        .at_url(ready["partner"].as_str().unwrap())
        .token(ready["token"].as_str().unwrap())
        .env("SSL_CERT_FILE", trusted)
        .run()
        .await;
    assert_eq!(got.code, Some(0), "{}", got.stderr);
    assert_eq!(got.json()["companyName"], "Contoso, Ltd.");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(trusted).unwrap().permissions().mode();
        assert_eq!(mode & 0o400, 0o400);
        assert_eq!(
            mode & 0o022,
            0,
            "others could replace the trusted authority"
        );
    }
}

#[tokio::test]
async fn wrong_scheme_is_explained() {
    let emulator = billing_emulator::Emulator::builder().sample_data();
    let emulator = emulator.start().await.unwrap();
    let plain = emulator.partner_url();
    let secure = plain.replacen("http:", "https:", 1);
    let shown = billing(["partner", "get", SAMPLE_CUSTOMER_ID])
        .at_url(&secure)
        .run()
        .await;
    let said = shown.refused(1);
    assert!(said.contains("it does not speak TLS"), "{said}");
    let hint = "check scheme and port of --partner-endpoint: is it http://127.0.0.1:<port>?";
    assert!(said.contains(hint), "{said}");
}
