//! Credentials of the Azure SDK, represented by a test credential.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use azure_core::credentials::{AccessToken, TokenRequestOptions};
use azure_core::error::ErrorKind;
use azure_core::http::{AsyncRawResponse, Context, Method, Request, Url};
use billing_core::{AzureCredential, Clock, Cloud, SendOptions, TokenCredential as _};
use billing_test::{Script, Server, TestClock};
use insta::assert_snapshot;

#[derive(Debug)]
struct Identity {
    answer: Result<&'static str, &'static str>,
    end: SystemTime,
    scopes: Mutex<Vec<String>>,
}

#[async_trait::async_trait]
impl azure_core::credentials::TokenCredential for Identity {
    async fn get_token(
        &self,
        scopes: &[&str],
        _: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        self.scopes.lock().unwrap().push(scopes.join(" "));
        match self.answer {
            Ok(token) => Ok(AccessToken::new(token, self.end.into())),
            Err(words) => Err(azure_core::Error::with_message(
                ErrorKind::Credential,
                words,
            )),
        }
    }
}

fn identity(
    answer: Result<&'static str, &'static str>,
) -> (Arc<TestClock>, Arc<Identity>, AzureCredential) {
    let clock = Arc::new(TestClock::default());
    let identity = Arc::new(Identity {
        answer,
        end: clock.now() + Duration::from_secs(3600),
        scopes: Mutex::default(),
    });
    let credential = AzureCredential::new(identity.clone(), Cloud::china().arm_scope())
        .with_clock(Arc::clone(&clock) as Arc<dyn Clock>);
    (clock, identity, credential)
}

#[tokio::test]
async fn azure_tokens_are_requested_for_the_scope_and_cached() {
    let (_clock, identity, credential) = identity(Ok("canary-token"));
    for _ in 0..3 {
        let token = credential.get_token().await.unwrap();
        assert_eq!(token.secret().expose(), "canary-token");
        assert_eq!(token.expires_at(), Some(identity.end));
    }
    let scopes = identity.scopes.lock().unwrap().clone();
    assert_eq!(scopes, ["https://management.chinacloudapi.cn/.default"]);
    assert!(!format!("{credential:?}").contains("canary"));
}

#[tokio::test]
async fn azure_errors_show_numbers_and_no_text() {
    let words = "ClientSecretCredential authentication failed. AADSTS7000215: Invalid client \
                 secret for jane.roe@fabrikam.example.com. Trace ID: \
                 0a0a0a0a-1111-4222-8333-444444444444 Correlation ID: \
                 0b0b0b0b-5555-4666-8777-888888888888";
    let (_clock, _identity, credential) = identity(Err(words));
    let error = credential.get_token().await.unwrap_err();
    assert!(error.is_client_secret_refused());
    assert!(std::error::Error::source(&error).is_none());
    assert!(!format!("{error:?}").contains("jane"));
    assert_snapshot!(error.to_string(), @"the Azure credential gave no token, AADSTS7000215: the application's secret is wrong or has expired; make a new one in the app registration, and take its value, not its id (correlation id 0b0b0b0b-5555-4666-8777-888888888888, trace id 0a0a0a0a-1111-4222-8333-444444444444)");
    let told = error.service_error().unwrap().message().unwrap();
    assert!(told.contains("jane.roe@"), "whoever asks for it gets it");

    let (_clock, _identity, credential) = identity(Err("Azure CLI not found on path"));
    let error = credential.get_token().await.unwrap_err();
    assert!(error.is_credential());
    assert_snapshot!(error.to_string(), @"the Azure credential gave no token");
    let told = error.service_error().unwrap().message();
    assert_snapshot!(told.unwrap(), @"Azure CLI not found on path");
}

/// Sends a request by the clients' HTTP library.
async fn send(origin: &str, options: &SendOptions) -> azure_core::Result<AsyncRawResponse> {
    let transport = AzureCredential::transport(options).unwrap();
    let url: Url = format!("{origin}/token?resource=a%20b").parse().unwrap();
    let mut request = Request::new(url, Method::Post);
    request.insert_header("metadata", "true");
    request.set_body("grant_type=x");
    transport.send(&Context::new(), &mut request).await
}

#[tokio::test]
async fn azure_requests_use_the_clients_http_library() {
    let head = "401 Unauthorized\nx-note: seen";
    let server = Server::start(vec![Script::new(head, "no")]).await;
    let answer = send(&server.origin(), &SendOptions::default())
        .await
        .unwrap();
    assert_eq!(u16::from(answer.status()), 401);
    assert_eq!(
        answer.headers().get_optional_str(&"x-note".into()),
        Some("seen")
    );
    let body = answer.into_body().collect().await.unwrap();
    assert_eq!(&*body, b"no");
    let received = &server.received()[0];
    assert_eq!(received.line, "POST /token?resource=a%20b HTTP/1.1");
    assert_eq!(received.header("metadata"), Some("true"));
    assert_eq!(received.body, "grant_type=x");
}

#[tokio::test]
async fn azure_credential_does_not_retry_without_a_connection() {
    let server = Server::start(vec![
        Script::hang_up(),
        Script::json(&" ".repeat(300 * 1024)),
    ])
    .await;
    let mut texts = Vec::new();
    for origin in [&server.origin(), &server.origin(), "http://127.0.0.1:1"] {
        let error = send(origin, &SendOptions::default()).await.unwrap_err();
        // `azure_core` retries errors of the kinds `Io` and `Connection`.
        assert!(matches!(error.kind(), ErrorKind::Other), "{error:?}");
        texts.push(error.to_string().replace(&server.origin(), "[origin]"));
    }
    assert_snapshot!(texts.join("\n"), @"
    the connection to [origin] broke
    the response of [origin] is larger than a token may be
    could not connect to http://127.0.0.1:1
    ");
}
