//! The clock of the emulator, and how the control API moves it.

use std::time::{Duration, SystemTime};

use billing_emulator::{Emulator, Error};

use crate::support::{HttpClient, HttpResponse, customer_path, profile_path, sample, start};

async fn read_customer(emulator: &Emulator) -> HttpResponse {
    let path = customer_path();
    HttpClient::partner(emulator).get(&path).await
}

async fn post(emulator: &Emulator, body: &str) -> HttpResponse {
    let control = HttpClient::anonymous(emulator.control_url());
    control.send("POST", "/api/clock", body).await
}

fn date(response: &HttpResponse) -> String {
    response.header("date").unwrap().to_owned()
}

#[tokio::test]
async fn responses_are_dated_by_the_emulator_s_clock() {
    let emulator = sample().start().await.unwrap();
    emulator.advance_clock(Duration::from_secs(90)).unwrap();
    let path = profile_path();
    let arm = HttpClient::arm(&emulator).get(&path).await;
    let control = HttpClient::anonymous(emulator.control_url());
    let control = control.get("/api/clock").await;
    for response in [&read_customer(&emulator).await, &arm, &control] {
        assert_eq!(date(response), "Tue, 01 Oct 2019 00:01:30 GMT");
    }
    let routed = arm.header("x-ms-routing-request-id").unwrap();
    assert!(routed.starts_with("LOOPBACK:20191001T000130Z:"), "{routed}");
    assert_eq!(control.body, r#"{"now":"2019-10-01T00:01:30Z"}"#);
}

#[tokio::test]
async fn clock_set_back_is_logged_with_both_times() {
    let emulator = sample().start().await.unwrap();
    let path = profile_path();
    for (milliseconds, day, compact) in [
        (90_250, "Tue, 01 Oct 2019 00:01:30 GMT", "20191001T000130Z"),
        (1_999, "Tue, 01 Oct 2019 00:00:01 GMT", "20191001T000001Z"),
        (90_000, "Tue, 01 Oct 2019 00:01:30 GMT", "20191001T000130Z"),
    ] {
        let now = start() + Duration::from_millis(milliseconds);
        emulator.set_clock(now).unwrap();
        let response = HttpClient::arm(&emulator).get(&path).await;
        assert_eq!(date(&response), day);
        let routed = response.header("x-ms-routing-request-id").unwrap();
        assert!(
            routed.starts_with(&format!("LOOPBACK:{compact}:")),
            "{routed}"
        );
    }
    let times: Vec<_> = emulator
        .requests()
        .into_iter()
        .map(|one| one.time)
        .collect();
    let expected = [
        "2019-10-01T00:01:30.250Z",
        "2019-10-01T00:00:01.999Z",
        "2019-10-01T00:01:30.000Z",
    ];
    assert_eq!(times, expected);
}

#[tokio::test]
async fn set_clock_stands_still_until_it_is_moved() {
    let emulator = sample().start().await.unwrap();
    assert_eq!(emulator.now(), start());
    let response = post(&emulator, r#"{"advance_s": 1.5}"#).await;
    assert_eq!(response.brief(), r#"200 {"now":"2019-10-01T00:00:01Z"}"#);
    assert_eq!(emulator.now(), start() + Duration::from_millis(1500));
    let response = post(&emulator, r#"{"set": "2026-01-31T09:30:00+01:00"}"#).await;
    assert_eq!(response.brief(), r#"200 {"now":"2026-01-31T08:30:00Z"}"#);
    assert_eq!(
        date(&read_customer(&emulator).await),
        "Sat, 31 Jan 2026 08:30:00 GMT"
    );
    emulator.set_clock(start()).unwrap();
    assert_eq!(emulator.now(), start());
}

#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "the machine's clock is what it is compared with"
)]
async fn default_clock_runs_on_from_where_it_is_set() {
    let before = SystemTime::now();
    let emulator = Emulator::builder().sample_data().start().await.unwrap();
    assert!(emulator.now() >= before);
    let hour = Duration::from_secs(3600);
    emulator.advance_clock(hour).unwrap();
    assert!(emulator.now() >= before + hour);
    emulator.set_clock(start()).unwrap();
    let now = emulator.now();
    assert!(now >= start() && now < before, "{now:?}");
    assert!(emulator.now() >= now);
}

#[tokio::test]
async fn invalid_clock_changes_are_refused_and_move_nothing() {
    let emulator = sample().start().await.unwrap();
    let mut seen = String::new();
    for body in [
        "",
        "{}",
        "[]",
        r#"{"advance_s":1,"set":"2026-01-31T08:30:00Z"}"#,
        r#"{"advance":1}"#,
        r#"{"advance_s":-1}"#,
        r#"{"advance_s":"60"}"#,
        r#"{"advance_s":1e12}"#,
        r#"{"set":"tomorrow"}"#,
        r#"{"set":"1969-12-31T23:59:59Z"}"#,
    ] {
        let response = post(&emulator, body).await;
        seen += &format!("{body}\n  {}\n", response.brief());
    }
    insta::assert_snapshot!(seen, @r#"

      400 {"error":"the body must be {\"advance_s\": 60} or {\"set\": \"2026-01-31T08:30:00Z\"}, one of the two"}
    {}
      400 {"error":"the body must be {\"advance_s\": 60} or {\"set\": \"2026-01-31T08:30:00Z\"}, one of the two"}
    []
      400 {"error":"the body must be {\"advance_s\": 60} or {\"set\": \"2026-01-31T08:30:00Z\"}, one of the two"}
    {"advance_s":1,"set":"2026-01-31T08:30:00Z"}
      400 {"error":"the body must be {\"advance_s\": 60} or {\"set\": \"2026-01-31T08:30:00Z\"}, one of the two"}
    {"advance":1}
      400 {"error":"the body must be {\"advance_s\": 60} or {\"set\": \"2026-01-31T08:30:00Z\"}, one of the two"}
    {"advance_s":-1}
      400 {"error":"advance_s must be a number of seconds, 0 or more"}
    {"advance_s":"60"}
      400 {"error":"the body must be {\"advance_s\": 60} or {\"set\": \"2026-01-31T08:30:00Z\"}, one of the two"}
    {"advance_s":1e12}
      400 {"error":"the clock: must stay within the years 1970 to 9999"}
    {"set":"tomorrow"}
      400 {"error":"set must be a time as in 2026-01-31T08:30:00Z"}
    {"set":"1969-12-31T23:59:59Z"}
      400 {"error":"the clock: must stay within the years 1970 to 9999"}
    "#);
    let refused = emulator.advance_clock(Duration::MAX);
    assert!(matches!(refused, Err(Error::InvalidData { .. })));
    assert_eq!(emulator.now(), start());

    let far = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 60);
    let error = Emulator::builder().clock_at(far).start().await;
    insta::assert_snapshot!(error.expect_err("it must not start"), @"the clock: must stay within the years 1970 to 9999");
}
