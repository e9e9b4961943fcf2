//! A program with a sign-in of its own lends it to the client, which asks before each request.
//!
//! `cargo run -p partner-client --example custom_credential`

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use billing_emulator::{Emulator, SAMPLE_CUSTOMER_ID};
use partner_client::{
    AccessToken, BoxFuture, CachedCredential, Error, PartnerClient, TokenCredential,
};

/// Stands for the program's own sign-in, which is slow and should not be asked often.
struct OwnSignIn {
    token: String,
    asked: Arc<AtomicUsize>,
}

impl TokenCredential for OwnSignIn {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        Box::pin(async move {
            self.asked.fetch_add(1, Ordering::Relaxed);
            // A token that says when it ends is renewed before it does. Without a token, the way
            // out is `Err(Error::credential("…"))`: then nothing is sent.
            Ok(AccessToken::new(&self.token))
        })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::builder().sample_data().start().await?;
    let asked = Arc::<AtomicUsize>::default();
    let sign_in = OwnSignIn {
        token: emulator.token().reveal().to_owned(),
        asked: Arc::clone(&asked),
    };
    // Keeps the token while it is good, and drops it when the service refuses it.
    let credential = CachedCredential::new(sign_in);
    let client = PartnerClient::new(emulator.partner_url().parse()?, credential)?;

    for _ in 0..3 {
        client
            .get_customer_billing_profile(SAMPLE_CUSTOMER_ID)
            .send()
            .await?;
    }
    let asked = asked.load(Ordering::Relaxed);
    println!("three requests, {asked} sign-in");
    assert_eq!(asked, 1);
    Ok(())
}

#[test]
fn one_sign_in_is_enough_for_three_requests() {
    main().unwrap();
}
