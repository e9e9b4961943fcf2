//! Shortens texts that are too long for a table, and tells how much was left out.

/// At most this many characters of a value are shown; about five lines of a terminal.
const MAX_VALUE: usize = 320;

/// At most this many characters of a path are shown.
const MAX_PATH: usize = 160;

/// This many common characters are shown before the first difference.
const BEFORE: usize = 40;

/// Returns a value, and whether something was left out.
pub(crate) fn value(text: &str) -> (String, bool) {
    window(text, 0, MAX_VALUE)
}

/// Returns a path, without its end if it is too long.
pub(super) fn path(text: &str) -> String {
    window(text, 0, MAX_PATH).0
}

/// Returns two values that differ, starting shortly before a difference that is far from their
/// start, and whether something was left out.
pub(super) fn both(old: &str, new: &str) -> (String, String, bool) {
    let same = old
        .chars()
        .zip(new.chars())
        .take_while(|(old, new)| old == new);
    let same = same.count();
    // The difference is visible from the start.
    let start = if same.saturating_add(BEFORE) <= MAX_VALUE {
        0
    } else {
        same.saturating_sub(BEFORE)
    };
    let (old, is_old_short) = window(old, start, MAX_VALUE);
    let (new, is_new_short) = window(new, start, MAX_VALUE);
    (old, new, is_old_short || is_new_short)
}

/// Returns at most `most` characters from `start`.
fn window(text: &str, start: usize, most: usize) -> (String, bool) {
    let mut rest = text.chars().skip(start);
    let shown: String = rest.by_ref().take(most).collect();
    let after = rest.count();
    let before = if start > 0 {
        format!("({} before) …", counted(start, "character"))
    } else {
        String::new()
    };
    if after == 0 {
        return (format!("{before}{shown}"), start > 0);
    }
    let after = counted(after, "more character");
    (format!("{before}{shown}… ({after})"), true)
}

/// Returns a count with its noun, whose plural ends with an s: `1 value`, `1,234 values`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(count))
}

/// Formats a number as in `1,234,567`.
pub(crate) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len().saturating_sub(index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{both, thousands, value};

    #[test]
    fn long_value_tells_how_much_was_left_out() {
        let fits = "é".repeat(320);
        assert_eq!(value(&fits), (fits.clone(), false));
        let (shown, is_short) = value(&"é".repeat(2_320));
        assert_eq!(shown, format!("{fits}… (2,000 more characters)"));
        assert!(is_short);
        let (shown, _) = value(&"é".repeat(321));
        assert_eq!(shown, format!("{fits}… (1 more character)"));
    }

    #[test]
    fn difference_of_long_values_is_shown() {
        let same = "a".repeat(5_000);
        let (old, new, is_short) = both(&format!("{same}X{same}"), &format!("{same}Y"));
        let before = format!("(4,960 characters before) …{}", "a".repeat(40));
        assert_eq!(
            old,
            format!("{before}X{}… (4,721 more characters)", "a".repeat(279))
        );
        assert_eq!(new, format!("{before}Y"));
        assert!(is_short);
        assert_eq!(both("ab", "ac"), ("ab".to_owned(), "ac".to_owned(), false));
    }

    #[test]
    fn thousands_are_separated_by_commas() {
        let shown = [0, 999, 1_000, 12_345, 1_234_567].map(thousands);
        assert_eq!(shown, ["0", "999", "1,000", "12,345", "1,234,567"]);
    }
}
