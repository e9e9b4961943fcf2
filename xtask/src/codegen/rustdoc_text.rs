//! Texts of a page as documentation: rustdoc reads Markdown with HTML and compiles code blocks.

use icu_properties::props::{BidiControl, BinaryProperty as _, DefaultIgnorableCodePoint};

/// A mark that opens or closes a block of code.
const FENCES: &[&str] = &["```", "~~~"];

/// Returns the problem of a text as documentation, and a hint.
pub fn flaw(text: &str) -> Option<(String, &'static str)> {
    if text.trim().is_empty() {
        return Some((
            "the text is empty".to_owned(),
            "write a text, or leave it out",
        ));
    }
    if let Some(flaw) = unseen(text) {
        return Some(flaw);
    }
    let (fences, inner): (Vec<_>, Vec<_>) = text.lines().partition(|line| is_fence(line));
    let is_inside = |line: &&str| FENCES.iter().any(|fence| line.contains(fence));
    if fences.len() % 2 == 1 || inner.iter().any(is_inside) {
        return Some((
            "a block of code begins or ends within a line, or does not end".to_owned(),
            "put ``` on a line of its own before and after the block",
        ));
    }
    None
}

/// Returns the problem of the first invisible character in a text.
pub fn unseen(text: &str) -> Option<(String, &'static str)> {
    let sign = text.chars().find(|&sign| is_unseen(sign))?;
    Some((
        format!("U+{:04X} is an invisible character", u32::from(sign)),
        "remove it, or write a space or a new line (\\n) instead",
    ))
}

/// Returns the problem of a text that has to be in one line, and a hint.
pub fn flaw_in_line(text: &str) -> Option<(String, &'static str)> {
    if text.contains(['\n', '`']) {
        return Some((
            "a new line or a ` is not possible here".to_owned(),
            "write it in one line, without `",
        ));
    }
    flaw(text)
}

/// Returns the lines of `text` so that rustdoc compiles none of them: without indentation, with
/// each code block as plain text, and with HTML escaped.
pub fn lines(text: &str) -> Vec<String> {
    let mut in_code = false;
    let line = |line: &str| {
        if is_fence(line) {
            in_code = !in_code;
            if in_code { "```text" } else { "```" }.to_owned()
        } else if in_code {
            line.trim_end().to_owned()
        } else {
            // Five spaces after the mark of a list would also be an indented block.
            let words = line.split(' ').filter(|word| !word.is_empty());
            without_html(&words.collect::<Vec<_>>().join(" "))
        }
    };
    text.trim_matches('\n').lines().map(line).collect()
}

fn is_fence(line: &str) -> bool {
    let line = line.trim_start();
    FENCES.iter().any(|fence| line.starts_with(fence))
}

/// Escapes `<` and `&` in a line of Markdown, except in code spans.
fn without_html(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['`', '<', '&', '\\']) {
        let (before, found) = rest.split_at(at);
        text.push_str(before);
        // The length of the unchanged text: a code span, or a character that is escaped already.
        let kept = match found.as_bytes() {
            [b'`', ..] => code_span(found),
            [b'\\', next, ..] if next.is_ascii() => 2,
            [b'\\', ..] => 1,
            _ => 0,
        };
        if kept == 0 {
            text.push('\\');
        }
        let (kept, behind) = found.split_at(kept.max(1));
        text.push_str(kept);
        rest = behind;
    }
    text + rest
}

/// Returns the length of the code span at the start of a text, or of its backticks if there is
/// none.
fn code_span(text: &str) -> usize {
    let rest = text.trim_start_matches('`');
    let ticks = text.len() - rest.len();
    let mut at = ticks;
    // It ends with as many backticks as it begins with.
    while let Some(next) = text.get(at..).and_then(|rest| rest.find('`')) {
        let run = text.get(at + next..).unwrap_or_default();
        let length = run.len() - run.trim_start_matches('`').len();
        at += next + length;
        if length == ticks {
            return at;
        }
    }
    ticks
}

/// Returns whether a character is a control character or line end other than `\n`, or is invisible
/// or changes the direction of a text in Unicode. The command cleans its output by the same list.
fn is_unseen(sign: char) -> bool {
    // The tables of Unicode have no other of ASCII.
    if sign.is_ascii() {
        return sign.is_control() && sign != '\n';
    }
    sign.is_control()
        || matches!(sign, '\u{2028}' | '\u{2029}')
        || BidiControl::for_char(sign)
        || DefaultIgnorableCodePoint::for_char(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_code_that_rustdoc_would_compile() {
        let text = "One  line.\n\n    let indented = 1;\n-     let in_list = 2;\n\n~~~rust,ignore\n    kept;  \n~~~\n  ```\n```";
        insta::assert_snapshot!(lines(text).join("\n"), @"
        One line.

        let indented = 1;
        - let in_list = 2;

        ```text
            kept;
        ```
        ```text
        ```
        ");
    }

    #[test]
    fn html_is_shown_as_it_stands() {
        for (text, shown) in [
            (
                "A<br>line &amp; <!-- more -->",
                r"A\<br>line \&amp; \<!-- more -->",
            ),
            (
                "`Vec<T>` and <T> and ``a`<b>``",
                "`Vec<T>` and \\<T> and ``a`<b>``",
            ),
            (r"an \< escaped, a \\< not", r"an \< escaped, a \\\< not"),
            ("a ` alone <b>", r"a ` alone \<b>"),
            ("plain, 大 > and é", "plain, 大 > and é"),
            (r"ends with \", r"ends with \"),
        ] {
            assert_eq!(lines(text), [shown]);
        }
        assert_eq!(lines("```\n<b>\n```"), ["```text", "<b>", "```"]);
    }

    #[test]
    fn a_fence_has_a_line_of_its_own_and_an_end() {
        assert_eq!(flaw("```\na\n```"), None);
        for text in ["```\na", "> ```\n> a\n> ```", "- ~~~\na\n~~~", "``` a ```"] {
            let (what, _) = flaw(text).unwrap();
            assert!(what.starts_with("a block of code"), "{text:?}: {what}");
        }
    }

    #[test]
    fn every_invisible_character_is_a_problem() {
        // Among them a soft hyphen, a filler of Hangul, a variation selector and a tag.
        let signs = "\0\t\r\u{7F}\u{85}\u{AD}\u{61C}\u{115F}\u{180E}\u{200B}\u{200E}\u{200F}\u{202E}\u{2028}\u{2029}\
            \u{2060}\u{2066}\u{FE0F}\u{FEFF}\u{E0041}";
        for sign in signs.chars() {
            let (what, _) = flaw(&format!("a{sign}b")).unwrap();
            assert_eq!(
                what,
                format!("U+{:04X} is an invisible character", u32::from(sign))
            );
        }
        assert_eq!(flaw("Größe\u{A0}— 大"), None);
    }
}
