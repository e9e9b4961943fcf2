//! Writes a changed document so that unchanged parts keep their text.

use std::collections::HashSet;

use billing_models::AdditionalProperties;
use serde_json::Value;
use serde_json::value::RawValue;

/// Returns `after` as text. `before` is the value of the text `original`; each part that is the
/// same in `before` and `after` keeps its text, so that `0.10` does not become `0.1` if another
/// member changes.
pub fn verbatim(original: &str, before: &Value, after: &Value) -> String {
    let mut text = String::new();
    write(original, before, after, &mut text);
    text
}

fn write(original: &str, before: &Value, after: &Value, text: &mut String) {
    match (before, after) {
        _ if before == after => text.push_str(original),
        (Value::Object(before), Value::Object(after)) => {
            // This type keeps the text of each member, and their order.
            let members: AdditionalProperties = serde_json::from_str(original).unwrap_or_default();
            let mut known = HashSet::new();
            let mut separator = '{';
            let mut begin = |name: &str, text: &mut String| {
                text.push(separator);
                separator = ',';
                text.push_str(&Value::from(name).to_string());
                text.push(':');
            };
            for (name, own) in members.iter() {
                known.insert(name);
                if let (Some(before), Some(after)) = (before.get(name), after.get(name)) {
                    begin(name, text);
                    write(own, before, after, text);
                }
            }
            for (name, after) in after
                .iter()
                .filter(|(name, _)| !known.contains(name.as_str()))
            {
                begin(name, text);
                text.push_str(&after.to_string());
            }
            text.push_str(if separator == '{' { "{}" } else { "}" });
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            let items: Vec<&RawValue> = serde_json::from_str(original).unwrap_or_default();
            if items.len() != after.len() {
                return text.push_str(&Value::from(after.clone()).to_string());
            }
            for (index, (own, (before, after))) in
                items.iter().zip(before.iter().zip(after)).enumerate()
            {
                text.push(if index == 0 { '[' } else { ',' });
                write(own.get(), before, after, text);
            }
            text.push(']');
        }
        _ => text.push_str(&after.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use billing_models::Json;
    use serde_json::{Value, json};

    use super::verbatim;

    fn changed(original: &str, change: impl FnOnce(&mut Value)) -> String {
        let before = original.parse::<Json>().unwrap().to_value_lossy();
        let mut after = before.clone();
        change(&mut after);
        verbatim(original, &before, &after)
    }

    const ORIGINAL: &str = r#"{"z":0.10,"a":{"huge":1e400,"half":"\ud800","city":"R"},"l":[1.50,{"b":2.0,"c":1}],"id":"1"}"#;

    #[test]
    fn unchanged_parts_keep_their_text() {
        assert_eq!(changed(ORIGINAL, |_| {}), ORIGINAL);
        let city = changed(ORIGINAL, |after| after["a"]["city"] = json!("S"));
        assert_eq!(city, ORIGINAL.replace(r#""R""#, r#""S""#));
        let item = changed(ORIGINAL, |after| after["l"][1]["c"] = json!(null));
        assert_eq!(item, ORIGINAL.replace(r#""c":1"#, r#""c":null"#));
    }

    #[test]
    fn members_are_added_at_the_end_and_removed() {
        let added = changed(ORIGINAL, |after| after["a"]["b"] = json!([1]));
        assert_eq!(
            added,
            ORIGINAL.replace(r#""city":"R""#, r#""city":"R","b":[1]"#)
        );
        let removed = changed(ORIGINAL, |after| {
            drop(after.as_object_mut().unwrap().remove("z"))
        });
        assert_eq!(removed, ORIGINAL.replace(r#""z":0.10,"#, ""));
        let none = changed(r#"{"a":{"b":1}}"#, |after| {
            drop(after["a"].as_object_mut().unwrap().remove("b"))
        });
        assert_eq!(none, r#"{"a":{}}"#);
    }

    #[test]
    fn value_of_another_kind_or_length_is_rewritten() {
        let longer = changed(ORIGINAL, |after| {
            after["l"].as_array_mut().unwrap().push(json!(3))
        });
        assert_eq!(
            longer,
            ORIGINAL.replace(r#"[1.50,{"b":2.0,"c":1}]"#, r#"[1.5,{"b":2.0,"c":1},3]"#)
        );
        let other = changed(ORIGINAL, |after| after["a"] = json!("x"));
        let start = r#"{"z":0.10,"a":"x","l":"#;
        assert!(other.starts_with(start), "{other}");
    }
}
