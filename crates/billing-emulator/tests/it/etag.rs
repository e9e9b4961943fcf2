//! Etags of customer billing profiles.

use billing_emulator::{Emulator, SAMPLE_CUSTOMER_ID};
use serde_json::{Value, json};

use crate::support::{HttpClient, customer_path, sample};

fn etag(emulator: &Emulator) -> String {
    let profile = emulator
        .customer_billing_profile(SAMPLE_CUSTOMER_ID)
        .unwrap();
    profile["attributes"]["etag"].as_str().unwrap().to_owned()
}

fn profile(first_name: &str, etag: &Value) -> Value {
    json!({ "firstName": first_name, "attributes": { "etag": etag } })
}

#[tokio::test]
async fn each_write_renews_the_etag_which_is_a_signed_decimal() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::partner(&emulator);
    let mut seen = vec![etag(&emulator)];
    for name in ["Kim", "Kim", "Lee"] {
        let current = seen.last().unwrap().as_str().into();
        let response = caller.put(&customer_path(), &profile(name, &current)).await;
        assert_eq!(response.status, 200, "{}", response.body);
        seen.push(etag(&emulator));
        assert_eq!(response.json()["attributes"]["etag"], *seen.last().unwrap());
    }
    assert!(
        seen.iter().all(|tag| tag.parse::<i64>().is_ok()),
        "{seen:?}"
    );
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 4, "{seen:?}");
}

#[tokio::test]
async fn stale_etag_is_refused_and_nothing_is_written() {
    let emulator = sample().start().await.unwrap();
    let stale = etag(&emulator);
    emulator
        .replace_customer_billing_profile(SAMPLE_CUSTOMER_ID, json!({ "firstName": "Other" }))
        .unwrap();
    let response = HttpClient::partner(&emulator)
        .put(&customer_path(), &profile("Kim", &stale.into()))
        .await;
    insta::assert_snapshot!(response.snapshot(&emulator));
    let stored = emulator
        .customer_billing_profile(SAMPLE_CUSTOMER_ID)
        .unwrap();
    assert_eq!(stored["firstName"], "Other");
    assert_eq!(
        emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID),
        Some(1)
    );
}

#[tokio::test]
async fn etag_of_the_header_overrides_the_body_s() {
    let emulator = sample().seed(7).start().await.unwrap();
    // `{}` is replaced by the current etag.
    let cases = [
        ("\"{}\"", json!(null), 200),
        ("{}", json!(null), 200),
        ("W/\"{}\"", json!(null), 200),
        ("\"1\", \"{}\"", json!(null), 200),
        ("*", json!(null), 200),
        ("\"{}\"", json!("1"), 200),
        ("*", json!("1"), 200),
        ("\"1\"", json!("{}"), 400),
        ("1", json!(null), 400),
        ("\"*\"", json!("{}"), 400),
        ("caf\u{e9}", json!("{}"), 400),
        ("\"{}", json!(null), 400),
        ("", json!("{}"), 200),
        ("", json!("1"), 400),
        ("", json!(""), 400),
        ("", json!(null), 200),
    ];
    for (header, body, status) in cases {
        let current = etag(&emulator);
        let header = header.replace("{}", &current);
        let body = match &body {
            Value::String(tag) => tag.replace("{}", &current).into(),
            other => other.clone(),
        };
        let response = HttpClient::partner(&emulator)
            .with("if-match", &header)
            .put(&customer_path(), &profile("Kim", &body))
            .await;
        assert_eq!(response.status, status, "If-Match {header:?}, body {body}");
        if status == 400 {
            assert_eq!(response.json()["code"], 2055);
            assert_eq!(etag(&emulator), current);
        }
    }
}

#[tokio::test]
async fn a_put_without_any_etag_is_accepted() {
    let emulator = sample().start().await.unwrap();
    let response = HttpClient::partner(&emulator)
        .put(&customer_path(), &json!({ "firstName": "Kim" }))
        .await;
    assert_eq!(response.status, 200);
    assert_eq!(
        emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID),
        Some(1)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_one_of_many_puts_with_one_etag_succeeds() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::partner(&emulator);
    for round in 1..=5 {
        let current = Value::from(etag(&emulator));
        let mut puts = tokio::task::JoinSet::new();
        for writer in 0..16 {
            let caller = caller.clone();
            let body = profile(&format!("Writer {writer}"), &current);
            puts.spawn(async move { (writer, caller.put(&customer_path(), &body).await) });
        }
        let responses = puts.join_all().await;
        let won: Vec<_> = responses
            .iter()
            .filter(|(_, response)| response.status == 200)
            .collect();
        let [(writer, _)] = won.as_slice() else {
            panic!("{} of the writers succeeded", won.len());
        };
        let refused = responses
            .iter()
            .filter(|(_, response)| response.status == 400 && response.json()["code"] == 2055);
        assert_eq!(refused.count(), 15);
        let stored = emulator
            .customer_billing_profile(SAMPLE_CUSTOMER_ID)
            .unwrap();
        assert_eq!(stored["firstName"], format!("Writer {writer}"));
        assert_eq!(
            emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID),
            Some(round)
        );
    }
}

#[tokio::test]
async fn stale_etag_412_is_replayed_for_the_same_request_id() {
    let emulator = sample()
        .stale_etag(billing_emulator::StaleEtag::PreconditionFailed)
        .start()
        .await
        .unwrap();
    let caller = HttpClient::partner(&emulator).with("if-match", "\"1\"");
    let body = json!({ "companyName": "Contoso" });
    let id = "0b7a2c51-8d34-4f1e-9b60-2d5c7e8f9a01";
    let first = caller
        .clone()
        .with("ms-requestid", id)
        .put(&customer_path(), &body)
        .await;
    assert_eq!(first.status, 412, "{}", first.body);
    let again = caller.with("if-match", "*").with("ms-requestid", id);
    assert_eq!(
        again.put(&customer_path(), &body).await.brief(),
        first.brief()
    );
    assert_eq!(
        emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID),
        Some(0)
    );
}
