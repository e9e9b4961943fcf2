//! A token that another program keeps fresh in a file, as it is done for containers, and that is
//! read again when the service has had enough of it.
//!
//! `cargo run -p arm-client --example custom_credential`

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::fs;
use std::path::PathBuf;

use arm_client::{AccessToken, ArmClient, BoxFuture, CachedCredential, Error, TokenCredential};
use billing_emulator::{Emulator, SAMPLE_ACCOUNT, SAMPLE_PROFILE};

struct FromFile(PathBuf);

impl TokenCredential for FromFile {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        Box::pin(async move {
            let text = fs::read_to_string(&self.0).map_err(|source| {
                let message = format!("could not read {}", self.0.display());
                Error::credential(message).with_source(source)
            })?;
            Ok(AccessToken::new(text.trim()))
        })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::builder().sample_data().start().await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("token");
    fs::write(&file, "one-that-has-ended")?;

    // Keeps what it has read until the service answers 401, then reads again and the request goes
    // out once more.
    let credential = CachedCredential::new(FromFile(file.clone()));
    let client = ArmClient::new(emulator.arm_url().parse()?, credential)?;
    let get = || client.get_billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE);

    let refused = get().send().await.err().ok_or("it was let in")?;
    println!("before: {refused}");
    assert!(refused.is_unauthorized());

    fs::write(&file, emulator.token().reveal())?;
    let profile = get().send().await?.into_body();
    println!("after:  {:?}", profile.name);
    Ok(())
}

#[test]
fn a_token_that_was_renewed_in_its_file_is_used_after_a_refusal() {
    main().unwrap();
}
