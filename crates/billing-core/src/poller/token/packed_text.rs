//! Packs text into few bytes: GUIDs and the words of Resource Manager's URLs are most of a token.
//!
//! ASCII text has no byte above 127, so those stand for words; 255 stands before the 16 bytes of a
//! GUID in lower case. Other text is kept as it is, after a 0.

use std::str::FromStr as _;

use uuid::Uuid;

/// Stored tokens depend on the order: only append. At most 120.
const WORDS: &[&str] = &[
    r#"{"k":"location","o":"https://management.azure.com","r":"/providers/Microsoft.Billing/billingAccounts/"#,
    r#"{"k":"location","o":""#,
    r#"{"k":"asyncOperation","o":""#,
    r#"","r":"/providers/Microsoft.Billing/billingAccounts/"#,
    r#"","r":""#,
    r#"","l":["#,
    r#""],"a":4,"u":[""#,
    r#""],"a":"#,
    r#","u":[""#,
    r#"",[[["properties",""#,
    r#""],[["properties",""#,
    r#"],[["properties",""#,
    r#""],[[[],""#,
    r#""]],""#,
    r#""]],null]"#,
    r#""],[[[],null]],"#,
    r#""]]]}"#,
    r#"",""#,
    "https://management.azure.com",
    "https://management.usgovcloudapi.net",
    "https://management.chinacloudapi.cn",
    "http://127.0.0.1:",
    "http://localhost:",
    "/providers/Microsoft.Billing/billingAccounts/",
    "/providers/Microsoft.Billing/",
    "/billingAccounts/",
    "/billingProfiles/",
    "/invoiceSections/",
    "/operationResults/",
    "/operationStatuses/",
    "/operationsStatus/",
    "/operations/",
    "/locations/",
    "billingOperations/",
    "patchBillingProfile_",
    "putBillingProfile_",
    "updateBillingProfile_",
    "?api-version=",
    "&api-version=",
    "2019-10-01-preview",
    "2018-05-31-preview",
    "2020-05-01",
    "2024-04-01",
    "_2019-05-31",
    "_2018-09-30",
    "%3A",
    "properties",
    "poNumber",
    "displayName",
    "invoiceEmailOptIn",
    "address",
    "companyName",
    "firstName",
    "lastName",
    "postalCode",
    "country",
    "region",
    "enabledAzurePlans",
];

const PLAIN: u8 = 0;
const FIRST: u8 = 0x80;
const GUID: u8 = 0xff;
const GUID_TEXT: usize = 36;

/// Packs the text.
pub(super) fn pack(text: &str) -> Vec<u8> {
    if !text.is_ascii() {
        return [&[PLAIN], text.as_bytes()].concat();
    }
    let mut rest = text;
    let mut out = Vec::with_capacity(text.len());
    while let Some(first) = rest.chars().next() {
        if let Some(id) = guid_at_start(rest) {
            out.push(GUID);
            out.extend_from_slice(id.as_bytes());
            rest = rest.get(GUID_TEXT..).unwrap_or_default();
            continue;
        }
        let word = WORDS
            .iter()
            .zip(FIRST..)
            .find(|(word, _)| rest.starts_with(*word));
        if let Some((word, code)) = word {
            out.push(code);
            rest = rest.get(word.len()..).unwrap_or_default();
        } else {
            out.push(u8::try_from(first).unwrap_or(b'?'));
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    out
}

/// Unpacks a text; `None` for bytes that `pack` never returns.
pub(super) fn unpack(bytes: &[u8]) -> Option<String> {
    if let Some(plain) = bytes.strip_prefix(&[PLAIN]) {
        return String::from_utf8(plain.to_vec()).ok();
    }
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    let mut rest = bytes;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first == GUID {
            let (id, after) = rest.split_first_chunk::<16>()?;
            text.push_str(&Uuid::from_bytes(*id).hyphenated().to_string());
            rest = after;
        } else if first.is_ascii() {
            text.push(char::from(first));
        } else {
            text.push_str(WORDS.get(usize::from(first.checked_sub(FIRST)?))?);
        }
    }
    Some(text)
}

fn guid_at_start(text: &str) -> Option<Uuid> {
    let text = text.get(..GUID_TEXT)?;
    let id = Uuid::from_str(text).ok()?;
    // A GUID in another form would not be unpacked to the same text.
    (id.hyphenated().to_string() == text).then_some(id)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn packed_text_is_unpacked_unchanged() {
        for text in [
            "",
            "?",
            "https://management.azure.com/providers/Microsoft.Billing/billingAccounts/\
             1f434626-12ea-5b95-a1b2-0123456789ab%3Ad0f4c360-b456-4f3e-9a0b-fedcba987654_2019-05-31",
            "1F434626-12EA-5B95-A1B2-0123456789AB",
            "1f434626-12ea-5b95-a1b2-0123456789a",
            "{1f434626-12ea-5b95-a1b2-0123456789ab}",
            "caf\u{e9} 1f434626-12ea-5b95-a1b2-0123456789ab",
        ] {
            let packed = pack(text);
            assert_eq!(unpack(&packed).unwrap(), text);
        }
        for word in WORDS {
            assert_eq!(
                pack(word).len(),
                1,
                "{word} comes after a word that it begins with"
            );
        }
    }

    #[test]
    fn invalid_packed_bytes_are_refused() {
        let last = u8::try_from(WORDS.len()).unwrap();
        for bytes in [&[0xff, 1][..], &[0xfe], &[FIRST + last], &[PLAIN, 0xff]] {
            assert_eq!(unpack(bytes), None);
        }
    }
}
