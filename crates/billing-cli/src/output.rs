//! Data to stdout, talk to stderr. Neither panics when nobody listens.

use std::io;

use crate::failure::Failure;

/// Prints data and a line end.
///
/// # Errors
/// A closed pipe, which ends the command as a success; anything else that keeps stdout from taking it.
pub(crate) fn print(data: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    write_line(&mut out, data).map_err(Failure::output)
}

/// Says something to the person in front; it is no failure when they are not there.
pub(crate) fn say(talk: &str) {
    let mut err = io::stderr().lock();
    let _ = write_line(&mut err, talk);
}

fn write_line(to: &mut impl io::Write, text: &str) -> io::Result<()> {
    writeln!(to, "{}", text.trim_end_matches('\n'))?;
    to.flush()
}

/// One line whatever it holds: control characters could move the cursor or fake other lines.
pub(crate) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || is_invisible_direction(character) {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
}

/// Marks that change the order in which the text around them is shown.
fn is_invisible_direction(character: char) -> bool {
    matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
