//! Mistakes in the input of a plan.

use billing_emulator::{SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_CUSTOMER_ID};

use crate::bulk::setup::Site;
use crate::support::sample;

#[tokio::test]
async fn mistakes_are_listed_and_nothing_is_sent() {
    let site = Site::start(sample()).await;
    let csv = format!(
        "service,customer_id,email,cultur,invoiceEmailOptIn\n\
         partner,{SAMPLE_CUSTOMER_ID},a@example.com,,\n\
         partner,{SAMPLE_OTHER_CUSTOMER_ID},a@example.com\n\
         azure,{SAMPLE_OTHER_CUSTOMER_ID},,,\n\
         partner,{},b@example.com,,\n\
         partner,contoso,,,\n",
        SAMPLE_CUSTOMER_ID.to_uppercase()
    );
    site.write("profiles.csv", csv);
    let args = ["plan", "profiles.csv", "-o", "run.plan"];
    let refused = site.bulk(args).run().await;
    insta::assert_snapshot!("mistakes_as_text", refused.refused(2));
    let refused = site
        .bulk(args.into_iter().chain(["--output=json"]))
        .run()
        .await;
    insta::assert_snapshot!("mistakes_as_json", refused.refused(2));
    assert!(site.emulator.requests().is_empty());
    assert!(!site.path("run.plan").exists());
}

#[tokio::test]
async fn input_is_read_from_stdin() {
    let site = Site::start(sample()).await;
    let row =
        format!(r#"{{"service":"partner","customer_id":"{SAMPLE_CUSTOMER_ID}","culture":null}}"#);
    let args = ["plan", "-", "-o", "run.plan"];
    let planned = site.bulk(args).stdin(row).run().await;
    assert_eq!(planned.code, Some(0), "{}", planned.stderr);
    let shown = site
        .offline(["show", "run.plan", "--output=json"])
        .run()
        .await;
    let change = &shown.json()["changes"][0];
    assert_eq!(
        (&change["path"], &change["new"]),
        (&"culture".into(), &serde_json::Value::Null)
    );
}

#[tokio::test]
async fn missing_file_is_named() {
    let site = Site::start(sample()).await;
    let refused = site
        .bulk(["plan", "profile.csv", "-o", "run.plan"])
        .run()
        .await;
    insta::assert_snapshot!(refused.refused(2));
}
