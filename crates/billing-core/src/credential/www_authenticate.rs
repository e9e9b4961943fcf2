//! Reads the challenges of `WWW-Authenticate` (RFC 9110, section 11.6.1).
//!
//! The crates for this give up at a `token68`, which `Negotiate` and `NTLM` may send before the
//! challenge that we look for. Anything that does not match the grammar is skipped: one invalid
//! challenge must not hide the next.

/// The longest header value that is read, in bytes. A claims challenge has some hundred.
const MAX_LENGTH: usize = 16 * 1024;

/// The most challenges and parameters that are read.
const MAX_ITEMS: usize = 64;

/// One challenge: its scheme, and its parameters in their order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Challenge {
    pub(crate) scheme: String,
    parameters: Vec<(String, String)>,
}

impl Challenge {
    /// Returns the first parameter of this name; the letter case does not matter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let mut all = self.parameters.iter();
        let found = all.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// Reads the challenges of one header value; of a value longer than 16 KiB, none.
pub(crate) fn challenges(value: &str) -> Vec<Challenge> {
    let mut found: Vec<Challenge> = Vec::new();
    if value.len() > MAX_LENGTH {
        return found;
    }
    let mut rest = Cursor(value);
    let mut items = 0;
    while !rest.skip_separators().is_empty() && items < MAX_ITEMS {
        items += 1;
        let word = rest.token();
        if word.is_empty() {
            rest.skip_to_comma();
            continue;
        }
        rest.skip_spaces();
        match found.last_mut() {
            Some(challenge) if rest.skip_char('=') => {
                rest.skip_spaces();
                let value = rest.value();
                challenge.parameters.push((word.to_owned(), value));
            }
            _ => {
                rest.skip_token68();
                found.push(Challenge {
                    scheme: word.to_owned(),
                    parameters: Vec::new(),
                });
            }
        }
    }
    found
}

/// The rest of the text.
struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    /// Takes characters while `is_of_kind` returns true.
    fn take(&mut self, is_of_kind: impl Fn(char) -> bool) -> &'a str {
        let end = self.0.find(|c| !is_of_kind(c)).unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at_checked(end).unwrap_or((self.0, ""));
        self.0 = rest;
        taken
    }

    fn skip_spaces(&mut self) {
        self.take(is_space);
    }

    /// Skips to the next item, and returns what is left.
    fn skip_separators(&mut self) -> &'a str {
        self.take(|c| is_space(c) || c == ',');
        self.0
    }

    fn skip_char(&mut self, expected: char) -> bool {
        match self.0.strip_prefix(expected) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    /// Skips an invalid item, including a quoted string in it.
    fn skip_to_comma(&mut self) {
        self.take(|c| c != ',' && c != '"');
        if self.0.starts_with('"') {
            self.quoted();
        }
    }

    /// Takes a token (RFC 9110, section 5.6.2).
    fn token(&mut self) -> &'a str {
        self.take(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
    }

    /// Skips a `token68`, which stands alone after its scheme.
    fn skip_token68(&mut self) {
        let mut ahead = Cursor(self.0);
        let text = ahead.take(|c| c.is_ascii_alphanumeric() || "-._~+/".contains(c));
        ahead.take(|c| c == '=');
        ahead.skip_spaces();
        if !text.is_empty() && (ahead.0.is_empty() || ahead.0.starts_with(',')) {
            self.0 = ahead.0;
        }
    }

    /// Takes the value of a parameter. Without quotes it may have more characters than a token, as
    /// base64 has.
    fn value(&mut self) -> String {
        if self.0.starts_with('"') {
            self.quoted()
        } else {
            self.take(|c| !is_space(c) && c != ',').to_owned()
        }
    }

    /// Takes the text of a quoted string without its escapes; the rest of the value if it does not
    /// end.
    fn quoted(&mut self) -> String {
        self.skip_char('"');
        let mut text = String::new();
        let mut characters = self.0.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.0 = self.0.get(at + 1..).unwrap_or_default();
                    return text;
                }
                '\\' => text.extend(characters.next().map(|(_, escaped)| escaped)),
                other => text.push(other),
            }
        }
        self.0 = "";
        text
    }
}

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each challenge on a line, its parameters behind it.
    fn read(value: &str) -> String {
        let lines = challenges(value).into_iter().map(|challenge| {
            let parameters = challenge.parameters.iter();
            let parameters: Vec<_> = parameters
                .map(|(name, value)| format!(" {name}={value}"))
                .collect();
            format!("{}{}", challenge.scheme, parameters.concat())
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn challenges_are_read_by_the_grammar() {
        for (value, expected) in [
            ("", ""),
            (" , ,", ""),
            ("Bearer", "Bearer"),
            (
                r#"Bearer realm="a, b", error=x"#,
                "Bearer realm=a, b error=x",
            ),
            (
                r#"Bearer realm = "a" , error = x"#,
                "Bearer realm=a error=x",
            ),
            (r#"Bearer realm="a\"b\\c""#, r#"Bearer realm=a"b\c"#),
            (r#"Bearer realm="", error="x""#, "Bearer realm= error=x"),
            ("Negotiate, Bearer error=x", "Negotiate\nBearer error=x"),
            (
                "NTLM TlRMTVNTUAAB==, Bearer error=x",
                "NTLM\nBearer error=x",
            ),
            ("NTLM TlRM=", "NTLM"),
            (
                r#"Basic realm="a", Bearer error=x, claims=e30="#,
                "Basic realm=a\nBearer error=x claims=e30=",
            ),
            // Not allowed by the grammar, but seen.
            (r#"Bearer realm="a" error="x""#, "Bearer realm=a error=x"),
            (r#"Bearer ,realm="a",,error="x","#, "Bearer realm=a error=x"),
            (r#"Bearer error="x"#, "Bearer error=x"),
            (r#"Bearer =a, error="x""#, "Bearer error=x"),
            (r#"Bearer @"a, b", error="x""#, "Bearer error=x"),
            ("Bearer error=x\u{e9}, a=b", "Bearer error=x\u{e9} a=b"),
        ] {
            assert_eq!(read(value), expected, "{value}");
        }
    }

    #[test]
    fn parameter_names_ignore_case_and_the_first_counts() {
        let all = challenges("bearer ERROR=a, error=b");
        assert_eq!(all[0].parameter("Error"), Some("a"));
        assert_eq!(all[0].parameter("claims"), None);
    }

    #[test]
    fn the_work_over_a_header_is_bounded() {
        assert_eq!(
            challenges(&format!("Bearer a={}", "x".repeat(MAX_LENGTH))),
            []
        );
        let many = challenges(&"Basic, ".repeat(2000));
        assert_eq!(many.len(), MAX_ITEMS);
        // Each of these is an invalid item.
        assert_eq!(challenges(&"=".repeat(MAX_LENGTH)), []);
        assert_eq!(challenges(&"\"".repeat(MAX_LENGTH)), []);
    }
}
