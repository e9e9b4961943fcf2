//! Generates requests that are nearly valid, each from a number.

use std::{
    ops::RangeBounds,
    time::{Duration, SystemTime},
};

use billing_emulator::{
    SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_CUSTOMER_ID, SAMPLE_PROFILE, Service,
};
use http_body_util::Full;
use hyper::{Request, body::Bytes};

/// A request, which may be invalid.
pub(super) struct Sent {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Sent {
    /// Returns `None` for a request that no connection would accept.
    pub(super) fn into_request(self) -> Option<Request<Full<Bytes>>> {
        let mut request = Request::builder()
            .method(self.method.as_str())
            .uri(self.target);
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        request.body(Full::from(self.body)).ok()
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("Content-Length: {}\r\n\r\n", self.body.len());
        [head.into_bytes(), self.body].concat()
    }
}

pub(super) struct Generator {
    random: fastrand::Rng,
    token: String,
}

impl Generator {
    pub(super) fn new(case: u64, token: &str) -> Self {
        Self {
            random: fastrand::Rng::with_seed(case),
            token: token.to_owned(),
        }
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        self.random.usize(..end)
    }

    pub(super) fn within(&mut self, range: impl RangeBounds<usize>) -> usize {
        self.random.usize(range)
    }

    pub(super) fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    pub(super) fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    /// Returns a time that the clock can show, including its first and last second.
    pub(super) fn time(&mut self) -> SystemTime {
        let last = 253_402_300_799;
        let seconds = match self.below(4) {
            0 => 0,
            1 => last,
            _ => self.random.u64(..=last),
        };
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    /// Changes, removes, repeats or inserts a few bytes, or cuts off the rest.
    pub(super) fn damage(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..self.below(6) {
            if bytes.is_empty() {
                return;
            }
            let at = self.below(bytes.len());
            let end = bytes.len().min(at + self.within(1..40));
            match self.below(6) {
                0 => bytes[at] = self.random.u8(..),
                1 => drop(bytes.drain(at..end)),
                2 => bytes.insert(at, self.random.u8(..)),
                3 => {
                    let repeated = bytes[at..end].to_vec();
                    bytes.splice(at..at, repeated);
                }
                4 => {
                    let odd = self.pick(&["\r\n", "\r\n\r\n", "\0", ":", " ", "%", "\u{feff}"]);
                    bytes.splice(at..at, odd.bytes());
                }
                _ if self.one_in(4) => bytes.truncate(at),
                _ => {}
            }
        }
    }

    /// Generates text that may be hard to handle.
    pub(super) fn text(&mut self) -> String {
        let odd = [
            "",
            " ",
            "Redmond",
            "WA",
            "US",
            "EN-us",
            "-",
            "null",
            "0",
            "\u{0}",
            "\u{feff}",
            "\u{202e}",
            "ß",
            "İ",
            "ﬀ",
            "日本",
            "👩‍👩‍👧",
            "a\u{301}",
            "\u{10ffff}",
            "&amp;",
            "<",
            "]]>",
            "\"",
            "'",
            "\\",
            "%",
            "%2",
            "%zz",
            "%00",
            "%c3%28",
            "+",
            "..",
            "/",
            "//",
            "?",
            "#",
            "[",
            "]",
            "a]b",
            "{}",
            ";",
            ",",
            "*",
            "W/\"1\"",
            "-9223372036854775808",
            "99999999999999999999",
            "1e999",
        ];
        let mut text = String::new();
        for _ in 0..=self.below(3) {
            text += self.pick(&odd);
        }
        if self.one_in(40) {
            text = text.repeat(self.within(1..2_000));
        }
        text
    }

    fn number(&mut self) -> &'static str {
        self.pick(&[
            "0",
            "1",
            "2",
            "-1",
            "007",
            "1.5",
            "x",
            "4294967296",
            "18446744073709551615",
            "18446744073709551616",
            "%30",
        ])
    }

    fn id(&mut self) -> &'static str {
        self.pick(&[
            SAMPLE_CUSTOMER_ID,
            SAMPLE_CUSTOMER_ID,
            SAMPLE_CUSTOMER_ID,
            SAMPLE_CUSTOMER_ID,
            SAMPLE_CUSTOMER_ID,
            SAMPLE_CUSTOMER_ID,
            SAMPLE_CUSTOMER_ID,
            SAMPLE_CUSTOMER_ID,
            SAMPLE_OTHER_CUSTOMER_ID,
            "5A8F3C1E-7D42-4B96-9E0B-3F1C6D2A8B01",
            "{5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01}",
            "urn:uuid:5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01",
            "00000000-0000-0000-0000-000000000000",
            "5a8f3c1e",
            "ä",
        ])
    }

    /// Sometimes replaces a segment by random text that is valid in a path.
    fn segment(&mut self, fitting: &str) -> String {
        if !self.one_in(80) {
            return fitting.to_owned();
        }
        let text = self.text();
        let text = text.chars().filter(|sign| sign.is_ascii_graphic());
        text.filter(|sign| !"?#".contains(*sign)).collect()
    }

    fn path(&mut self, service: Option<Service>) -> String {
        let id = self.id().to_owned();
        let path = match service {
            Some(Service::Partner) => match self.below(8) {
                0..=3 => format!("/v1/customers/{id}/profiles/billing"),
                4 => format!("/v1/customers/{id}"),
                5 => format!("/v1/customers/{id}/profiles/company"),
                6 => "/v1/customers".to_owned(),
                _ => self
                    .pick(&["/v1/validations/address", "/v1/countryvalidationrules/US"])
                    .to_owned(),
            },
            Some(Service::Arm) => {
                let accounts = "/providers/Microsoft.Billing/billingAccounts";
                match self.below(7) {
                    0..=2 => {
                        format!("{accounts}/{SAMPLE_ACCOUNT}/billingProfiles/{SAMPLE_PROFILE}")
                    }
                    3 => format!("{accounts}/{SAMPLE_ACCOUNT}/billingProfiles"),
                    4 => format!("{accounts}/70023418/operationResults/patchBillingProfile_{id}"),
                    5 => self
                        .pick(&["/metadata/endpoints", "/subscriptions", "/tenants"])
                        .to_owned(),
                    _ => format!("/providers/Microsoft.Billing/billingOperations/{id}"),
                }
            }
            Some(Service::Authority) if self.one_in(12) => "/devicelogin".to_owned(),
            Some(Service::Authority) => {
                let what = self.pick(&[
                    "oauth2/v2.0/token",
                    "oauth2/v2.0/token",
                    "oauth2/token",
                    "oauth2/v2.0/authorize",
                    "oauth2/authorize",
                    "oauth2/v2.0/devicecode",
                    "oauth2/devicecode",
                    "v2.0/.well-known/openid-configuration",
                    "discovery/keys",
                ]);
                format!(
                    "/{}/{what}",
                    self.pick(&["common", "contoso.example.com", &id])
                )
            }
            None => self
                .pick(&[
                    "/",
                    "/api",
                    "/api/resources",
                    "/api/resources/history",
                    "/api/requests",
                    "/api/rate-limits",
                    "/api/clock",
                    "/api/clock",
                    "/api/faults",
                    "/api/faults",
                    "/api/faults/1",
                    "/api/state",
                    "/api/events",
                    "/openapi.json",
                ])
                .to_owned(),
        };
        let segments: Vec<_> = path
            .split('/')
            .map(|segment| self.segment(segment))
            .collect();
        segments.join("/")
    }

    fn query(&mut self, service: Option<Service>) -> String {
        let mut pairs = Vec::new();
        if matches!(service, Some(Service::Arm)) && !self.one_in(20) {
            let version = match self.below(8) {
                0 => "2018-05-31-preview",
                _ => "2019-10-01-preview",
            };
            pairs.push(format!("api-version={version}"));
        }
        for _ in 0..self.below(3) {
            let name = self.pick(&[
                "api-version",
                "$expand",
                "$skiptoken",
                "size",
                "filter",
                "seekOperation",
                "service",
                "limit",
                "offset",
                "id",
                "q",
                "client_id",
                "redirect_uri",
                "response_type",
                "scope",
                "code_challenge",
                "code_challenge_method",
                "state",
                "response_mode",
                "",
                "%",
                "a[b]",
            ]);
            let value = match self.below(4) {
                0 => self.number().to_owned(),
                1 => "%7B%22Field%22%3A%22CompanyName%22%2C%22Value%22%3A%22C%22%2C%22Operator%22%3A%22starts_with%22%7D".to_owned(),
                2 => self.pick(&["Next", "enabledAzurePlans,invoiceSections", "partner", "code"]).to_owned(),
                _ => self.text().chars().filter(char::is_ascii_alphanumeric).collect(),
            };
            pairs.push(format!("{name}={value}"));
        }
        if pairs.is_empty() {
            String::new()
        } else {
            format!("?{}", pairs.join("&"))
        }
    }

    pub(super) fn sent(&mut self, service: Option<Service>) -> Sent {
        let path = self.path(service);
        let usual: &[&str] = match service {
            Some(Service::Partner) if path.ends_with("/billing") => &["GET", "PUT", "PUT"],
            Some(Service::Partner) if path.ends_with("/address") => &["POST"],
            Some(Service::Arm) if path.ends_with(SAMPLE_PROFILE) => &["GET", "PATCH"],
            Some(Service::Authority) if path.ends_with("/token") || path.ends_with("code") => {
                &["POST"]
            }
            Some(Service::Authority) if path.ends_with("login") => &["GET", "POST"],
            Some(_) => &["GET", "GET", "GET", "HEAD"],
            None => &["GET", "GET", "HEAD", "POST", "POST", "PUT", "PUT"],
        };
        let method = if self.one_in(15) {
            self.pick(&[
                "HEAD", "DELETE", "OPTIONS", "CONNECT", "TRACE", "brew", "PUT",
            ])
        } else {
            self.pick(usual)
        };
        let target = path + &self.query(service);
        let (media_type, mut body) = match method {
            "GET" | "HEAD" => (String::new(), Vec::new()),
            _ => self.body(service),
        };
        if self.one_in(6) {
            self.damage(&mut body);
        }
        let mut headers = vec![("Authorization".to_owned(), format!("Bearer {}", self.token))];
        if self.one_in(15) {
            headers[0].1 = self.text();
        }
        if !media_type.is_empty() {
            headers.push(("Content-Type".to_owned(), media_type));
        }
        for _ in 0..self.below(3) {
            headers.push(self.header());
        }
        for (_, value) in &mut headers {
            value.retain(|sign| !sign.is_control());
        }
        let method = method.to_owned();
        Sent {
            method,
            target,
            headers,
            body,
        }
    }

    fn header(&mut self) -> (String, String) {
        let name = self.pick(&[
            "Accept",
            "If-Match",
            "MS-RequestId",
            "MS-CorrelationId",
            "MS-CV",
            "X-Locale",
            "ValidateMfa",
            "Host",
            "MS-ContinuationToken",
            "x-ms-client-request-id",
            "x-ms-return-client-request-id",
            "Expect",
            "Origin",
            "Access-Control-Request-Method",
            "X-Forwarded-Proto",
            "Sec-Fetch-Site",
            "Accept-Encoding",
            "Content-Type",
            "Cookie",
        ]);
        let value = match self.below(3) {
            0 => self.text(),
            1 => self.id().to_owned(),
            _ => self
                .pick(&[
                    "application/xml",
                    "text/xml;q=0.5, */*;q=0.1",
                    "application/json;q=",
                    "*/*;q=2",
                    "*",
                    "\"-1\", *",
                    "W/\"\"",
                    "MTA",
                    "LTE",
                    "true",
                    "https",
                    "localhost",
                    "100-continue",
                    "null",
                    "text/json; charset=utf-16",
                    "a/b, , ;,",
                ])
                .to_owned(),
        };
        (name.to_owned(), value)
    }
}
