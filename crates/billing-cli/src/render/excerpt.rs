//! Texts too long for a table: their beginning, or where they differ, with how much was left out.

/// As many characters of a value are shown; about five lines of a terminal.
const MOST: usize = 320;

/// As many characters of a path are shown.
const MOST_OF_PATH: usize = 160;

/// As many characters that both sides have are shown before the first that differs.
const BEFORE: usize = 40;

/// A value, and whether something was left out.
pub(super) fn value(text: &str) -> (String, bool) {
    window(text, 0, MOST)
}

/// A path, with its end left out if it is too long.
pub(super) fn path(text: &str) -> String {
    window(text, 0, MOST_OF_PATH).0
}

/// Two values that differ, from shortly before the first difference where that is far in, and whether something was
/// left out.
pub(super) fn both(old: &str, new: &str) -> (String, String, bool) {
    let same = old
        .chars()
        .zip(new.chars())
        .take_while(|(old, new)| old == new);
    let same = same.count();
    // What differs is seen from the beginning, too.
    let start = if same.saturating_add(BEFORE) <= MOST {
        0
    } else {
        same.saturating_sub(BEFORE)
    };
    let (old, is_old_short) = window(old, start, MOST);
    let (new, is_new_short) = window(new, start, MOST);
    (old, new, is_old_short || is_new_short)
}

/// At most `most` characters from `start` on.
fn window(text: &str, start: usize, most: usize) -> (String, bool) {
    let mut rest = text.chars().skip(start);
    let shown: String = rest.by_ref().take(most).collect();
    let after = rest.count();
    let before = if start > 0 {
        format!("({} characters before) …", thousands(start))
    } else {
        String::new()
    };
    if after == 0 {
        return (format!("{before}{shown}"), start > 0);
    }
    let after = thousands(after);
    (format!("{before}{shown}… ({after} more characters)"), true)
}

/// A number as people read it: `1,234,567`.
pub(super) fn thousands(number: usize) -> String {
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
    fn a_long_value_says_how_much_was_left_out() {
        let fits = "é".repeat(320);
        assert_eq!(value(&fits), (fits.clone(), false));
        let (shown, is_short) = value(&"é".repeat(2_320));
        assert_eq!(shown, format!("{fits}… (2,000 more characters)"));
        assert!(is_short);
    }

    #[test]
    fn of_two_long_values_the_difference_is_seen() {
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
    fn numbers_have_a_comma_between_thousands() {
        let shown = [0, 999, 1_000, 12_345, 1_234_567].map(thousands);
        assert_eq!(shown, ["0", "999", "1,000", "12,345", "1,234,567"]);
    }
}
