//! The first part of the demonstration: a full update of Partner Center.

use std::error::Error;

use billing_core::SendOptions;
use billing_edit::Path;
use billing_emulator::{Emulator, SAMPLE_CUSTOMER_ID};
use partner_client::{PartnerClient, PartnerClientOptions, StaticToken};

use crate::demo::screen::Screen;
use crate::diff::diff_without;
use crate::document::without;

const HEADERS: [&str; 5] = [
    "authorization",
    "content-type",
    "if-match",
    "ms-correlationid",
    "ms-requestid",
];

pub(super) async fn show(
    screen: &mut Screen<'_>,
    emulator: &Emulator,
    sending: SendOptions,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let client = PartnerClient::with_options(
        emulator.partner_url().parse()?,
        StaticToken::new(emulator.token().reveal()),
        PartnerClientOptions::default().with_send_options(sending),
    )?;
    screen.title("Partner Center: a customer moves")?;

    let get = client.get_customer_billing_profile(SAMPLE_CUSTOMER_ID);
    let before = get.send().await?.into_body();
    screen.step("Before (links left out)")?;
    screen.members(
        &without(&serde_json::to_value(&before)?, &["links"]),
        Path::to_string,
    )?;

    let mut profile = before.clone();
    profile.company_name = Some("Contoso Solar, Ltd.".to_owned());
    profile.culture = Some("ES-US".to_owned());
    let address = profile.default_address.unwrap_or_default();
    profile.default_address = Some(
        address
            .address_line1("31 Sample Plaza")
            .city("Spokane")
            .postal_code("99201"),
    );
    let put = client.update_customer_billing_profile(SAMPLE_CUSTOMER_ID, &profile);
    screen.step("Request: the whole profile, with the etag that was read")?;
    screen.request(&put.preview()?, &HEADERS)?;

    let response = put.send().await?;
    screen.step("Response")?;
    let request_id = response.request_id().unwrap_or("none");
    screen.lines(&format!(
        "{}\nms-requestid: {request_id}",
        response.status()
    ))?;

    let after = serde_json::to_value(response.body())?;
    screen.step("After (links left out)")?;
    screen.members(&without(&after, &["links"]), Path::to_string)?;
    screen.step("What changed, except the etag")?;
    let changes = diff_without(&serde_json::to_value(&before)?, &after, &["attributes"]);
    screen.differences(&changes, Path::to_string)?;
    screen.step("Changes that the service made itself")?;
    screen.differences(
        &diff_without(&serde_json::to_value(&profile)?, &after, &["attributes"]),
        Path::to_string,
    )?;
    Ok(())
}
