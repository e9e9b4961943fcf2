//! `billing partner update`: edits, etags, conflicts and results.

use billing_emulator::SAMPLE_CUSTOMER_ID;

use crate::support::stub::{Stub, response};
use crate::support::{billing, requests, sample};

const UPDATE: [&str; 3] = ["partner", "update", SAMPLE_CUSTOMER_ID];

fn update<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [&UPDATE, args].concat()
}

#[tokio::test]
async fn update_shows_changes_then_the_stored_profile() {
    let args = [
        "--set=culture=EN-GB",
        "--set=defaultAddress.city=Tacoma",
        "--set=defaultAddress.addressLine2=Floor 3",
        "--clear=defaultAddress.phoneNumber",
        "--emulator",
    ];
    let shown = billing(update(&args)).run().await;
    insta::assert_snapshot!(shown);
}

#[tokio::test]
async fn other_members_stay_unchanged() {
    let emulator = sample().start().await.unwrap();
    let mut expected = emulator
        .customer_billing_profile(SAMPLE_CUSTOMER_ID)
        .unwrap();
    let args = update(&[
        "--set",
        "companyName=Contoso Solar",
        "--clear=lastName",
        "--yes",
    ]);
    let shown = billing(args).at(&emulator).run().await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    let stored = emulator
        .customer_billing_profile(SAMPLE_CUSTOMER_ID)
        .unwrap();
    expected["companyName"] = "Contoso Solar".into();
    expected["attributes"] = stored["attributes"].clone();
    expected.as_object_mut().unwrap().remove("lastName");
    assert_eq!(stored, expected);
    assert_eq!(requests(&emulator), ["GET 200", "PUT 200"]);
}

#[tokio::test]
async fn unchanged_profile_is_not_written() {
    let emulator = sample().start().await.unwrap();
    let args = update(&[
        "--set=companyName=Contoso, Ltd.",
        "--clear=defaultAddress.region",
        "--yes",
    ]);
    let shown = billing(args).at(&emulator).run().await;
    assert_eq!(shown.code, Some(0));
    insta::assert_snapshot!(shown.stderr, @"nothing to change: the profile already has these values; nothing was written");
    assert!(shown.stdout.contains("Contoso, Ltd."));
    assert_eq!(requests(&emulator), ["GET 200"]);
}

#[tokio::test]
async fn write_without_a_terminal_needs_yes() {
    let emulator = sample().start().await.unwrap();
    let args = update(&["--set=companyName=Contoso Solar"]);
    let shown = billing(args).at(&emulator).stdin("y\n").run().await;
    insta::assert_snapshot!(shown.refused(2), @"
    error: this command writes, and there is no terminal to confirm on

    hint: check the request with --dry-run, then run the command with --yes
    ");
    assert_eq!(requests(&emulator), Vec::<String>::new());
}

fn profile(etag: &str, city: &str) -> String {
    named("Contoso", etag, city)
}

fn named(company: &str, etag: &str, city: &str) -> String {
    let body = format!(
        r#"{{"companyName":"{company}","defaultAddress":{{"city":"{city}"}},"attributes":{{"etag":"{etag}"}},"new":1}}"#
    );
    response("200 OK", &["ms-requestid: r-1"], &body)
}

fn stale() -> String {
    let body =
        r#"{"code":2055,"description":"Etag is no longer valid","data":[],"source":"PartnerFD"}"#;
    response("400 Bad Request", &["ms-requestid: r-2"], body)
}

#[tokio::test]
async fn concurrent_change_is_read_again_and_kept() {
    let responses = [
        profile("1", "Seattle"),
        stale(),
        profile("2", "Tacoma"),
        named("FABRIKAM", "3", "Tacoma"),
    ];
    let server = Stub::start(responses.iter().map(String::as_str)).await;
    let args = update(&["--set=companyName=Fabrikam", "--yes"]);
    let shown = billing(args).at_url(server.url()).run().await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    assert_eq!(server.methods(), ["GET", "PUT", "GET", "PUT"]);
    let last = server.requests().pop().unwrap();
    assert!(last.contains("if-match: \"2\""), "{last}");
    for kept in [
        r#""city":"Tacoma""#,
        r#""new":1"#,
        r#""companyName":"Fabrikam""#,
    ] {
        assert!(last.contains(kept), "{last}");
    }
    insta::assert_snapshot!(crate::support::redact(&shown.stderr), @"
    changes for customer <customer> at http://127.0.0.1:<port>:
      companyName  Contoso → Fabrikam
    the etag was stale; reading the profile again
    meanwhile somebody else changed:
      defaultAddress.city  Seattle → Tacoma
    updated customer <customer> (request id r-1)
    the service stored it in another form:
      companyName  Fabrikam → FABRIKAM
    ");
}

#[tokio::test]
async fn request_id_is_not_used_for_a_second_body() {
    let id = "7f3d1c52-8a5e-4f6b-9a41-0c2b6a1d9e30";
    let responses = [
        profile("1", "a"),
        stale(),
        profile("2", "b"),
        named("x", "3", "b"),
    ];
    let server = Stub::start(responses.iter().map(String::as_str)).await;
    let args = update(&[
        "--set=companyName=x",
        "--yes",
        "--request-id",
        id,
        "--correlation-id",
        id,
    ]);
    assert_eq!(billing(args).at_url(server.url()).run().await.code, Some(0));
    let has = |header: &str| -> Vec<bool> {
        let header = format!("{header}: {id}\r\n");
        server
            .requests()
            .iter()
            .map(|one| one.contains(&header))
            .collect()
    };
    assert_eq!(has("ms-requestid"), [false, true, false, false]);
    assert_eq!(has("ms-correlationid"), [true; 4]);
}

#[tokio::test]
async fn three_stale_etags_end_without_a_write() {
    let (profile, stale) = (profile("1", "a"), stale());
    let server = Stub::start([profile.as_str(), &stale].repeat(3)).await;
    let args = update(&["--set=companyName=x", "--yes"]);
    let shown = billing(args).at_url(server.url()).run().await;
    assert_eq!(server.methods().len(), 6);
    insta::assert_snapshot!(shown.refused(1), @"
    changes for customer <customer> at http://127.0.0.1:<port>:
      companyName  Contoso → x
    the etag was stale; reading the profile again
    the etag was stale; reading the profile again
    error: could not update the billing profile of customer <customer>: somebody else kept changing the resource: gave up after 3 attempts: the service answered 400 Bad Request, code 2055
      service message: Etag is no longer valid
      request id r-2, correlation id <guid>

    hint: somebody else changed it meanwhile; look at the present profile, and run the update again
      billing partner get <customer> --partner-endpoint http://127.0.0.1:<port>
    ");
}

#[tokio::test]
async fn etag_of_the_user_is_sent_once() {
    let emulator = sample().start().await.unwrap();
    let args = update(&["--set=companyName=x", "--if-match", "17", "--yes"]);
    let shown = billing(args).at(&emulator).run().await;
    insta::assert_snapshot!(shown.refused(1), @"
    changes for customer <customer> at http://127.0.0.1:<port>:
      companyName  Contoso, Ltd. → x
    error: could not update the billing profile of customer <customer>: the service answered 400 Bad Request, code 2055
      service message: Etag is no longer valid
      request id <guid>, correlation id <guid>

    hint: the profile already had another etag when it was read: look at the present profile, and use its attributes.etag
      billing partner get <customer> --partner-endpoint http://127.0.0.1:<port> --output json
    ");
    assert_eq!(requests(&emulator), ["GET 200", "PUT 400", "GET 200"]);
    let args = update(&["--set=companyName=x", "--if-match", "*", "--yes"]);
    let shown = billing(args).at(&emulator).run().await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
}

#[tokio::test]
async fn no_if_match_sends_no_header() {
    for (option, expected) in [(None, true), (Some("--no-if-match"), false)] {
        let responses = [profile("1", "a"), named("x", "2", "a")];
        let server = Stub::start(responses.iter().map(String::as_str)).await;
        let args = update(&["--set=companyName=x", "--yes"])
            .into_iter()
            .chain(option);
        assert_eq!(billing(args).at_url(server.url()).run().await.code, Some(0));
        let put = server.requests().pop().unwrap();
        assert_eq!(put.contains("if-match:"), expected, "{put}");
    }
}

#[tokio::test]
async fn unknown_outcome_is_reported() {
    let profile = profile("1", "a");
    let mut seen = String::new();
    for reply in ["", &response("503 Service Unavailable", &[], "")] {
        let server = Stub::start([profile.as_str(), reply]).await;
        let args = update(&["--set=companyName=x", "--yes"]);
        let shown = billing(args).at_url(server.url()).run().await;
        assert_eq!(
            server.methods(),
            ["GET", "PUT"],
            "a write is not sent again"
        );
        seen += &shown.refused(4);
        seen.push('\n');
    }
    insta::assert_snapshot!(seen, @"
    changes for customer <customer> at http://127.0.0.1:<port>:
      companyName  Contoso → x
    error: could not update the billing profile of customer <customer>: the connection to http://127.0.0.1:<port> broke: connection closed before message completed
      request id <guid>, correlation id <guid>

    hint: the update may have taken effect: check the profile first
      billing partner get <customer> --partner-endpoint http://127.0.0.1:<port>
    if the change is missing, run the same update again with the same request id, so that Partner Center takes it for the same write: --request-id <guid>
    changes for customer <customer> at http://127.0.0.1:<port>:
      companyName  Contoso → x
    error: could not update the billing profile of customer <customer>: the service answered 503 Service Unavailable
      request id <guid>, correlation id <guid>

    hint: the update may have taken effect: check the profile first
      billing partner get <customer> --partner-endpoint http://127.0.0.1:<port>
    if the change is missing, run the same update again with the same request id, so that Partner Center takes it for the same write: --request-id <guid>
    ");
}

#[tokio::test]
async fn stale_etag_after_a_lost_response_is_not_written_again() {
    // The first PUT may have made the etag stale, and another client has written since.
    let responses = [
        profile("1", "a"),
        String::new(),
        stale(),
        profile("3", "theirs"),
        profile("3", "theirs"),
        named("x", "4", "theirs"),
    ];
    let server = Stub::start(responses.iter().map(String::as_str)).await;
    let endpoint = format!("--partner-endpoint={}", server.url());
    let args = update(&["--set=companyName=x", "--yes", "--retries=1", &endpoint]);
    let shown = billing(args).token("secret-of-the-test").run().await;
    assert_eq!(server.methods(), ["GET", "PUT", "PUT", "GET"]);
    let told = shown.refused(4);
    for said in [
        "Etag is no longer valid",
        "may have taken effect: check the profile first",
    ] {
        assert!(told.contains(said), "{told}");
    }
    assert!(!told.contains("reading the profile again"), "{told}");
}

#[tokio::test]
async fn stale_etag_of_a_body_shows_what_others_changed() {
    let responses = [profile("1", "Seattle"), stale(), profile("2", "Tacoma")];
    let server = Stub::start(responses.iter().map(String::as_str)).await;
    let body = r#"{"companyName":"Fabrikam","defaultAddress":{"city":"Seattle"},"attributes":{"etag":"1"}}"#;
    let shown = billing(update(&["--body=-", "--yes", "--replace"])).at_url(server.url());
    insta::assert_snapshot!(shown.stdin(body).run().await.refused(1), @"
    changes for customer <customer> at http://127.0.0.1:<port>:
      companyName  Contoso → Fabrikam
      new          1       → (none)
    meanwhile somebody else changed:
      defaultAddress.city  Seattle → Tacoma
    error: could not update the billing profile of customer <customer>: the service answered 400 Bad Request, code 2055
      service message: Etag is no longer valid
      request id r-2, correlation id <guid>

    hint: somebody else changed it meanwhile; look at the present profile, and run the update again
      billing partner get <customer> --partner-endpoint http://127.0.0.1:<port>
    ");
    assert_eq!(server.methods(), ["GET", "PUT", "GET"]);
}

#[tokio::test]
async fn body_with_an_old_etag_is_explained() {
    let responses = [profile("2", "Seattle"), stale(), profile("2", "Seattle")];
    let server = Stub::start(responses.iter().map(String::as_str)).await;
    let body = r#"{"companyName":"Fabrikam","attributes":{"etag":"1"}}"#;
    let shown = billing(update(&["--body=-", "--yes", "--replace"])).at_url(server.url());
    insta::assert_snapshot!(shown.stdin(body).run().await.refused(1), @"
    changes for customer <customer> at http://127.0.0.1:<port>:
      companyName          Contoso → Fabrikam
      defaultAddress.city  Seattle → (none)
      new                  1       → (none)
    error: could not update the billing profile of customer <customer>: the service answered 400 Bad Request, code 2055
      service message: Etag is no longer valid
      request id r-2, correlation id <guid>

    hint: the profile already had another etag when it was read: look at the present profile, and use its attributes.etag
      billing partner get <customer> --partner-endpoint http://127.0.0.1:<port> --output json
    ");
}

#[tokio::test]
async fn missing_etag_needs_no_if_match_in_a_script() {
    for etag in [
        "null",
        "\"\"",
        "\"*\"",
        "\"a b\"",
        "\"\u{e4}\"",
        "\"a\\r\\nx: y\"",
    ] {
        let profile = |company: &str| {
            let body =
                format!(r#"{{"id":"7","companyName":"{company}","attributes":{{"etag":{etag}}}}}"#);
            response("200 OK", &[], &body)
        };
        for (args, code) in [
            (&["--set=companyName=x"][..], 2),
            (&["--set=companyName=x", "--no-if-match"], 0),
        ] {
            let server = Stub::start([profile("a").as_str(), &profile("x")]).await;
            let args = update(&[args, &["--yes"]].concat());
            let shown = billing(args).at_url(server.url()).run().await;
            assert_eq!(shown.code, Some(code), "{etag}: {}", shown.stderr);
            if code == 0 {
                let put = server.requests().pop().unwrap();
                assert!(!put.contains("if-match:"), "{put}");
            } else {
                assert_eq!(server.methods(), ["GET"]);
                let said = &shown.stderr;
                assert!(said.contains("has no usable etag"), "{said}");
                assert!(said.contains("--no-if-match"), "{said}");
            }
        }
    }
}

#[tokio::test]
async fn body_with_an_invalid_etag_is_refused() {
    let body = r#"{"companyName":"Fabrikam","attributes":{"etag":"a b"}}"#;
    let server = Stub::start([]).await;
    let shown = billing(update(&["--body=-", "--yes"]));
    let shown = shown.at_url(server.url()).stdin(body).run().await;
    insta::assert_snapshot!(shown.refused(2), @r"
    error: --body -: its attributes.etag cannot be sent as If-Match

    hint: nothing was sent; use the etag that `billing partner get` prints, or leave it out
    ");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn success_with_the_old_profile_is_no_success() {
    let responses = [profile("1", "a"), profile("2", "a")];
    let server = Stub::start(responses.iter().map(String::as_str)).await;
    let shown = billing(update(&["--set=companyName=x", "--yes"])).at_url(server.url());
    insta::assert_snapshot!(shown.run().await.refused(1));
}

#[tokio::test]
async fn body_without_etag_uses_that_of_the_shown_profile() {
    let body = r#"{"companyName":"x","defaultAddress":{"city":"a"},"new":1}"#;
    let responses = [
        profile("1", "a"),
        stale(),
        profile("2", "a"),
        named("x", "3", "a"),
    ];
    let server = Stub::start(responses.iter().map(String::as_str)).await;
    let shown = billing(update(&["--body=-", "--yes"])).at_url(server.url());
    let shown = shown.stdin(body).run().await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    assert_eq!(server.methods(), ["GET", "PUT", "GET", "PUT"]);
    let sent = server.requests();
    assert!(sent[1].contains("if-match: \"1\""), "{}", sent[1]);
    assert!(sent[3].contains("if-match: \"2\""), "{}", sent[3]);
}
