use billing_emulator::{SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE};
use serde_json::json;

use crate::support::{billing, redact, requests, sample};

const PARTNER: [&str; 4] = ["partner", "update", SAMPLE_CUSTOMER_ID, "--yes"];
const ARM: [&str; 5] = ["arm", "update", SAMPLE_ACCOUNT, SAMPLE_PROFILE, "--yes"];

#[tokio::test]
async fn what_get_prints_can_be_changed_and_sent_back_from_a_file() {
    let emulator = sample().start().await.unwrap();
    let get = ["partner", "get", SAMPLE_CUSTOMER_ID, "--output=json"];
    let mut profile = billing(get).at(&emulator).run().await.json();
    profile["companyName"] = "Contoso Solar".into();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.json");
    std::fs::write(&file, profile.to_string()).unwrap();
    let args = PARTNER
        .into_iter()
        .chain(["--body", file.to_str().unwrap()]);
    let shown = billing(args).at(&emulator).run().await;
    assert_eq!(shown.code, Some(0));
    insta::assert_snapshot!(redact(&shown.stderr), @"
    changes for customer <customer> at http://127.0.0.1:<port>:
      companyName  Contoso, Ltd. → Contoso Solar
    updated customer <customer> (request id <guid>)
    ");
    let stored = emulator
        .customer_billing_profile(SAMPLE_CUSTOMER_ID)
        .unwrap();
    assert_eq!(stored["companyName"], "Contoso Solar");
    assert_eq!(stored["defaultAddress"], profile["defaultAddress"]);

    // Its etag is used up now, and a body is not changed behind the user's back.
    profile["companyName"] = "Contoso Wind".into();
    let args = PARTNER.into_iter().chain(["--body", "-"]);
    let stale = billing(args)
        .at(&emulator)
        .stdin(profile.to_string())
        .run()
        .await;
    insta::assert_snapshot!(stale.refused(1), @"
    changes for customer <customer> at http://127.0.0.1:<port>:
      companyName  Contoso Solar → Contoso Wind
    error: could not update the billing profile of customer <customer>: the service answered 400 Bad Request, code 2055
      the service says: Etag is no longer valid
      request id <guid>, correlation id <guid>

    hint: the profile had another etag already when it was read here: see what it is now, and take its attributes.etag
      billing partner get <customer> --partner-endpoint http://127.0.0.1:<port> --output json
    ");
}

#[tokio::test]
async fn pascal_case_and_a_byte_order_mark_are_read_and_what_is_left_out_is_cleared() {
    let emulator = sample().start().await.unwrap();
    let body = "\u{feff}{\"CompanyName\":\"Contoso\",\"DefaultAddress\":{\"City\":\"Tacoma\",\"Region\":null}}";
    let args = ["--body=-", "--output=json", "--error-format=text"];
    let args = PARTNER.into_iter().chain(args);
    let shown = billing(args).at(&emulator).stdin(body).run().await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    let stored = shown.json();
    assert_eq!(
        (
            &stored["companyName"],
            &stored["defaultAddress"],
            &stored["email"]
        ),
        (
            &json!("Contoso"),
            &json!({ "city": "Tacoma" }),
            &json!(null)
        )
    );
    let first = shown.stderr.lines().next().unwrap();
    insta::assert_snapshot!(first, @"the body has no attributes.etag: what others change meanwhile will be overwritten");
}

#[tokio::test]
async fn an_arm_body_is_sent_as_an_update() {
    let emulator = sample().start().await.unwrap();
    let body = r#"{"properties":{"poNumber":null,"address":{"city":"Tacoma"}}}"#;
    let args = ARM.into_iter().chain(["--body=-", "--output=json"]);
    let shown = billing(args).at(&emulator).stdin(body).run().await;
    let properties = shown.json()["properties"].clone();
    assert_eq!(properties["poNumber"], json!(null));
    assert_eq!(
        (
            &properties["address"]["city"],
            &properties["address"]["region"]
        ),
        (&json!("Tacoma"), &json!("WA"))
    );
}

#[tokio::test]
async fn an_arm_body_may_be_in_pascal_case_and_leaves_in_camel_case() {
    let body = r#"{"Properties":{"PoNumber":null,"EnabledAzurePlans":[{"SkuId":"0001"}]}}"#;
    let args = ARM
        .into_iter()
        .chain(["--body=-", "--dry-run", "--output=json"]);
    let shown = billing(args).stdin(body).run().await;
    assert_eq!(
        shown.json()["body"],
        json!({ "properties": { "poNumber": null, "enabledAzurePlans": [{ "skuId": "0001" }] } })
    );
}

#[tokio::test]
async fn a_body_that_cannot_be_sent_is_refused_with_the_place_and_nothing_is_sent() {
    let emulator = sample().start().await.unwrap();
    let partner = [
        "",
        "{\n  \"companyName\": \"Contoso\",\n  \"email\" \"x\"\n}",
        "{\"companyName\": \"Contoso\"",
        "[]",
        "{} {}",
        "{\"companyName\": 5}",
        "{\"companyName\": \"a\", \"CompanyName\": \"b\"}",
        "{\"defaultAddress\": {\"city\": [\"Private Town\"]}}",
    ];
    let arm = &[
        "{\"properties\": {\"poNumber\": }}",
        "{\"id\": \"x\", \"properties\": {}}",
        "{\"properties\": {\"status\": \"Active\"}}",
        "{\"properties\": {\"PONumber\": \"1\"}}",
        "{\"Properties\": {\"PoNumber\": \"1\", \"poNumber\": \"2\"}}",
        "{\"Properties\": {\"PoNumber\": \"1\",\n \"PoNumber\": \"2\"}}",
        "{\"properties\": {\"poNumber\": 1}}",
        "{\"properties\": {\"enabledAzurePlans\": [1]}}",
        "{\"poNumber\": \"1\"}",
        "{}",
    ];
    let mut seen = String::new();
    for (args, bodies) in [(&PARTNER[..], &partner[..]), (&ARM[..], arm)] {
        for body in bodies {
            let args = args.iter().copied().chain(["--body=-"]);
            let shown = billing(args).at(&emulator).stdin(*body).run().await;
            seen += &format!("{body}\n{}\n\n", shown.refused(2));
        }
    }
    insta::assert_snapshot!(seen);
    assert_eq!(requests(&emulator), Vec::<String>::new());
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_named() {
    let args = PARTNER.into_iter().chain(["--body", "no/such.json"]);
    let shown = billing(args).run().await;
    insta::assert_snapshot!(shown.refused(2), @"
    error: --body no/such.json: could not read it: No such file or directory (os error)

    hint: check the name and that you may read it; `--body -` reads stdin
    ");
}
