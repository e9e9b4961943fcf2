//! The media types of Partner Center.

use billing_emulator::SAMPLE_CUSTOMER_ID;

use crate::support::stub::{Stub, response};
use crate::support::{billing, requests, sample};

#[tokio::test]
async fn profile_is_read_and_written_in_xml() {
    let emulator = sample().start().await.unwrap();
    let args = [
        "partner",
        "update",
        SAMPLE_CUSTOMER_ID,
        "--set=companyName=Contoso & Co",
        "--media-type=application/xml",
        "--accept=text/xml",
        "--accept=application/json",
    ];
    let shown = billing(args.into_iter().chain(["--dry-run"]));
    insta::assert_snapshot!(shown.at(&emulator).run().await);
    let shown = billing(args.into_iter().chain(["--yes"]));
    let shown = shown.at(&emulator).run().await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    let stored = emulator.customer_billing_profile(SAMPLE_CUSTOMER_ID);
    assert_eq!(stored.unwrap()["companyName"], "Contoso & Co");
    assert_eq!(requests(&emulator), ["GET 200", "GET 200", "PUT 200"]);
}

#[tokio::test]
async fn unknown_media_type_is_refused_with_the_known_ones() {
    let mut seen = String::new();
    for (verb, option) in [
        ("get", "--accept=application/x-www-form-urlencoded"),
        ("update", "--media-type=xml"),
    ] {
        let args = ["partner", verb, SAMPLE_CUSTOMER_ID, option];
        seen += &billing(args).run().await.refused(2);
        seen.push('\n');
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn refused_media_type_names_the_option() {
    let mut seen = String::new();
    for status in ["406 Not Acceptable", "415 Unsupported Media Type"] {
        let server = Stub::start([response(status, &[], "").as_str()]).await;
        let args = ["partner", "get", SAMPLE_CUSTOMER_ID, "--accept=text/xml"];
        seen += &billing(args).at_url(server.url()).run().await.refused(1);
        seen.push('\n');
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn arm_errors_name_no_media_type_options() {
    let server = Stub::start([response("406 Not Acceptable", &[], "").as_str()]).await;
    let shown = billing(["arm", "list", "70023418"]).at_url(server.url());
    let said = shown.run().await.refused(1);
    assert!(said.contains("406") && !said.contains("--accept"), "{said}");
}
