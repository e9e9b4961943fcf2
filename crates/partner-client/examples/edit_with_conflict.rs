//! Two people change one profile at the same time, and neither change is lost.
//!
//! `cargo run -p partner-client --example edit_with_conflict`

#![allow(
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "an example shows what it does, with data that it knows"
)]

use billing_emulator::{Emulator, SAMPLE_CUSTOMER_ID};
use partner_client::{PartnerClient, StaticToken};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::builder().sample_data().start().await?;
    let token = StaticToken::new(emulator.token().reveal());
    let client = PartnerClient::new(emulator.partner_url().parse()?, token)?;

    let mut readings = 0;
    let updated = client
        .edit_customer_billing_profile(SAMPLE_CUSTOMER_ID, |profile| {
            readings += 1;
            if readings == 1 {
                // Someone else writes between our read and our write.
                change_the_city(&emulator);
            }
            // Change the profile that was read: this runs again on the other writer's profile.
            profile.company_name = Some("Fabrikam Residences".to_owned());
        })
        // After the third stale etag, the edit ends with a conflict.
        .with_attempts(3)
        .await?
        .into_body();

    let city = updated.default_address.and_then(|address| address.city);
    println!("read and changed {readings} times");
    println!("ours:   {:?}", updated.company_name);
    println!("theirs: {city:?}");
    assert_eq!(readings, 2);
    assert_eq!(updated.company_name.as_deref(), Some("Fabrikam Residences"));
    assert_eq!(city.as_deref(), Some("Tacoma"));
    Ok(())
}

fn change_the_city(emulator: &Emulator) {
    let mut theirs = emulator
        .customer_billing_profile(SAMPLE_CUSTOMER_ID)
        .unwrap_or_default();
    theirs["defaultAddress"]["city"] = "Tacoma".into();
    let written = emulator.replace_customer_billing_profile(SAMPLE_CUSTOMER_ID, theirs);
    assert!(written.is_ok(), "{written:?}");
}

#[test]
fn neither_change_is_lost() {
    main().unwrap();
}
