//! The two servers that are compared.

use axum::{Router, body::Bytes, http::header};
use billing_emulator::{Emulator, Token};
use billing_test::serve_for_parent;
use serde_json::Value;
use tokio::net::TcpListener;

pub(crate) const EMULATOR: &str = "serve-emulator";
pub(crate) const BARE: &str = "serve-bare";
pub(crate) const TOKEN: &str = "token-of-the-benchmark";

/// Serves until the process that started it ends.
pub(crate) fn serve(role: &str) {
    serve_for_parent(async {
        if role == BARE {
            return bare().await;
        }
        let emulator = Emulator::builder()
            .sample_data()
            .polls_until_done(0)
            .without_rate_limits()
            .token(Token::new(TOKEN));
        let emulator = emulator.start().await.unwrap();
        println!("{} {}", emulator.partner_url(), emulator.arm_url());
        std::future::pending::<()>().await;
    });
}

/// Returns a handler that parses a body as JSON and returns it.
async fn bare() {
    let echo = async |body: Bytes| {
        let document: Value = serde_json::from_slice(&body).unwrap();
        let json = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
        (json, serde_json::to_vec(&document).unwrap())
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    println!("{url} {url}");
    axum::serve(listener, Router::new().fallback(echo))
        .await
        .unwrap();
}
