//! A credential of your own: a token that another program renews in a file, as in containers. The
//! file is read again after the service has refused the token.
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
    fs::write(&file, "expired")?;

    // Keeps the token until a 401, then reads the file again and sends the request once more.
    let credential = CachedCredential::new(FromFile(file.clone()));
    let client = ArmClient::new(emulator.arm_url().parse()?, credential)?;
    let get = || client.get_billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE);

    let error = get().await.err().ok_or("the token was accepted")?;
    println!("before: {error}");
    assert!(error.is_unauthorized());

    fs::write(&file, emulator.token().reveal())?;
    let profile = get().await?.into_body();
    println!("after:  {:?}", profile.name);
    Ok(())
}

#[test]
fn renewed_token_is_used_after_a_401() {
    main().unwrap();
}
