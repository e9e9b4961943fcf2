//! Rate limits that are given: their kinds, their settings, and the control API.

use std::time::Duration;

use billing_emulator::{Emulator, EmulatorBuilder, RateLimit, Service, Token};
use http::Request;
use hyper::body::Bytes;
use serde_json::json;

use crate::support::{HttpClient, customer_path, profile_path, sample};

const TOKEN: &str = "simulated";
const READS_LEFT: &str = "x-ms-ratelimit-remaining-tenant-reads";
const RESOURCE_REQUESTS_LEFT: &str = "x-ms-ratelimit-remaining-tenant-resource-requests";

/// Returns an emulator with these limits alone.
fn limited(limits: &[&str]) -> Emulator {
    with(sample(), limits)
}

fn with(builder: EmulatorBuilder, limits: &[&str]) -> Emulator {
    let builder = builder.without_rate_limits().token(Token::new(TOKEN));
    let limits = limits.iter().map(|limit| limit.parse().unwrap());
    limits
        .fold(builder, EmulatorBuilder::rate_limit)
        .in_process()
        .unwrap()
}

fn send(emulator: &Emulator, service: Service, method: &str, path: &str) -> Answer {
    let request = Request::builder().method(method).uri(path);
    let request = request
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("content-type", "application/json")
        .body(Bytes::from("{\"properties\": {}}"));
    let handled = emulator.handle(service, request.unwrap());
    Answer(handled.sent.response().unwrap())
}

struct Answer(http::Response<Bytes>);

impl Answer {
    fn status(&self) -> u16 {
        self.0.status().as_u16()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let value = self.0.headers().get(name)?;
        value.to_str().ok()
    }

    fn body(&self) -> &str {
        std::str::from_utf8(self.0.body()).unwrap()
    }
}

fn read(emulator: &Emulator) -> Answer {
    send(emulator, Service::Arm, "GET", &profile_path())
}

fn write(emulator: &Emulator) -> Answer {
    send(emulator, Service::Arm, "PATCH", &profile_path())
}

fn put(emulator: &Emulator) -> Answer {
    send(emulator, Service::Partner, "PUT", &customer_path())
}

fn advance(emulator: &Emulator, milliseconds: u64) {
    let by = Duration::from_millis(milliseconds);
    emulator.advance_clock(by).unwrap();
}

/// Returns how many more reads are let through, up to a thousand.
fn reads(emulator: &Emulator) -> u32 {
    let mut count = 0;
    while count < 1_000 && read(emulator).status() == 200 {
        count += 1;
    }
    count
}

fn retry_after(answer: &Answer) -> Option<&str> {
    assert_eq!(answer.status(), 429);
    answer.header("retry-after")
}

#[test]
fn buckets_have_capacity_and_refill_apart() {
    let emulator = limited(&["bucket arm.read=20,3/2s"]);
    assert_eq!(reads(&emulator), 20);
    advance(&emulator, 2_000);
    assert_eq!(reads(&emulator), 3);
    advance(&emulator, 1_000);
    assert_eq!(reads(&emulator), 1, "one and a half came back");
    advance(&emulator, 334);
    assert_eq!(reads(&emulator), 1);
    advance(&emulator, 3_600_000);
    assert_eq!(reads(&emulator), 20);
    assert_eq!(write(&emulator).status(), 202, "writes have no limit");
}

#[test]
fn fixed_windows_begin_where_the_phase_says() {
    let emulator = limited(&["window arm.read=5/60s,fixed;phase=40s"]);
    assert_eq!(reads(&emulator), 5);
    assert_eq!(retry_after(&read(&emulator)), Some("20"));
    advance(&emulator, 19_999);
    assert_eq!(reads(&emulator), 0);
    advance(&emulator, 1);
    assert_eq!(reads(&emulator), 5);
    advance(&emulator, 59_999);
    assert_eq!(reads(&emulator), 0);
    advance(&emulator, 1);
    assert_eq!(read(&emulator).header(READS_LEFT), Some("4"));
}

#[test]
fn sliding_windows_count_the_time_just_passed() {
    let emulator = limited(&["window arm.read=3/60s,sliding"]);
    read(&emulator);
    advance(&emulator, 30_000);
    assert_eq!(reads(&emulator), 2);
    assert_eq!(retry_after(&read(&emulator)), Some("30"));
    advance(&emulator, 30_000);
    assert_eq!(reads(&emulator), 1);
    assert_eq!(retry_after(&read(&emulator)), Some("30"));
    advance(&emulator, 30_000);
    assert_eq!(read(&emulator).header(READS_LEFT), Some("1"));
}

#[test]
fn refused_requests_can_cost() {
    let emulator = limited(&["bucket arm.read=1,1/s;refused=costs"]);
    assert_eq!(reads(&emulator), 1);
    for _ in 0..3 {
        advance(&emulator, 900);
        assert_eq!(retry_after(&read(&emulator)), Some("1"));
    }
    advance(&emulator, 1_000);
    assert_eq!(read(&emulator).status(), 200);

    let sliding = limited(&["window arm.read=2/60s,sliding;refused=costs"]);
    assert_eq!(reads(&sliding), 2);
    advance(&sliding, 59_000);
    assert_eq!(retry_after(&read(&sliding)), Some("1"));
    advance(&sliding, 1_000);
    assert_eq!(reads(&sliding), 1, "the one that was refused counts");

    let free = limited(&["window arm.read=2/60s,sliding"]);
    assert_eq!(reads(&free), 2);
    advance(&free, 60_000);
    assert_eq!(reads(&free), 2);
}

/// Returns the remaining reads that five responses show, a second apart.
fn shown(setting: &str) -> Vec<Option<u32>> {
    let emulator = limited(&[&format!("bucket arm.read=10,1/m;headers={setting}")]);
    let mut shown = Vec::new();
    for _ in 0..5 {
        let left = read(&emulator);
        shown.push(left.header(READS_LEFT).map(|left| left.parse().unwrap()));
        advance(&emulator, 1_000);
    }
    shown
}

#[test]
fn remaining_headers_are_right_or_wrong_as_given() {
    assert_eq!(shown("on"), [9, 8, 7, 6, 5].map(Some));
    assert_eq!(shown("off"), [None; 5]);
    assert_eq!(shown("stuck:11999"), [11_999; 5].map(Some));
    assert_eq!(shown("stale:2s"), [10, 10, 9, 8, 7].map(Some));
    let jitter = shown("jitter:4");
    for (shown, right) in jitter.iter().zip([9_u32, 8, 7, 6, 5]) {
        assert!(shown.unwrap().abs_diff(right) <= 4, "{jitter:?}");
    }
    assert_ne!(jitter, shown("on"));
    assert_eq!(jitter, shown("jitter:4"), "the same in each run");
}

#[test]
fn a_stuck_header_stays_when_a_request_is_refused() {
    let emulator = limited(&["bucket arm.read=1,1/m;headers=stuck:11999"]);
    read(&emulator);
    let refused = read(&emulator);
    assert_eq!(
        (refused.status(), refused.header(READS_LEFT)),
        (429, Some("11999"))
    );
}

#[test]
fn stale_headers_know_what_came_back_since() {
    let emulator = limited(&["bucket arm.read=10,1/s;headers=stale:3s"]);
    assert_eq!(reads(&emulator), 10);
    advance(&emulator, 5_000);
    assert_eq!(read(&emulator).header(READS_LEFT), Some("2"));

    let window = limited(&["window arm.read=10/60s,fixed;headers=stale:3s"]);
    assert_eq!(reads(&window), 10);
    advance(&window, 60_000);
    assert_eq!(read(&window).header(READS_LEFT), Some("0"));
    advance(&window, 3_000);
    assert_eq!(read(&window).header(READS_LEFT), Some("9"));
}

#[test]
fn retry_after_is_right_or_wrong_as_given() {
    for (setting, expected) in [
        ("right", Some("30")),
        ("x0.3", Some("9")),
        ("x2.5", Some("75")),
        ("15s", Some("15")),
        ("off", None),
        ("date", Some("Tue, 01 Oct 2019 00:00:30 GMT")),
    ] {
        let emulator = limited(&[
            &format!("bucket arm.read=1,2/m;retry-after={setting}"),
            &format!("bucket partner=1,2/m;retry-after={setting}"),
        ]);
        assert_eq!(reads(&emulator), 1);
        let refused = read(&emulator);
        assert_eq!(retry_after(&refused), expected, "{setting}");
        let seconds = match setting {
            "x0.3" | "x2.5" | "15s" => expected.unwrap(),
            _ => "30",
        };
        let text = format!("Please retry after {seconds} seconds.");
        assert!(refused.body().contains(&text), "{}", refused.body());
        assert_eq!(put(&emulator).status(), 200);
        let refused = put(&emulator);
        assert_eq!(retry_after(&refused), expected, "{setting}");
        let text = format!("Try again in {seconds} seconds.");
        assert!(refused.body().contains(&text), "{}", refused.body());
    }
}

#[test]
fn rates_change_by_the_emulator_s_clock() {
    let emulator = limited(&["bucket arm.read=100,10/s;change=60s:x0.5;change=120s:x2"]);
    assert_eq!(reads(&emulator), 100);
    advance(&emulator, 5_000);
    assert_eq!(reads(&emulator), 50);
    advance(&emulator, 55_000);
    assert_eq!(reads(&emulator), 100);
    advance(&emulator, 5_000);
    assert_eq!(reads(&emulator), 25);
    advance(&emulator, 52_000);
    assert_eq!(reads(&emulator), 100);
    // Three seconds of half the rate, and two of twice the rate.
    advance(&emulator, 5_000);
    assert_eq!(reads(&emulator), 55);

    let window = limited(&["window arm.read=10/60s,fixed;change=60s:x0.5"]);
    assert_eq!(reads(&window), 10);
    advance(&window, 60_000);
    assert_eq!(reads(&window), 5);
}

#[test]
fn another_client_takes_its_share() {
    let emulator = limited(&["bucket arm.read=100,10/s;other=50/10s"]);
    assert_eq!(reads(&emulator), 100);
    advance(&emulator, 9_999);
    assert_eq!(reads(&emulator), 99);
    advance(&emulator, 1);
    // A request had nearly come back, and the other client takes no part of one.
    assert_eq!(reads(&emulator), 0);
    advance(&emulator, 5_000);
    assert_eq!(reads(&emulator), 50);
    advance(&emulator, 5_000);
    assert_eq!(reads(&emulator), 0, "the other client came first");
    advance(&emulator, 24 * 3_600_000);
    assert_eq!(reads(&emulator), 50, "it takes 50 of the 100 at this time");

    for kind in ["fixed", "sliding"] {
        let window = limited(&[&format!("window arm.read=10/60s,{kind};other=2/20s")]);
        assert_eq!(read(&window).header(READS_LEFT), Some("9"));
        advance(&window, 59_000);
        assert_eq!(read(&window).header(READS_LEFT), Some("4"), "{kind}");
    }
}

#[test]
fn partner_tenants_and_customers_have_own_limits() {
    let emulator = limited(&[
        "bucket partner.write=3,1/h",
        "bucket customer.write=2,1/m",
        "bucket partner.read=1,1/h",
    ]);
    assert_eq!(put(&emulator).status(), 200);
    assert_eq!(put(&emulator).status(), 200);
    assert_eq!(retry_after(&put(&emulator)), Some("60"), "the customer's");
    let other = format!(
        "/v1/customers/{}/profiles/billing",
        billing_emulator::SAMPLE_OTHER_CUSTOMER_ID
    );
    let put_other = || send(&emulator, Service::Partner, "PUT", &other);
    assert_eq!(put_other().status(), 200);
    assert_eq!(retry_after(&put_other()), Some("3600"), "the tenant's");
    let rules = "/v1/countryvalidationrules/US";
    let get = || send(&emulator, Service::Partner, "GET", rules).status();
    assert_eq!([get(), get()], [200, 429]);
}

#[test]
fn a_provider_limit_is_behind_the_tenant_s_and_names_itself() {
    let emulator = limited(&[
        "bucket arm.read=10,1/h",
        "window provider.read=2/5m,fixed;phase=60s",
    ]);
    assert_eq!(reads(&emulator), 2);
    let refused = read(&emulator);
    assert_eq!(retry_after(&refused), Some("240"));
    assert_eq!(
        refused.body(),
        r#"{"error":{"code":"ResourceRequestsThrottled","message":"Number of requests for action 'Microsoft.Billing/billingAccounts/billingProfiles/read' exceeded the limit of '2' for time interval '00:05:00'. Please try again after '240' seconds."}}"#
    );
    // The tenant's limit has let four through, and counts them.
    assert_eq!(refused.header(READS_LEFT), Some("6"));
    assert_eq!(refused.header(RESOURCE_REQUESTS_LEFT), None);
    let tenants = "/tenants?api-version=2022-12-01";
    let elsewhere = send(&emulator, Service::Arm, "GET", tenants);
    assert_eq!(elsewhere.status(), 200, "no resource of the provider");

    let unnamed = limited(&["bucket provider=1,1/m;named=no;headers=on"]);
    assert_eq!(read(&unnamed).header(RESOURCE_REQUESTS_LEFT), Some("0"));
    assert_eq!(
        read(&unnamed).body(),
        r#"{"error":{"code":"429","message":"Too many requests. Please retry after 60 seconds."}}"#
    );
}

#[test]
fn polls_are_reads_unless_they_have_a_limit() {
    for (limits, left) in [
        (&["bucket arm.read=5,1/h"][..], [4, 3]),
        (&["bucket arm.read=5,1/h", "bucket arm.poll=9,1/h"], [4, 8]),
    ] {
        let emulator = limited(limits);
        let accepted = write(&emulator);
        assert_eq!(
            (accepted.status(), accepted.header(READS_LEFT)),
            (202, None)
        );
        let link = accepted.header("location").unwrap();
        let path = link.strip_prefix(emulator.arm_url()).unwrap_or(link);
        let answers = [read(&emulator), send(&emulator, Service::Arm, "GET", path)];
        let shown = answers.map(|one| one.header(READS_LEFT).unwrap().parse::<u32>().unwrap());
        assert_eq!(shown, left, "{limits:?}");
    }
}

#[test]
fn given_limits_replace_the_documented_ones_of_their_class() {
    let limits = |given: &[&str]| {
        let given = given.iter().map(|limit| limit.parse().unwrap());
        let builder = given.fold(Emulator::builder(), EmulatorBuilder::rate_limit);
        let limits = builder.in_process().unwrap().rate_limits();
        limits.iter().map(RateLimit::to_string).collect::<Vec<_>>()
    };
    let documented = [
        "bucket arm.read=250,25/s",
        "bucket arm.tenant.read=3750,375/s",
        "bucket arm.write=200,10/s",
        "bucket arm.tenant.write=3000,150/s",
        "bucket customer=500,500/m;refused=costs",
    ];
    assert_eq!(limits(&[]), documented);
    let given = "window arm.write=7/m,fixed";
    assert_eq!(
        limits(&[given]),
        [documented[0], documented[1], documented[4], given]
    );
    let given = "bucket arm.tenant=7,1/s";
    assert_eq!(
        limits(&[given]),
        [documented[0], documented[2], documented[4], given]
    );
    let given = "bucket customer.read=7,1/s";
    assert_eq!(limits(&[given])[..4], documented[..4]);
}

#[tokio::test]
async fn control_api_replaces_limits_and_a_reset_restores_them() {
    let builder = sample().rate_limit("bucket arm.read=1,1/h".parse().unwrap());
    let emulator = builder.start().await.unwrap();
    let control = HttpClient::anonymous(emulator.control_url());
    let before = control.get("/api/rate-limits").await.json();
    let arm = HttpClient::arm(&emulator);
    assert_eq!(arm.get(&profile_path()).await.status, 200);
    assert_eq!(arm.get(&profile_path()).await.status, 429);
    let limits = json!({ "limits": ["bucket arm.read=2,1/h;headers=off"] });
    let after = control.put("/api/rate-limits", &limits).await.json();
    assert_eq!(after["limits"], limits["limits"]);
    assert_eq!(after["levels"], json!([]));
    let answer = arm.get(&profile_path()).await;
    assert_eq!((answer.status, answer.header(READS_LEFT)), (200, None));
    // What was shown can be sent back.
    let shown = control.get("/api/rate-limits").await.json();
    assert_eq!(shown["levels"][0]["left"], 1);
    let again = control.put("/api/rate-limits", &shown).await.json();
    assert_eq!(again["levels"], json!([]));
    emulator.reset();
    assert_eq!(control.get("/api/rate-limits").await.json(), before);
}

#[tokio::test]
async fn invalid_limits_name_the_key_and_change_nothing() {
    let emulator = sample().start().await.unwrap();
    let control = HttpClient::anonymous(emulator.control_url());
    let before = control.get("/api/rate-limits").await.json();
    let mut errors = Vec::new();
    for limit in [
        "arm.write=200,10/s",
        "bucket arm.patch=200,10/s",
        "bucket arm.write=200",
        "bucket arm.write=0,10/s",
        "bucket partner.poll=5,1/s",
        "window arm.read=5/m,rolling",
        "window arm.read=200000/m,sliding",
        "window arm.read=5/m;phase=60s",
        "bucket arm.read=5,1/s;phase=1s",
        "bucket partner=5,1/s;headers=on",
        "bucket arm.read=5,1/s;headers=stale:1h",
        "bucket arm.read=5,1/s;retry-after=soon",
        "bucket arm.read=5,1/s;retry-after=x0",
        "bucket arm.read=5,1/s;named=no",
        "bucket arm.read=5,1/s;refused=maybe",
        "bucket arm.read=5,1/s;change=5s:x0",
        "bucket arm.read=5,1/s;other=5",
        "bucket arm.read=5,1/s;burst=9",
    ] {
        let limits = json!({ "limits": ["bucket arm.write=1,1/s", limit] });
        let refused = control.put("/api/rate-limits", &limits).await;
        assert_eq!(refused.status, 400, "{limit}");
        let error = refused.json();
        errors.push(error["error"].as_str().unwrap().to_owned());
    }
    let body = json!({ "limits": [1] });
    let refused = control.put("/api/rate-limits", &body).await;
    errors.push(refused.json()["error"].as_str().unwrap().to_owned());
    insta::assert_snapshot!(errors.join("\n"));
    assert_eq!(control.get("/api/rate-limits").await.json(), before);
}

#[test]
fn limits_are_written_as_they_are_read() {
    for limit in [
        "bucket arm.write=200,10/s",
        "bucket arm.tenant=5,1/1m 30s",
        "window partner.write=500/m,fixed;phase=40s;refused=costs;retry-after=x0.3",
        "window customer.read=5/10s,sliding;retry-after=1m 30s;other=50/10s",
        "bucket provider=150,150/m;headers=jitter:30;retry-after=date;named=no",
        "bucket arm.poll=1,1/h;headers=stale:5s;change=1m:x0.5;change=2m:x2",
        "bucket arm.delete=1,1/h;headers=stuck:11999;retry-after=off",
        "bucket arm=1,1/h;headers=off",
    ] {
        let read: RateLimit = limit.parse().unwrap();
        let written = read.to_string();
        assert_eq!(
            written,
            limit
                .replace(' ', "")
                .replacen("bucket", "bucket ", 1)
                .replacen("window", "window ", 1)
        );
        assert_eq!(written.parse::<RateLimit>().unwrap(), read);
    }
    let spaced: RateLimit = " window  arm = 60 / 60s ; refused = costs "
        .parse()
        .unwrap();
    assert_eq!(spaced.to_string(), "window arm=60/m,fixed;refused=costs");
}
