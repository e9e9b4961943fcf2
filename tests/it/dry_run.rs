//! `--dry-run`: requests that are printed and not sent.

use billing_emulator::{SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE};

use crate::support::stub::{Stub, response};
use crate::support::{billing, requests, sample};

#[tokio::test]
async fn partner_dry_run_reads_and_does_not_write() {
    let emulator = sample().start().await.unwrap();
    let args = [
        "partner",
        "update",
        SAMPLE_CUSTOMER_ID,
        "--set=companyName=X",
        "--dry-run",
    ];
    let shown = billing(args).at(&emulator).run().await;
    insta::assert_snapshot!(shown);
    assert_eq!(requests(&emulator), ["GET 200"]);
}

#[tokio::test]
async fn arm_dry_run_sends_nothing_and_needs_no_token() {
    let args = ["arm", "update", SAMPLE_ACCOUNT, SAMPLE_PROFILE];
    let change = [
        "--set=poNumber=PO-2",
        "--clear=address.addressLine2",
        "--dry-run",
    ];
    let shown = billing(args.into_iter().chain(change)).run().await;
    insta::assert_snapshot!(shown, @r#"
    exit code: 0
    ----- stdout -----
    PATCH https://management.azure.com/providers/Microsoft.Billing/billingAccounts/<account-encoded>/billingProfiles/CNTS-0001-BG7-PGB?api-version=2019-10-01-preview
    accept: application/json
    authorization: Bearer ***
    content-type: application/json
    user-agent: arm-client/0.1.0
    x-ms-client-request-id: <guid>
    x-ms-return-client-request-id: true

    {
      "properties": {
        "address": {
          "addressLine2": null
        },
        "poNumber": "PO-2"
      }
    }
    ----- stderr -----
    "#);
}

#[tokio::test]
async fn body_is_shown_as_it_would_be_sent() {
    let args = [
        "partner",
        "update",
        SAMPLE_CUSTOMER_ID,
        "--body=-",
        "--dry-run",
    ];
    let body = r#"{"CompanyName":"X","attributes":{"etag":"-17"},"mystery":[1]}"#;
    let now = r#"{"companyName":"Y","attributes":{"etag":"-17"},"mystery":[2]}"#;
    let server = Stub::start([response("200 OK", &[], now).as_str()]).await;
    let shown = billing(args).at_url(server.url()).stdin(body).run().await;
    assert_eq!(server.methods(), ["GET"]);
    insta::assert_snapshot!(shown, @r#"
    exit code: 0
    ----- stdout -----
    PUT http://127.0.0.1:<port>/v1/customers/<customer>/profiles/billing
    accept: application/json
    authorization: Bearer ***
    content-type: application/json
    if-match: "-17"
    ms-contract-version: v1
    ms-correlationid: <guid>
    ms-cv: <vector>.1
    ms-requestid: <guid>
    user-agent: partner-client/0.1.0

    {
      "attributes": {
        "etag": "-17"
      },
      "companyName": "X",
      "mystery": [
        1
      ]
    }
    ----- stderr -----
    reading the profile, as the request depends on it; nothing is written
    "#);
}

#[tokio::test]
async fn reads_are_shown_and_not_sent() {
    let emulator = sample().start().await.unwrap();
    let mut seen = String::new();
    for args in [
        &["partner", "get", SAMPLE_CUSTOMER_ID, "--dry-run"][..],
        &["arm", "get", SAMPLE_ACCOUNT, SAMPLE_PROFILE, "--dry-run"],
        &["arm", "list", SAMPLE_ACCOUNT, "--dry-run", "--output=json"],
    ] {
        let shown = billing(args.iter().copied()).at(&emulator).run().await;
        seen += &format!("{shown}\n\n");
    }
    insta::assert_snapshot!(seen);
    assert_eq!(requests(&emulator), Vec::<String>::new());
}
