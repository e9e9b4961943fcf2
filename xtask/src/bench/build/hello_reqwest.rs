//! The least that updates a billing profile, by hand.

use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let provider = rustls::crypto::ring::default_provider();
    provider.install_default().map_err(|_| "set twice")?;
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().unwrap_or_default();
    let token = arguments.next().unwrap_or_default();
    let body = json!({ "properties": { "poNumber": "PO-2041" } });
    let work = async {
        let answer = reqwest::Client::new()
            .patch(url)
            .bearer_auth(token)
            .header("content-type", "application/json")
            .body(body.to_string())
            .send()
            .await?;
        let body = answer.error_for_status()?.bytes().await?;
        let profile: Value = serde_json::from_slice(&body)?;
        println!("{}", profile["properties"]["poNumber"]);
        Ok(())
    };
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build()?.block_on(work)
}
