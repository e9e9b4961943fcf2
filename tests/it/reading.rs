//! The verbs that read profiles.

use billing_emulator::{SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE};

use crate::support::stub::{Stub, response};
use crate::support::{billing, requests, sample};

#[tokio::test]
async fn partner_get_prints_each_member_of_the_profile() {
    let shown = billing(["partner", "get", SAMPLE_CUSTOMER_ID, "--emulator"])
        .run()
        .await;
    insta::assert_snapshot!(shown);
}

#[tokio::test]
async fn partner_get_as_json_prints_the_document() {
    let emulator = sample().start().await.unwrap();
    let args = ["partner", "get", SAMPLE_CUSTOMER_ID, "--output", "json"];
    let shown = billing(args).at(&emulator).run().await;
    assert_eq!((shown.code, shown.stderr.as_str()), (Some(0), ""));
    let stored = emulator.customer_billing_profile(SAMPLE_CUSTOMER_ID);
    assert_eq!(Some(shown.json()), stored);
}

#[tokio::test]
async fn arm_get_prints_paths_as_set_takes_them() {
    let shown = billing(["arm", "get", SAMPLE_ACCOUNT, SAMPLE_PROFILE, "--emulator"])
        .run()
        .await;
    insta::assert_snapshot!(shown);
}

#[tokio::test]
async fn arm_get_as_json_keeps_unknown_members() {
    let emulator = sample().start().await.unwrap();
    let args = [
        "arm",
        "get",
        SAMPLE_ACCOUNT,
        SAMPLE_PROFILE,
        "--output=json",
    ];
    let shown = billing(args).at(&emulator).run().await;
    assert_eq!((shown.code, shown.stderr.as_str()), (Some(0), ""));
    let stored = emulator.billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE);
    assert_eq!(Some(shown.json()), stored);
    assert_eq!(shown.json()["properties"]["hasReadAccess"], true);
}

#[tokio::test]
async fn arm_list_prints_the_profiles_of_all_pages() {
    let emulator = sample().page_size(1).start().await.unwrap();
    let shown = billing(["arm", "list", SAMPLE_ACCOUNT])
        .at(&emulator)
        .run()
        .await;
    insta::assert_snapshot!(shown, @"
    exit code: 0
    ----- stdout -----
    NAME               DISPLAY NAME         PO NUMBER  CURRENCY  STATUS
    CNTS-0001-BG7-PGB  Contoso Engineering  PO-1001    USD       Active
    CNTS-0002-BG7-PGB  Contoso Research     -          USD       -
    CNTS-0003-BG7-PGB  Contoso Archive      -          USD       Warned
    ----- stderr -----
    ");
    assert_eq!(requests(&emulator), ["GET 200", "GET 200", "GET 200"]);
}

#[tokio::test]
async fn account_without_profiles_is_reported() {
    let mut seen = String::new();
    for output in ["table", "json"] {
        let server = Stub::start([response("200 OK", &[], r#"{"value":[]}"#).as_str()]).await;
        let args = ["arm", "list", SAMPLE_ACCOUNT, "--output", output];
        let shown = billing(args).at_url(server.url()).run().await;
        seen += &format!("{shown}\n\n");
    }
    insta::assert_snapshot!(seen, @"
    exit code: 0
    ----- stdout -----

    ----- stderr -----
    there are no billing profiles in billing account <account>

    exit code: 0
    ----- stdout -----
    []
    ----- stderr -----
    ");
}

#[tokio::test]
async fn lists_are_printed_as_csv() {
    let customer = serde_json::json!({ "companyName": "Müller; \"Söhne\", Ltd." });
    let emulator = sample().page_size(2).customer(SAMPLE_CUSTOMER_ID, customer);
    let emulator = emulator.start().await.unwrap();
    let mut seen = Vec::new();
    for args in [
        &["partner", "list"][..],
        &["partner", "list", "--limit=1"],
        &["partner", "list", "--filter=nobody"],
        &["arm", "list", SAMPLE_ACCOUNT],
    ] {
        let args = args.iter().copied().chain(["-o", "csv"]);
        let shown = billing(args).at(&emulator).run().await;
        assert_eq!((shown.code, shown.stderr.as_str()), (Some(0), ""));
        seen.push(shown.stdout);
    }
    insta::assert_snapshot!(seen.join("\n"));
    let refused = billing(["partner", "get", SAMPLE_CUSTOMER_ID, "-o", "csv"]);
    assert_eq!(refused.at(&emulator).run().await.code, Some(2));
}

#[tokio::test]
async fn arm_list_as_json_prints_one_array() {
    let emulator = sample().page_size(2).start().await.unwrap();
    let args = ["arm", "list", SAMPLE_ACCOUNT, "--output", "json"];
    let shown = billing(args).at(&emulator).run().await;
    let listed = shown.json();
    assert_eq!(listed.as_array().unwrap().len(), 3);
    let first = emulator.billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE);
    assert_eq!(Some(&listed[0]), first.as_ref());
}

#[tokio::test]
async fn global_options_work_in_any_position() {
    let mut seen = Vec::new();
    for args in [
        ["--emulator", "partner", "get", SAMPLE_CUSTOMER_ID],
        ["partner", "--emulator", "get", SAMPLE_CUSTOMER_ID],
        ["partner", "get", "--emulator", SAMPLE_CUSTOMER_ID],
    ] {
        seen.push(billing(args).run().await.to_string());
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
}

#[tokio::test]
async fn chosen_ids_are_sent() {
    let id = "7f3d1c52-8a5e-4f6b-9a41-0c2b6a1d9e30";
    let args = [
        "partner",
        "get",
        SAMPLE_CUSTOMER_ID,
        "--dry-run",
        "--output=json",
    ];
    let ids = ["--request-id", id, "--correlation-id", id];
    let headers = billing(args.into_iter().chain(ids)).run().await.json()["headers"].clone();
    assert_eq!(
        (&headers["ms-requestid"], &headers["ms-correlationid"]),
        (&id.into(), &id.into())
    );
    for verb in [
        &["get", "a", "b"][..],
        &["list", "a"],
        &["update", "a", "b", "--set=poNumber=1"],
    ] {
        let args = [
            &["arm"],
            verb,
            &["--dry-run", "--output=json", "--request-id", id],
        ]
        .concat();
        let headers = billing(args).run().await.json()["headers"].clone();
        assert_eq!(headers["x-ms-client-request-id"], id, "{verb:?}");
    }
}

#[tokio::test]
async fn each_cloud_has_its_own_endpoints() {
    let mut seen = String::new();
    for cloud in ["public", "usgov", "china"] {
        for verb in [&["partner", "get", "c"][..], &["arm", "get", "a", "p"]] {
            let args = [verb, &["--dry-run", "--cloud", cloud]].concat();
            let shown = billing(args).run().await;
            seen += &format!("{cloud}: {}\n", shown.stdout.lines().next().unwrap());
        }
    }
    insta::assert_snapshot!(seen, @"
    public: GET https://api.partnercenter.microsoft.com/v1/customers/c/profiles/billing
    public: GET https://management.azure.com/providers/Microsoft.Billing/billingAccounts/a/billingProfiles/p?api-version=2019-10-01-preview
    usgov: GET https://api.partnercenter.microsoft.com/v1/customers/c/profiles/billing
    usgov: GET https://management.usgovcloudapi.net/providers/Microsoft.Billing/billingAccounts/a/billingProfiles/p?api-version=2019-10-01-preview
    china: GET https://partner.partnercenterapi.microsoftonline.cn/v1/customers/c/profiles/billing
    china: GET https://management.chinacloudapi.cn/providers/Microsoft.Billing/billingAccounts/a/billingProfiles/p?api-version=2019-10-01-preview
    ");
}

#[tokio::test]
async fn text_of_a_service_cannot_control_the_terminal() {
    let emulator = sample()
        .billing_profile(
            "a",
            "p",
            serde_json::json!({ "properties": { "displayName": "\u{1b}[31mred\u{7}\nname\u{202e}" } }),
        )
        .start()
        .await
        .unwrap();
    for verb in [&["arm", "get", "a", "p"][..], &["arm", "list", "a"]] {
        let shown = billing(verb.iter().copied()).at(&emulator).run().await;
        let line = shown
            .stdout
            .lines()
            .find(|line| line.contains("red"))
            .unwrap();
        assert!(
            line.contains(r"\u{1b}[31mred\u{7}\nname\u{202e}"),
            "{line:?}"
        );
    }
}
