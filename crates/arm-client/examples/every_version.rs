//! Runs the same code against every api version of the service.
//!
//! `cargo run -p arm-client --example every_version`

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::time::Duration;

use arm_client::common::{AddressUpdate, Profile, ProfileUpdate};
use arm_client::{ApiVersion, ArmClient, Error, StaticToken, Version};
use billing_emulator::{Emulator, SAMPLE_ACCOUNT, SAMPLE_PROFILE};

/// Sets two members. The versions differ in the name of the address and in the method: a PATCH of
/// what changes, or a PUT of the full profile.
async fn move_to<V: Version>(client: ArmClient<V>, city: &str) -> Result<(), Error> {
    let update = ProfileUpdate::default()
        .po_number("PO-2041")
        .address(AddressUpdate::default().city(city));
    let updated = client
        .update_billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE, &update.into())
        .await?;
    let profile = updated.body();
    let stored = profile.address().and_then(|address| address.city);
    println!("{}: {:?} in {stored:?}", V::NAME, profile.po_number());
    assert_eq!(stored, Some(city));
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The real service is at `arm_client::PUBLIC_ENDPOINT`.
    let emulator = Emulator::builder()
        .sample_data()
        .retry_after(Duration::ZERO)
        .start()
        .await?;
    let token = StaticToken::new(emulator.token().reveal());
    let client = ArmClient::new(emulator.arm_url().parse()?, token)?;

    move_to(client.clone(), "Redmond").await?;
    move_to(client.with_api_version(ApiVersion::V2020_05_01), "Tacoma").await?;
    move_to(client.with_api_version(ApiVersion::V2024_04_01), "Bellevue").await?;
    Ok(())
}

#[test]
fn same_code_works_with_every_version() {
    main().unwrap();
}
