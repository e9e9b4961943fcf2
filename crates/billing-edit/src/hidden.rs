//! Characters that terminals and pages do not show.

use std::ops::RangeInclusive;

/// `Default_Ignorable_Code_Point` of Unicode 17 (DerivedCoreProperties.txt). It includes all of
/// `Bidi_Control`.
const IGNORABLE: [RangeInclusive<char>; 17] = [
    '\u{ad}'..='\u{ad}',
    '\u{34f}'..='\u{34f}',
    '\u{61c}'..='\u{61c}',
    '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}',
    '\u{180b}'..='\u{180f}',
    '\u{200b}'..='\u{200f}',
    '\u{202a}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    '\u{3164}'..='\u{3164}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{feff}'..='\u{feff}',
    '\u{ffa0}'..='\u{ffa0}',
    '\u{fff0}'..='\u{fff8}',
    '\u{1bca0}'..='\u{1bca3}',
    '\u{1d173}'..='\u{1d17a}',
    '\u{e0000}'..='\u{e0fff}',
];

/// Returns the text on one line with every hidden character escaped.
///
/// ```
/// assert_eq!(billing_edit::visible("a\n\u{202e}b"), "a\\n\\u{202e}b");
/// ```
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
}

/// Returns whether a character could steer a terminal, break a line, reorder the text around it or
/// be invisible: a control, a line or paragraph separator, or ignorable.
pub fn is_hidden(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control();
    }
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}')
        || IGNORABLE.iter().any(|range| range.contains(&character))
}

#[cfg(test)]
mod tests {
    use icu_properties::props::{BidiControl, BinaryProperty as _, DefaultIgnorableCodePoint};

    use super::is_hidden;

    #[test]
    fn hidden_characters_are_those_of_unicode() {
        for character in char::MIN..=char::MAX {
            let expected = character.is_control()
                || matches!(character, '\u{2028}' | '\u{2029}')
                || BidiControl::for_char(character)
                || DefaultIgnorableCodePoint::for_char(character);
            assert_eq!(is_hidden(character), expected, "{character:?}");
        }
    }

    #[test]
    fn hidden_characters_are_told_from_visible_ones() {
        for character in [
            '\0',
            '\n',
            '\u{1b}',
            '\u{ad}',
            '\u{2028}',
            '\u{202e}',
            '\u{e0041}',
        ] {
            assert!(is_hidden(character), "{character:?}");
        }
        for character in [
            '\u{a0}', ' ', 'é', '有', 'ش', '🏢', '\u{301}', '\u{fffd}', '\u{3000}',
        ] {
            assert!(!is_hidden(character), "{character:?}");
        }
    }
}
