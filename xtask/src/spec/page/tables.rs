//! The tables of a page: Markdown has cells, text has one cell after the other.

use super::reader::{Reader, Row};
use crate::codegen::problem::Problem;
use crate::spec::api::Shape;

/// The columns that tables of pages have.
const COLUMNS: &[&str] = &["Name", "Value", "In", "Required", "Type", "Description"];

impl Reader<'_> {
    /// Returns the columns if the head of a table is at an index.
    pub(super) fn columns(&self, at: usize) -> Option<Vec<String>> {
        let line = self.lines.get(at)?;
        let columns: Vec<String> = match &line.cells {
            Some(cells) => cells.clone(),
            None => line.text.split(' ').map(str::to_owned).collect(),
        };
        let is_known = |column: &String| COLUMNS.contains(&column.as_str());
        let is_head = columns.len() > 1
            && columns.iter().all(is_known)
            && matches!(columns.first()?.as_str(), "Name" | "Value");
        is_head.then_some(columns)
    }

    /// Reads the head of the table that is expected here.
    pub(super) fn head(&mut self, allowed: &[&[&str]]) -> Result<Vec<String>, Problem> {
        let Some(columns) = self.columns(self.at) else {
            let found = self.found(self.at);
            return Err(self.refuse(
                self.at,
                format!("a table is expected here, not {found}"),
                "copy the page again with the heads of its tables, such as `Name Type Description`",
            ));
        };
        if !allowed.iter().any(|one| columns == *one) {
            let what = format!("this table has the columns {}", columns.join(", "));
            let allowed: Vec<_> = allowed.iter().map(|one| one.join(", ")).collect();
            let hint = format!("here they are {}", allowed.join(" or "));
            return Err(self.refuse(self.at, what, &hint));
        }
        self.at += 1;
        Ok(columns)
    }

    /// Reads rows of members or parameters up to the end of the table.
    pub(super) fn rows(&mut self, columns: &[String]) -> Result<Vec<Row>, Problem> {
        let mut rows: Vec<Row> = Vec::new();
        let is_markdown = self.is_markdown_row(self.at);
        while self.at < self.lines.len() {
            let at = self.at;
            let row = if is_markdown {
                if !self.is_markdown_row(self.at) || self.columns(self.at).is_some() {
                    break;
                }
                match self.markdown_row(columns) {
                    Ok(row) => row,
                    // Each row is a line, so that the next one can be read all the same.
                    Err(problem) => {
                        self.problems.push(problem);
                        self.at = at + 1;
                        continue;
                    }
                }
            } else {
                if self.is_end(self.at) {
                    break;
                }
                self.text_row(columns)?
            };
            if rows.iter().any(|other| other.name == row.name) {
                let what = format!("the table lists `{}` twice", row.name);
                return Err(self.refuse_line(row.line, what, "keep one of the rows"));
            }
            rows.push(row);
        }
        self.end_of_rows(&rows);
        if rows.is_empty() && self.problems.is_empty() {
            let what = "the table has no rows";
            return Err(self.refuse(self.at, what, "copy the page again, as a whole"));
        }
        Ok(rows)
    }

    pub(super) fn is_markdown_row(&self, at: usize) -> bool {
        self.lines.get(at).is_some_and(|line| line.cells.is_some())
    }

    /// Returns the cells of a Markdown row, by column.
    pub(super) fn cells(&mut self, columns: &[String]) -> Result<Vec<String>, Problem> {
        let at = self.at;
        let cells = self.lines.get(at).and_then(|line| line.cells.clone());
        let cells = cells.unwrap_or_default();
        if cells.len() != columns.len() {
            let (has, wants) = (cells.len(), columns.len());
            let what = format!("the row has {has} cells, the table {wants} columns");
            return Err(self.refuse(
                at,
                what,
                "write one cell for each column; escape a bar as \\|",
            ));
        }
        self.at += 1;
        Ok(cells)
    }

    fn markdown_row(&mut self, columns: &[String]) -> Result<Row, Problem> {
        let at = self.at;
        let mut row = self.new_row(at);
        for (column, cell) in columns.iter().zip(self.cells(columns)?) {
            match column.as_str() {
                "Name" | "Value" => row.name = cell,
                "In" => row.location = Some(self.location(at, &cell)?),
                "Required" => row.required = self.required(at, &cell)?,
                "Type" => row.shape = self.shape(at, &cell)?,
                _ => row.description = Some(cell).filter(|cell| !cell.is_empty()),
            }
        }
        if row.name.is_empty() || row.name.contains(' ') {
            let what = format!("`{}` is not a name", row.name);
            return Err(self.refuse(at, what, "correct the first cell of the row"));
        }
        Ok(row)
    }

    fn new_row(&self, at: usize) -> Row {
        Row {
            line: self.number(at),
            ..Row::default()
        }
    }

    fn text_row(&mut self, columns: &[String]) -> Result<Row, Problem> {
        let at = self.at;
        let mut row = self.new_row(at);
        let (words, behind) = self.name_cells(at, columns);
        let mut words = words.into_iter();
        row.name = words.next().unwrap_or_default();
        for column in columns {
            match column.as_str() {
                "In" => {
                    let word = words.next().unwrap_or_default();
                    row.location = Some(self.location(at, &word)?);
                }
                "Required" => {
                    row.required = self.required(at, &words.next().unwrap_or_default())?
                }
                _ => {}
            }
        }
        let rest: Vec<_> = words.collect();
        if !rest.is_empty() {
            let what = format!("`{}` follows the name `{}`", rest.join(" "), row.name);
            let hint = "a row begins with one name; if a description has several paragraphs, \
                        join them in one line";
            return Err(self.refuse(at, what, hint));
        }
        if behind >= self.lines.len() {
            let what = format!("the page ends within the row of `{}`", row.name);
            return Err(self.refuse(at, what, "copy the page again, as a whole"));
        }
        row.shape = self.shape(behind, self.text(behind))?;
        self.at = behind + 1;
        row.description = self.description(columns);
        Ok(row)
    }

    /// Returns the words of the cells before the type, and the index of the type.
    fn name_cells(&self, at: usize, columns: &[String]) -> (Vec<String>, usize) {
        let mut words: Vec<String> = self.text(at).split(' ').map(str::to_owned).collect();
        let mut behind = at + 1;
        // `path True` is a line of its own, but no paragraph.
        let has_more = columns.iter().any(|column| column == "In");
        while has_more && self.lines.get(behind).is_some_and(|line| !line.begins) {
            words.extend(self.text(behind).split(' ').map(str::to_owned));
            behind += 1;
        }
        (words, behind)
    }

    /// Reads a description, which ends where the next row or the end of the table begins.
    fn description(&mut self, columns: &[String]) -> Option<String> {
        if !columns.iter().any(|column| column == "Description") {
            return None;
        }
        if self.is_end(self.at) || self.is_row(self.at, columns) {
            return None;
        }
        let mut description = self.text(self.at).to_owned();
        self.at += 1;
        while self.lines.get(self.at).is_some_and(|line| !line.begins)
            && !self.is_end(self.at)
            && !self.is_row(self.at, columns)
        {
            description.push('\n');
            description.push_str(self.text(self.at));
            self.at += 1;
        }
        Some(description)
    }

    /// Returns whether a row begins at an index: a name, and then a type.
    fn is_row(&self, at: usize, columns: &[String]) -> bool {
        let (words, behind) = self.name_cells(at, columns);
        let is_name = match columns.get(1).map(String::as_str) {
            Some("In") => matches!(words.len(), 2 | 3),
            Some("Required") => {
                words.len() == 1
                    || words.len() == 2 && words.get(1).is_some_and(|word| word == "True")
            }
            _ => words.len() == 1,
        };
        is_name && self.lines.get(behind).is_some() && self.parse_shape(self.text(behind)).is_some()
    }

    fn location(&self, at: usize, cell: &str) -> Result<String, Problem> {
        match cell {
            "path" | "query" | "header" => Ok(cell.to_owned()),
            _ => Err(self.refuse(
                at,
                format!("`{cell}` is no place of a parameter"),
                "the column In has path, query or header",
            )),
        }
    }

    fn required(&self, at: usize, cell: &str) -> Result<bool, Problem> {
        match cell {
            "True" => Ok(true),
            "False" | "" => Ok(false),
            _ => Err(self.refuse(
                at,
                format!("`{cell}` is neither True nor False"),
                "the column Required has True or nothing; a name has no spaces",
            )),
        }
    }

    /// Reads the name of a type.
    pub(super) fn shape(&self, at: usize, text: &str) -> Result<Shape, Problem> {
        self.parse_shape(text).ok_or_else(|| {
            let what = if text.is_empty() {
                "the type is missing".to_owned()
            } else {
                format!("`{text}` is not a type")
            };
            let hint = "a type is string, boolean, integer, number, object or one of the table \
                        Definitions, with [] for a list";
            self.refuse(at, what, hint)
        })
    }

    /// Returns the type of a name; `None` if it is not the name of a type.
    pub(super) fn parse_shape(&self, text: &str) -> Option<Shape> {
        if let Some(known) = self.names.iter().find(|known| known.page == text) {
            return Some(Shape::Named(known.key.clone()));
        }
        if let Some(element) = text.strip_suffix("[]") {
            return Some(Shape::Array(Box::new(self.parse_shape(element)?)));
        }
        let (kind, format) = match text.split_once(" (") {
            Some((kind, format)) => (kind, Some(format.strip_suffix(')')?.to_owned())),
            None => (text, None),
        };
        match (kind, &format) {
            ("string", _) => Some(Shape::String(format)),
            ("integer", _) => Some(Shape::Integer(format)),
            ("number", _) => Some(Shape::Number(format)),
            ("boolean", None) => Some(Shape::Boolean),
            ("object", None) => Some(Shape::Map(Box::new(Shape::Any))),
            _ => None,
        }
    }
}
