//! The project's clients against faults.

use std::sync::Arc;

use arm_client::models::{BillingProfile, BillingProfilePropertiesUpdate, BillingProfileUpdate};
use arm_client::{
    ArmClient, ArmClientOptions, Error, PollStatus, Poller, SendOptions, StaticToken,
};
use billing_emulator::{
    Emulator, EmulatorBuilder, Fault, FaultPlan, LocationStyle, OperationOutcome, SAMPLE_ACCOUNT,
    SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE, Service,
};
use billing_test::TestClock;
use partner_client::{PartnerClient, PartnerClientOptions};

use super::{met, planned, start, writes};
use crate::support::sample;

fn sending() -> SendOptions {
    SendOptions::default().with_clock(Arc::new(TestClock::default()))
}

async fn begin(emulator: &Emulator) -> Result<Poller<BillingProfile>, Error> {
    let token = StaticToken::new(emulator.token().reveal());
    let endpoint = emulator.arm_url().parse().unwrap();
    let options = ArmClientOptions::default().with_send_options(sending());
    let client = ArmClient::with_options(endpoint, token, options).unwrap();
    let update = BillingProfileUpdate::default()
        .properties(BillingProfilePropertiesUpdate::default().po_number("PO-2041"));
    let begin = client.begin_update_billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE, &update);
    begin.send().await
}

async fn ending(outcome: OperationOutcome, style: LocationStyle) -> Emulator {
    let builder: EmulatorBuilder = planned([Fault::new().method("PATCH").operation(outcome)]);
    builder.location(style).start().await.unwrap()
}

#[tokio::test]
async fn poller_distinguishes_failure_cancellation_and_success() {
    for (outcome, code) in [
        (OperationOutcome::Failed, "OperationFailed"),
        (OperationOutcome::Canceled, "OperationCanceled"),
    ] {
        let emulator = ending(outcome.clone(), LocationStyle::AsyncOperation).await;
        let error = begin(&emulator).await.unwrap().await.unwrap_err();
        assert!(error.is_operation_failed() && error.may_have_taken_effect());
        let canceled = outcome == OperationOutcome::Canceled;
        assert_eq!(error.is_operation_canceled(), canceled);
        assert_eq!(error.service_error().unwrap().code(), Some(code));

        let emulator = ending(outcome, LocationStyle::Relative).await;
        let error = begin(&emulator).await.unwrap().await.unwrap_err();
        assert!(error.is_operation_failed() && error.may_have_taken_effect());
        assert_eq!(error.status().unwrap(), 409);
        assert_eq!(error.service_error().unwrap().code(), Some(code));
        assert_eq!(writes(&emulator), [0, 0]);
    }
}

#[tokio::test]
async fn poller_treats_unknown_statuses_as_running() {
    let names = ["Bespoke", "Updating", "succeeded"].map(str::to_owned);
    let outcome = OperationOutcome::Statuses(names.into());
    let emulator = ending(outcome, LocationStyle::AsyncOperation).await;
    let mut poller = begin(&emulator).await.unwrap();
    let mut seen = Vec::new();
    let profile = loop {
        match poller.poll_once().await.unwrap() {
            // `None` when the update is done and the profile must still be read.
            PollStatus::Running { status, .. } => seen.extend(status),
            PollStatus::Succeeded(response) => break response.into_body(),
        }
    };
    assert_eq!(seen, ["Bespoke", "Updating"]);
    assert_eq!(
        profile.properties.unwrap().po_number.as_deref(),
        Some("PO-2041")
    );
}

#[tokio::test]
async fn poller_reports_a_never_ending_update_as_running() {
    let emulator = ending(OperationOutcome::Never, LocationStyle::Absolute).await;
    let mut poller = begin(&emulator).await.unwrap();
    for _ in 0..20 {
        let status = poller.poll_once().await.unwrap();
        assert!(matches!(status, PollStatus::Running { .. }));
    }
    assert_eq!(writes(&emulator), [0, 0]);
}

#[tokio::test]
async fn token_is_not_sent_to_a_foreign_link() {
    let stranger = sample().start().await.unwrap();
    let emulator = start([Fault::new().location(stranger.arm_url())]).await;
    let error = begin(&emulator).await.unwrap_err();
    assert!(error.is_foreign_origin() && error.may_have_taken_effect());
    assert_eq!(stranger.requests(), []);
}

#[tokio::test]
async fn write_with_broken_response_is_retried_and_written_once() {
    let put = || Fault::new().service(Service::Partner).method("PUT");
    for (index, fault) in [
        put().truncate(40),
        put().content_length(1 << 20),
        put().reset().committed(),
        put().status(500).committed(),
    ]
    .into_iter()
    .enumerate()
    {
        let plan = FaultPlan::new().fault(fault.nth(1));
        let emulator = sample().faults(plan).start().await.unwrap();
        let token = StaticToken::new(emulator.token().reveal());
        let endpoint = emulator.partner_url().parse().unwrap();
        let options = PartnerClientOptions::default().with_send_options(sending());
        let client = PartnerClient::with_options(endpoint, token, options).unwrap();
        let edit = client.edit_customer_billing_profile(SAMPLE_CUSTOMER_ID, |profile| {
            profile.company_name = Some("Contoso Solar".to_owned());
        });
        let updated = edit.send().await.unwrap();
        assert_eq!(
            updated.body().company_name.as_deref(),
            Some("Contoso Solar")
        );
        assert_eq!(writes(&emulator), [1, 0], "{index}");
        assert_eq!(met(&emulator), [".", "fault 1", "."]);
    }
}
