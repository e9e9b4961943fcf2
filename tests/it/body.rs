//! `--body`: documents from files and stdin.

use billing_emulator::{Emulator, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE};
use serde_json::{Value, json};

use crate::support::stub::{Stub, response};
use crate::support::{Transcript, billing, redact, requests, sample};

const PARTNER: [&str; 4] = ["partner", "update", SAMPLE_CUSTOMER_ID, "--yes"];
const ARM: [&str; 5] = ["arm", "update", SAMPLE_ACCOUNT, SAMPLE_PROFILE, "--yes"];

#[tokio::test]
async fn output_of_get_can_be_edited_and_sent_back() {
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

    // Its etag is stale now, and the command does not change a body.
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
      service message: Etag is no longer valid
      request id <guid>, correlation id <guid>

    hint: the profile already had another etag when it was read: look at the present profile, and use its attributes.etag
      billing partner get <customer> --partner-endpoint http://127.0.0.1:<port> --output json
    ");
}

#[tokio::test]
async fn pascal_case_and_byte_order_mark_are_read() {
    let emulator = sample().start().await.unwrap();
    let body = "\u{feff}{\"CompanyName\":\"Contoso\",\"DefaultAddress\":{\"City\":\"Tacoma\",\"Region\":null}}";
    let args = PARTNER.into_iter().chain(["--body=-", "--output=json"]);
    let kept = billing(args.clone()).at(&emulator).stdin(body).run().await;
    assert_eq!(kept.code, Some(2), "{}", kept.stderr);
    assert_eq!(requests(&emulator), ["GET 200"]);
    let shown = billing(args.chain(["--replace"])).at(&emulator);
    let shown = shown.stdin(body).run().await;
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
}

/// The sample profile, changed by `change`, as a body of its own customer.
async fn partner_body(change: impl FnOnce(&mut Value), args: &[&str]) -> (Transcript, Emulator) {
    let emulator = sample().start().await.unwrap();
    let mut profile = emulator
        .customer_billing_profile(SAMPLE_CUSTOMER_ID)
        .unwrap();
    change(&mut profile);
    let args = PARTNER.iter().chain(&["--body=-"]).chain(args).copied();
    let shown = billing(args).at(&emulator).stdin(profile.to_string());
    (shown.run().await, emulator)
}

fn remove(value: &mut Value, name: &str) {
    value.as_object_mut().unwrap().remove(name);
}

/// A change of the body, and its name in the snapshot.
type Case = (&'static str, fn(&mut Value));

#[tokio::test]
async fn full_body_neither_removes_nor_adds_members_silently() {
    let mut seen = String::new();
    let cases: [Case; 9] = [
        ("a misspelled name", |all| {
            remove(all, "companyName");
            all["compnyName"] = json!("X");
        }),
        ("a misspelled name inside", |all| {
            all["defaultAddress"]["postcode"] = json!("98052");
        }),
        ("nothing", |all| *all = json!({})),
        ("a member alone", |all| *all = json!({ "companyName": "X" })),
        ("without a member", |all| remove(all, "lastName")),
        ("with a null", |all| all["lastName"] = json!(null)),
        ("without an inner member", |all| {
            remove(&mut all["defaultAddress"], "city");
        }),
        ("of Resource Manager", |all| {
            *all = json!({ "properties": { "poNumber": "1" } });
        }),
        ("another id", |all| all["id"] = json!("7")),
    ];
    for (case, change) in cases {
        let (shown, emulator) = partner_body(change, &[]).await;
        seen += &format!("===== {case}\n{}\n\n", shown.refused(2));
        assert_eq!(
            emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID),
            Some(0)
        );
    }
    let other = |all: &mut Value| {
        let link = "/v1/customers/2f1a9c5e-3b7d-4e60-8a4f-6c0e8b2d5a17/profiles/billing";
        all["links"]["self"]["uri"] = json!(link);
    };
    let (shown, _) = partner_body(other, &["--replace", "--allow-unknown"]).await;
    seen += &format!("===== another customer\n{}\n\n", shown.refused(2));
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn replace_and_allow_unknown_permit_refused_bodies() {
    let without = |all: &mut Value| remove(all, "lastName");
    let (shown, emulator) = partner_body(without, &["--replace"]).await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    assert!(shown.stderr.contains("lastName"), "{}", shown.stderr);
    let stored = emulator.customer_billing_profile(SAMPLE_CUSTOMER_ID);
    assert_eq!(stored.unwrap().get("lastName"), None);

    let with = |all: &mut Value| all["taxId"] = json!("17");
    let (shown, _) = partner_body(with, &[]).await;
    assert_eq!(shown.code, Some(2), "{}", shown.stderr);
    let (shown, emulator) = partner_body(with, &["--allow-unknown"]).await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    let stored = emulator.customer_billing_profile(SAMPLE_CUSTOMER_ID);
    assert_eq!(stored.unwrap()["taxId"], "17");
}

#[tokio::test]
async fn output_of_arm_get_can_be_edited_and_sent_back() {
    let emulator = sample().polls_until_done(0).start().await.unwrap();
    let get = [
        "arm",
        "get",
        SAMPLE_ACCOUNT,
        SAMPLE_PROFILE,
        "--output=json",
    ];
    let mut profile = billing(get).at(&emulator).run().await.json();
    let args = ARM.into_iter().chain(["--body=-"]);
    let same = billing(args.clone()).at(&emulator);
    let same = same.stdin(profile.to_string()).run().await;
    assert_eq!(same.code, Some(0), "{}", same.stderr);
    insta::assert_snapshot!(redact(&same.stderr));
    profile["properties"]["poNumber"] = json!("PO-2");
    let dry = billing(args.clone().chain(["--dry-run", "--output=json"]));
    let dry = dry.at(&emulator).stdin(profile.to_string()).run().await;
    assert_eq!(dry.json()["body"]["properties"]["poNumber"], "PO-2");
    assert_eq!(dry.json()["body"].get("id"), None);
    let shown = billing(args.clone()).at(&emulator);
    let shown = shown.stdin(profile.to_string()).run().await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    let stored = emulator.billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE);
    assert_eq!(stored.unwrap()["properties"]["poNumber"], "PO-2");
    let writes = emulator.billing_profile_effective_writes(SAMPLE_ACCOUNT, SAMPLE_PROFILE);
    assert_eq!(writes, Some(1));

    let mut seen = String::new();
    let cases: [fn(&mut Value); 4] = [
        |all| all["properties"]["status"] = json!("Disabled"),
        |all| all["name"] = json!("another"),
        |all| all["properties"]["statsu"] = json!("Active"),
        |all| *all = json!({ "companyName": "X", "defaultAddress": {} }),
    ];
    for change in cases {
        let mut body = profile.clone();
        change(&mut body);
        let shown = billing(args.clone()).at(&emulator);
        let shown = shown.stdin(body.to_string()).run().await;
        seen += &format!("{}\n\n", shown.refused(2));
    }
    insta::assert_snapshot!(seen);
    let writes = emulator.billing_profile_effective_writes(SAMPLE_ACCOUNT, SAMPLE_PROFILE);
    assert_eq!(writes, Some(1));
}

#[tokio::test]
async fn arm_body_is_sent_as_an_update() {
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
async fn arm_body_in_pascal_case_is_sent_in_camel_case() {
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
async fn invalid_body_is_refused_with_its_position() {
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
        "{\"properties\": {\"status\": \"Disabled\"}}",
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
    // Read-only members are compared with those of the service.
    let requests = requests(&emulator);
    assert!(requests.iter().all(|one| one == "GET 200"), "{requests:?}");
}

#[tokio::test]
async fn unreadable_file_is_named() {
    let args = PARTNER.into_iter().chain(["--body", "no/such.json"]);
    let shown = billing(args).run().await;
    insta::assert_snapshot!(shown.refused(2), @"
    error: --body no/such.json: could not read it: No such file or directory (os error)

    hint: check the name and the permission to read it; `--body -` reads stdin
    ");
}

/// Numbers that differ beyond the digits of a float look the same and count as different.
#[tokio::test]
async fn body_that_changes_only_digits_is_written_and_compared() {
    let profile = |digits: &str| {
        format!(
            r#"{{"companyName":"C","credit":12345678901234567.{digits},"huge":1e400,"attributes":{{"etag":"1"}}}}"#
        )
    };
    let found = response("200 OK", &[], &profile("89"));
    let written = response("200 OK", &[], &profile("88"));
    let args = || PARTNER.into_iter().chain(["--body=-"]);
    for (stored, code, told) in [
        (&written, 0, "updated customer"),
        (&found, 1, "not changed: credit is still"),
    ] {
        let server = Stub::start([found.as_str(), stored]).await;
        let shown = billing(args()).at_url(server.url());
        let shown = shown.stdin(profile("88")).run().await;
        assert_eq!(shown.code, Some(code), "{}", shown.stderr);
        assert!(shown.stderr.contains(told), "{}", shown.stderr);
        assert!(shown.stderr.contains("only digits of numbers change"));
        assert_eq!(server.methods(), ["GET", "PUT"]);
        let put = server.requests().pop().unwrap();
        assert!(
            put.contains(r#""credit":12345678901234567.88,"huge":1e400"#),
            "{put}"
        );
    }
    let server = Stub::start([found.as_str()]).await;
    let same = billing(args()).at_url(server.url());
    let same = same.stdin(profile("89")).run().await;
    assert!(same.stderr.contains("nothing to change"), "{}", same.stderr);
    assert_eq!(
        (same.code, server.methods()),
        (Some(0), vec!["GET".to_owned()])
    );
}
