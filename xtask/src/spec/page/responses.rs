//! The responses of a page, with their headers.

use super::reader::{Reader, ResponseRow};
use crate::codegen::problem::Problem;
use crate::spec::api::{Header, Operation, Place, Response};
use crate::spec::emit::status_name;

/// The line above the headers of a response.
const HEADERS: &str = "Headers";

impl Reader<'_> {
    pub(super) fn responses(&mut self, operation: &mut Operation) -> Result<(), Problem> {
        let mut media_types = self.media_types()?;
        let columns = self.head(&[&["Name", "Type", "Description"]])?;
        let mut rows: Vec<ResponseRow> = Vec::new();
        while !self.is_end(self.at) {
            let row = if self.is_markdown_row(self.at) {
                self.markdown_response(&columns)?
            } else {
                self.text_response()?
            };
            if rows.iter().any(|other| other.status == row.status) {
                let what = format!("the status {} is listed twice", row.status);
                return Err(self.refuse_line(row.line, what, "keep one of the rows"));
            }
            rows.push(row);
        }
        if media_types.is_empty() {
            media_types = self.media_types()?;
        }
        self.end_of_responses(&rows)?;
        operation.produces = media_types;
        operation.responses = rows
            .into_iter()
            .map(|row| Response {
                status: row.status,
                description: row.description,
                shape: row.shape,
                headers: row
                    .headers
                    .into_iter()
                    .map(|(name, shape)| {
                        let header = Header {
                            shape,
                            description: None,
                        };
                        (name, header)
                    })
                    .collect(),
                place: Place {
                    line: row.line,
                    ..self.place(0)
                },
            })
            .collect();
        Ok(())
    }

    fn markdown_response(&mut self, columns: &[String]) -> Result<ResponseRow, Problem> {
        let at = self.at;
        let cells = self.cells(columns)?;
        let [name, kind, words] = cells.as_slice() else {
            let hint = "a response has a name, a type and a description";
            return Err(self.refuse(at, "the row is not understood", hint));
        };
        let mut row = self.response_row(at, name)?;
        if !kind.is_empty() {
            row.shape = Some(self.shape(at, kind)?);
        }
        let mut lines = words.lines().filter(|line| !line.is_empty());
        let before = lines.by_ref().take_while(|line| *line != HEADERS);
        let words: Vec<_> = before.collect();
        row.description = Some(words.join("\n")).filter(|words| !words.is_empty());
        for line in lines {
            self.header(at, line, &mut row)?;
        }
        Ok(row)
    }

    fn text_response(&mut self) -> Result<ResponseRow, Problem> {
        let at = self.at;
        let mut row = self.response_row(at, self.text(at))?;
        self.at += 1;
        if let Some(shape) = self.parse_shape(self.text(self.at)) {
            row.shape = Some(shape);
            self.at += 1;
        }
        let is_next = |reader: &Self| {
            let text = reader.text(reader.at);
            reader.is_end(reader.at) || status(text).is_some() || text == HEADERS
        };
        if !is_next(self) {
            row.description = Some(self.text(self.at).to_owned());
            self.at += 1;
        }
        if self.text(self.at) == HEADERS {
            self.at += 1;
            while !is_next(self) {
                self.header(self.at, self.text(self.at), &mut row)?;
                self.at += 1;
            }
        }
        Ok(row)
    }

    fn response_row(&self, at: usize, name: &str) -> Result<ResponseRow, Problem> {
        let Some(status) = status(name) else {
            let what = format!("{} is not a response", self.found(at));
            let hint = "a row begins with a status, such as `200 OK`, or with `Other Status Codes`; \
                        a type is one of the table Definitions";
            return Err(self.refuse(at, what, hint));
        };
        if status_name(&status) != name {
            let what = format!("the reason of `{name}` is not known");
            let hint = format!("it is written as `{}`", status_name(&status));
            return Err(self.refuse(at, what, &hint));
        }
        Ok(ResponseRow {
            line: self.number(at),
            status,
            ..ResponseRow::default()
        })
    }

    /// Reads a header such as `• Location: string`.
    fn header(&self, at: usize, line: &str, row: &mut ResponseRow) -> Result<(), Problem> {
        let line = line.trim_start_matches(['•', '-', '*', ' ']);
        match line.split_once(':') {
            Some((name, _)) if row.headers.iter().any(|(other, _)| other == name) => {
                let what = format!("the header `{name}` is listed twice");
                Err(self.refuse(at, what, "keep one of them"))
            }
            Some((name, kind)) if !name.contains(' ') => {
                let shape = self.shape(at, kind.trim())?;
                row.headers.push((name.to_owned(), shape));
                Ok(())
            }
            _ => {
                let what = format!("`{line}` is not a header");
                let hint = "a header has a name and a type: `• Location: string`";
                Err(self.refuse(at, what, hint))
            }
        }
    }
}

/// Returns the status of the name of a response.
pub(super) fn status(name: &str) -> Option<String> {
    if name == status_name("default") {
        return Some("default".to_owned());
    }
    let code = name.split(' ').next()?;
    let is_code = code.len() == 3 && code.bytes().all(|digit| digit.is_ascii_digit());
    is_code.then(|| code.to_owned())
}
