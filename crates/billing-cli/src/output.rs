//! Data to stdout, talk to stderr. Neither panics when nobody listens.
//!
//! Text from outside could steer a terminal or hide in it. It is made harmless here, where it is written, whoever
//! made the text: see [`Painted`].
//!
//! What people read may be styled: the styles are always in the text, and go no further than here
//! where colour is not wanted (`--color`, `NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE`, `TERM=dumb`, no
//! terminal).

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};

use crate::failure::Failure;
use crate::hidden::is_hidden;
use crate::interrupt::deadly_during;
use crate::progress;
use crate::render::Page;

/// How `error:` looks.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// How `hint:` looks.
pub(crate) const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// Decides about colour for the whole process, the command line's own messages included.
pub(crate) fn color(choice: clap::ColorChoice) {
    let choice = match choice {
        clap::ColorChoice::Always => anstream::ColorChoice::Always,
        clap::ColorChoice::Never => anstream::ColorChoice::Never,
        clap::ColorChoice::Auto => anstream::ColorChoice::Auto,
    };
    choice.write_global();
    // Tables ask the environment on their own otherwise.
    crossterm::style::force_color_output(true);
}

/// Text for people: the styles in it are our own, and everything else in it is shown, not carried out.
///
/// Only this is written to a terminal. A `&str` or `String` keeps its line ends; every other character that is
/// hidden is escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Painted(String);

impl Painted {
    /// Adds text in a style.
    pub(crate) fn styled(mut self, style: Style, text: &str) -> Self {
        let text = escaped(text);
        self.0.push_str(&format!("{style}{text}{style:#}"));
        self
    }

    /// Adds text.
    pub(crate) fn text(mut self, text: &str) -> Self {
        self.0.push_str(&escaped(text));
        self
    }

    /// A table of cells that hold nothing hidden, with the styles of their library.
    pub(crate) fn table(table: String) -> Self {
        Self(table)
    }

    /// Adds what was painted elsewhere.
    pub(crate) fn then(mut self, other: &Self) -> Self {
        self.0.push_str(&other.0);
        self
    }

    /// Adds lines that were painted elsewhere, each indented below the text.
    pub(crate) fn indented(mut self, other: &Self) -> Self {
        for line in other.0.lines() {
            self.0.push_str("\n  ");
            self.0.push_str(line);
        }
        self
    }

    /// Adds an indented paragraph below the text.
    pub(crate) fn note(self, text: &str) -> Self {
        let text = note(&one_line(text));
        self.text("\n").text(&text)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Painted {
    fn from(text: &str) -> Self {
        Self(escaped(text))
    }
}

impl From<&String> for Painted {
    fn from(text: &String) -> Self {
        Self(escaped(text))
    }
}

impl From<String> for Painted {
    fn from(text: String) -> Self {
        Self(escaped(&text))
    }
}

/// Prints data and a line end: to the byte, except on a terminal, where what is hidden is escaped as in JSON.
///
/// # Errors
/// A closed pipe, which ends the command as a success; anything else that keeps stdout from taking it.
pub(crate) fn print(data: &str) -> Result<(), Failure> {
    deadly_during(|| write_data(data)).map_err(Failure::output)
}

/// The same for a line on which whoever reads it acts while the command goes on: a signal then stops
/// the command as always.
///
/// # Errors
/// Those of [`print`].
pub(crate) fn announce(line: &str) -> Result<(), Failure> {
    write_line(&mut io::stdout().lock(), line).map_err(Failure::output)
}

/// Puts the null device in the place of stdout, so that whoever reads it finds its end. Without one, or
/// where no such thing can be done, it stays as it is.
pub(crate) fn close_stdout() {
    #[cfg(unix)]
    if let Ok(null) = std::fs::File::create("/dev/null") {
        let _ = rustix::stdio::dup2_stdout(null);
    }
}

/// Prints text for people and a line end.
///
/// # Errors
/// Those of [`print`].
pub(crate) fn show(text: impl Into<Painted>) -> Result<(), Failure> {
    let text = text.into();
    deadly_during(|| write_line(&mut AutoStream::auto(io::stdout().lock()), text.as_str()))
        .map_err(Failure::output)
}

/// Prints a resume token and a line end.
///
/// # Errors
/// Whatever keeps stdout from taking all of it, a closed pipe too. Where stdout was closed from the
/// start, Rust's runtime has put the null device in its place, which counts as not written.
pub(crate) fn print_token(token: &str) -> io::Result<()> {
    if stdout_is_null()? {
        return Err(io::Error::other("it is closed, or the null device"));
    }
    write_data(token)
}

#[cfg(unix)]
fn stdout_is_null() -> io::Result<bool> {
    use std::fs::{File, metadata};
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};

    let stdout = File::from(io::stdout().as_fd().try_clone_to_owned()?).metadata()?;
    let is_null = |null: std::fs::Metadata| {
        stdout.file_type().is_char_device() && null.rdev() == stdout.rdev()
    };
    // Where there is no such device, stdout is none.
    Ok(metadata("/dev/null").is_ok_and(is_null))
}

/// A stdout that is closed refuses what is written to it.
#[cfg(not(unix))]
fn stdout_is_null() -> io::Result<bool> {
    Ok(false)
}

fn write_data(data: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if out.is_terminal() {
        write_line(&mut out, &json_escaped(data))
    } else {
        write_line(&mut out, data)
    }
}

/// Whether stderr is for a script, which reads one JSON object there.
static FOR_SCRIPTS: AtomicBool = AtomicBool::new(false);

/// Says whether stderr is for a script: then an error is a line of JSON, and there is no talk.
pub(crate) fn set_for_scripts(it_is: bool) {
    FOR_SCRIPTS.store(it_is, Ordering::Relaxed);
}

pub(crate) fn is_for_scripts() -> bool {
    FOR_SCRIPTS.load(Ordering::Relaxed)
}

/// Says something to the person in front; it is no failure when they are not there. A script that reads
/// JSON from stderr, which is no terminal then, is told nothing.
pub(crate) fn say(talk: impl Into<Painted>) {
    if !is_for_scripts() || io::stderr().is_terminal() {
        tell(talk);
    }
}

/// Writes a line of JSON to stderr, with everything hidden in it escaped.
pub(crate) fn report(line: &str) {
    let line = json_escaped(line);
    progress::aside(|| {
        let _ = write_line(&mut io::stderr().lock(), &line);
    });
}

/// Writes to stderr, whoever reads it.
pub(crate) fn tell(talk: impl Into<Painted>) {
    let Painted(talk) = talk.into();
    let talk = match Page::stderr().columns() {
        Some(columns) => wrapped(&talk, columns),
        None => talk,
    };
    progress::aside(|| {
        let mut err = AutoStream::auto(io::stderr().lock());
        let _ = write_line(&mut err, &talk);
    });
}

/// Writes lines of other libraries, such as the log, to stderr.
pub(crate) fn relay(lines: &[u8]) {
    let lines = escaped(&String::from_utf8_lossy(lines));
    progress::aside(|| {
        let _ = io::stderr().write_all(lines.as_bytes());
    });
}

/// Has a panic say what it says through [`relay`], with a backtrace where one is asked for.
pub(crate) fn relay_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let backtrace = Backtrace::capture();
        let more = match backtrace.status() {
            BacktraceStatus::Captured => format!("{backtrace}\n"),
            _ => String::new(),
        };
        relay(format!("{panic}\n{more}").as_bytes());
    }));
}

/// An indented paragraph, to be said below something else.
fn note(text: &str) -> String {
    match Page::stderr().columns() {
        Some(columns) => {
            let options = wrapping(columns);
            textwrap::fill(text, options.initial_indent("  ").subsequent_indent("  "))
        }
        None => format!("  {text}"),
    }
}

/// Between words: an id or an address stays in one piece, even if that is wider.
fn wrapping<'a>(columns: u16) -> textwrap::Options<'a> {
    textwrap::Options::new(columns.into())
        .break_words(false)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit)
}

/// The text with its lines broken, but for those that are indented: tables, and commands to be copied.
fn wrapped(talk: &str, columns: u16) -> String {
    let options = wrapping(columns);
    let lines = talk.split('\n').map(|line| {
        if line.starts_with(' ') {
            line.to_owned()
        } else {
            textwrap::fill(line, &options)
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn write_line(to: &mut impl io::Write, text: &str) -> io::Result<()> {
    writeln!(to, "{}", text.trim_end_matches('\n'))?;
    to.flush()
}

/// One line whatever it holds: control characters could move the cursor or fake other lines.
pub(crate) fn one_line(text: &str) -> String {
    escaped_except(text, |_| false)
}

/// The text with everything hidden escaped, but line ends.
fn escaped(text: &str) -> String {
    escaped_except(text, |character| character == '\n')
}

fn escaped_except(text: &str, is_kept: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) && !is_kept(character) {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
}

/// The data with everything hidden escaped as in a JSON string, but line ends and tabs; JSON stays the same document.
fn json_escaped(data: &str) -> String {
    let mut out = String::with_capacity(data.len());
    for character in data.chars() {
        match character {
            '\n' | '\t' => out.push(character),
            // In JSON it can only stand between values, where an escape is not allowed.
            '\r' => {}
            hidden if is_hidden(hidden) => {
                for unit in hidden.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
            shown => out.push(shown),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{ERROR, Painted, json_escaped, one_line, wrapped};
    use crate::hidden::is_hidden;

    #[test]
    fn prose_is_broken_between_words_and_what_is_to_be_copied_is_not() {
        let red = ERROR;
        let talk = format!(
            "{red}error:{red:#} could not get 5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01: gone\n\n\
             hint: look at it 有限会社 有限会社\n  billing partner get 5a8f3c1e-7d42 --output json"
        );
        insta::assert_snapshot!(anstream::adapter::strip_str(&wrapped(&talk, 24)), @"
        error: could not get
        5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01:
        gone

        hint: look at it
        有限会社 有限会社
          billing partner get 5a8f3c1e-7d42 --output json
        ");
    }

    /// One of each kind that Unicode and terminals have, and neighbours that are shown.
    const HIDDEN: [char; 24] = [
        '\0',
        '\u{7}',
        '\t',
        '\r',
        '\u{1b}',
        '\u{7f}',
        '\u{85}',
        '\u{9b}',
        '\u{ad}',
        '\u{34f}',
        '\u{61c}',
        '\u{115f}',
        '\u{180e}',
        '\u{200b}',
        '\u{200e}',
        '\u{200f}',
        '\u{2028}',
        '\u{2029}',
        '\u{202e}',
        '\u{2060}',
        '\u{2066}',
        '\u{3164}',
        '\u{feff}',
        '\u{e0041}',
    ];

    #[test]
    fn everything_that_nobody_sees_is_hidden_and_nothing_else() {
        for character in HIDDEN {
            assert!(is_hidden(character), "{character:?}");
        }
        for character in [
            '\u{a0}', ' ', 'é', '有', 'ش', '🏢', '\u{301}', '\u{fffd}', '\u{3000}',
        ] {
            assert!(!is_hidden(character), "{character:?}");
        }
    }

    #[test]
    fn nothing_hidden_survives_in_text_for_people_but_our_styles() {
        let hostile: String = HIDDEN.iter().collect();
        let painted = Painted::default()
            .styled(ERROR, &hostile)
            .text(&hostile)
            .indented(&Painted::from(&hostile))
            .note(&format!("{hostile}\nerror: fake"));
        let plain = anstream::adapter::strip_str(painted.as_str()).to_string();
        assert_eq!(
            plain
                .chars()
                .filter(|&one| is_hidden(one))
                .collect::<String>(),
            "\n\n"
        );
        assert!(!one_line("a\nb").contains('\n'));
    }

    #[test]
    fn json_is_harmless_to_a_terminal_and_the_same_document() {
        let hostile: String = HIDDEN.iter().skip(5).collect();
        let json = format!("{{\r\n\t\"a\": \"{hostile}é有\"\n}}");
        let shown = json_escaped(&json);
        assert!(
            !shown.contains(|one| is_hidden(one) && !matches!(one, '\n' | '\t')),
            "{shown}"
        );
        let (shown, json): (Value, Value) = (
            serde_json::from_str(&shown).unwrap(),
            serde_json::from_str(&json).unwrap(),
        );
        assert_eq!(shown, json);
    }
}
