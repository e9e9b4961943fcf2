//! The service's patterns, which are written for .NET.

use regex::RegexBuilder;

/// Far beyond any postal code's pattern; what it takes to compile one grows with its repetitions.
const MAX_PATTERN: usize = 2_000;
const MAX_COMPILED: usize = 1 << 20;
const MAX_NESTING: u32 = 50;

/// Whether `text` matches; `None` for a pattern that Rust's `regex` does not take, such as one that looks ahead, or that
/// is too large for a rule of this kind. Matching takes time linear in the text, whatever the pattern.
pub(super) fn matches(pattern: &str, text: &str) -> Option<bool> {
    if pattern.len() > MAX_PATTERN {
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
