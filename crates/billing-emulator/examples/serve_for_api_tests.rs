//! The emulator as a tester of APIs wants it: sample data under a fixed seed and token, and no throttles. It says where it is
//! in one line of JSON, and serves until its standard input ends.
//!
//! `cargo run -p billing-emulator --example serve_for_api_tests`

#![allow(clippy::print_stdout, reason = "a program talks to its user")]

use std::io;

use billing_emulator::{Emulator, LocationStyle, Token};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::builder()
        .sample_data()
        .seed(1)
        .token(Token::new("for-api-tests"))
        .without_throttles()
        // Right as it was recorded, and no JSON by the book.
        .byte_order_mark(false)
        .location(LocationStyle::AsyncOperation)
        .start()
        .await?;
    let ready = json!({
        "partner": emulator.partner_url(),
        "arm": emulator.arm_url(),
        "control": emulator.control_url(),
        "token": emulator.token().reveal(),
    });
    println!("{ready}");
    tokio::task::spawn_blocking(|| io::copy(&mut io::stdin(), &mut io::sink())).await??;
    emulator.shutdown().await;
    Ok(())
}
