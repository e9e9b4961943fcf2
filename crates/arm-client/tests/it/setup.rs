//! A client of a scripted server, and a sample update.

use std::sync::Arc;

use arm_client::models::{BillingProfilePropertiesUpdate, BillingProfileUpdate};
use arm_client::{ArmClient, ArmClientOptions, Endpoint, SendOptions, StaticToken};
use billing_test::{Script, Server, TestClock, persistent, sending};

pub(crate) const ACCOUNT: &str = "1f434626-12ea-5b95:d0f4c360-b456_2019-05-31";

pub(crate) const PROFILE: &str = r#"{"id":"/providers/Microsoft.Billing/billingAccounts/1f434626-12ea-5b95:d0f4c360-b456_2019-05-31/billingProfiles/p1","name":"p1","type":"Microsoft.Billing/billingAccounts/billingProfiles","properties":{"poNumber":"PO-2","hasReadAccess":true}}"#;

pub(crate) async fn start(answers: Vec<Script>) -> (Server, ArmClient, Arc<TestClock>) {
    start_with(answers, sending).await
}

/// Starts a client that retries.
pub(crate) async fn start_persistent(answers: Vec<Script>) -> (Server, ArmClient, Arc<TestClock>) {
    start_with(answers, persistent).await
}

async fn start_with(
    answers: Vec<Script>,
    options: fn(&Arc<TestClock>) -> SendOptions,
) -> (Server, ArmClient, Arc<TestClock>) {
    let server = Server::start(answers).await;
    let clock = Arc::new(TestClock::default());
    let endpoint: Endpoint = server.origin().parse().unwrap();
    let options = ArmClientOptions::default().with_send_options(options(&clock));
    let token = StaticToken::new("canary-token");
    let client = ArmClient::with_options(endpoint, token, options).unwrap();
    (server, client, clock)
}

pub(crate) fn update() -> BillingProfileUpdate {
    let properties = BillingProfilePropertiesUpdate::default()
        .po_number("PO-2")
        .clear_invoice_email_opt_in();
    BillingProfileUpdate::default().properties(properties)
}
