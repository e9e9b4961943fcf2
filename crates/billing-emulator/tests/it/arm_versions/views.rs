//! What each version shows of a profile.

use billing_emulator::{Emulator, Snapshot};
use serde_json::json;

use crate::arm_versions::{MIDDLE, NEWEST, OLDEST, get, path, put, stored, two_profiles};
use crate::support::HttpClient;

#[tokio::test]
async fn each_version_has_its_members_names_and_order() {
    let emulator = two_profiles().start().await.unwrap();
    let mut seen = String::new();
    for version in [OLDEST, MIDDLE, NEWEST] {
        let found = get(&emulator, "/first", version).await;
        seen += &format!("{version}\n{}\n", found.brief());
    }
    let expanded = path("/first", MIDDLE) + "&$expand=invoiceSections";
    let expanded = HttpClient::arm(&emulator).get(&expanded).await;
    seen += &format!("{MIDDLE} with sections\n{}\n", expanded.brief());
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn next_link_keeps_the_version() {
    let emulator = two_profiles().page_size(1).start().await.unwrap();
    for version in [OLDEST, MIDDLE, NEWEST] {
        let first = get(&emulator, "", version).await.json();
        let next = first["nextLink"].as_str().unwrap();
        let expected = format!("?api-version={version}&$skiptoken=1");
        assert!(next.ends_with(&expected), "{next}");
        let next = next.strip_prefix(emulator.arm_url()).unwrap();
        let last = HttpClient::arm(&emulator).get(next).await.json();
        assert_eq!(last["value"][0]["name"], "second");
        assert_eq!(last.get("nextLink"), None);
    }
}

#[tokio::test]
async fn what_a_get_shows_can_be_put_back_in_each_version() {
    for version in [MIDDLE, NEWEST] {
        let emulator = two_profiles().start().await.unwrap();
        let before = stored(&emulator);
        let shown = get(&emulator, "/first", version).await.json();
        let updated = put(&emulator, "/first", version, &shown).await;
        assert_eq!(updated.status, 200, "{}", updated.body);
        assert_eq!(
            stored(&emulator)["properties"],
            before["properties"],
            "{version}"
        );
        assert_eq!(stored(&emulator)["tags"], before["tags"], "{version}");
    }
}

#[tokio::test]
async fn document_to_store_may_have_the_names_of_any_version() {
    let sections = json!([{ "id": "/s", "name": "S1", "properties": { "displayName": "One" } }]);
    let later = json!({ "properties": {
        "billTo": { "city": "Leeds" },
        "invoiceSections": { "hasMoreResults": false, "value": sections },
    } });
    let builder = Emulator::builder().billing_profile("70000001", "first", later);
    let emulator = builder.start().await.unwrap();
    let expected = json!({ "address": { "city": "Leeds" }, "invoiceSections": sections });
    assert_eq!(stored(&emulator)["properties"], expected);
    let saved = Snapshot::from_json(&emulator.snapshot().to_json()).unwrap();
    let second = Emulator::builder().snapshot(saved).start().await.unwrap();
    assert_eq!(second.snapshot(), emulator.snapshot());
}
