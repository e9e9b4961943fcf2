//! An edit that its own change or the country's rules can refuse before anything is written.
//!
//! `cargo run -p partner-client --example edit_with_checks`

#![allow(
    clippy::print_stdout,
    reason = "an example shows what it does, with data that it knows"
)]

use std::error::Error as _;

use billing_emulator::{Emulator, SAMPLE_CUSTOMER_ID};
use partner_client::{PartnerClient, PreflightRefusal, StaticToken};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::builder().sample_data().start().await?;
    let token = StaticToken::new(emulator.token().reveal());
    let client = PartnerClient::new(emulator.partner_url().parse()?, token)?;

    // The change returns an error, which is the source of the client's error.
    let refused = client.try_edit_customer_billing_profile(SAMPLE_CUSTOMER_ID, |profile| {
        let address = profile.default_address.as_mut();
        let address = address.ok_or("the profile has no address")?;
        if address.country.as_deref() != Some("CH") {
            return Err("only Swiss customers move to Bern");
        }
        address.city = Some("Bern".to_owned());
        Ok(())
    });
    let error = refused.await.err().ok_or("it was written")?;
    assert!(error.is_edit_refused());
    let reason = error.source().map(ToString::to_string);
    println!("refused by the change: {}", reason.unwrap_or_default());

    // The profile breaks the country's rules: nothing is written either.
    let checked = client.edit_customer_billing_profile(SAMPLE_CUSTOMER_ID, |profile| {
        let address = profile.default_address.get_or_insert_default();
        address.postal_code = Some("ABC".to_owned());
    });
    let error = checked.with_preflight().await.err();
    let error = error.ok_or("it was written")?;
    let refusal = error
        .source()
        .and_then(|source| source.downcast_ref::<PreflightRefusal>())
        .ok_or("another error")?;
    for finding in refusal.findings() {
        println!("refused by the rules:  {finding}");
    }

    // An edit that changes nothing only reads, so there is no outcome of a write.
    let unchanged = client
        .edit_customer_billing_profile(SAMPLE_CUSTOMER_ID, |_| {})
        .await?;
    assert_eq!(unchanged.outcome(), None);
    println!("nothing to change:     nothing was written");
    Ok(())
}

#[test]
fn nothing_is_written() {
    main().unwrap();
}
