//! What would make the emulator larger or slower without end is refused.

use billing_emulator::{SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE};
use serde_json::json;

use crate::wire::{API_VERSION, Caller, sample};

async fn put(media_type: &str, body: &str) -> (u16, String) {
    let emulator = sample().start().await.unwrap();
    let caller = Caller::partner(&emulator).with("content-type", media_type);
    let path = format!("/v1/customers/{SAMPLE_CUSTOMER_ID}/profiles/billing");
    let reply = caller.send("PUT", &path, body).await;
    (reply.status, reply.body)
}

#[tokio::test]
async fn a_form_has_a_thousand_pairs_at_most() {
    const FORM: &str = "application/x-www-form-urlencoded";
    let form = |pairs| {
        (0..pairs)
            .map(|number| format!("a{number}=b&"))
            .collect::<String>()
    };
    assert_eq!(put(FORM, &form(1_000)).await.0, 200);
    let (status, body) = put(FORM, &form(1_001)).await;
    assert_eq!(status, 400);
    assert!(body.contains("the form has more than 1000 pairs"), "{body}");
}

#[tokio::test]
async fn xml_has_ten_thousand_elements_at_most_and_no_endless_tags() {
    let document = |inner: &str| {
        format!(
            "<CustomerBillingProfile xmlns=\"http://schemas.datacontract.org/2004/07/\
             Microsoft.Partner.Service.Customers.Contracts.V1\">{inner}</CustomerBillingProfile>"
        )
    };
    let elements = |count: usize| document(&"<A/>".repeat(count - 1));
    let attributes = |size| document(&format!("<A b=\"{}\"/>", "c".repeat(size)));
    for (fits, body) in [
        (true, elements(10_000)),
        (false, elements(10_001)),
        (true, attributes(16_000)),
        (false, attributes(17_000)),
    ] {
        let (status, body) = put("application/xml", &body).await;
        assert_eq!(status, if fits { 200 } else { 400 }, "{body}");
    }
}

#[tokio::test]
async fn a_profile_does_not_grow_by_patches_without_end() {
    let emulator = sample().polls_until_done(0).start().await.unwrap();
    let caller = Caller::arm(&emulator);
    let path = format!(
        "/providers/Microsoft.Billing/billingAccounts/{SAMPLE_ACCOUNT}/billingProfiles/{SAMPLE_PROFILE}?{API_VERSION}"
    );
    let large = "x".repeat(1_000_000);
    let mut statuses = Vec::new();
    for number in 0..6 {
        let reply = caller
            .patch(&path, &json!({ format!("new{number}"): large }))
            .await;
        statuses.push(reply.status);
    }
    assert_eq!(statuses, [200, 200, 200, 200, 400, 400]);
    let cleared = json!({ "new0": null });
    let seen = caller.patch(&path, &cleared).await.status;
    assert_eq!(seen, 200, "what makes it smaller is taken");
    assert_eq!(
        emulator.billing_profile_effective_writes(SAMPLE_ACCOUNT, SAMPLE_PROFILE),
        Some(5)
    );
}
