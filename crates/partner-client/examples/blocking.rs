//! The same client in a program without async; feature `blocking`.
//!
//! `cargo run -p partner-client --example blocking --features blocking`

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use billing_emulator::{Emulator, SAMPLE_CUSTOMER_ID};
use partner_client::StaticToken;
use partner_client::blocking::PartnerClient;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The emulator is async, so it has its own runtime.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let emulator = runtime.block_on(Emulator::builder().sample_data().start())?;

    let token = StaticToken::new(emulator.token().reveal());
    let client = PartnerClient::new(emulator.partner_url().parse()?, token)?;
    let updated = client
        .edit_customer_billing_profile(SAMPLE_CUSTOMER_ID, |profile| {
            profile.company_name = Some("Fabrikam Residences".to_owned());
        })
        .send()?;
    println!("after: {:?}", updated.body().company_name);
    Ok(())
}

#[test]
fn profile_is_edited() {
    main().unwrap();
}
