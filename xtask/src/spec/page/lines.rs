//! The lines of a page, whether it was copied as text or as Markdown.

use crate::codegen::problem::Problem;
use crate::codegen::rustdoc_text;

/// A line with content.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    /// Its number in the file, from 1.
    pub(super) number: usize,
    /// Its text without Markdown and outer spaces.
    pub(super) text: String,
    /// Whether an empty line or a heading's mark comes before it.
    pub(super) begins: bool,
    /// The cells, if it is a row of a Markdown table.
    pub(super) cells: Option<Vec<String>>,
}

/// Reads the lines of a page.
///
/// # Errors
///
/// If the page is empty, or has an invisible character or a row that is cut off.
pub(super) fn lines(file: &str, text: &str) -> Result<Vec<Line>, Problem> {
    let is_markdown = text.lines().any(|line| is_rule(line.trim()));
    let mut lines = Vec::new();
    let mut begins = true;
    let mut is_code = false;
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let line = line.replace(['\t', '\u{A0}'], " ");
        let line = line.trim();
        if let Some((what, hint)) = rustdoc_text::unseen(line) {
            return Err(Problem::new(file, format!(":{number}"), what, hint));
        }
        let is_fence = is_markdown && line.starts_with("```");
        is_code ^= is_fence;
        if line.is_empty() || is_fence {
            begins = true;
            continue;
        }
        if is_markdown && !is_code && is_rule(line) {
            continue;
        }
        let mut read = Line {
            number,
            begins: std::mem::take(&mut begins),
            ..Line::default()
        };
        if !is_markdown || is_code {
            line.clone_into(&mut read.text);
        } else if let Some(row) = line.strip_prefix('|') {
            let Some(row) = row.strip_suffix('|') else {
                let what = "the row of a table is cut off: it does not end with `|`";
                let hint = "copy the page again, as a whole";
                return Err(Problem::new(file, format!(":{number}"), what, hint));
            };
            read.cells = Some(cells(row));
            read.text = read
                .cells
                .iter()
                .flatten()
                .cloned()
                .collect::<Vec<_>>()
                .join(" ");
        } else {
            let heading = line.trim_start_matches('#');
            let is_heading = heading.len() < line.len() && heading.starts_with(' ');
            read.begins |= is_heading;
            read.text = plain(if is_heading { heading.trim() } else { line });
        }
        lines.push(read);
    }
    if lines.is_empty() {
        let hint = "save the text of the reference page in it";
        return Err(Problem::new(file, "", "the page is empty", hint));
    }
    Ok(lines)
}

/// Returns whether a line stands between the head and the rows of a Markdown table.
fn is_rule(line: &str) -> bool {
    line.starts_with('|')
        && line.contains("--")
        && line
            .chars()
            .all(|sign| matches!(sign, '|' | '-' | ':' | ' '))
}

/// Splits a row at each `|` that is not escaped.
fn cells(row: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut signs = row.chars();
    while let Some(sign) = signs.next() {
        match (sign, cells.last_mut()) {
            ('|', _) => cells.push(String::new()),
            (sign, Some(cell)) => {
                cell.push(sign);
                if sign == '\\' {
                    cell.extend(signs.next());
                }
            }
            _ => {}
        }
    }
    cells.iter().map(|cell| plain(cell.trim())).collect()
}

/// Returns a Markdown text without its marks: emphasis, code, links, escapes and line breaks.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        let marks: [(&str, &str); 9] = [
            ("**", ""),
            ("`", ""),
            ("<br>", "\n"),
            ("<br/>", "\n"),
            ("<br />", "\n"),
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&nbsp;", " "),
            ("&amp;", "&"),
        ];
        if let Some((mark, meant)) = marks.iter().find(|(mark, _)| rest.starts_with(mark)) {
            out.push_str(meant);
            rest = rest.get(mark.len()..).unwrap_or_default();
        } else if let Some((label, behind)) = link(rest) {
            out.push_str(&plain(label));
            rest = behind;
        } else {
            rest = rest.get(sign.len_utf8()..).unwrap_or_default();
            let next = rest.chars().next();
            match next.filter(|next| sign == '\\' && next.is_ascii_punctuation()) {
                Some(escaped) => {
                    out.push(escaped);
                    rest = rest.get(1..).unwrap_or_default();
                }
                None => out.push(sign),
            }
        }
    }
    let lines: Vec<_> = out.lines().map(str::trim).collect();
    lines.join("\n").trim().to_owned()
}

/// Returns the label of a link at the start of a text, and what follows the link.
fn link(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('[')?;
    let mut depth = 1;
    let mut is_escaped = false;
    for (at, sign) in inner.char_indices() {
        match sign {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let (label, behind) = inner.split_at(at);
            let target = behind.strip_prefix("](")?;
            return Some((label, target.split_once(')')?.1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_markdown_are_removed() {
        for (text, shown) in [
            ("**bold** and `code`", "bold and code"),
            (r"a\_b \[c\] \| d\e", r"a_b [c] | d\e"),
            ("[Link](#link) is [x][] and [y]", "Link is [x][] and [y]"),
            (r"[N\[a,b\][]](#n)", "N[a,b][]"),
            ("[A[b]](#a)[]", "A[b][]"),
            ("one<br>two &amp;lt; &lt;3", "one\ntwo &lt; <3"),
        ] {
            assert_eq!(plain(text), shown);
        }
    }

    #[test]
    fn a_row_is_split_at_bars_that_are_not_escaped() {
        assert_eq!(cells(r" a | b\|c |  | d"), ["a", "b|c", "", "d"]);
    }
}
