//! The least that updates a billing profile, with the client.

use arm_client::models::{BillingProfilePropertiesUpdate, BillingProfileUpdate};
use arm_client::{ArmClient, StaticToken};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let endpoint = arguments.next().unwrap_or_default();
    let token = arguments.next().unwrap_or_default();
    let properties = BillingProfilePropertiesUpdate::default().po_number("PO-2041");
    let update = BillingProfileUpdate::default().properties(properties);
    let work = async {
        let client = ArmClient::new(endpoint.parse()?, StaticToken::new(token))?;
        let update = client.begin_update_billing_profile("account", "profile", &update);
        let profile = update.send().await?.wait().await?.into_body();
        println!("{:?}", profile.properties.and_then(|it| it.po_number));
        Ok(())
    };
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build()?.block_on(work)
}
