//! The two that are compared.

use std::io::Read;

use axum::{Router, body::Bytes, http::header};
use billing_emulator::{Emulator, Token};
use serde_json::Value;
use tokio::net::TcpListener;

pub(crate) const EMULATOR: &str = "serve-emulator";
pub(crate) const BARE: &str = "serve-bare";
pub(crate) const TOKEN: &str = "token-of-the-benchmark";

/// Serves until whoever started it has gone, and the end of its input tells so.
pub(crate) fn serve(role: &str) {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        if role == BARE {
            return bare().await;
        }
        let emulator = Emulator::builder()
            .sample_data()
            .polls_until_done(0)
            .without_throttles()
            .token(Token::new(TOKEN));
        let emulator = emulator.start().await.unwrap();
        println!("{} {}", emulator.partner_url(), emulator.arm_url());
        std::future::pending::<()>().await;
    });
}

/// A handler that parses a body as any JSON and answers it.
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
