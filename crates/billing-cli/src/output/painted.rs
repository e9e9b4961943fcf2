//! Styled text for people, with everything hidden in it escaped.
//!
//! The styles are always in the text. They are removed where it is written if colour is not wanted
//! (`--color`, `NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE`, `TERM=dumb`, no terminal).

use anstyle::{AnsiColor, Style};

use crate::output::escape;
use crate::output::page::Page;

/// Style of `error:`.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// Style of `hint:`.
pub(crate) const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// Sets the use of colour for the whole process, the messages of the argument parser included.
pub(crate) fn color(choice: clap::ColorChoice) {
    let choice = match choice {
        clap::ColorChoice::Always => anstream::ColorChoice::Always,
        clap::ColorChoice::Never => anstream::ColorChoice::Never,
        clap::ColorChoice::Auto => anstream::ColorChoice::Auto,
    };
    choice.write_global();
    // Tables would ask the environment on their own.
    crossterm::style::force_color_output(true);
}

/// Text for people: its styles are ours, and everything hidden in it is escaped.
///
/// Only this is written to a terminal. Text that is added keeps its line ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Painted(String);

impl Painted {
    /// Adds text in a style.
    pub(crate) fn styled(mut self, style: Style, text: &str) -> Self {
        let text = escape::lines(text);
        self.0.push_str(&format!("{style}{text}{style:#}"));
        self
    }

    /// Adds text.
    pub(crate) fn text(mut self, text: &str) -> Self {
        self.0.push_str(&escape::lines(text));
        self
    }

    /// Wraps a table whose cells were escaped, with the styles of its library.
    pub(crate) fn table(table: String) -> Self {
        Self(table)
    }

    /// Adds painted text.
    pub(crate) fn then(mut self, other: &Self) -> Self {
        self.0.push_str(&other.0);
        self
    }

    /// Adds painted lines below the text, indented.
    pub(crate) fn indented(mut self, other: &Self) -> Self {
        for line in other.0.lines() {
            self.0.push_str("\n  ");
            self.0.push_str(line);
        }
        self
    }

    /// Adds an indented paragraph below the text.
    pub(crate) fn note(self, text: &str) -> Self {
        let text = escape::one_line(text);
        let text = match Page::stderr().columns() {
            Some(columns) => {
                let options = wrapping(columns);
                textwrap::fill(&text, options.initial_indent("  ").subsequent_indent("  "))
            }
            None => format!("  {text}"),
        };
        self.text("\n").text(&text)
    }

    /// Breaks lines at this width, except those that are indented: tables, and commands to copy.
    pub(crate) fn wrapped(&self, columns: u16) -> Self {
        let options = wrapping(columns);
        let lines = self.0.split('\n').map(|line| {
            if line.starts_with(' ') {
                line.to_owned()
            } else {
                textwrap::fill(line, &options)
            }
        });
        Self(lines.collect::<Vec<_>>().join("\n"))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: AsRef<str>> From<T> for Painted {
    fn from(text: T) -> Self {
        Self(escape::lines(text.as_ref()))
    }
}

/// Breaks lines between words: an id or an address stays in one piece, even if it is wider.
pub(crate) fn wrapping<'a>(columns: u16) -> textwrap::Options<'a> {
    textwrap::Options::new(columns.into())
        .break_words(false)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit)
}

#[cfg(test)]
mod tests {
    use billing_edit::is_hidden;

    use super::{ERROR, Painted};
    use crate::output::escape::HIDDEN;

    #[test]
    fn prose_is_broken_between_words_and_commands_are_not() {
        let talk = Painted::default().styled(ERROR, "error:").text(
            " could not get 5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01: gone\n\n\
             hint: look at it 有限会社 有限会社\n  billing partner get 5a8f3c1e-7d42 --output json",
        );
        insta::assert_snapshot!(anstream::adapter::strip_str(talk.wrapped(24).as_str()), @"
        error: could not get
        5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01:
        gone

        hint: look at it
        有限会社 有限会社
          billing partner get 5a8f3c1e-7d42 --output json
        ");
    }

    #[test]
    fn painted_text_hides_nothing_but_its_own_styles() {
        let hostile: String = HIDDEN.iter().collect();
        let painted = Painted::default()
            .styled(ERROR, &hostile)
            .text(&hostile)
            .indented(&Painted::from(&hostile))
            .note(&format!("{hostile}\nerror: fake"));
        let plain = anstream::adapter::strip_str(painted.as_str()).to_string();
        let hidden: String = plain.chars().filter(|&one| is_hidden(one)).collect();
        assert_eq!(hidden, "\n\n");
    }
}
