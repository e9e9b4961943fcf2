//! Generates bodies in each media type.

use billing_emulator::Service;

use super::generate::Generator;

/// Members of both schemas, and one unknown member.
const MEMBERS: [&str; 24] = [
    "id",
    "firstName",
    "Email",
    "CULTURE",
    "language",
    "companyName",
    "defaultAddress",
    "attributes",
    "etag",
    "links",
    "self",
    "country",
    "city",
    "state",
    "addressLine1",
    "postalCode",
    "properties",
    "displayName",
    "poNumber",
    "address",
    "invoiceEmailOptIn",
    "enabledAzurePlans",
    "skuId",
    "somethingNew",
];

impl Generator {
    /// Returns a media type and a body that nearly matches it.
    pub(super) fn body(&mut self, service: Option<Service>) -> (String, Vec<u8>) {
        let (usual, body) = match service {
            None => self.control(),
            Some(Service::Authority) => ("application/x-www-form-urlencoded", self.grant()),
            Some(service) => match self.below(6) {
                0 if service == Service::Partner => ("application/xml", self.xml()),
                1 if service == Service::Partner => {
                    ("application/x-www-form-urlencoded", self.form())
                }
                2 => ("application/json", self.json(0)),
                _ => ("application/json", self.document(service)),
            },
        };
        let media_type = match self.below(20) {
            0 => self.text(),
            1 => format!("{usual}; charset=utf-16"),
            2 => String::new(),
            3 => "text/xml".to_owned(),
            _ => usual.to_owned(),
        };
        let mut body = body.into_bytes();
        if self.one_in(10) {
            body.splice(0..0, *b"\xEF\xBB\xBF");
        }
        (media_type, body)
    }

    /// Returns a valid profile, sometimes with one invalid member.
    fn document(&mut self, service: Service) -> String {
        let odd = if self.one_in(3) {
            let name = self.pick(&MEMBERS);
            format!(",\"{name}\":{}", self.json(1))
        } else {
            String::new()
        };
        let text = serde_json::Value::from(self.text()).to_string();
        match service {
            Service::Arm => {
                format!(r#"{{"properties":{{"displayName":{text},"poNumber":null{odd}}}}}"#)
            }
            _ => format!(
                r#"{{"CompanyName":{text},"culture":"EN-us","DefaultAddress":{{"City":{text},"Region":null}}{odd}}}"#
            ),
        }
    }

    /// Generates JSON, sometimes invalid.
    fn json(&mut self, depth: usize) -> String {
        match self.below(if depth > 4 { 6 } else { 10 }) {
            0 => serde_json::Value::from(self.text()).to_string(),
            1 => self
                .pick(&[
                    "null",
                    "true",
                    "0",
                    "-0",
                    "1e308",
                    "1e999",
                    "-1e-999",
                    "NaN",
                    "01",
                    "1.",
                    "123456789012345678901234567890",
                    "0.1e+",
                    "9007199254740993",
                ])
                .to_owned(),
            2 => self
                .pick(&[
                    r#""\ud800""#,
                    r#""\udfff\ud800""#,
                    r#""\u0000""#,
                    "\"\u{1}\"",
                    r#""\x""#,
                    "\"",
                    "{\"a\":1,\"A\":2}",
                    "{\"a\":1,\"a\":2}",
                    "{,}",
                    "[1,]",
                    "{\"\":{}}",
                    "",
                ])
                .to_owned(),
            3 if self.one_in(10) => {
                let deep = self.within(100..3_000);
                let (open, close) = if self.one_in(2) {
                    ("[", "]")
                } else {
                    ("{\"a\":", "}")
                };
                format!("{}1{}", open.repeat(deep), close.repeat(deep))
            }
            3..=5 => self
                .pick(&["\"text\"", "\"-1\"", "1", "{}", "[]", "[{}]", "false"])
                .to_owned(),
            6 => {
                let items: Vec<_> = (0..self.below(4)).map(|_| self.json(depth + 1)).collect();
                format!("[{}]", items.join(","))
            }
            _ => {
                let members = (0..self.below(5)).map(|_| {
                    let name = self.pick(&MEMBERS);
                    format!("\"{name}\":{}", self.json(depth + 1))
                });
                let members: Vec<_> = members.collect();
                format!("{{{}}}", members.join(","))
            }
        }
    }

    fn xml(&mut self) -> String {
        let inner = match self.below(4) {
            0 => {
                let deep = self.within(1..2_000);
                format!("{}{}", "<A>".repeat(deep), "</A>".repeat(deep))
            }
            1 => self
                .pick(&[
                    "<Culture i:nil=\"true\"/>",
                    "<Culture><![CDATA[en-us]]></Culture><Email>&#x41;&#0;&lt;&unknown;</Email>",
                    "<a:Culture>unbound</a:Culture>",
                    "<Culture a='1' a='2' =></Culture>",
                    "<!-- -- --><?pi?><DefaultAddress><City/>text</DefaultAddress>",
                    "<Links xmlns=\"http://schemas.datacontract.org/2004/07/Microsoft.Partner.Core.Collections\"><Self><Headers/></Self></Links>",
                    "</Culture>",
                ])
                .to_owned(),
            _ => {
                let name = self.pick(&["City", "CompanyName", "Email", "Zzz", "a.b", "1"]);
                let text = self.text();
                format!("<{name}>{text}</{name}>")
            }
        };
        let prolog = self.pick(&[
            "",
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
            "<?xml version=\"1.0\" encoding=\"utf-16\"?>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]>",
        ]);
        format!(
            "{prolog}<CustomerBillingProfile xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" \
             xmlns=\"http://schemas.datacontract.org/2004/07/Microsoft.Partner.Service.Customers.Contracts.V1\">\
             <CompanyName>Contoso</CompanyName><DefaultAddress>{inner}</DefaultAddress>{inner}\
             </CustomerBillingProfile>"
        )
    }

    fn form(&mut self) -> String {
        let pairs = (0..self.below(12)).map(|_| {
            let name = self.pick(&MEMBERS);
            let inner = self.pick(&[
                "",
                "[city]",
                ".city",
                "[0]",
                "[1][a]",
                "[",
                "]",
                "[][]",
                "[a]b",
                "..",
                "%5Bcity%5D",
            ]);
            let inner = inner.repeat(if self.one_in(20) {
                self.within(1..200)
            } else {
                1
            });
            format!("{name}{inner}={}", self.text())
        });
        let pairs: Vec<_> = pairs.collect();
        pairs.join("&")
    }

    fn grant(&mut self) -> String {
        let pairs = (0..self.within(2..9)).map(|_| {
            let name = self.pick(&[
                "grant_type",
                "grant_type",
                "client_id",
                "client_secret",
                "scope",
                "resource",
                "code",
                "redirect_uri",
                "code_verifier",
                "refresh_token",
                "device_code",
                "user_code",
                "answer",
                "claims",
            ]);
            let value = match self.below(3) {
                0 => self.text(),
                _ => self
                    .pick(&[
                        "client_credentials",
                        "refresh_token",
                        "authorization_code",
                        "device_code",
                        "urn:ietf:params:oauth:grant-type:device_code",
                        "approve",
                        "decline",
                        "%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%7D%7D%7D",
                        "secret",
                        "11111111-2222-4333-8444-555555555555",
                        "https://management.azure.com/.default",
                        "https://api.partnercenter.microsoft.com/.default offline_access",
                        "http://localhost/",
                        "AAAA",
                        "eyJ.eyJ.x",
                    ])
                    .to_owned(),
            };
            format!("{name}={value}")
        });
        let pairs: Vec<_> = pairs.collect();
        pairs.join("&")
    }

    fn control(&mut self) -> (&'static str, String) {
        match self.below(6) {
            0 => ("application/json", self.json(0)),
            1 => {
                let seconds = self.pick(&["60", "-1", "1e18", "1e308", "0.5", "\"60\"", "null"]);
                ("application/json", format!("{{\"advance_s\":{seconds}}}"))
            }
            2 => {
                let time = self.pick(&[
                    "2026-01-31T08:30:00Z",
                    "9999-12-31T23:59:59Z",
                    "9999-12-31T23:59:59.9999999Z",
                    "10000-01-01T00:00:00Z",
                    "1969-12-31T23:59:59Z",
                    "1970-01-01T00:00:00+23:59",
                    "now",
                ]);
                ("application/json", format!("{{\"set\":\"{time}\"}}"))
            }
            _ => {
                let mut plan = String::new();
                for _ in 0..self.within(1..4) {
                    let lines = (0..self.within(1..5)).map(|_| {
                        self.pick(&[
                            "service = \"partner\"",
                            "service = \"arm\"",
                            "method = \"PUT\"",
                            "path = \"/\"",
                            "nth = 1",
                            "nth = 0",
                            "probability = 0.5",
                            "probability = 1e9",
                            "status = 503",
                            "status = 99",
                            "status = 204",
                            "body = \"x\"",
                            "headers = { Retry-After = \"5\" }",
                            "headers = { Content-Length = \"5\" }",
                            "delay_ms = 100",
                            "delay_ms = -1",
                            "delay = \"100ms\"",
                            "reset = true",
                            "committed = true",
                            "truncate = 5",
                            "content_length = 5",
                            "garbage = true",
                            "garbage = 64",
                            "garbage = \"x\"",
                            "location = \"https://example.com\"",
                            "operation = \"failed\"",
                            "operation = \"never\"",
                            "operation = [\"A\", \"B\"]",
                            "advance_s = 1e300",
                            "clock = { advance_s = 60 }",
                            "enabled = false",
                            "name = \"a\"",
                            "x = 1",
                        ])
                    });
                    let lines: Vec<_> = lines.collect();
                    plan += &format!("[[fault]]\n{}\n", lines.join("\n"));
                }
                ("application/toml", plan)
            }
        }
    }
}
