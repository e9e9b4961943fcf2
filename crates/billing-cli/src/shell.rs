//! Commands to copy into a shell: an id or a path stays one argument, whatever it holds.

use billing_edit::is_hidden;

/// Returns a `billing` command: the verb, its arguments, and options that begin with a space.
pub(crate) fn command_line(verb: &str, arguments: &[&str], options: &str) -> String {
    let words: String = arguments
        .iter()
        .map(|word| format!(" {}", shell_word(word)))
        .collect();
    if arguments.iter().any(|word| word.starts_with('-')) {
        // It would be taken for an option.
        return format!("billing {verb}{options} --{words}");
    }
    format!("billing {verb}{words}{options}")
}

/// Returns a word as a shell takes it: as it is, or in quotes.
pub(crate) fn shell_word(word: &str) -> String {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "-_.:/@%+,".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    if cfg!(windows) {
        return format!("'{}'", word.replace('\'', "''"));
    }
    if !word.contains(is_hidden) {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    // Hidden characters are shown as their bytes. It is still the same word to bash, ksh and zsh.
    let mut quoted = String::from("$'");
    for character in word.chars() {
        if is_hidden(character) {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                quoted.push_str(&format!("\\{byte:03o}"));
            }
        } else {
            if matches!(character, '\'' | '\\') {
                quoted.push('\\');
            }
            quoted.push(character);
        }
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::{command_line, shell_word};

    const WORDS: [(&str, &str); 9] = [
        ("a-b_c.d:e", "a-b_c.d:e"),
        ("", "''"),
        ("a b", "'a b'"),
        ("it's", r"'it'\''s'"),
        ("$(x)", "'$(x)'"),
        ("~", "'~'"),
        (r"a\b!", r"'a\b!'"),
        ("a\u{1b}[2J'\\\n", r"$'a\033[2J\'\\\012'"),
        ("\u{202e}b1", r"$'\342\200\256b1'"),
    ];

    #[cfg(unix)]
    #[test]
    fn special_characters_are_quoted() {
        for (word, expected) in WORDS {
            assert_eq!(shell_word(word), expected);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_reads_the_same_word() {
        for (word, quoted) in WORDS {
            let script = format!("printf %s {quoted}");
            let Ok(made) = std::process::Command::new("bash")
                .args(["-c", &script])
                .output()
            else {
                // No bash on this machine.
                return;
            };
            assert_eq!(String::from_utf8_lossy(&made.stdout), word);
        }
    }

    #[test]
    fn argument_like_an_option_stays_an_argument() {
        assert_eq!(
            command_line("arm get", &["a", "p"], " --emulator"),
            "billing arm get a p --emulator"
        );
        assert_eq!(
            command_line("arm get", &["a", "-p"], " --emulator"),
            "billing arm get --emulator -- a -p"
        );
    }
}
