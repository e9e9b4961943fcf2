//! Escapes characters that a terminal would not show.

use billing_edit::{is_hidden, visible};

/// Returns the text on one line: control characters could move the cursor or fake other lines.
pub(crate) fn one_line(text: &str) -> String {
    visible(text)
}

/// Returns a name that was given as an argument on one line, with quotes around an empty one.
pub(crate) fn name(text: &str) -> String {
    if text.is_empty() {
        return "\"\"".to_owned();
    }
    one_line(text)
}

/// Returns the text with every hidden character escaped except line ends.
pub(crate) fn lines(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(visible).collect();
    lines.join("\n")
}

/// Returns the data with every hidden character escaped as in a JSON string, except line ends and
/// tabs. JSON stays the same document.
pub(crate) fn json(data: &str) -> String {
    let mut out = String::with_capacity(data.len());
    for character in data.chars() {
        match character {
            '\n' | '\t' => out.push(character),
            // In JSON it occurs only between values, where an escape is not allowed.
            '\r' => {}
            hidden if is_hidden(hidden) => {
                for unit in hidden.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
            shown => out.push(shown),
        }
    }
    out
}

/// One character of each kind that Unicode and terminals have.
#[cfg(test)]
pub(crate) const HIDDEN: [char; 24] = [
    '\0',
    '\u{7}',
    '\t',
    '\r',
    '\u{1b}',
    '\u{7f}',
    '\u{85}',
    '\u{9b}',
    '\u{ad}',
    '\u{34f}',
    '\u{61c}',
    '\u{115f}',
    '\u{180e}',
    '\u{200b}',
    '\u{200e}',
    '\u{200f}',
    '\u{2028}',
    '\u{2029}',
    '\u{202e}',
    '\u{2060}',
    '\u{2066}',
    '\u{3164}',
    '\u{feff}',
    '\u{e0041}',
];

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use billing_edit::is_hidden;

    use super::{HIDDEN, json, one_line};

    #[test]
    fn one_line_has_no_line_ends() {
        assert!(!one_line("a\nb").contains('\n'));
    }

    #[test]
    fn escaped_json_is_harmless_and_the_same_document() {
        let hostile: String = HIDDEN.iter().skip(5).collect();
        let original = format!("{{\r\n\t\"a\": \"{hostile}é有\"\n}}");
        let shown = json(&original);
        assert!(
            !shown.contains(|one| is_hidden(one) && !matches!(one, '\n' | '\t')),
            "{shown}"
        );
        let (shown, original): (Value, Value) = (
            serde_json::from_str(&shown).unwrap(),
            serde_json::from_str(&original).unwrap(),
        );
        assert_eq!(shown, original);
    }
}
