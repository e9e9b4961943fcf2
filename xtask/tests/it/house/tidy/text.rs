//! The prose of a file: comments and string literals of Rust, and text without its code.

/// A piece of prose and the line on which it begins.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Prose {
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// The comments of a Rust file, those of consecutive lines joined, and its strings if wanted.
pub(crate) fn of_rust(source: &str, with_strings: bool) -> Vec<Prose> {
    let mut found: Vec<Prose> = Vec::new();
    let mut last_comment = 0;
    let mut rest = source;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            let length = rest.find('\n').unwrap_or(rest.len());
            let text = rest[..length].trim_start_matches(['/', '!']).trim();
            match found.last_mut() {
                Some(prose) if last_comment > 0 && last_comment + 1 == line => {
                    prose.text.push('\n');
                    prose.text.push_str(text);
                }
                _ => found.push(Prose {
                    line,
                    text: text.to_owned(),
                }),
            }
            last_comment = line;
            length
        } else if let Some((start, end, length)) = string(rest) {
            if with_strings {
                let text = rest[start..end].replace("\\n", "  ");
                found.push(Prose { line, text });
                last_comment = 0;
            }
            length
        } else if first == '\'' {
            character(rest)
        } else if first.is_alphanumeric() || first == '_' {
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    for prose in &mut found {
        prose.text = without_code(&prose.text);
    }
    found
}

/// A string literal at the start of `rest`: where its text begins and ends, and its whole length.
fn string(rest: &str) -> Option<(usize, usize, usize)> {
    let prefix = ["br", "cr", "b", "c", "r", ""]
        .into_iter()
        .find(|prefix| rest.starts_with(prefix))?
        .len();
    if !rest[prefix..].starts_with(['"', '#']) {
        return None;
    }
    if rest[..prefix].contains('r') {
        let hashes = rest[prefix..].find(|c| c != '#')?;
        let start = prefix + hashes + 1;
        if rest.as_bytes()[start - 1] != b'"' {
            return None;
        }
        let close = format!("\"{}", "#".repeat(hashes));
        let end = start + rest[start..].find(&close)?;
        return Some((start, end, end + close.len()));
    }
    let start = prefix + 1;
    if !rest[prefix..].starts_with('"') {
        return None;
    }
    let mut is_escaped = false;
    for (at, c) in rest[start..].char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return Some((start, start + at, start + at + 1)),
            _ => {}
        }
    }
    None
}

/// The length of a character literal, or of the quote that begins a lifetime.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some(_)) => {
            let end = rest.char_indices().skip(3).find(|(_, c)| *c == '\'');
            end.map_or(1, |(at, _)| at + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

/// Text without what stands in backquotes or fences, and with its lines in place.
pub(crate) fn without_code(text: &str) -> String {
    let mut output = String::new();
    let mut is_fenced = false;
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            output.push('\n');
        }
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
        } else if !is_fenced {
            output.push_str(line);
        }
    }
    // A span of code may go over the end of a line.
    let mut plain = String::new();
    let mut is_code = false;
    for c in output.chars() {
        match c {
            '`' => is_code = !is_code,
            '\n' => plain.push('\n'),
            _ if is_code => {}
            c => plain.push(c),
        }
        if c == '`' && is_code {
            plain.push('`');
        }
    }
    plain
}

#[test]
fn comments_and_strings_are_prose() {
    let source = r###"//! One
//! two `code` three.
fn f<'a>(x: &'a str) -> char {
    let _ = "text \" of \
        two lines"; // after
    let _ = r#"raw "text""#;
    '"'
}
"###;
    let prose = |line, text: &str| Prose {
        line,
        text: text.to_owned(),
    };
    assert_eq!(
        of_rust(source, true),
        [
            prose(1, "One\ntwo ` three."),
            prose(4, "text \\\" of \\\n        two lines"),
            prose(5, "after"),
            prose(6, "raw \"text\""),
        ]
    );
    assert_eq!(of_rust(source, false).len(), 2);
}
