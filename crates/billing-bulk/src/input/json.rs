//! JSON Lines, and one JSON array: objects with the physical line of each value.

mod object;

pub(crate) use object::Members;
pub(super) use object::check_nested;

use crate::input::columns::Columns;
use crate::input::form::{InputFormat, Newline};
use crate::input::limits;
use crate::input::location::Location;
use crate::input::mistake::{Mistake, Stop};
use crate::input::record::Record;
use crate::input::text::Text;

/// Reads the objects of JSON Lines or of a JSON array.
pub(super) struct JsonReader {
    text: Text,
    format: InputFormat,
    state: State,
    /// The number of the physical line that is read next.
    line: u64,
    item: Vec<u8>,
}

/// What is expected next.
#[derive(Clone, Copy)]
enum State {
    Line,
    Array,
    FirstItem,
    CommaOrEnd,
    End,
}

impl JsonReader {
    /// Begins to read a text whose first character is `{` or `[`.
    pub(super) fn open(mut text: Text) -> Result<Self, Stop> {
        let encoding = text.encoding();
        let head = text.chunk()?;
        let newline = Newline::detect(head);
        let is_array = head.trim_ascii_start().starts_with(b"[");
        let (state, format) = if is_array {
            (State::Array, InputFormat::JsonArray { newline, encoding })
        } else {
            (State::Line, InputFormat::JsonLines { newline, encoding })
        };
        Ok(Self {
            text,
            format,
            state,
            line: 1,
            item: Vec::new(),
        })
    }

    pub(super) fn format(&self) -> &InputFormat {
        &self.format
    }

    pub(super) fn line(&self) -> u64 {
        self.line
    }

    pub(super) fn into_text(self) -> Text {
        self.text
    }

    /// Reads the next object.
    pub(super) fn next(&mut self, columns: &mut Columns) -> Result<Option<Record>, Stop> {
        let line = match self.state {
            State::Line => self.read_line()?,
            _ => self.read_item()?,
        };
        let Some(line) = line else {
            return Ok(None);
        };
        let text = String::from_utf8_lossy(&self.item);
        object::read(text.trim(), line, columns).map(Some)
    }

    /// Reads the next line that is not empty into `item`, and returns its number.
    fn read_line(&mut self) -> Result<Option<u64>, Stop> {
        loop {
            self.item.clear();
            let line = self.line;
            loop {
                let chunk = self.text.chunk()?;
                if chunk.is_empty() {
                    break;
                }
                let end = chunk.iter().position(|byte| *byte == b'\n');
                let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or(chunk);
                self.item.extend_from_slice(part);
                let read = part.len().saturating_add(usize::from(end.is_some()));
                self.text.consume(read);
                self.check_length(line)?;
                if end.is_some() {
                    self.line = line.saturating_add(1);
                    break;
                }
            }
            if !self.item.trim_ascii().is_empty() {
                return Ok(Some(line));
            }
            if self.line == line {
                return Ok(None);
            }
        }
    }

    /// Reads the next item of the array into `item`, and returns the number of its first line.
    fn read_item(&mut self) -> Result<Option<u64>, Stop> {
        loop {
            let next = self.skip_whitespace()?;
            match (self.state, next) {
                (State::Array, Some(_)) => {
                    self.take(b'[');
                    self.state = State::FirstItem;
                }
                (State::FirstItem | State::CommaOrEnd, Some(b']')) => {
                    self.take(b']');
                    self.state = State::End;
                }
                (State::FirstItem, Some(_)) => return self.collect().map(Some),
                (State::CommaOrEnd, Some(b',')) => {
                    self.take(b',');
                    self.skip_whitespace()?;
                    return self.collect().map(Some);
                }
                (State::CommaOrEnd, Some(_)) => {
                    return Err(self
                        .here("a comma or `]` is missing between two items")
                        .into());
                }
                (State::End, Some(_)) => {
                    return Err(self.here("something follows the end of the array").into());
                }
                (State::End, None) => return Ok(None),
                (_, None) => return Err(self.here("the array is not closed with `]`").into()),
                (State::Line, Some(_)) => return Ok(None),
            }
        }
    }

    /// Collects the bytes of one value.
    fn collect(&mut self) -> Result<u64, Stop> {
        self.item.clear();
        let line = self.line;
        let mut depth = 0_u64;
        let mut is_string = false;
        let mut is_escaped = false;
        while let Some(byte) = self.peek()? {
            let ends = depth == 0 && !is_string;
            if ends && (matches!(byte, b',' | b']') || byte.is_ascii_whitespace()) {
                break;
            }
            self.item.push(byte);
            self.take(byte);
            self.check_length(line)?;
            if is_string {
                is_string = is_escaped || byte != b'"';
                is_escaped = !is_escaped && byte == b'\\';
                continue;
            }
            match byte {
                b'"' => is_string = true,
                b'{' | b'[' => depth = depth.saturating_add(1),
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                }
                _ => {}
            }
        }
        if depth > 0 || is_string {
            let mistake = Mistake::new("the object that begins on this line is not closed");
            return Err(mistake.at(&Location::Line(line)).into());
        }
        if self.item.is_empty() {
            return Err(self.here("an item is missing after a comma").into());
        }
        self.state = State::CommaOrEnd;
        Ok(line)
    }

    fn check_length(&self, line: u64) -> Result<(), Stop> {
        if self.item.len() <= limits::RECORD {
            return Ok(());
        }
        let problem = format!("an object is longer than {} KiB", limits::RECORD >> 10);
        Err(Mistake::new(problem).at(&Location::Line(line)).into())
    }

    fn here(&self, problem: &str) -> Mistake {
        Mistake::new(problem).at(&Location::Line(self.line))
    }

    fn skip_whitespace(&mut self) -> Result<Option<u8>, Stop> {
        loop {
            match self.peek()? {
                Some(byte) if byte.is_ascii_whitespace() => self.take(byte),
                next => return Ok(next),
            }
        }
    }

    fn peek(&mut self) -> Result<Option<u8>, Stop> {
        Ok(self.text.chunk()?.first().copied())
    }

    /// Continues with the byte after this one.
    fn take(&mut self, byte: u8) {
        self.text.consume(1);
        if byte == b'\n' {
            self.line = self.line.saturating_add(1);
        }
    }
}
