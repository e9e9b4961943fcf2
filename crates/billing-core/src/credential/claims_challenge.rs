//! The claims that a service requires of the next token.

use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;
use serde::de::IgnoredAny;

use crate::credential::www_authenticate::challenges;

/// The longest claims that are read, in bytes; recorded ones have about sixty.
const MAX_LENGTH: usize = 8 * 1024;

/// The most headers of this name that are read.
const MAX_HEADERS: usize = 8;

/// The claims that a service requires of the next token, from the `WWW-Authenticate` of its 401
/// ("Claims challenges, claims requests and client capabilities").
///
/// Azure Resource Manager sends one if a user's token does not show multi-factor authentication,
/// and if the token was revoked before its expiry. A credential receives it in
/// [`TokenCredential::renew`]; one that requests tokens from an authority sends
/// [`claims`](Self::claims) with the request. A person can sign in with the Azure CLI (2.76 or
/// later): `az login --claims-challenge` takes [`to_base64`](Self::to_base64).
///
/// ```
/// use billing_core::{ClaimsChallenge, Error};
///
/// fn sign_in_command(error: &Error) -> Option<String> {
///     let challenge = error.claims_challenge()?.to_base64();
///     Some(format!("az login --claims-challenge {challenge}"))
/// }
/// assert!(ClaimsChallenge::new(r#"{"access_token":{}}"#).is_some());
/// # sign_in_command(&Error::credential("none"));
/// ```
///
/// [`TokenCredential::renew`]: crate::TokenCredential::renew
#[derive(Clone, PartialEq, Eq)]
pub struct ClaimsChallenge(String);

impl ClaimsChallenge {
    /// Creates a challenge from claims as JSON, such as
    /// `{"access_token":{"acrs":{"essential":true,"values":["p1"]}}}`; `None` for a text that is
    /// not a JSON object, or has more than 8 KiB.
    pub fn new(claims: impl Into<String>) -> Option<Self> {
        let claims = claims.into();
        let is_object = claims.trim_start().starts_with('{')
            && serde_json::from_str::<IgnoredAny>(&claims).is_ok();
        (is_object && claims.len() <= MAX_LENGTH).then_some(Self(claims))
    }

    /// Reads the challenge in a response's headers, if they have a valid one.
    pub(crate) fn read(headers: &HeaderMap) -> Option<Self> {
        let values = headers.get_all(WWW_AUTHENTICATE).iter().take(MAX_HEADERS);
        let all: Vec<_> = values
            .flat_map(|value| challenges(&String::from_utf8_lossy(value.as_bytes())))
            .filter(|challenge| challenge.scheme.eq_ignore_ascii_case("bearer"))
            .filter_map(|challenge| {
                let is_named = challenge.parameter("error") == Some("insufficient_claims");
                Some((is_named, Self::decode(challenge.parameter("claims")?)?))
            })
            .collect();
        let named = all.iter().position(|(is_named, _)| *is_named);
        // A revoked token has been refused with `invalid_token` and claims, too.
        all.into_iter()
            .nth(named.unwrap_or_default())
            .map(|(_, claims)| claims)
    }

    /// Decodes base64 of either alphabet, with or without padding, or plain JSON.
    fn decode(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.starts_with('{') {
            return Self::new(text);
        }
        let alphabet = if text.contains(['-', '_']) {
            alphabet::URL_SAFE
        } else {
            alphabet::STANDARD
        };
        let config = GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true);
        let decoded = GeneralPurpose::new(&alphabet, config).decode(text).ok()?;
        Self::new(String::from_utf8(decoded).ok()?)
    }

    /// Returns the claims as JSON: the value of the parameter `claims` of a request to the
    /// authority.
    pub fn claims(&self) -> &str {
        &self.0
    }

    /// Returns the claims in base64 with padding, as `az login --claims-challenge` takes them.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(&self.0)
    }
}

// The claims may have the IP address from which a token was used.
impl fmt::Debug for ClaimsChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClaimsChallenge(***)")
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const MFA: &str = r#"{"access_token":{"acrs":{"essential":true,"values":["p1"]}}}"#;
    const ENCODED: &str =
        "eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJlc3NlbnRpYWwiOnRydWUsInZhbHVlcyI6WyJwMSJdfX19";

    fn read<const N: usize>(values: [&str; N]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(
                WWW_AUTHENTICATE,
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            );
        }
        ClaimsChallenge::read(&headers).map(|challenge| challenge.claims().to_owned())
    }

    #[test]
    fn claims_are_read_in_every_encoding() {
        let recorded = format!(
            r#"Bearer authorization_uri="https://login.microsoftonline.com/", error="insufficient_claims", claims="{ENCODED}""#
        );
        assert_eq!(read([recorded.as_str()]).as_deref(), Some(MFA));
        let (short, short_claims) = ("eyJhIjoiPz8+fn5+In0", r#"{"a":"??>~~~"}"#);
        let url = "eyJhIjoiPz8-fn5-In0";
        for encoded in [
            format!("{short}="),
            short.to_owned(),
            format!("{url}="),
            url.to_owned(),
        ] {
            let quoted = format!(r#"Bearer error="insufficient_claims", claims="{encoded}""#);
            assert_eq!(
                read([quoted.as_str()]).as_deref(),
                Some(short_claims),
                "{quoted}"
            );
            let bare = format!("bearer ERROR=insufficient_claims, Claims={encoded}");
            assert_eq!(
                read([bare.as_str()]).as_deref(),
                Some(short_claims),
                "{bare}"
            );
        }
        let plain = r#"Bearer error="insufficient_claims", claims="{\"a\":1}""#;
        assert_eq!(read([plain]).as_deref(), Some(r#"{"a":1}"#));
    }

    #[test]
    fn the_challenge_is_found_among_others() {
        let claims = format!(r#"Bearer error="insufficient_claims", claims="{ENCODED}""#);
        let other = r#"Bearer error="invalid_token", claims="e30=""#;
        for values in [
            ["Negotiate", claims.as_str()],
            [&format!("NTLM TlRM==, {claims}"), ""],
            [&format!(r#"{claims}, Basic realm="x""#), "Negotiate"],
            [other, &claims],
            [&format!("{other}, {claims}"), ""],
            [
                r#"Bearer error="insufficient_claims", claims="%%%""#,
                &claims,
            ],
            [
                "PoP error=\"insufficient_claims\", claims=\"e30=\"",
                &claims,
            ],
        ] {
            assert_eq!(read(values).as_deref(), Some(MFA), "{values:?}");
        }
        assert_eq!(read([other]).as_deref(), Some("{}"));
    }

    #[test]
    fn other_headers_have_no_claims_challenge() {
        let long = format!(
            "Bearer claims={}",
            STANDARD.encode(format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_LENGTH)))
        );
        for value in [
            "",
            "Bearer",
            r#"Bearer authorization_uri="https://login.microsoftonline.com/""#,
            "Bearer claims=",
            "Bearer claims=AAAA",
            "Bearer claims=W10=",
            "Bearer claims=eyJh",
            "Basic claims=e30=",
            "\u{e9}",
            &long,
        ] {
            assert_eq!(read([value]), None, "{value}");
        }
    }

    #[test]
    fn claims_are_not_printed() {
        let challenge = ClaimsChallenge::new(MFA).unwrap();
        assert_eq!(format!("{challenge:?}"), "ClaimsChallenge(***)");
        assert_eq!(challenge.to_base64(), ENCODED);
    }
}
