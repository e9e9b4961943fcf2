//! Faults that change or break a response.

use std::{io, time::Duration};

use billing_emulator::{Emulator, Fault, Garbage, LocationStyle, Service};
use serde_json::json;

use super::{exchange, planned, profile, profiles, start, writes};
use crate::support::{API_VERSION, HttpClient, customer_path, sample, start as midnight};

#[tokio::test]
async fn reset_fault_breaks_the_connection_and_may_commit() {
    let faults = [
        Fault::new().nth(1).times(2).reset(),
        Fault::new().nth(3).times(2).reset().committed(),
    ];
    let emulator = planned(faults).polls_until_done(0).start().await.unwrap();
    for done in [[0, 0], [1, 1]] {
        let put = (emulator.partner_url(), "PUT", customer_path(), "{}");
        let patch = (emulator.arm_url(), "PATCH", profile(), "{}");
        for (url, method, path, body) in [put, patch] {
            let seen = exchange(&emulator, url, method, &path, body).await;
            assert_eq!(seen, (Vec::new(), Some(io::ErrorKind::ConnectionReset)));
        }
        assert_eq!(writes(&emulator), done);
    }
    let response = HttpClient::partner(&emulator)
        .put(&customer_path(), &json!({}))
        .await;
    assert_eq!(response.status, 200);
    let logged: Vec<_> = emulator.requests().iter().map(|one| one.status).collect();
    assert_eq!(logged, [0, 0, 0, 0, 200]);
}

#[tokio::test]
async fn planned_response_replaces_the_service_s() {
    let busy = Fault::new()
        .status(503)
        .header("Retry-After", "7")
        .body("later");
    let faults = [
        busy.clone().service(Service::Partner).committed(),
        busy.service(Service::Arm),
    ];
    let emulator = planned(faults).polls_until_done(0).start().await.unwrap();
    let put = HttpClient::partner(&emulator)
        .put(&customer_path(), &json!({}))
        .await;
    let patch = HttpClient::arm(&emulator)
        .patch(&profile(), &json!({}))
        .await;
    for response in [&put, &patch] {
        assert_eq!(
            response.header("date"),
            Some("Tue, 01 Oct 2019 00:00:00 GMT")
        );
        insta::allow_duplicates! {
            insta::assert_snapshot!(response.snapshot(&emulator), @"
            HTTP/1.1 503 Service Unavailable
            Content-Length: 5
            Retry-After: 7

            later
            ");
        }
    }
    assert_eq!(writes(&emulator), [1, 0]);
}

/// Returns the response of an emulator with one fault, as bytes, and of one without faults.
async fn both(fault: Fault, method: &str, side: Service, body: &str) -> (String, String) {
    let mut seen = Vec::new();
    for faults in [Vec::from([fault]), Vec::new()] {
        let spoiled = !faults.is_empty();
        let emulator = planned(faults).polls_until_done(0).start().await.unwrap();
        let (url, path) = match side {
            Service::Partner => (emulator.partner_url().to_owned(), customer_path()),
            Service::Arm => (emulator.arm_url().to_owned(), profile()),
            Service::Authority => panic!("the authority keeps no resources"),
        };
        if spoiled {
            let (bytes, error) = exchange(&emulator, &url, method, &path, body).await;
            assert_eq!(error, None);
            seen.push(String::from_utf8(bytes).unwrap());
            // The request takes effect anyway.
            assert_eq!(writes(&emulator).iter().sum::<u64>(), 1);
        } else {
            // This response keeps the connection open, so the request asks to close it.
            let caller = match side {
                Service::Partner => HttpClient::partner(&emulator),
                Service::Arm => HttpClient::arm(&emulator),
                Service::Authority => panic!("the authority keeps no resources"),
            };
            let right = caller.send(method, &path, body).await.whole();
            seen.push(right.replace("Connection: close\r\n", ""));
        }
    }
    let whole = seen.pop().unwrap();
    (seen.pop().unwrap(), whole)
}

#[tokio::test]
async fn truncated_response_ends_after_the_given_bytes() {
    for (service, method) in [(Service::Partner, "PUT"), (Service::Arm, "PATCH")] {
        for kept in [0, 20] {
            let fault = Fault::new().truncate(kept);
            let (seen, whole) = both(fault, method, service, "{}").await;
            let head = whole.find("\r\n\r\n").unwrap() + 4;
            assert_eq!(sorted(&seen), sorted(&whole[..head + kept]));
        }
        // The body is not longer than the response's.
        let (seen, whole) = both(Fault::new().truncate(1 << 20), method, service, "{}").await;
        assert_eq!(sorted(&seen), sorted(&whole));
    }
}

#[tokio::test]
async fn content_length_fault_sends_the_right_body() {
    for (service, method) in [(Service::Partner, "PUT"), (Service::Arm, "PATCH")] {
        for length in [3, 9000] {
            let fault = Fault::new().content_length(length);
            let (seen, whole) = both(fault, method, service, "{}").await;
            let (head, body) = whole.split_once("\r\n\r\n").unwrap();
            let wrong = whole.replace(
                &format!("\r\nContent-Length: {}\r\n", body.len()),
                &format!("\r\nContent-Length: {length}\r\n"),
            );
            assert_eq!(sorted(&seen), sorted(&wrong));
            assert!(head.contains("Content-Length: "), "{head}");
        }
    }
}

/// Returns a response with sorted headers: hyper chooses the position of the length.
fn sorted(answer: &str) -> String {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<_> = head.split("\r\n").collect();
    lines.sort_unstable();
    format!("{}\n\n{body}", lines.join("\n"))
}

#[tokio::test]
async fn planned_response_can_be_broken_too() {
    let answer = Fault::new().status(502).body("Bad Gateway");
    let emulator = start([
        answer.clone().nth(1).truncate(3),
        answer.nth(2).content_length(4),
    ])
    .await;
    for (length, body) in [(11, "Bad"), (4, "Bad Gateway")] {
        let (seen, error) = exchange(&emulator, emulator.arm_url(), "GET", &profile(), "").await;
        let expected = format!(
            "HTTP/1.1 502 Bad Gateway\r\nDate: Tue, 01 Oct 2019 00:00:00 GMT\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        assert_eq!((String::from_utf8(seen).unwrap(), error), (expected, None));
    }
}

#[tokio::test]
async fn head_and_bodiless_statuses_have_no_body() {
    for (fault, length) in [
        (Fault::new().truncate(20), 598),
        (Fault::new().content_length(91), 91),
    ] {
        let emulator = start([fault]).await;
        let url = emulator.partner_url();
        let (seen, error) = exchange(&emulator, url, "HEAD", &customer_path(), "").await;
        let seen = String::from_utf8(seen).unwrap();
        assert!(seen.starts_with("HTTP/1.1 200 "), "{seen}");
        let end = format!("\r\nContent-Length: {length}\r\n\r\n");
        assert!(seen.ends_with(&end), "{seen}");
        assert_eq!(error, None);
    }
    for status in [204, 304] {
        let emulator = start([Fault::new().status(status).header("Connection", "close")]).await;
        let url = emulator.partner_url();
        let (seen, _) = exchange(&emulator, url, "GET", &customer_path(), "").await;
        let seen = String::from_utf8(seen).unwrap();
        assert!(
            seen.ends_with("\r\nDate: Tue, 01 Oct 2019 00:00:00 GMT\r\n\r\n"),
            "{seen}"
        );
        assert!(!seen.contains("Content-Length"), "{seen}");
    }
}

#[tokio::test]
async fn garbage_is_planned_or_generated_from_the_seed() {
    async fn run(seed: u64) -> Vec<Vec<u8>> {
        let text = Garbage::Text("SSH-2.0-server\r\n".to_owned());
        let faults = [
            Fault::new().nth(1).garbage(text).committed(),
            Fault::new().garbage(Garbage::Random(1000)),
        ];
        let emulator = planned(faults).seed(seed).start().await.unwrap();
        let mut seen = Vec::new();
        for _ in 0..3 {
            let url = emulator.partner_url();
            let (bytes, error) = exchange(&emulator, url, "PUT", &customer_path(), "{}").await;
            assert_eq!(error, None);
            seen.push(bytes);
        }
        assert_eq!(writes(&emulator), [1, 0]);
        let logged: Vec<_> = emulator.requests().iter().map(|one| one.status).collect();
        assert_eq!(logged, [0, 0, 0]);
        seen
    }
    let (first, again, other) = (run(1).await, run(1).await, run(2).await);
    assert_eq!(first, again);
    assert_eq!(first[0], b"SSH-2.0-server\r\n");
    assert!(first[1] != first[2] && first[1] != other[1]);
    assert_eq!(first[1].len(), 1000);
}

const STRANGER: &str = "https://stranger.example.com:8443";

async fn started(faults: Vec<Fault>) -> Emulator {
    planned(faults)
        .page_size(1)
        .location(LocationStyle::AsyncOperation)
        .start()
        .await
        .unwrap()
}

#[tokio::test]
async fn links_can_be_rewritten_to_another_origin() {
    let fault = || Fault::new().location(format!("{STRANGER}/"));
    let (foreign, right) = (started(vec![fault()]).await, started(vec![]).await);
    let list = format!("{}?{API_VERSION}", profiles());

    let mut seen = Vec::new();
    for (emulator, origin) in [(&right, right.arm_url()), (&foreign, STRANGER)] {
        let caller = HttpClient::arm(emulator);
        let accepted = caller.patch(&profile(), &json!({})).await;
        assert_eq!(accepted.status, 202);
        let page = caller.get(&list).await;
        let links = [
            accepted.header("location").unwrap().to_owned(),
            accepted.header("azure-asyncoperation").unwrap().to_owned(),
            page.json()["nextLink"].as_str().unwrap().to_owned(),
        ];
        for link in &links {
            assert!(link.starts_with(&format!("{origin}/providers/")), "{link}");
        }
        let whole = accepted.whole() + &page.whole() + &caller.get(&profile()).await.whole();
        // The lengths differ because the origins do.
        let whole = whole.replace(origin, "");
        seen.push(
            whole
                .lines()
                .filter(|line| !line.starts_with("Content-Length"))
                .collect::<String>(),
        );
    }
    assert_eq!(seen[0], seen[1]);

    let customers = "/v1/customers?size=1";
    let page = HttpClient::partner(&foreign).get(customers).await;
    let right = HttpClient::partner(&right).get(customers).await.json();
    let path = right["links"]["next"]["uri"].as_str().unwrap();
    let mut expected = right.clone();
    expected["links"]["next"]["uri"] = format!("{STRANGER}{path}").into();
    assert_eq!(page.json(), expected);
    assert!(page.body.starts_with('\u{feff}'), "{}", page.body);
}

#[tokio::test]
async fn relative_location_can_be_rewritten() {
    let builder = planned([Fault::new().location(STRANGER)]);
    let builder = builder.location(LocationStyle::Relative);
    let emulator = builder.start().await.unwrap();
    let accepted = HttpClient::arm(&emulator)
        .patch(&profile(), &json!({}))
        .await;
    let location = accepted.header("location").unwrap();
    assert!(
        location.starts_with(&format!(
            "{STRANGER}/providers/Microsoft.Billing/billingOperations/"
        )),
        "{location}"
    );
}

#[tokio::test]
async fn fault_moves_the_clock_before_the_request() {
    let hour = Duration::from_secs(3600);
    let emulator = start([
        Fault::new().nth(1).clock_advance(hour),
        Fault::new().nth(2).clock_set(midnight() + 5 * hour),
        // The clock is not moved out of its range.
        Fault::new().nth(3).clock_advance(Duration::MAX / 2),
    ])
    .await;
    for (passed, date) in [(1, "01"), (5, "05"), (5, "05")] {
        let response = HttpClient::arm(&emulator).get(&profile()).await;
        let expected = format!("Tue, 01 Oct 2019 {date}:00:00 GMT");
        assert_eq!(
            (response.status, response.header("date")),
            (200, Some(expected.as_str()))
        );
        let routed = response.header("x-ms-routing-request-id").unwrap();
        assert!(
            routed.starts_with(&format!("LOOPBACK:20191001T{date}0000Z:")),
            "{routed}"
        );
        assert_eq!(emulator.now(), midnight() + passed * hour);
    }
    let before = sample().start().await.unwrap();
    assert_eq!(before.now(), midnight());
}
