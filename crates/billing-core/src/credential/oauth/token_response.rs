//! Reads a token response member by member, so that an invalid member does not hide the others.
//!
//! Microsoft Entra ID has been seen to write `expires_in` as a text and to leave `scope` out, and a
//! refresh token that is not read is lost for good. So nothing here fails: an invalid member counts
//! as absent.

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::credential::secret::Secret;
use crate::text::strip_bom;

/// The readable members of a token response (RFC 6749, section 5.1), even of an incomplete one.
#[derive(Default)]
pub(super) struct TokenResponse {
    pub(super) access_token: Option<Secret>,
    pub(super) refresh_token: Option<Secret>,
    /// `Bearer`, in any letter case, or a type that we cannot use.
    pub(super) token_type: Option<String>,
    expires_in: Option<Duration>,
    /// Since 1970; version 1 of the endpoint sends it.
    expires_on: Option<Duration>,
}

impl TokenResponse {
    /// Reads the members before the end or the first syntax error.
    pub(super) fn read(body: &[u8]) -> Self {
        let mut response = Self::default();
        let text = String::from_utf8_lossy(strip_bom(body));
        // The members before a syntax error are read already.
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

    /// Returns when the token expires, if that is known. It is counted from the time before the
    /// request, so that it is too early at worst.
    pub(super) fn expires_at(&self, requested_at: SystemTime) -> Option<SystemTime> {
        let counted = self
            .expires_in
            .and_then(|life| requested_at.checked_add(life));
        let dated = self.expires_on;
        let dated = dated.and_then(|end| SystemTime::UNIX_EPOCH.checked_add(end));
        // A date in the past means that one of the two clocks is wrong.
        counted.or(dated.filter(|end| *end > requested_at))
    }

    /// Returns whether the token is a bearer token. A token without a type is: no other type is in
    /// use.
    pub(super) fn is_bearer(&self) -> bool {
        let name = self.token_type.as_deref();
        name.is_none_or(|name| name.eq_ignore_ascii_case("bearer"))
    }
}

/// Reads a text that is not empty.
fn text(value: &RawValue) -> Option<String> {
    let text: String = serde_json::from_str(value.get()).ok()?;
    (!text.trim().is_empty()).then_some(text)
}

/// Reads seconds greater than zero, as a number or as a text with a number.
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
            // As raw text: a number may be larger than any type, and a text may have half a
            // character.
            let value: &RawValue = map.next_value()?;
            self.0.take(&name, value);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUESTED_AT: SystemTime = SystemTime::UNIX_EPOCH;

    /// The members that were read, as text.
    fn read(body: impl AsRef<[u8]>) -> String {
        let response = TokenResponse::read(body.as_ref());
        let secret = |token: &Option<Secret>| token.as_ref().map(|it| it.expose().to_owned());
        let end = response.expires_at(REQUESTED_AT);
        let end = end.map(|end| {
            end.duration_since(REQUESTED_AT)
                .unwrap()
                .as_millis()
                .to_string()
        });
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
    fn invalid_member_does_not_hide_the_others() {
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
    fn lifetime_is_read_in_every_format() {
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
            // No expiry.
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
    fn token_type_ignores_case_and_may_be_missing() {
        for member in ["Bearer", "bearer", "BEARER"] {
            assert_eq!(read(format!(r#"{{"token_type":"{member}"}}"#)), "");
        }
        assert_eq!(read(r#"{"token_type":null}"#), "");
        assert_eq!(read(r#"{"token_type":"pop"}"#), "bearer no");
    }

    #[test]
    fn members_before_a_syntax_error_are_read() {
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
    fn other_bodies_have_no_members() {
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
