//! Reads a token response member by member, so that an odd one costs no other.
//!
//! Microsoft Entra ID has been seen to write `expires_in` as a text and to leave `scope` out, and a
//! refresh token that is not read is lost for good. So nothing here fails: what cannot be read is
//! not there.

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::credential::secret::Secret;
use crate::text::strip_bom;

/// What could be read of a token response (RFC 6749, section 5.1), also of one that did not come
/// whole.
#[derive(Default)]
pub(super) struct TokenResponse {
    pub(super) access_token: Option<Secret>,
    pub(super) refresh_token: Option<Secret>,
    /// `Bearer`, in some letter case, or something that we cannot use.
    pub(super) token_type: Option<String>,
    expires_in: Option<Duration>,
    /// Since 1970; version 1 of the endpoint writes it.
    expires_on: Option<Duration>,
}

impl TokenResponse {
    /// Reads as far as there is something to read.
    pub(super) fn read(body: &[u8]) -> Self {
        let mut response = Self::default();
        let text = String::from_utf8_lossy(strip_bom(body));
        // What came before the place where it breaks off has been taken.
        let _ = serde_json::Deserializer::from_str(&text).deserialize_map(Members(&mut response));
        response
    }

    fn take(&mut self, name: &str, value: &RawValue) {
        let slot = match name {
            "access_token" => &mut self.access_token,
            "refresh_token" => &mut self.refresh_token,
            "token_type" => {
                self.token_type = text(value).or(self.token_type.take());
                return;
            }
            "expires_in" => {
                self.expires_in = seconds(value).or(self.expires_in);
                return;
            }
            "expires_on" => {
                self.expires_on = seconds(value).or(self.expires_on);
                return;
            }
            _ => return,
        };
        if let Some(token) = text(value) {
            *slot = Some(Secret::new(token));
        }
    }

    /// When the token ends that was asked for at `asked`, if that can be told. Counted from before
    /// the request: at worst it is taken to end too early.
    pub(super) fn expires_at(&self, asked: SystemTime) -> Option<SystemTime> {
        let counted = self.expires_in.and_then(|life| asked.checked_add(life));
        let dated = self.expires_on;
        let dated = dated.and_then(|end| SystemTime::UNIX_EPOCH.checked_add(end));
        // A date that has passed says more about one of the two clocks than about the token.
        counted.or(dated.filter(|end| *end > asked))
    }

    /// Whether the token is one to put behind the word `Bearer`. One of no type is: there is no
    /// other in use.
    pub(super) fn is_bearer(&self) -> bool {
        let name = self.token_type.as_deref();
        name.is_none_or(|name| name.eq_ignore_ascii_case("bearer"))
    }
}

/// A text that is not empty.
fn text(value: &RawValue) -> Option<String> {
    let text: String = serde_json::from_str(value.get()).ok()?;
    (!text.trim().is_empty()).then_some(text)
}

/// Seconds as a number or as a text with a number, if they are more than none.
fn seconds(value: &RawValue) -> Option<Duration> {
    let seconds = match serde_json::from_str(value.get()).ok()? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    let life = Duration::try_from_secs_f64(seconds).ok()?;
    (life > Duration::ZERO).then_some(life)
}

/// Fills a response with the members of an object.
struct Members<'a>(&'a mut TokenResponse);

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a token response")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            // As text, since a number may be larger than any type, and a text half of a character.
            let value: &RawValue = map.next_value()?;
            self.0.take(&name, value);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: SystemTime = SystemTime::UNIX_EPOCH;

    /// What was read, as far as there is something.
    fn read(body: impl AsRef<[u8]>) -> String {
        let response = TokenResponse::read(body.as_ref());
        let secret = |token: &Option<Secret>| token.as_ref().map(|it| it.expose().to_owned());
        let end = response.expires_at(ASKED);
        let end = end.map(|end| end.duration_since(ASKED).unwrap().as_millis().to_string());
        let parts = [
            ("access", secret(&response.access_token)),
            ("refresh", secret(&response.refresh_token)),
            ("ms", end),
            ("bearer", (!response.is_bearer()).then(|| "no".to_owned())),
        ];
        let told = parts.into_iter();
        let told: Vec<_> = told
            .filter_map(|(name, it)| Some(format!("{name} {}", it?)))
            .collect();
        told.join(", ")
    }

    #[test]
    fn an_odd_member_costs_no_other() {
        let odd = [
            "null",
            "true",
            "1",
            "-1",
            "0",
            "1e400",
            "-0.0",
            "1.5",
            r#""""#,
            r#"" ""#,
            r#""x""#,
            r#""\ud800""#,
            "[]",
            "[null]",
            "{}",
            r#"{"a":[{"b":1e999}]}"#,
            "18446744073709551616",
        ];
        for value in odd {
            for name in [
                "scope",
                "token_type",
                "expires_in",
                "ext_expires_in",
                "expires_on",
                "id_token",
                "",
                "x",
            ] {
                let body =
                    format!(r#"{{"access_token":"a","{name}":{value},"refresh_token":"r"}}"#);
                let told = read(&body);
                assert!(told.starts_with("access a, refresh r"), "{body}: {told}");
            }
            let body = format!(r#"{{"access_token":{value},"refresh_token":"r"}}"#);
            assert!(read(&body).contains("refresh r"), "{body}");
            let body = format!(r#"{{"refresh_token":{value},"access_token":"a"}}"#);
            assert!(read(&body).contains("access a"), "{body}");
        }
    }

    #[test]
    fn a_lifetime_is_read_in_every_form() {
        for (member, expected) in [
            (r#""expires_in":3599"#, "ms 3599000"),
            (r#""expires_in":"3599""#, "ms 3599000"),
            (r#""expires_in":" 3599 ""#, "ms 3599000"),
            (r#""expires_in":3599.5"#, "ms 3599500"),
            (r#""expires_in":"3599.5""#, "ms 3599500"),
            (r#""expires_in":3.6e3"#, "ms 3600000"),
            (r#""expires_in":null,"expires_on":"60""#, "ms 60000"),
            (r#""expires_on":60"#, "ms 60000"),
            (r#""expires_on":60,"expires_in":30"#, "ms 30000"),
            (r#""expires_in":30,"expires_in":null"#, "ms 30000"),
            // What says nothing is no end.
            (r#""expires_in":"soon""#, ""),
            (r#""expires_in":0"#, ""),
            (r#""expires_in":-1"#, ""),
            (r#""expires_in":"NaN""#, ""),
            (r#""expires_in":"inf""#, ""),
            (r#""expires_in":1e300"#, ""),
            (r#""expires_on":"2026-01-02T03:04:05Z""#, ""),
        ] {
            assert_eq!(read(format!("{{{member}}}")), expected, "{member}");
        }
    }

    #[test]
    fn the_type_of_a_token_has_no_letter_case_and_may_be_missing() {
        for member in ["Bearer", "bearer", "BEARER"] {
            assert_eq!(read(format!(r#"{{"token_type":"{member}"}}"#)), "");
        }
        assert_eq!(read(r#"{"token_type":null}"#), "");
        assert_eq!(read(r#"{"token_type":"pop"}"#), "bearer no");
    }

    #[test]
    fn what_came_before_an_answer_breaks_off_is_read() {
        let whole = r#"{"refresh_token":"r","access_token":"a","x":"#;
        assert_eq!(read(whole), "access a, refresh r");
        assert_eq!(read(&whole[..30]), "refresh r");
        assert_eq!(read(format!("{whole}1}} <p>")), "access a, refresh r");
        assert_eq!(read(format!("\u{feff}{whole}1}}")), "access a, refresh r");
        let not_utf_8 = [
            b"{\"x\":\"\xff\",".as_slice(),
            &whole.as_bytes()[1..],
            b"1}",
        ]
        .concat();
        assert_eq!(read(not_utf_8), "access a, refresh r");
    }

    #[test]
    fn what_is_no_object_has_nothing() {
        for body in [
            "",
            "null",
            "[]",
            "1",
            r#""access_token""#,
            "<p>",
            "{",
            "access_token=a",
        ] {
            assert_eq!(read(body), "", "{body}");
        }
    }
}
