//! JSON Lines, and one JSON array.

use serde_json::Value;

use crate::input::json::Members;
use crate::input::{Encoding, Newline, limits};
use crate::output::error::OutputError;
use crate::output::target::TargetFile;
use crate::output::text::TextSink;

/// Writes objects as JSON Lines or as one JSON array.
pub(super) struct JsonSink {
    text: TextSink,
    members: Vec<Member>,
    newline: &'static str,
    /// Whether the objects are the items of an array.
    is_array: bool,
    is_empty: bool,
}

/// A member of the objects.
enum Member {
    /// The value of a column.
    Value { name: String, column: usize },
    /// An object with members.
    Object { name: String, members: Vec<Member> },
}

impl Member {
    fn name(&self) -> &str {
        match self {
            Self::Value { name, .. } | Self::Object { name, .. } => name,
        }
    }
}

impl JsonSink {
    /// Begins a file.
    pub(super) fn begin(
        file: TargetFile,
        columns: &[String],
        newline: Newline,
        encoding: Encoding,
        is_array: bool,
    ) -> Result<Self, OutputError> {
        let newline = match newline {
            Newline::Lf => "\n",
            Newline::CrLf => "\r\n",
        };
        let mut text = TextSink::begin(file, encoding)?;
        if is_array {
            text.push("[")?;
            text.push(newline)?;
        }
        let mut members = Vec::new();
        for (column, name) in columns.iter().enumerate() {
            let is_comment = name.starts_with('#');
            if is_comment || !add(&mut members, name, column) {
                // A dotted name means the same.
                let name = name.clone();
                members.push(Member::Value { name, column });
            }
        }
        Ok(Self {
            text,
            members,
            newline,
            is_array,
            is_empty: true,
        })
    }

    /// Writes an object with a value for each column that has one.
    pub(super) fn write(
        &mut self,
        columns: &[String],
        cells: &[Option<Value>],
    ) -> Result<(), OutputError> {
        if cells.len() > columns.len() {
            return Err(OutputError::OtherForm);
        }
        for (name, cell) in columns.iter().zip(cells) {
            let length = cell.as_ref().map_or(0, |cell| cell.to_string().len());
            if length >= limits::CELL {
                return Err(OutputError::too_long(name));
            }
        }
        let mut object = String::new();
        write_object(&mut object, &self.members, cells);
        if object.len() > limits::RECORD {
            let last = columns.last().map_or("", String::as_str);
            return Err(OutputError::too_long(last));
        }
        self.item(&object)
    }

    /// Writes an object as it is, except its comments.
    pub(super) fn write_raw(
        &mut self,
        object: &str,
        comments: &[(&str, &str)],
    ) -> Result<(), OutputError> {
        let Ok(Members(members)) = serde_json::from_str(object) else {
            return Err(OutputError::OtherForm);
        };
        let given = |name: &str| comments.iter().any(|(comment, _)| *comment == name);
        let kept = members.iter().filter(|(name, _)| !given(name));
        let kept = kept.map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), value));
        let comments = comments.iter();
        let comments =
            comments.map(|(name, text)| format!("{}:{}", Value::from(*name), Value::from(*text)));
        let members: Vec<_> = kept.chain(comments).collect();
        let mut object = format!("{{{}}}", members.join(","));
        if !self.is_array {
            // Line breaks are between the parts of JSON only, never in a text.
            object = object.replace(['\r', '\n'], " ");
        }
        self.item(&object)
    }

    /// Ends the file.
    pub(super) fn finish(mut self) -> Result<(), OutputError> {
        if self.is_array {
            if !self.is_empty {
                self.text.push(self.newline)?;
            }
            self.text.push("]")?;
            self.text.push(self.newline)?;
        }
        self.text.finish()
    }

    fn item(&mut self, object: &str) -> Result<(), OutputError> {
        if self.is_array && !self.is_empty {
            self.text.push(",")?;
            self.text.push(self.newline)?;
        }
        self.is_empty = false;
        self.text.push(object)?;
        if !self.is_array {
            self.text.push(self.newline)?;
        }
        Ok(())
    }
}

/// Adds the member at a path; returns false if it overlaps with another one.
fn add(members: &mut Vec<Member>, path: &str, column: usize) -> bool {
    let (name, rest) = match path.split_once('.') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    };
    let found = members.iter().position(|member| member.name() == name);
    let found = found.and_then(|at| members.get_mut(at));
    match (found, rest) {
        (Some(Member::Object { members, .. }), Some(rest)) => add(members, rest, column),
        (Some(_), _) => false,
        (None, None) => {
            let name = name.to_owned();
            members.push(Member::Value { name, column });
            true
        }
        (None, Some(rest)) => {
            let mut inner = Vec::new();
            add(&mut inner, rest, column);
            members.push(Member::Object {
                name: name.to_owned(),
                members: inner,
            });
            true
        }
    }
}

/// Writes an object with the members that have a value.
fn write_object(text: &mut String, members: &[Member], cells: &[Option<Value>]) {
    let start = text.len();
    for member in members {
        let before = text.len();
        text.push(if before == start { '{' } else { ',' });
        text.push_str(&Value::from(member.name()).to_string());
        text.push(':');
        let is_written = match member {
            Member::Value { column, .. } => match cells.get(*column) {
                Some(Some(value)) => {
                    text.push_str(&value.to_string());
                    true
                }
                _ => false,
            },
            Member::Object { members, .. } => {
                let value = text.len();
                write_object(text, members, cells);
                text.get(value..) != Some("{}")
            }
        };
        if !is_written {
            text.truncate(before);
        }
    }
    text.push_str(if text.len() == start { "{}" } else { "}" });
}
