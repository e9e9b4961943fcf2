//! The list of the newest version.

use serde_json::json;

use crate::arm_versions::{MIDDLE, NEWEST, path, put, two_profiles};
use crate::support::HttpClient;

#[tokio::test]
async fn newest_list_is_searched_and_cut_and_has_deleted_profiles() {
    let emulator = two_profiles().page_size(1).start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    let deleted = caller.send("DELETE", &path("/first", NEWEST), "").await;
    assert_eq!(deleted.status, 204);
    let body = json!({ "properties": { "displayName": "Zweite" } });
    put(&emulator, "/third", NEWEST, &body).await;
    let list = async |version: &str, parameters: &str| {
        let mut names = Vec::new();
        let mut next = Some(path("", version) + parameters);
        while let Some(page) = next {
            let page = caller.get(&page).await;
            assert_eq!(page.status, 200, "{parameters}: {}", page.body);
            let page = page.json();
            for profile in page["value"].as_array().unwrap() {
                names.push(profile["name"].as_str().unwrap().to_owned());
            }
            let link = page["nextLink"].as_str();
            next = link.map(|link| link.strip_prefix(emulator.arm_url()).unwrap().to_owned());
        }
        names.join(" ")
    };
    for (parameters, names) in [
        ("", "second third"),
        ("&includeDeleted=true", "second third first"),
        ("&search=ZWEI", "third"),
        ("&search=first", ""),
        ("&search=first&includeDeleted=true", "first"),
        ("&top=1", "second"),
        ("&top=2&includeDeleted=true", "second third"),
        ("&skip=1&top=2&includeDeleted=true", "third first"),
        ("&skip=9", ""),
        ("&count=true", "second third"),
    ] {
        assert_eq!(list(NEWEST, parameters).await, names, "{parameters}");
        assert_eq!(
            list(MIDDLE, parameters).await,
            "second third",
            "{parameters}"
        );
    }
    for parameter in [
        "top=0",
        "top=51",
        "skip=-1",
        "includeDeleted=1",
        "filter=a",
        "orderBy=a",
    ] {
        let refused = caller.get(&(path("", NEWEST) + "&" + parameter)).await;
        let name = parameter.split('=').next().unwrap();
        assert_eq!(refused.status, 400, "{parameter}: {}", refused.body);
        assert_eq!(refused.json()["error"]["target"], name);
    }
    let deleted = caller
        .get(&(path("", NEWEST) + "&includeDeleted=true&search=first"))
        .await;
    assert_eq!(
        deleted.json()["value"][0]["properties"]["status"],
        "Deleted"
    );
}
