//! Data to stdout, talk to stderr. Neither panics when nobody listens.
//!
//! What people read may be styled: the styles are always in the text, and go no further than here
//! where colour is not wanted (`--color`, `NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE`, `TERM=dumb`, no
//! terminal).

use std::io;

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use icu_properties::props::{BidiControl, BinaryProperty as _, DefaultIgnorableCodePoint};

use crate::failure::Failure;
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

/// Prints data and a line end, to the byte.
///
/// # Errors
/// A closed pipe, which ends the command as a success; anything else that keeps stdout from taking it.
pub(crate) fn print(data: &str) -> Result<(), Failure> {
    deadly_during(|| write_line(&mut io::stdout().lock(), data)).map_err(Failure::output)
}

/// Prints text for people and a line end.
///
/// # Errors
/// Those of [`print`].
pub(crate) fn show(text: &str) -> Result<(), Failure> {
    deadly_during(|| write_line(&mut AutoStream::auto(io::stdout().lock()), text))
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
    write_line(&mut io::stdout().lock(), token)
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

/// Says something to the person in front; it is no failure when they are not there.
pub(crate) fn say(talk: &str) {
    let talk = match Page::stderr().columns() {
        Some(columns) => wrapped(talk, columns),
        None => talk.to_owned(),
    };
    progress::aside(|| {
        let mut err = AutoStream::auto(io::stderr().lock());
        let _ = write_line(&mut err, &talk);
    });
}

/// An indented paragraph, to be said below something else.
pub(crate) fn note(text: &str) -> String {
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
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
}

/// Whether a character does something to a terminal, breaks a line, changes the order in which the text around it
/// is shown, or is not seen at all: controls, line and paragraph separators, and what Unicode calls `Bidi_Control`
/// and `Default_Ignorable_Code_Point`.
pub(crate) fn is_hidden(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control();
    }
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}')
        || BidiControl::for_char(character)
        || DefaultIgnorableCodePoint::for_char(character)
}

#[cfg(test)]
mod tests {
    use super::{ERROR, wrapped};

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
}
