//! The service's patterns, which are written for .NET.

use regex::RegexBuilder;

/// Far beyond any postal code's pattern; what it takes to compile one grows with its repetitions.
const MAX_PATTERN: usize = 2_000;
const MAX_COMPILED: usize = 1 << 20;
const MAX_NESTING: u32 = 50;

/// Whether `text` matches; `None` for a pattern that Rust's `regex` does not take, such as one that looks ahead, that it
/// would take for another, or that is too large for a rule of this kind. Matching takes time linear in the text, whatever the pattern.
pub(super) fn matches(pattern: &str, text: &str) -> Option<bool> {
    if pattern.len() > MAX_PATTERN || means_another_thing(pattern) {
        return None;
    }
    let pattern = RegexBuilder::new(pattern)
        .size_limit(MAX_COMPILED)
        .dfa_size_limit(MAX_COMPILED)
        .nest_limit(MAX_NESTING)
        .build()
        .ok()?;
    Some(pattern.is_match(text))
}

/// Whether .NET reads the pattern in another way than `regex`, which takes it all the same: within `[…]` a second `[`
/// ("Character classes in regular expressions", subtraction) and a doubled `&`, `-` or `~`; elsewhere `\<` and `\>`.
fn means_another_thing(pattern: &str) -> bool {
    let mut letters = pattern.chars().peekable();
    let mut is_in_class = false;
    while let Some(letter) = letters.next() {
        match (letter, letters.peek()) {
            ('\\', Some('<' | '>')) => return true,
            ('\\', _) => {
                letters.next();
            }
            ('[', _) if is_in_class => return true,
            ('[', _) => {
                is_in_class = true;
                letters.next_if_eq(&'^');
                // One that stands first is itself.
                letters.next_if_eq(&']');
            }
            (']', _) => is_in_class = false,
            ('&' | '-' | '~', Some(next)) if is_in_class && *next == letter => return true,
            _ => {}
        }
    }
    false
}
