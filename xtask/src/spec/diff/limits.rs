//! Compares limits. Patterns are text and never compiled: some are invalid in our engine.

use std::cmp::Ordering;

use serde_json::Value;

use super::rules::{self, Rule};

/// What became of the values that a limit admits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// There are fewer.
    Stricter,
    /// There are more.
    Looser,
    /// There are others.
    Other,
}

/// Compares a limit; `None` if it is the same.
pub fn compare(
    keyword: &str,
    a: Option<&Value>,
    b: Option<&Value>,
) -> Option<(&'static Rule, Direction)> {
    // `uniqueItems: false` is the same as none.
    let said = |value: Option<&Value>| value.filter(|value| **value != Value::Bool(false)).cloned();
    let (a, b) = (said(a), said(b));
    // `items.nullable` admits one more value, all other keywords admit fewer.
    let (added, removed) = match keyword.ends_with("nullable") {
        true => (Direction::Looser, Direction::Stricter),
        false => (Direction::Stricter, Direction::Looser),
    };
    let direction = match (&a, &b) {
        (None, None) => return None,
        (None, Some(_)) => added,
        (Some(_), None) => removed,
        (Some(a), Some(b)) if is_same(a, b) => return None,
        (Some(a), Some(b)) => match (order(a, b), keyword) {
            (Some(order), _) if is_number(keyword) => {
                if keyword.to_ascii_lowercase().contains("min") == (order == Ordering::Less) {
                    Direction::Stricter
                } else {
                    Direction::Looser
                }
            }
            _ => Direction::Other,
        },
    };
    let is_bool = matches!(a.as_ref().or(b.as_ref()), Some(Value::Bool(_)));
    let rule = match direction {
        _ if is_bool || !is_number(keyword) => &rules::CONSTRAINT,
        Direction::Stricter => &rules::STRICTER,
        Direction::Looser => &rules::LOOSER,
        Direction::Other => &rules::CONSTRAINT,
    };
    Some((rule, direction))
}

/// Returns whether a limit is a least or greatest number.
fn is_number(keyword: &str) -> bool {
    let keyword = keyword.to_ascii_lowercase();
    keyword.contains("min") || keyword.contains("max")
}

fn is_same(a: &Value, b: &Value) -> bool {
    a == b || order(a, b) == Some(Ordering::Equal)
}

fn order(a: &Value, b: &Value) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (a.as_i64(), b.as_i64()) {
        return Some(a.cmp(&b));
    }
    a.as_f64()?.partial_cmp(&b.as_f64()?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn limits_are_compared_by_number_and_patterns_as_text() {
        let (strict, loose, other) = (Direction::Stricter, Direction::Looser, Direction::Other);
        for (keyword, a, b, expected) in [
            ("maxLength", json!(5), json!(4), Some(("1024", strict))),
            ("maxLength", json!(5), json!(6), Some(("1037", loose))),
            ("minLength", json!(5), json!(6), Some(("1024", strict))),
            ("minimum", json!(1.5), json!(1), Some(("1037", loose))),
            ("maximum", json!(1.0), json!(1), None),
            ("maxItems", json!(null), json!(4), Some(("1024", strict))),
            ("maxItems", json!(4), json!(null), Some(("1037", loose))),
            (
                "pattern",
                json!("^[a-\\d]$"),
                json!("("),
                Some(("1036", other)),
            ),
            ("pattern", json!(null), json!("("), Some(("1036", strict))),
            ("multipleOf", json!(2), json!(3), Some(("1036", other))),
            (
                "uniqueItems",
                json!(null),
                json!(true),
                Some(("1036", strict)),
            ),
            ("uniqueItems", json!(false), json!(null), None),
            (
                "exclusiveMaximum",
                json!(true),
                json!(false),
                Some(("1036", loose)),
            ),
            (
                "exclusiveMaximum",
                json!(7),
                json!(6),
                Some(("1024", strict)),
            ),
        ] {
            fn some(value: &Value) -> Option<&Value> {
                Some(value).filter(|value| !value.is_null())
            }
            let found = compare(keyword, some(&a), some(&b));
            let found = found.map(|(rule, direction)| (rule.id, direction));
            assert_eq!(found, expected, "{keyword} {a} {b}");
        }
    }
}
