//! Edits: read, change, write, and start again on a conflict.

use billing_test::{Script, chain};
use insta::assert_snapshot;

use crate::setup::{CUSTOMER, rename, stale, start, start_persistent, stored};

#[tokio::test]
async fn edit_writes_back_everything_it_read() {
    let (server, client) = start(vec![stored("10", "Contoso"), stored("11", "Fabrikam")]).await;
    let edited = client
        .edit_customer_billing_profile(CUSTOMER, |profile| {
            profile.company_name = Some("Fabrikam".to_owned())
        })
        .send()
        .await
        .unwrap();
    assert_eq!(edited.body().company_name.as_deref(), Some("Fabrikam"));
    let received = server.received();
    assert_eq!(received.len(), 2);
    assert!(received[0].line.starts_with("GET "));
    assert_snapshot!(received[1], @r#"
    PUT /v1/customers/4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04/profiles/billing HTTP/1.1
    accept: application/json
    authorization: Bearer [token]
    content-length: 242
    content-type: application/json
    host: [host]
    if-match: "10"
    ms-contract-version: v1
    ms-correlationid: [id]
    ms-cv: [id]
    ms-requestid: [id]
    user-agent: partner-client/0.1.0

    {
      "attributes": {
        "etag": "10",
        "objectType": "CustomerBillingProfile"
      },
      "companyName": "Fabrikam",
      "culture": "en-US",
      "defaultAddress": {
        "city": "Springfield",
        "country": "US",
        "plus4": "0001"
      },
      "id": "8c1d3a52-64f0-5b7e-9d2a-1f0e3b4c5d6e",
      "tier": {
        "level": 3
      }
    }
    "#);
}

#[tokio::test]
async fn requests_of_an_edit_share_one_correlation_id() {
    let (server, client) = start(vec![stored("10", "Contoso"), stored("11", "Contoso")]).await;
    let correlation = "0b9f6c1e-2d5a-4b7c-8e1f-3a4d5c6b7e8f";
    client
        .edit_customer_billing_profile(CUSTOMER, rename)
        .with_correlation_id(correlation.parse().unwrap())
        .with_correlation_vector("xqqtn+OEVE2ridoS.4".parse().unwrap())
        .send()
        .await
        .unwrap();
    let received = server.received();
    assert_eq!(received[0].header("ms-correlationid"), Some(correlation));
    assert_eq!(received[1].header("ms-correlationid"), Some(correlation));
    assert_eq!(received[0].header("ms-cv"), Some("xqqtn+OEVE2ridoS.4.1"));
    assert_eq!(received[1].header("ms-cv"), Some("xqqtn+OEVE2ridoS.4.2"));
    assert_ne!(
        received[0].header("ms-requestid"),
        received[1].header("ms-requestid")
    );
}

#[tokio::test]
async fn stale_etag_starts_the_edit_again() {
    for refusal in [stale(), Script::new("412 Precondition Failed", "")] {
        let answers = vec![
            stored("10", "Contoso"),
            refusal,
            stored("11", "Northwind"),
            stored("12", "Northwind Ltd"),
        ];
        let (server, client) = start(answers).await;
        let mut seen = Vec::new();
        let edit = client.edit_customer_billing_profile(CUSTOMER, |profile| {
            let name = profile.company_name.take().unwrap();
            profile.company_name = Some(format!("{name} Ltd"));
            seen.push(name);
        });
        edit.send().await.unwrap();
        assert_eq!(
            seen,
            ["Contoso", "Northwind"],
            "the change starts from what is there now"
        );
        let received = server.received();
        assert_eq!(received[1].header("if-match"), Some("\"10\""));
        assert_eq!(received[3].header("if-match"), Some("\"11\""));
        assert!(received[3].body.contains("Northwind Ltd"));
    }
}

#[tokio::test]
async fn edit_gives_up_after_its_attempts() {
    for attempts in [1, 2, 5] {
        let answers = (0..attempts)
            .flat_map(|_| [stored("10", "Contoso"), stale()])
            .collect();
        let (server, client) = start(answers).await;
        let edit = client
            .edit_customer_billing_profile(CUSTOMER, rename)
            .with_attempts(attempts);
        let error = edit.send().await.unwrap_err();
        assert!(error.is_conflict() && !error.may_have_taken_effect());
        assert_eq!(error.attempts(), attempts);
        assert_eq!(error.request_id(), Some("r-stale"));
        assert_eq!(server.received().len(), 2 * attempts as usize);
        if attempts == 5 {
            assert_snapshot!(chain(&error, &server), @"
            somebody else kept changing the resource: gave up after 5 attempts
            the service answered 400 Bad Request, code 2055
            ");
        }
    }
}

#[tokio::test]
async fn failed_edit_has_the_total_time() {
    let busy = || Script::new("503 Service Unavailable\nRetry-After: 3", "");
    let refused = || Script::new("400 Bad Request\nMS-RequestId: r-stale", r#"{"code":2000}"#);
    let second = [("given up", stale(), 2), ("refused", refused(), 1)];
    for (what, answer, attempts) in second {
        let mut answers = vec![busy(), stored("10", "Contoso"), answer];
        answers.extend([busy(), stored("11", "Contoso"), stale()]);
        let (_server, client, _clock) = start_persistent(answers).await;
        let edit = client
            .edit_customer_billing_profile(CUSTOMER, rename)
            .with_attempts(2);
        let error = edit.send().await.unwrap_err();
        assert_eq!(error.attempts(), attempts, "{what}");
        assert_eq!(error.elapsed().as_secs(), 3 * u64::from(attempts), "{what}");
    }
}

#[tokio::test]
async fn zero_attempts_mean_one() {
    let (server, client) = start(vec![stored("10", "Contoso"), stale()]).await;
    let error = client
        .edit_customer_billing_profile(CUSTOMER, rename)
        .with_attempts(0)
        .send()
        .await
        .unwrap_err();
    assert_eq!((error.attempts(), server.received().len()), (1, 2));
}

#[tokio::test]
async fn update_with_unknown_outcome_ends_the_edit() {
    for lost in [
        Script::hang_up(),
        Script::new("503 Service Unavailable", ""),
    ] {
        let (server, client) = start(vec![stored("10", "Contoso"), lost]).await;
        let error = client
            .edit_customer_billing_profile(CUSTOMER, rename)
            .send()
            .await
            .unwrap_err();
        assert!(error.may_have_taken_effect());
        assert_eq!(server.received().len(), 2);
    }
}

#[tokio::test]
async fn error_other_than_a_conflict_ends_the_edit() {
    let refused = r#"{"code":27002,"description":"A property has invalid data."}"#;
    let answers = vec![
        stored("10", "Contoso"),
        Script::new("400 Bad Request", refused),
    ];
    let (server, client) = start(answers).await;
    let error = client
        .edit_customer_billing_profile(CUSTOMER, rename)
        .send()
        .await
        .unwrap_err();
    assert!(!error.is_conflict());
    assert_eq!(error.service_error().unwrap().code(), Some("27002"));
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn success_without_a_profile_is_never_written_back() {
    for body in [
        "{}",
        r#"{"error":{"code":"x"}}"#,
        r#"{"code":2000}"#,
        r#"{"value":[]}"#,
    ] {
        let (server, client) = start(vec![Script::json(body)]).await;
        let error = client
            .edit_customer_billing_profile(CUSTOMER, rename)
            .send()
            .await
            .unwrap_err();
        assert!(error.is_protocol(), "{body}: {error}");
        assert!(!error.may_have_taken_effect(), "{body}");
        assert_eq!(server.received().len(), 1, "{body}");
    }
}

#[tokio::test]
async fn profile_without_an_etag_is_not_edited() {
    let (server, client) = start(vec![Script::json(r#"{"id":"p1"}"#)]).await;
    let error = client
        .edit_customer_billing_profile(CUSTOMER, rename)
        .send()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("the profile has no usable etag"));
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn etag_is_kept_even_if_the_change_drops_it() {
    let (server, client) = start(vec![stored("10", "Contoso"), stored("11", "Fabrikam")]).await;
    client
        .edit_customer_billing_profile(CUSTOMER, |profile| *profile = Default::default())
        .send()
        .await
        .unwrap();
    let put = &server.received()[1];
    assert_eq!(put.header("if-match"), Some("\"10\""));
    assert_eq!(put.body, r#"{"attributes":{"etag":"10"}}"#);
}

#[tokio::test]
async fn error_of_the_read_is_not_a_stale_write() {
    let (server, client) = start(vec![Script::new("412 Precondition Failed", "")]).await;
    client
        .edit_customer_billing_profile(CUSTOMER, rename)
        .send()
        .await
        .unwrap_err();
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn outcome_compares_digits_beyond_floats() {
    let profile = |digits: &str, company: &str| {
        Script::json(&format!(
            r#"{{"companyName":"{company}","credit":0.1000000000000000000{digits},"huge":1e400,"attributes":{{"etag":"1"}}}}"#
        ))
    };
    for (stored, is_applied) in [
        (profile("2", "Contoso"), true),
        (profile("1", "Contoso"), false),
    ] {
        let (server, client) = start(vec![profile("1", "Contoso"), stored]).await;
        let edit = client.edit_customer_billing_profile(CUSTOMER, |profile| {
            let members = &mut profile.additional_properties;
            members
                .insert_text("credit", "0.10000000000000000002")
                .unwrap();
        });
        let outcome = edit.send().await.unwrap().outcome().unwrap();
        assert_eq!(outcome.is_applied(), is_applied, "{outcome:?}");
        let sent = &server.received()[1].body;
        assert!(
            sent.contains("0.10000000000000000002") && sent.contains("1e400"),
            "{sent}"
        );
    }
}
