//! The same client in a program without async; feature `blocking`.
//!
//! `cargo run -p arm-client --example blocking --features blocking`

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::time::Duration;

use arm_client::StaticToken;
use arm_client::blocking::ArmClient;
use arm_client::models::{BillingProfilePropertiesUpdate, BillingProfileUpdate};
use billing_emulator::{Emulator, SAMPLE_ACCOUNT, SAMPLE_PROFILE};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The emulator is async, so it has its own runtime.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let emulator = Emulator::builder()
        .sample_data()
        .polls_until_done(1)
        .retry_after(Duration::ZERO);
    let emulator = runtime.block_on(emulator.start())?;

    let token = StaticToken::new(emulator.token().reveal());
    let client = ArmClient::new(emulator.arm_url().parse()?, token)?;
    let properties = BillingProfilePropertiesUpdate::default().po_number("PO-2041");
    let update = BillingProfileUpdate::default().properties(properties);
    let updated = client
        .update_billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE, &update)
        .send()?;
    println!("after: {:?}", updated.body().properties);
    Ok(())
}

#[test]
fn profile_is_updated() {
    main().unwrap();
}
