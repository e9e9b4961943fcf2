//! Tokens from a scripted authority on loopback.

mod app;
mod app_user;
mod entra_errors;
mod failures;
mod retries;
mod shared_store;

use std::sync::Arc;

use billing_core::{AppRegistration, Cloud, Secret};
use billing_test::{Script, Server, TestClock, sending};

pub(crate) const SECRET: &str = "canary-secret-90c1";
const CLIENT: &str = "5f0c2b1e-0000-4000-8000-000000000001";

fn registration(server: &Server, clock: &Arc<TestClock>) -> AppRegistration {
    let cloud = Cloud::public().with_authority(&server.origin().parse().unwrap());
    AppRegistration::new(&cloud, "contoso.example.com", CLIENT, Secret::new(SECRET))
        .with_send_options(sending(clock))
}

async fn start(answers: Vec<Script>) -> (Server, Arc<TestClock>, AppRegistration) {
    let server = Server::start(answers).await;
    let clock = Arc::new(TestClock::default());
    let app = registration(&server, &clock);
    (server, clock, app)
}

/// A response with a token that is valid for an hour.
fn token(text: &str) -> Script {
    Script::json(&format!(
        r#"{{"token_type":"Bearer","expires_in":3600,"ext_expires_in":3600,"access_token":"{text}"}}"#
    ))
}

/// The same response with the next refresh token.
fn token_and(text: &str, refresh: &str) -> Script {
    Script::json(&format!(
        r#"{{"token_type":"Bearer","scope":"x","expires_in":3600,"access_token":"{text}","refresh_token":"{refresh}"}}"#
    ))
}

/// Returns the members of the form in the `number`th request.
fn form(server: &Server, number: usize) -> String {
    let body = &server.received()[number].body;
    url::form_urlencoded::parse(body.as_bytes())
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Returns everything that an error prints, `Debug` included.
fn printed(error: &billing_core::Error) -> String {
    let mut text = format!("{error}\n{error:?}");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(&format!("\n{error}\n{error:?}"));
        cause = error.source();
    }
    text
}
