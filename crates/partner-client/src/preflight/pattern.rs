//! Matches text with the service's patterns, which are written for .NET.

use regex::RegexBuilder;

/// Far beyond the pattern of any postal code; the cost of compiling grows with repetitions.
const MAX_PATTERN: usize = 2_000;
const MAX_COMPILED: usize = 1 << 20;
const MAX_NESTING: u32 = 50;

/// Returns whether `text` matches; `None` for a pattern that Rust's `regex` does not support, such
/// as one with look-ahead, reads differently from .NET, or finds too large. The time to match is
/// linear in the text, whatever the pattern.
pub(super) fn matches(pattern: &str, text: &str) -> Option<bool> {
    if pattern.len() > MAX_PATTERN || differs_from_dotnet(pattern) {
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

/// Returns whether `regex` accepts the pattern but reads it differently from .NET: inside `[…]` a
/// second `[` ("Character classes in regular expressions", subtraction) and a doubled `&`, `-` or
/// `~`; elsewhere `\<` and `\>`.
fn differs_from_dotnet(pattern: &str) -> bool {
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
                // A first `]` is literal.
                letters.next_if_eq(&']');
            }
            (']', _) => is_in_class = false,
            ('&' | '-' | '~', Some(next)) if is_in_class && *next == letter => return true,
            _ => {}
        }
    }
    false
}
