//! One process begins an update and ends; another one waits for the result.
//!
//! The first prints the text of a resume token, which may be stored and read by people. Start
//! `billing emulator`, which prints its endpoint and its token, and then:
//!
//! ```text
//! export BILLING_TOKEN=…
//! cargo run -p arm-client --example resume_in_another_process -- http://127.0.0.1:… > token
//! cargo run -p arm-client --example resume_in_another_process -- http://127.0.0.1:… "$(cat token)"
//! ```

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example shows what it does, and reads its own arguments and environment"
)]

use arm_client::models::{BillingProfilePropertiesUpdate, BillingProfileUpdate};
use arm_client::{ArmClient, PollToken, StaticToken};
use billing_emulator::{SAMPLE_ACCOUNT, SAMPLE_PROFILE};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn client(endpoint: &str, access_token: &str) -> Result<ArmClient> {
    let credential = StaticToken::new(access_token);
    Ok(ArmClient::new(endpoint.parse()?, credential)?)
}

/// Begins the update, in the first process. The service continues by itself.
async fn begin(client: &ArmClient) -> Result<Option<String>> {
    let properties = BillingProfilePropertiesUpdate::default().po_number("PO-2041");
    let update = BillingProfileUpdate::default().properties(properties);
    let poller = client
        .begin_update_billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE, &update)
        .await?;
    // There is no token if the service finished at once.
    Ok(poller.token().map(PollToken::to_string))
}

/// Waits for the result, in the second process. Nothing is sent again; a token of another service
/// or profile is refused before anything is sent.
async fn resume(client: &ArmClient, token: &str) -> Result<Option<String>> {
    let profile = client.resume(token.parse()?)?.await?.into_body();
    let properties = profile.properties.unwrap_or_default();
    Ok(properties.po_number)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let access_token = std::env::var("BILLING_TOKEN")?;
    let mut arguments = std::env::args().skip(1);
    let endpoint = arguments.next().ok_or("missing argument: the endpoint")?;
    let client = client(&endpoint, &access_token)?;
    match arguments.next() {
        None => println!(
            "{}",
            begin(&client).await?.ok_or("the update has finished")?
        ),
        Some(token) => println!("purchase order: {:?}", resume(&client, &token).await?),
    }
    Ok(())
}

#[tokio::test]
async fn update_is_resumed_from_the_text_of_its_token() {
    let emulator = billing_emulator::Emulator::builder()
        .sample_data()
        .polls_until_done(1)
        .retry_after(std::time::Duration::ZERO)
        .start()
        .await
        .unwrap();
    let start = || client(emulator.arm_url(), emulator.token().reveal()).unwrap();
    let token = begin(&start()).await.unwrap().unwrap();
    let po_number = resume(&start(), &token).await.unwrap();
    assert_eq!(po_number.as_deref(), Some("PO-2041"));
}
