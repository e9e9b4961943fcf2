//! Sets two members of a billing profile, clears one, and waits for the result.
//!
//! `cargo run -p arm-client --example first_update`

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::time::Duration;

use arm_client::models::{
    AddressDetailsUpdate, BillingProfilePropertiesUpdate, BillingProfileUpdate,
};
use arm_client::{ArmClient, StaticToken};
use billing_emulator::{Emulator, SAMPLE_ACCOUNT, SAMPLE_PROFILE};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The real service is at `arm_client::PUBLIC_ENDPOINT`.
    let emulator = Emulator::builder()
        .sample_data()
        .polls_until_done(1)
        .retry_after(Duration::ZERO)
        .start()
        .await?;
    let token = StaticToken::new(emulator.token().reveal());
    let client = ArmClient::new(emulator.arm_url().parse()?, token)?;

    // Members that are not named stay as they are.
    let update = BillingProfileUpdate::default().properties(
        BillingProfilePropertiesUpdate::default()
            .po_number("PO-2041")
            .address(
                AddressDetailsUpdate::default()
                    .city("Redmond")
                    .clear_address_line2(),
            ),
    );
    let updated = client
        .update_billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE, &update)
        .await?;
    let profile = updated.into_body();

    let po_number = profile
        .properties
        .and_then(|properties| properties.po_number);
    println!("after: {po_number:?}");
    assert_eq!(po_number.as_deref(), Some("PO-2041"));
    Ok(())
}

#[test]
fn profile_is_updated() {
    main().unwrap();
}
