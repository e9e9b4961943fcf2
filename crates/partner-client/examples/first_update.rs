//! Reads a customer's billing profile, changes it and writes all of it back.
//!
//! `cargo run -p partner-client --example first_update`

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use billing_emulator::{Emulator, SAMPLE_CUSTOMER_ID};
use partner_client::{PartnerClient, StaticToken};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The real service is at `partner_client::PUBLIC_ENDPOINT`.
    let emulator = Emulator::builder().sample_data().start().await?;
    let token = StaticToken::new(emulator.token().reveal());
    let client = PartnerClient::new(emulator.partner_url().parse()?, token)?;

    let read = client.get_customer_billing_profile(SAMPLE_CUSTOMER_ID);
    let mut profile = read.await?.into_body();
    println!("before: {:?}", profile.company_name);

    // The service takes the whole profile: what is left out of it is gone. What came with it and is
    // not known to the models is still in there.
    profile.company_name = Some("Fabrikam Residences".to_owned());
    let updated = client
        .update_customer_billing_profile(SAMPLE_CUSTOMER_ID, &profile)
        .await?;
    println!("after:  {:?}", updated.body().company_name);
    // The ids to quote to support.
    println!("request {:?}", updated.request_id());
    println!("correlation {:?}", updated.correlation_id());
    Ok(())
}

#[test]
fn profile_is_updated() {
    main().unwrap();
}
