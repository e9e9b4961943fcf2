//! Words: a page's own, on their way into rustdoc, which reads them as Markdown and compiles the code in them.

/// A mark that opens or closes a block of code.
const FENCES: &[&str] = &["```", "~~~"];

/// What is wrong with words that shall become documentation, and what to do about it.
pub fn fault(text: &str) -> Option<(String, &'static str)> {
    if text.trim().is_empty() {
        return Some((
            "there are no words".to_owned(),
            "write some, or leave it out",
        ));
    }
    if let Some(sign) = text.chars().find(|&sign| is_unseen(sign)) {
        return Some((
            format!("U+{:04X} is a sign that nobody sees", u32::from(sign)),
            "remove it, or write a space or a new line (\\n) instead",
        ));
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

/// As [`fault`], of words that stand within a line.
pub fn fault_in_line(text: &str) -> Option<(String, &'static str)> {
    if text.contains(['\n', '`']) {
        return Some((
            "a new line or a ` cannot stand here".to_owned(),
            "write it in one line, without `",
        ));
    }
    fault(text)
}

/// The lines of `text`, such that rustdoc compiles none of them: no indentation, and each block of code is plain text.
pub fn lines(text: &str) -> Vec<String> {
    let mut in_code = false;
    let line = |line: &str| {
        if is_fence(line) {
            in_code = !in_code;
            if in_code { "```text" } else { "```" }.to_owned()
        } else if in_code {
            line.trim_end().to_owned()
        } else {
            // Spaces within the line too: five after a list's mark are an indented block in the list.
            let words = line.split(' ').filter(|word| !word.is_empty());
            words.collect::<Vec<_>>().join(" ")
        }
    };
    text.trim_matches('\n').lines().map(line).collect()
}

fn is_fence(line: &str) -> bool {
    let line = line.trim_start();
    FENCES.iter().any(|fence| line.starts_with(fence))
}

/// Control characters, and the marks that change the direction of a text or have no width.
fn is_unseen(sign: char) -> bool {
    sign.is_control() && sign != '\n'
        || matches!(sign, '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
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
    fn a_fence_has_a_line_of_its_own_and_an_end() {
        assert_eq!(fault("```\na\n```"), None);
        for text in ["```\na", "> ```\n> a\n> ```", "- ~~~\na\n~~~", "``` a ```"] {
            let (what, _) = fault(text).unwrap();
            assert!(what.starts_with("a block of code"), "{text:?}: {what}");
        }
    }

    #[test]
    fn every_sign_that_nobody_sees_is_a_fault() {
        for sign in "\0\t\r\u{7F}\u{85}\u{200B}\u{202E}\u{2028}\u{2066}\u{FEFF}".chars() {
            let (what, _) = fault(&format!("a{sign}b")).unwrap();
            assert_eq!(
                what,
                format!("U+{:04X} is a sign that nobody sees", u32::from(sign))
            );
        }
        assert_eq!(fault("Größe\u{A0}— 大"), None);
    }
}
