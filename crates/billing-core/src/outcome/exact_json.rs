//! Reads JSON so that two numbers are equal only if they are the same number.
//!
//! A [`Value`] rounds numbers to 64 bits, cannot hold `1e400`, and refuses half a surrogate pair.
//! Unknown members of a resource may have all of these, and a comparison must neither miss a change
//! in them nor fail.

use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::Value;

/// The start of a text that stands for a number. U+0000 keeps it apart from texts that people
/// write.
const NUMBER: &str = r"\u0000number ";

/// The number of digits that a 64-bit float always tells apart.
const FLOAT_DIGITS: usize = 15;
/// The number of digits of a whole number that always fit into 64 bits.
const INTEGER_DIGITS: i64 = 18;

/// Writes a value as JSON and reads it for comparison; `None` if JSON cannot represent it.
pub(crate) fn value_of(value: &impl Serialize) -> Option<Value> {
    read(&serde_json::to_vec(value).ok()?)
}

/// Reads a JSON text for comparison; `None` if it is not JSON.
///
/// A number that 64 bits hold becomes a number in one form: `5`, `5.0` and `0.5e1` are the same.
/// Any other number becomes a text that no other number has. Half a surrogate pair becomes its
/// escape as text. For the client crates.
pub fn read(json: &[u8]) -> Option<Value> {
    let mut text = Vec::with_capacity(json.len());
    let mut rest = json;
    while let Some(byte) = rest.first() {
        match byte {
            b'"' => rest = copy_string(rest, &mut text),
            b'-' | b'0'..=b'9' => {
                let is_part =
                    |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
                let length = rest.iter().take_while(|byte| is_part(byte)).count();
                let (number, behind) = rest.split_at_checked(length)?;
                // Anything else is left to the parser, which refuses it.
                match std::str::from_utf8(number).ok().and_then(plain) {
                    Some(plain) => text.extend_from_slice(plain.as_bytes()),
                    None => text.extend_from_slice(number),
                }
                rest = behind;
            }
            _ => {
                let is_start = |byte: &u8| matches!(byte, b'"' | b'-' | b'0'..=b'9');
                rest = copy_until(is_start, rest, &mut text);
            }
        }
    }
    serde_json::from_slice(&text).ok()
}

/// Copies the bytes before the first one that `is_end`, and returns what follows them.
fn copy_until<'t>(is_end: impl Fn(&u8) -> bool, json: &'t [u8], text: &mut Vec<u8>) -> &'t [u8] {
    let length = json.iter().position(is_end).unwrap_or(json.len());
    let (copied, rest) = json.split_at_checked(length).unwrap_or_default();
    text.extend_from_slice(copied);
    rest
}

/// Copies the string at the beginning of `json`, and returns what follows it.
fn copy_string<'t>(json: &'t [u8], text: &mut Vec<u8>) -> &'t [u8] {
    text.push(b'"');
    let mut rest = json.get(1..).unwrap_or_default();
    loop {
        rest = copy_until(|byte| matches!(byte, b'"' | b'\\'), rest, text);
        match rest.first() {
            Some(b'\\') => {
                let length = match surrogate(rest) {
                    // A whole pair.
                    Some(0xD800..0xDC00)
                        if matches!(
                            surrogate(rest.get(6..).unwrap_or_default()),
                            Some(0xDC00..)
                        ) =>
                    {
                        12
                    }
                    // Half a pair: the escape is escaped.
                    Some(_) => {
                        text.push(b'\\');
                        1
                    }
                    None => 2,
                };
                let (escape, behind) = rest.split_at_checked(length).unwrap_or((rest, &[]));
                text.extend_from_slice(escape);
                rest = behind;
            }
            Some(_) => {
                text.push(b'"');
                return rest.get(1..).unwrap_or_default();
            }
            None => return &[],
        }
    }
}

/// Returns the code at the beginning of `json`, if it is the escape of half a surrogate pair.
fn surrogate(json: &[u8]) -> Option<u32> {
    let digits = json.strip_prefix(br"\u")?.get(..4)?;
    let code = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    (0xD800..0xE000).contains(&code).then_some(code)
}

/// Returns a number in its one form; `None` if it is not a JSON number.
fn plain(number: &str) -> Option<String> {
    serde_json::from_str::<IgnoredAny>(number).ok()?;
    let unsigned = number.strip_prefix('-').unwrap_or(number);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    // The value is `digits` times ten to the power of `shift`.
    let all = format!("{whole}{fraction}");
    let all = all.trim_start_matches('0');
    let digits = all.trim_end_matches('0');
    if digits.is_empty() {
        return Some("0".to_owned());
    }
    let sign = if number.starts_with('-') { "-" } else { "" };
    let length = |text: &str| i64::try_from(text.len()).ok();
    let zeros = length(all)?.checked_sub(length(digits)?)?;
    let given = exponent.parse::<i64>().ok();
    let shift = given.and_then(|given| given.checked_add(zeros)?.checked_sub(length(fraction)?));
    Some(match shift {
        Some(shift @ 0..) if length(digits)?.saturating_add(shift) <= INTEGER_DIGITS => {
            let zeros = "0".repeat(usize::try_from(shift).ok()?);
            format!("{sign}{digits}{zeros}")
        }
        Some(shift @ -200..=200) if digits.len() <= FLOAT_DIGITS => {
            format!("{sign}{digits}e{shift}")
        }
        Some(shift) => format!("\"{NUMBER}{sign}{digits}e{shift}\""),
        // The exponent itself is beyond 64 bits.
        None => format!("\"{NUMBER}{number}\""),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::read;

    fn value(text: &str) -> Value {
        read(text.as_bytes()).unwrap()
    }

    #[test]
    fn same_numbers_are_equal_however_they_are_written() {
        for group in [
            &[
                "0",
                "-0",
                "0.0",
                "0e9",
                "-0.00E-5",
                "0e99999999999999999999",
            ][..],
            &["5", "5.0", "0.5e1", "50E-1", "0.0005e+4"],
            &["0.1", "0.10", "1e-1", "100e-3"],
            &["-1200", "-1.2e3", "-1200.000"],
            &["1e400", "10e399", "0.1e401"],
            &["12345678901234567.89", "1234567890123456789e-2"],
            &["18446744073709551617", "18446744073709551617.0"],
        ] {
            for number in group {
                assert_eq!(value(number), value(group[0]), "{number}");
            }
        }
    }

    #[test]
    fn numbers_that_differ_in_any_digit_differ() {
        let numbers = [
            "12345678901234567.89",
            "12345678901234567.88",
            "12345678901234567",
            "12345678901234568",
            "123456789012345678901",
            "123456789012345678902",
            "-123456789012345678902",
            "1e400",
            "2e400",
            "1e-400",
            "0",
            "1e99999999999999999999",
            "0.1",
            "0.10000000000000001",
            "\"1e400\"",
            "\"number 1e400\"",
        ];
        for (index, one) in numbers.iter().enumerate() {
            for other in &numbers[index + 1..] {
                assert_ne!(value(one), value(other), "{one} {other}");
            }
        }
    }

    #[test]
    fn everything_else_is_read_as_usual() {
        for text in [
            r#"{"a":[1,-2,0.5,true,null,"7 1e400 \" \\ \ud83d\ude00 1.0"],"b\\":{"":{}}}"#,
            r#" [ "\\", 1 , "\\\\\"1.0" , 9223372036854775807 ] "#,
            "\"\"",
        ] {
            let usual: Value = serde_json::from_str(text).unwrap();
            let usual = match &usual {
                Value::Array(items) => json!([items[0], 1, items[2], value("9223372036854775807")]),
                _ => usual,
            };
            assert_eq!(value(text), usual, "{text}");
        }
        for text in [
            "",
            "\"",
            "\"\\",
            "{",
            "01",
            "1.",
            "-",
            "1e",
            "+1",
            ".5",
            "1 2",
            "\"\\ud8\"",
        ] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn half_a_surrogate_pair_can_be_compared() {
        let [high, low, pair, other] = [
            r#""\ud800""#,
            r#""\uDC00x""#,
            r#""\ud83d\ude00""#,
            r#""\ud801\ud801\udc00""#,
        ]
        .map(value);
        assert_eq!(high, "\\ud800");
        assert_eq!(low, "\\uDC00x");
        assert_eq!(pair, "\u{1f600}");
        assert_eq!(other, "\\ud801\u{10400}");
    }
}
