//! An endpoint is checked, and joins and resolves URLs.

use billing_core::{Endpoint, Url};
use insta::assert_snapshot;

fn endpoint(text: &str) -> Endpoint {
    text.parse().unwrap()
}

#[test]
fn path_segments_are_encoded_whatever_they_hold() {
    let check = |segment: &str, expected: &str| {
        let url = endpoint("https://api.example.com")
            .join(["a", segment, "z"])
            .unwrap();
        assert_eq!(
            url.as_str(),
            format!("https://api.example.com/a/{expected}/z"),
            "{segment:?}"
        );
        assert_eq!(url.path_segments().unwrap().count(), 3, "{segment:?}");
    };
    check(
        "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04",
        "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04",
    );
    check("1f43:d0f4_2019-05-31", "1f43%3Ad0f4_2019-05-31");
    check("a/b", "a%2Fb");
    check("../../x", "..%2F..%2Fx");
    check("a\\b", "a%5Cb");
    check("...", "...");
    check(".a", ".a");
    check("%", "%25");
    check("%2e%2E", "%252e%252E");
    check("%2F", "%252F");
    check("a b", "a%20b");
    check(" ", "%20");
    check("a?b#c", "a%3Fb%23c");
    check("a&b=c+d;e@f", "a%26b%3Dc%2Bd%3Be%40f");
    check("zoë", "zo%C3%AB");
    check("請求", "%E8%AB%8B%E6%B1%82");
    check("tab\tnewline\r\n", "tab%09newline%0D%0A");
    check("nul\0", "nul%00");
    check("a~b-c_d", "a~b-c_d");
}

#[test]
fn segments_that_no_url_can_carry_are_refused() {
    for segment in ["", ".", ".."] {
        let error = endpoint("https://api.example.com")
            .join(["a", segment])
            .unwrap_err();
        assert!(error.is_invalid_input(), "{segment:?}");
        assert!(!error.may_have_taken_effect());
    }
    let error = endpoint("https://api.example.com")
        .join([".."])
        .unwrap_err();
    assert_snapshot!(error, @"the id is `..`, which cannot be part of a URL's path");
}

#[test]
fn a_base_path_is_kept_with_and_without_its_last_slash() {
    for base in [
        "https://proxy.example.com/partner",
        "https://proxy.example.com/partner/",
    ] {
        let url = endpoint(base).join(["v1", "customers"]).unwrap();
        assert_eq!(
            url.as_str(),
            "https://proxy.example.com/partner/v1/customers"
        );
    }
}

#[test]
fn https_is_accepted_anywhere_and_plain_http_on_loopback_only() {
    for good in [
        "https://management.azure.com",
        "https://10.0.0.1:8443/base",
        "http://127.0.0.1:1",
        "http://127.9.9.9",
        "http://[::1]:80",
        "http://localhost:8080/",
    ] {
        assert!(good.parse::<Endpoint>().is_ok(), "{good}");
    }
    for bad in [
        "http://management.azure.com",
        "http://localhost.example.com",
        "http://128.0.0.1",
        "http://[::2]",
        "http://[::ffff:127.0.0.1]",
        "http://0.0.0.0",
        "http://127.0.0.1.example.com",
        "http://app.localhost",
        "http://localhost.",
        "https://user@example.com",
        "https://user:pass@example.com",
        "https://:pass@example.com",
        "https://example.com?x=1",
        "https://example.com#x",
        "ftp://example.com",
        "file:///etc/passwd",
        "data:text/plain,x",
        "example.com",
        "https://",
        "",
    ] {
        let error = bad.parse::<Endpoint>().expect_err(bad);
        assert!(error.is_invalid_input(), "{bad}");
    }
}

#[test]
fn refused_endpoint_error_says_what_to_do_without_password() {
    let refusal = |text: &str| {
        let error = text.parse::<Endpoint>().unwrap_err();
        assert!(!format!("{error:?}").contains("hunter2"));
        error.to_string()
    };
    assert_snapshot!(refusal("http://example.com"), @"the endpoint must be https: plain http is accepted for loopback only");
    assert_snapshot!(refusal("https://me:hunter2@example.com"), @"the endpoint must not carry a user name or password: use https://example.com");
    assert_snapshot!(refusal("management.azure.com"), @"the endpoint is not a URL such as https://management.azure.com");
}

/// Endpoints as people paste them, and the ones that the error suggests.
#[test]
fn an_endpoint_with_the_path_of_the_service_is_refused() {
    let table = [
        ("https://a.example/v1", "https://a.example"),
        ("https://a.example/v1/", "https://a.example"),
        ("https://a.example/V2.0//", "https://a.example"),
        ("https://a.example/%761", "https://a.example"),
        ("https://a.example/v1/customers", "https://a.example"),
        (
            "https://a.example/v1/customers/7/profiles/billing",
            "https://a.example",
        ),
        ("https://a.example/subscriptions/7", "https://a.example"),
        ("https://a.example/Subscriptions", "https://a.example"),
        (
            "https://a.example/providers/Microsoft.Billing",
            "https://a.example",
        ),
        ("https://a.example/.default", "https://a.example"),
        ("https://a.example//.default", "https://a.example"),
        ("https://a.example/gateway/v1", "https://a.example/gateway"),
        (
            "https://a.example:8443/gw/providers/x",
            "https://a.example:8443/gw",
        ),
        ("http://127.0.0.1:80/v1", "http://127.0.0.1"),
        ("https://a.example/v1?api-version=2", "https://a.example"),
        (
            "https://a.example/gateway/?code=hunter2",
            "https://a.example/gateway",
        ),
        ("https://a.example#hunter2", "https://a.example"),
        ("https://me:hunter2@a.example/v1", "https://a.example"),
    ];
    for (given, expected) in table {
        let error = given.parse::<Endpoint>().expect_err(given);
        assert!(error.is_invalid_input(), "{given}");
        let message = error.to_string();
        assert!(!message.contains("hunter2"), "{message}");
        let (_, mended) = message.split_once(": use ").expect(&message);
        assert_eq!(mended.trim_end_matches('/'), expected, "{given}");
        mended.parse::<Endpoint>().expect(mended);
    }
    let error = "https://api.partnercenter.microsoft.com/v1".parse::<Endpoint>();
    assert_snapshot!(error.unwrap_err(), @"the endpoint must end before the path of the service, such as `/v1` or `/subscriptions`, which the client adds: use https://api.partnercenter.microsoft.com");
}

#[test]
fn a_gateway_s_own_path_is_no_path_of_the_service() {
    for given in [
        "https://a.example",
        "https://a.example/",
        "https://a.example/gateway/partner",
        "https://a.example/v1/partner",
        "https://a.example/version",
        "https://a.example/v",
        "https://a.example/vnext",
        "https://a.example/customers-eu",
    ] {
        assert!(given.parse::<Endpoint>().is_ok(), "{given}");
    }
}

#[test]
fn links_are_followed_on_the_same_origin_only() {
    let endpoint = endpoint("https://api.example.com/base");
    let from = Url::parse("https://api.example.com/base/a/b?api-version=1").unwrap();
    let good = [
        (
            "/operations/7?api-version=2",
            "https://api.example.com/operations/7?api-version=2",
        ),
        (
            "https://api.example.com/x:y?z=%3A",
            "https://api.example.com/x:y?z=%3A",
        ),
        ("https://API.example.com:443/x", "https://api.example.com/x"),
        (
            "c?api-version=2",
            "https://api.example.com/base/a/c?api-version=2",
        ),
        ("?page=2", "https://api.example.com/base/a/b?page=2"),
    ];
    for (link, expected) in good {
        assert_eq!(
            endpoint.resolve(&from, link).unwrap().as_str(),
            expected,
            "{link}"
        );
    }
    for link in [
        "https://evil.example.net/x",
        "//evil.example.net/x",
        "\\\\evil.example.net\\x",
        "http://api.example.com/x",
        "https://api.example.com:8443/x",
        "https://api.example.com@evil.example.net/x",
        "https://api.example.com.evil.example.net/x",
        "https://user@api.example.com/x",
        "https://:secret@api.example.com/x",
        "javascript:alert(1)",
        "data:text/plain,x",
        "https://",
    ] {
        let error = endpoint.resolve(&from, link).expect_err(link);
        assert!(error.is_foreign_origin(), "{link}");
    }
}

#[test]
fn trusted_origin_is_one_host_and_port() {
    let trusting = endpoint("https://management.example.com")
        .with_trusted_origin("HTTPS://WestEurope.management.example.com:443/")
        .unwrap()
        .with_trusted_origin("https://[2001:db8::1]:8443")
        .unwrap();
    let from = Url::parse("https://management.example.com/a").unwrap();
    for good in [
        "https://westeurope.management.example.com/x",
        "https://WESTEUROPE.management.example.com:443/x",
        "https://[2001:DB8:0::1]:8443/x",
        "/x",
    ] {
        assert!(trusting.resolve(&from, good).is_ok(), "{good}");
    }
    for bad in [
        "http://westeurope.management.example.com/x",
        "https://westeurope.management.example.com:8443/x",
        "https://westeurope.management.example.com./x",
        "https://a.westeurope.management.example.com/x",
        "https://eastus.management.example.com/x",
        "https://westeurope.management.example.com@evil.example/x",
        "https://user@westeurope.management.example.com/x",
        "https://westeurop\u{435}.management.example.com/x",
        "https://b\u{fc}cher.example/x",
        "https://[2001:db8::1]/x",
        "https://[2001:db8::2]:8443/x",
        "blob:https://westeurope.management.example.com/x",
    ] {
        let error = trusting.resolve(&from, bad).expect_err(bad);
        assert!(error.is_foreign_origin(), "{bad}");
    }
    // A relative link stays on the trusted origin, and a link back is followed.
    let there = Url::parse("https://westeurope.management.example.com/a").unwrap();
    let next = trusting.resolve(&there, "b").unwrap();
    assert_eq!(next.as_str(), "https://westeurope.management.example.com/b");
    assert!(trusting.resolve(&there, from.as_str()).is_ok());
}

#[test]
fn what_is_no_origin_cannot_be_trusted() {
    let refusal = |origin: &str| {
        let error = endpoint("https://management.example.com")
            .with_trusted_origin(origin)
            .expect_err(origin);
        assert!(error.is_invalid_input(), "{origin}");
        assert!(!format!("{error:?}").contains("hunter2"), "{origin}");
        error.to_string()
    };
    assert_snapshot!(refusal("westeurope.example.com"), @"the trusted origin is not one such as https://host.example");
    assert_snapshot!(refusal("https://*.example.com"), @"the trusted origin must be one host: name each, there is no pattern");
    assert_snapshot!(refusal("http://westeurope.example.com"), @"the trusted origin must be https (plain http is accepted on loopback, beside an endpoint on loopback)");
    assert_snapshot!(refusal("https://me:hunter2@example.com"), @"the trusted origin must be scheme, host and port alone");
    for bad in [
        "",
        "*",
        "https://",
        "https://example.com/path",
        "https://example.com?x",
        "https://example.com#x",
        "http://127.0.0.1:8080",
        "http://localhost",
        "ftp://example.com",
        "data:text/plain,x",
    ] {
        refusal(bad);
    }
    let local = endpoint("http://127.0.0.1:1");
    assert!(
        local
            .clone()
            .with_trusted_origin("http://127.0.0.1:2")
            .is_ok()
    );
    assert!(
        local
            .clone()
            .with_trusted_origin("http://example.com")
            .is_err()
    );
    assert!(local.with_trusted_origin("https://example.com").is_err());
}
