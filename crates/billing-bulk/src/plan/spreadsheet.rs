//! Finds new values that look damaged by a spreadsheet program.

use billing_edit::Service;
use serde_json::Value;

use crate::change::Change;
use crate::plan::row::Finding;

/// Returns a finding for each change that a spreadsheet program may have made, such as the loss of
/// the zeros before a postal code.
pub(super) fn findings(service: Service, changes: &[Change]) -> Vec<Finding> {
    let finding = |change: &Change| {
        let new = change.new.as_ref()?.as_str()?;
        let damage = damage(change.old.as_ref().and_then(Value::as_str), new)?;
        let name = change.name();
        let member = service.short(&name);
        Some(Finding {
            member: member.to_owned(),
            message: format!("{member} {damage}"),
            is_certain: false,
        })
    };
    changes.iter().filter_map(finding).collect()
}

fn damage(old: Option<&str>, new: &str) -> Option<&'static str> {
    let has_lost_zeros =
        |old: &str| old.len() > new.len() && old.trim_start_matches('0') == new && !new.is_empty();
    if old.is_some_and(has_lost_zeros) {
        return Some("loses the zeros before its value, as when Excel opens a CSV file");
    }
    if is_scientific(new) {
        return Some("has the form of a long number that Excel has rounded");
    }
    is_error(new).then_some("has an error of a formula as its value")
}

/// Returns whether a text has the form of an error: `#REF!`, in German `#WERT!`, in Spanish
/// `#¡VALOR!`.
fn is_error(text: &str) -> bool {
    if matches!(text, "#N/A" | "#NV") {
        return true;
    }
    let name = text.strip_prefix('#');
    let name = name.and_then(|name| name.strip_suffix(['!', '?']));
    let name = name.map(|name| name.trim_start_matches(['¡', '¿']));
    let is_part = |it: char| it.is_uppercase() || it.is_ascii_digit() || it == '/';
    name.is_some_and(|name| name.starts_with(char::is_uppercase) && name.chars().all(is_part))
}

/// Returns whether a text is a number such as `4.91E+11`.
fn is_scientific(text: &str) -> bool {
    let Some((number, exponent)) = text.split_once("E+") else {
        return false;
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    is_digits(whole) && is_digits(fraction) && is_digits(exponent)
}

#[cfg(test)]
mod tests {
    use billing_edit::Service;
    use serde_json::{Value, json};

    use super::findings;
    use crate::change::Change;

    fn seen(old: Value, new: Value) -> Vec<String> {
        let change = Change {
            path: vec!["properties".to_owned(), "poNumber".to_owned()],
            old: Some(old),
            new: Some(new),
        };
        let found = findings(Service::Arm, &[change]).into_iter();
        found.map(|it| it.message).collect()
    }

    #[test]
    fn values_as_excel_damages_them_are_found() {
        for (old, new, expected) in [
            (
                "01067",
                "1067",
                "poNumber loses the zeros before its value, as when Excel opens a CSV file",
            ),
            (
                "060-0001",
                "60-0001",
                "poNumber loses the zeros before its value, as when Excel opens a CSV file",
            ),
            (
                "491701234567",
                "4.91702E+11",
                "poNumber has the form of a long number that Excel has rounded",
            ),
            (
                "491701234567",
                "5E+11",
                "poNumber has the form of a long number that Excel has rounded",
            ),
            (
                "a",
                "#REF!",
                "poNumber has an error of a formula as its value",
            ),
        ] {
            assert_eq!(seen(json!(old), json!(new)), [expected], "{old} {new}");
        }
    }

    #[test]
    fn errors_of_excel_in_other_languages_are_found() {
        for error in [
            "#WERT!",
            "#NV",
            "#BEZUG!",
            "#DIV/0!",
            "#NAME?",
            "#ZAHL!",
            "#NULL!",
            "#VALEUR!",
            "#N/A",
            "#REF!",
            "#NOMBRE!",
            "#NOM?",
            "#NUM!",
            "#VALUE!",
            "#¡VALOR!",
            "#¿NOMBRE?",
        ] {
            let expected = "poNumber has an error of a formula as its value";
            assert_eq!(seen(json!("a"), json!(error)), [expected], "{error}");
        }
    }

    #[test]
    fn other_changes_are_not_damage() {
        for (old, new) in [
            ("1067", "01067"),
            ("01067", "1068"),
            ("0", ""),
            ("a", "E+"),
            ("a", "4.E+1"),
            ("a", "SE+1"),
            ("a", "#1 Street"),
            ("a", "#1!"),
            ("a", "#!"),
            ("a", "#REF"),
            ("a", "#Ref!"),
            ("a", "REF!"),
        ] {
            assert_eq!(seen(json!(old), json!(new)), [""; 0], "{old} {new}");
        }
        assert_eq!(seen(json!(["0"]), json!(0)), [""; 0]);
    }
}
