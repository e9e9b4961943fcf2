//! CSV (RFC 4180): records with the physical line of each cell.

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

use crate::input::columns::Columns;
use crate::input::form::{Delimiter, InputFormat, Newline};
use crate::input::limits;
use crate::input::location::Location;
use crate::input::mistake::{Mistake, Stop};
use crate::input::record::{Content, Entry, RawRow, Record};
use crate::input::text::Text;

/// Reads the records of a CSV file.
pub(super) struct CsvReader {
    text: Text,
    parser: Box<Reader>,
    format: InputFormat,
    /// The number of the physical line that is read next.
    line: u64,
    /// The bytes of the present cell, as they are in the file and unescaped.
    raw: Vec<u8>,
    cell: Vec<u8>,
    width: usize,
}

/// A record: its first line, its cells and what is wrong with its form.
struct CsvRecord {
    line: u64,
    cells: Vec<(String, Location)>,
    mistakes: Vec<Mistake>,
}

impl CsvReader {
    /// Begins to read, and reads the header.
    ///
    /// # Errors
    /// A header that is missing or that no column is known in.
    pub(super) fn open(
        mut text: Text,
        columns: &mut Columns,
    ) -> Result<(Self, Vec<Mistake>), Stop> {
        let encoding = text.encoding();
        let head = text.chunk()?;
        let newline = Newline::detect(head);
        let delimiter = detect_delimiter(head, columns)?;
        let mut reader = Self {
            text,
            parser: Box::new(ReaderBuilder::new().delimiter(delimiter.byte()).build()),
            format: InputFormat::Csv {
                delimiter,
                newline,
                encoding,
            },
            line: 1,
            raw: Vec::new(),
            cell: vec![0; limits::CELL],
            width: 0,
        };
        let Some(header) = reader.record()? else {
            return Err(Mistake::new("it has no header and no rows").into());
        };
        reader.width = header.cells.len();
        let mut mistakes = header.mistakes;
        mistakes.extend(columns.add_header(&header.cells, &Location::Line(header.line), &[])?);
        Ok((reader, mistakes))
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

    /// Reads the next row that is not empty.
    pub(super) fn next(&mut self) -> Result<Option<Record>, Stop> {
        loop {
            let Some(record) = self.record()? else {
                return Ok(None);
            };
            // Excel writes rows of delimiters below a table.
            if !record.cells.iter().all(|(text, _)| text.trim().is_empty()) {
                return Ok(Some(self.row(record)));
            }
        }
    }

    fn row(&self, record: CsvRecord) -> Record {
        let location = Location::Line(record.line);
        let mut mistakes = record.mistakes;
        let cells = record.cells.len();
        if cells != self.width {
            let noun = if cells == 1 { "cell" } else { "cells" };
            let problem = format!(
                "the row has {cells} {noun}, and the header has {}",
                self.width
            );
            mistakes.push(
                Mistake::new(problem)
                    .at(&location)
                    .hint("a cell with a delimiter or a line break must be in double quotes"),
            );
        }
        let texts: Vec<_> = record.cells.iter().map(|(text, _)| text.clone()).collect();
        let mut entries = Vec::new();
        if mistakes.is_empty() {
            for (column, (text, location)) in record.cells.into_iter().enumerate() {
                if !text.is_empty() {
                    let content = Content::Text(text);
                    entries.push(Entry {
                        column,
                        location,
                        content,
                    });
                }
            }
        }
        Record {
            location,
            entries,
            raw: RawRow::Cells(texts),
            mistakes,
        }
    }

    fn record(&mut self) -> Result<Option<CsvRecord>, Stop> {
        let mut record = CsvRecord {
            line: 0,
            cells: Vec::new(),
            mistakes: Vec::new(),
        };
        let mut bytes = 0_usize;
        loop {
            let is_first = record.cells.is_empty();
            let Some((text, is_last)) = self.cell(is_first, &mut record.mistakes)? else {
                return Ok(None);
            };
            let line = self.line;
            if is_first {
                record.line = line;
            }
            let breaks = self.raw.iter().filter(|byte| **byte == b'\n').count();
            self.line = line.saturating_add(u64::try_from(breaks).unwrap_or(u64::MAX));
            bytes = bytes.saturating_add(text.len());
            record.cells.push((text, Location::Line(line)));
            if bytes > limits::RECORD || record.cells.len() > limits::COLUMNS {
                let problem = format!(
                    "the row is longer than {} KiB or {} cells",
                    limits::RECORD >> 10,
                    limits::COLUMNS
                );
                return Err(Mistake::new(problem)
                    .at(&Location::Line(record.line))
                    .into());
            }
            if is_last {
                self.end_line()?;
                return Ok(Some(record));
            }
        }
    }

    /// Reads a cell, and leaves its bytes in `raw`. Returns whether it is the last of its record.
    fn cell(
        &mut self,
        is_first: bool,
        mistakes: &mut Vec<Mistake>,
    ) -> Result<Option<(String, bool)>, Stop> {
        self.raw.clear();
        let mut written = 0;
        loop {
            let chunk = self.text.chunk()?;
            let is_end = chunk.is_empty();
            let output = self.cell.get_mut(written..).unwrap_or_default();
            let (result, read, more) = self.parser.read_field(chunk, output);
            self.raw
                .extend_from_slice(chunk.get(..read).unwrap_or(chunk));
            self.text.consume(read);
            written += more;
            if is_first {
                self.skip_empty_lines();
            }
            match result {
                ReadFieldResult::End => return Ok(None),
                ReadFieldResult::InputEmpty => {}
                ReadFieldResult::OutputFull => return Err(self.too_long().into()),
                ReadFieldResult::Field { record_end } => {
                    // All except a cell at the end of the file are followed by one byte.
                    let followed = usize::from(!is_end);
                    let quoted = self.raw.len().saturating_sub(followed);
                    let problem = check_quotes(self.raw.get(..quoted).unwrap_or_default());
                    mistakes.extend(self.explain(problem)?);
                    let cell = self.cell.get(..written).unwrap_or_default();
                    let text = String::from_utf8_lossy(cell).into_owned();
                    return Ok(Some((text, record_end)));
                }
            }
        }
    }

    /// Counts the empty lines before a record, which the parser skips.
    fn skip_empty_lines(&mut self) {
        let is_break = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let text = self.raw.iter().position(|byte| !is_break(byte));
        let text = text.unwrap_or(self.raw.len());
        let breaks = self.raw.drain(..text).filter(|byte| *byte == b'\n').count();
        self.line = self
            .line
            .saturating_add(u64::try_from(breaks).unwrap_or(u64::MAX));
    }

    /// Takes the line feed of a CRLF, at whose carriage return the parser ends a record.
    fn end_line(&mut self) -> Result<(), Stop> {
        if self.raw.last() != Some(&b'\r') {
            return Ok(());
        }
        let next = self.text.chunk()?.first().copied();
        if next != Some(b'\n') {
            let mistake = Mistake::new("the line ends with a carriage return alone");
            let hint = "end the lines with LF or CRLF, and put a cell with a line break in quotes";
            return Err(mistake.at(&Location::Line(self.line)).hint(hint).into());
        }
        self.text.consume(1);
        self.line = self.line.saturating_add(1);
        Ok(())
    }

    fn too_long(&self) -> Mistake {
        let problem = format!("a cell is longer than {} KiB", limits::CELL >> 10);
        let mistake = Mistake::new(problem).at(&Location::Line(self.line));
        if self.raw.first() == Some(&b'"') {
            mistake.hint("is the quote that begins on this line closed?")
        } else {
            mistake
        }
    }

    fn explain(&self, problem: Option<QuoteProblem>) -> Result<Option<Mistake>, Stop> {
        let at = |problem: &str| Mistake::new(problem).at(&Location::Line(self.line));
        match problem {
            None => Ok(None),
            Some(QuoteProblem::Open) => Err(at("the quote that begins on this line is not closed")
                .hint("close the quote; a quote inside a cell is written twice: \"\"")
                .into()),
            Some(QuoteProblem::Inside) => Ok(Some(
                at("a cell has a double quote and is not in double quotes as a whole")
                    .hint("write 5\" disk as \"5\"\" disk\""),
            )),
            Some(QuoteProblem::After) => Ok(Some(
                at("a cell has text after its closing quote")
                    .hint("a quote inside a cell is written twice: \"\""),
            )),
        }
    }
}

/// How a cell breaks the rules of RFC 4180 for quotes, which the parser does not check.
#[derive(Debug, PartialEq, Eq)]
enum QuoteProblem {
    Open,
    Inside,
    After,
}

/// Checks the quotes of a cell as it is in the file.
fn check_quotes(raw: &[u8]) -> Option<QuoteProblem> {
    let Some(quoted) = raw.strip_prefix(b"\"") else {
        return raw.contains(&b'"').then_some(QuoteProblem::Inside);
    };
    let mut rest = quoted;
    loop {
        let Some(at) = rest.iter().position(|byte| *byte == b'"') else {
            return Some(QuoteProblem::Open);
        };
        match rest.get(at.saturating_add(1)..).unwrap_or_default() {
            [] => return None,
            [b'"', after @ ..] => rest = after,
            _ => return Some(QuoteProblem::After),
        }
    }
}

/// Finds the delimiter of a header: the one that gives the most known names, else the most cells.
fn detect_delimiter(head: &[u8], columns: &Columns) -> Result<Delimiter, Stop> {
    let mut is_quoted = false;
    let end = head.iter().position(|byte| {
        is_quoted ^= *byte == b'"';
        !is_quoted && matches!(byte, b'\r' | b'\n')
    });
    let header = String::from_utf8_lossy(head.get(..end.unwrap_or(head.len())).unwrap_or(head));
    if let Some(named) = header.trim().strip_prefix("sep=") {
        let problem = format!("the first line `sep={named}` is not part of CSV");
        let mistake = Mistake::new(problem).at(&Location::Line(1));
        return Err(mistake
            .hint("delete the line; the delimiter is detected")
            .into());
    }
    let score = |delimiter: &Delimiter| {
        let cells = header.split(char::from(delimiter.byte()));
        let cells: Vec<_> = cells.map(|cell| cell.trim().trim_matches('"')).collect();
        let known = cells.iter().filter(|cell| columns.is_known(cell)).count();
        (known, cells.len())
    };
    // Of equals, `max_by_key` takes the last.
    let best = Delimiter::ALL.into_iter().rev().max_by_key(score);
    Ok(best.unwrap_or(Delimiter::Comma))
}

#[cfg(test)]
mod tests {
    use super::{QuoteProblem, check_quotes, detect_delimiter};
    use crate::input::columns::Columns;
    use crate::input::form::Delimiter;
    use crate::input::options::InputOptions;

    #[test]
    fn quotes_follow_rfc_4180() {
        for (raw, expected) in [
            ("", None),
            ("plain", None),
            ("\"\"", None),
            ("\"a\"\"b\"", None),
            ("\"\"\"\"", None),
            ("5\" disk", Some(QuoteProblem::Inside)),
            ("\"open", Some(QuoteProblem::Open)),
            ("\"", Some(QuoteProblem::Open)),
            ("\"open\"\"", Some(QuoteProblem::Open)),
            ("\"a\" b", Some(QuoteProblem::After)),
            ("\"say \"hi\"\"", Some(QuoteProblem::After)),
        ] {
            assert_eq!(check_quotes(raw.as_bytes()), expected, "{raw}");
        }
    }

    #[test]
    fn delimiter_is_the_one_with_known_names() {
        let columns = Columns::new(InputOptions::default().arm_members());
        for (header, expected) in [
            ("customer_id,email", Delimiter::Comma),
            ("customer_id;email\r\n1;2,3,4,5,6", Delimiter::Semicolon),
            ("customer_id\temail", Delimiter::Tab),
            ("customer_id;# a, b, c, d", Delimiter::Semicolon),
            ("\"customer_id\";\"# a\n, b\"", Delimiter::Semicolon),
            ("customer_id", Delimiter::Comma),
            ("nothing;known;here", Delimiter::Semicolon),
        ] {
            let found = detect_delimiter(header.as_bytes(), &columns);
            assert_eq!(found.ok(), Some(expected), "{header}");
        }
        assert!(detect_delimiter(b"sep=;\r\ncustomer_id;email", &columns).is_err());
    }
}
