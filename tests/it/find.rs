//! Finding profiles: lists of customers, and resource ids in place of names.

use billing_emulator::{Fault, FaultPlan, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE};
use serde_json::Value;

use crate::support::{billing, redact, requests, sample};

fn resource_id() -> String {
    format!(
        "/providers/Microsoft.Billing/billingAccounts/{SAMPLE_ACCOUNT}/billingProfiles/{SAMPLE_PROFILE}"
    )
}

#[tokio::test]
async fn customers_are_listed_with_their_ids() {
    let emulator = sample().start().await.unwrap();
    let shown = billing(["partner", "list"]).at(&emulator).run().await;
    insta::assert_snapshot!(shown, @"
    exit code: 0
    ----- stdout -----
    ID                                    COMPANY NAME   DOMAIN
    <guid>  Wingtip Toys   wingtip-toys.example.com
    <customer>  Contoso, Ltd.  contoso-ltd.example.com
    <guid>  Fabrikam GmbH  fabrikam-gmbh.example.com
    ----- stderr -----
    ");
    let json = billing(["partner", "list", "-o", "json"]).at(&emulator);
    let json = json.run().await.json();
    let customers = json.as_array().unwrap();
    let sample = customers.iter().find(|one| one["id"] == SAMPLE_CUSTOMER_ID);
    assert_eq!(
        sample.unwrap()["companyProfile"]["companyName"],
        "Contoso, Ltd."
    );
}

#[tokio::test]
async fn customers_are_filtered_by_name() {
    let emulator = sample().start().await.unwrap();
    let list = |name| billing(["partner", "list", "--filter", name, "-o=json"]).at(&emulator);
    let found = list("conTOSO").run().await.json();
    assert_eq!(found[0]["id"], SAMPLE_CUSTOMER_ID);
    let none = list("no such company").run().await;
    assert_eq!((none.code, none.stdout.as_str()), (Some(0), "[]\n"));
    let none = billing(["partner", "list", "--filter=none"])
        .at(&emulator)
        .run()
        .await;
    insta::assert_snapshot!(none, @"
    exit code: 0
    ----- stdout -----

    ----- stderr -----
    no customers match
    ");
}

#[tokio::test]
async fn pages_are_printed_up_to_the_limit() {
    let emulator = billing_emulator::Emulator::builder();
    let emulator = emulator.synthetic_data(7, 250, 0).start().await.unwrap();
    for (limit, expected, pages) in [
        (None, 250, 3),
        (Some("--limit=1"), 1, 1),
        (Some("--limit=100"), 100, 1),
        (Some("--limit=130"), 130, 2),
        (Some("--limit=9999"), 250, 3),
    ] {
        let before = requests(&emulator).len();
        let args = ["partner", "list", "-o", "json"].into_iter().chain(limit);
        let json = billing(args).at(&emulator).run().await.json();
        assert_eq!(json.as_array().unwrap().len(), expected, "{limit:?}");
        assert_eq!(requests(&emulator).len() - before, pages, "{limit:?}");
        let args = ["partner", "list"].into_iter().chain(limit);
        let table = billing(args).at(&emulator).run().await;
        let headers = table.stdout.lines().filter(|line| line.starts_with("ID "));
        assert_eq!(
            (table.stdout.lines().count(), headers.count()),
            (expected + 1, 1)
        );
    }
    let shown = billing(["partner", "list", "--limit=0"]).run().await;
    assert_eq!(shown.code, Some(2), "{}", shown.stderr);
    assert!(shown.stderr.contains("'--limit <N>'"), "{}", shown.stderr);
}

#[tokio::test]
async fn broken_list_cannot_be_read_as_whole() {
    for (nth, expected) in [(1, None), (2, Some(100)), (3, Some(200))] {
        let refused = Fault::new().method("GET").nth(nth).status(403);
        let emulator = billing_emulator::Emulator::builder()
            .synthetic_data(7, 250, 0)
            .faults(FaultPlan::new().fault(refused));
        let emulator = emulator.start().await.unwrap();
        let list = billing(["partner", "list", "-o", "json"]).at(&emulator);
        let shown = list.run().await;
        assert_eq!(shown.code, Some(1), "{}", shown.stderr);
        let error: Value = serde_json::from_str(&shown.stderr).unwrap();
        assert_eq!(error["error"]["status"], 403);
        match expected {
            None => assert_eq!(shown.stdout, ""),
            Some(expected) => {
                let is_whole = serde_json::from_str::<Value>(&shown.stdout).is_ok();
                assert!(!is_whole, "{}", shown.stdout);
                let closed = format!("{}]", shown.stdout);
                let items: Vec<Value> = serde_json::from_str(&closed).unwrap();
                assert_eq!(items.len(), expected);
            }
        }
    }
}

#[tokio::test]
async fn customer_is_printed() {
    let emulator = sample().start().await.unwrap();
    let get = ["partner", "customer", SAMPLE_CUSTOMER_ID];
    let shown = billing(get).at(&emulator).run().await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    let line = |line: &str| line.starts_with("companyProfile.companyName ");
    assert!(shown.stdout.lines().any(line), "{}", shown.stdout);
    let json = billing(get.into_iter().chain(["-ojson"]))
        .at(&emulator)
        .run()
        .await
        .json();
    assert_eq!(json["id"], SAMPLE_CUSTOMER_ID);
    let none = billing([
        "partner",
        "customer",
        "00000000-0000-0000-0000-000000000000",
    ]);
    insta::assert_snapshot!(none.at(&emulator).run().await.refused(1), @"
    error: could not get customer <guid>: the service answered 404 Not Found, code 60003
      service message: Tenant not found
      request id <guid>, correlation id <guid>

    hint: check the id of customer <guid>; a partner sees only its own customers
      billing partner list --partner-endpoint http://127.0.0.1:<port>
    ");
}

#[tokio::test]
async fn resource_id_names_account_and_profile() {
    let emulator = sample().start().await.unwrap();
    let id = resource_id();
    let by_id = billing(["arm", "get", &id, "-o=json"])
        .at(&emulator)
        .run()
        .await
        .json();
    assert_eq!(by_id["name"], SAMPLE_PROFILE);
    // As the service itself prints it.
    let id = by_id["id"].as_str().unwrap();
    let list = billing(["arm", "list", id, "-o=json"])
        .at(&emulator)
        .run()
        .await
        .json();
    assert!(
        list.as_array().unwrap().iter().any(|one| one["id"] == id),
        "{list}"
    );
    let update = ["arm", "update", id, "--set=poNumber=PO-7", "-y", "-o=json"];
    let updated = billing(update).at(&emulator).run().await.json();
    assert_eq!(updated["properties"]["poNumber"], "PO-7");
}

#[tokio::test]
async fn single_name_is_refused() {
    let mut seen = String::new();
    for args in [
        &["arm", "get", "account"][..],
        &["arm", "get", "/subscriptions/s"],
        &["arm", "list", "/subscriptions/s"],
        &[
            "arm",
            "update",
            &resource_id(),
            "--set",
            "displayName=Fabrikam",
            "Werke",
        ],
        &[
            "arm",
            "update",
            "a",
            "p",
            "--set",
            "displayName=Fabrikam",
            "Werke",
        ],
        &[
            "partner",
            "update",
            "c",
            "--set=companyName=It's",
            "Fabrikam",
            "Werke",
            "--yes",
        ],
        &[
            "partner",
            "update",
            "c",
            "--set=companyName=x",
            "--nonsense",
        ],
    ] {
        seen += &redact(&billing(args.iter().copied()).run().await.refused(2));
        seen += "\n\n";
    }
    insta::assert_snapshot!(seen);
}
