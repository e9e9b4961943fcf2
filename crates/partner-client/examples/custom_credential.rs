//! A credential of your own: the client gets the token of the program's own sign-in.
//!
//! `cargo run -p partner-client --example custom_credential`

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use billing_emulator::{Emulator, SAMPLE_CUSTOMER_ID};
use partner_client::{
    AccessToken, BoxFuture, CachedCredential, Error, PartnerClient, TokenCredential,
};

/// The program's own sign-in, which is slow and should not run often.
struct OwnSignIn {
    token: String,
    sign_ins: Arc<AtomicUsize>,
}

impl TokenCredential for OwnSignIn {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        Box::pin(async move {
            self.sign_ins.fetch_add(1, Ordering::Relaxed);
            // A token with an expiry is renewed before it. If there is no token, return
            // `Err(Error::credential("…"))`: nothing is sent then.
            Ok(AccessToken::new(&self.token))
        })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::builder().sample_data().start().await?;
    let sign_ins = Arc::<AtomicUsize>::default();
    let sign_in = OwnSignIn {
        token: emulator.token().reveal().to_owned(),
        sign_ins: Arc::clone(&sign_ins),
    };
    // Keeps the token while it is valid, and drops it if the service refuses it.
    let credential = CachedCredential::new(sign_in);
    let client = PartnerClient::new(emulator.partner_url().parse()?, credential)?;

    for _ in 0..3 {
        client
            .get_customer_billing_profile(SAMPLE_CUSTOMER_ID)
            .await?;
    }
    let sign_ins = sign_ins.load(Ordering::Relaxed);
    println!("three requests, {sign_ins} sign-in");
    assert_eq!(sign_ins, 1);
    Ok(())
}

#[test]
fn three_requests_take_one_sign_in() {
    main().unwrap();
}
