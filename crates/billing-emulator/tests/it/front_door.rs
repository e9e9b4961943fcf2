//! What tools request from Resource Manager before they use billing.

use serde_json::{Value, json};

use crate::support::{HttpClient, sample};

#[tokio::test]
async fn cloud_endpoints_need_no_token() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::anonymous(emulator.arm_url());
    let cloud = caller
        .get("/metadata/endpoints?api-version=2022-09-01")
        .await;
    assert_eq!(cloud.status, 200);
    let cloud = cloud.json();
    let login = &cloud["authentication"]["loginEndpoint"];
    assert_eq!(login, emulator.authority_url());
    let here = format!("{}/", emulator.arm_url());
    assert_eq!(cloud["resourceManager"], here);
    let list = caller
        .get("/metadata/endpoints?api-version=2019-05-01")
        .await;
    assert_eq!(list.json(), Value::Array(vec![cloud]));
    assert_eq!(caller.get("/metadata/endpoints").await.status, 400);
    let written = caller.send("POST", "/metadata/endpoints?api-version=a", "{}");
    assert_eq!(written.await.status, 405);
    let stranger = caller.with_host("stranger.example.com");
    let refused = stranger.get("/metadata/endpoints?api-version=2022-09-01");
    assert_eq!(refused.await.status, 421);
}

#[tokio::test]
async fn there_are_no_subscriptions_and_no_tenants() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    let subscriptions = json!({ "value": [], "count": { "type": "Total", "value": 0 } });
    for (path, expected) in [
        ("/subscriptions", subscriptions),
        ("/tenants", json!({ "value": [] })),
    ] {
        let path = format!("{path}?api-version=2022-12-01");
        assert_eq!(caller.get(&path).await.json(), expected);
        let stranger = HttpClient::anonymous(emulator.arm_url());
        assert_eq!(stranger.get(&path).await.status, 401, "{path}");
    }
}
