//! The second part of the demonstration: a partial, long-running update of Resource Manager.

use std::error::Error;

use arm_client::models::{
    AddressDetailsUpdate, BillingProfilePropertiesUpdate, BillingProfileUpdate,
};
use arm_client::{ArmClient, ArmClientOptions, PollStatus, StaticToken};
use billing_core::{Clock, SendOptions};
use billing_emulator::{Emulator, SAMPLE_OTHER_ACCOUNT, SAMPLE_OTHER_PROFILE};

use crate::arm::context::short;
use crate::demo::screen::{Screen, address};
use crate::diff::diff;
use crate::document::without;

const HEADERS: [&str; 3] = ["authorization", "content-type", "x-ms-client-request-id"];

pub(super) async fn show(
    screen: &mut Screen<'_>,
    emulator: &Emulator,
    sending: SendOptions,
    clock: &dyn Clock,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let client = ArmClient::with_options(
        emulator.arm_url().parse()?,
        StaticToken::new(emulator.token().reveal()),
        ArmClientOptions::default().with_send_options(sending),
    )?;
    screen.title("Azure Resource Manager: a billing profile gets another purchase order")?;

    let (account, profile) = (SAMPLE_OTHER_ACCOUNT, SAMPLE_OTHER_PROFILE);
    let get = client.get_billing_profile(account, profile);
    let before = get.send().await?;
    let before = serde_json::to_value(before.body())?;
    screen.step("Before (id and type left out)")?;
    screen.members(&without(&before, &["id", "type"]), short)?;

    let update = BillingProfileUpdate::default().properties(
        BillingProfilePropertiesUpdate::default()
            .po_number("PO-2041")
            .invoice_email_opt_in(false)
            .address(
                AddressDetailsUpdate::default()
                    .address_line1("Musterplatz 3")
                    .clear_first_name()
                    .clear_last_name(),
            ),
    );
    let patch = client.begin_update_billing_profile(account, profile, &update);
    screen.step("Request: only the changes; null clears a member")?;
    screen.request(&patch.preview()?, &HEADERS)?;

    let mut poller = patch.send().await?;
    let token = poller
        .token()
        .ok_or("the emulator should not finish at once")?;
    screen.step("Response: accepted, with the link to poll")?;
    screen.lines(&format!(
        "202 Accepted\nlocation: {}",
        address(token.location().as_str())
    ))?;

    screen.step("Polls, each after the pause that the service requests")?;
    let response = loop {
        let pause = poller.next_poll_in();
        clock.sleep(pause).await;
        let seconds = pause.as_secs_f64().ceil();
        let polled = poller.poll_once().await;
        match polled? {
            PollStatus::Running { .. } => {
                screen.lines(&format!("after {seconds} s  202 Accepted: still running"))?;
            }
            PollStatus::Succeeded(response) => {
                let status = response.status();
                screen.lines(&format!("after {seconds} s  {status}: done"))?;
                break response;
            }
        }
    };
    let request_id = response.request_id().unwrap_or("none");
    screen.lines(&format!("x-ms-request-id: {request_id}"))?;

    let after = serde_json::to_value(response.body())?;
    screen.step("After (id and type left out)")?;
    screen.members(&without(&after, &["id", "type"]), short)?;
    screen.step("What changed")?;
    screen.differences(&diff(&before, &after), short)?;
    Ok(())
}
