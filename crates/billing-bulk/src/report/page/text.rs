//! Text of a page.

use billing_edit::visible;
use maud::{Markup, html};

/// What a page says that the journal does not know.
#[derive(Clone, Debug, Default)]
pub struct PageText {
    /// The name of the journal, without secrets.
    pub journal: String,
    /// The tool that made the page, such as `billing 0.1.0`.
    pub tool: String,
    /// What is left to do, each with a command on a line of its own.
    pub next_steps: Vec<String>,
}

/// Returns text from outside, with hidden characters made visible. The template escapes it.
pub(super) fn shown(text: &str) -> String {
    visible(text)
}

/// Returns a text as a sentence: with a capital letter, and a full stop if nothing else ends it.
/// What is between backticks is code.
pub(super) fn sentence(text: &str) -> Markup {
    let text = shown(text.trim());
    let mut rest = text.chars();
    let first = rest.next().map(char::to_uppercase);
    let mut sentence: String = first.into_iter().flatten().chain(rest).collect();
    if !sentence.ends_with(['.', '!', '?', ':']) {
        sentence.push('.');
    }
    html! {
        @for (index, part) in sentence.split('`').enumerate() {
            @if index % 2 == 0 { (part) } @else { code { (part) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn sentence_begins_and_ends_as_one() {
        for (text, expected) in [
            ("to do it:", "To do it:"),
            ("run `a <b>` now", "Run <code>a &lt;b&gt;</code> now."),
            ("ändern", "Ändern."),
            ("", "."),
        ] {
            assert_eq!(sentence(text).into_string(), expected);
        }
    }
}
