//! Characters that a reader does not see.

use std::ops::RangeInclusive;

/// What Unicode 17 calls `Default_Ignorable_Code_Point` (DerivedCoreProperties.txt). All of
/// `Bidi_Control` is among them.
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

/// Whether a character could steer a terminal, break a line, reorder the text around it or be
/// invisible: a control, a line or paragraph separator, or ignorable.
pub(crate) fn is_hidden(character: char) -> bool {
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
}
