//! YAML with the line of each value, by the core schema of YAML 1.2.

use std::collections::HashMap;
use std::rc::Rc;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use serde_json::Number;

use super::json::Flaw;
use super::node::{MAX_DEPTH, MAX_VALUES, Members, Node, NodeKind};
use crate::codegen::json::step;

/// Parses the text of a file.
pub(super) fn parse(text: &str) -> Result<Rc<Node>, Flaw> {
    let mut reader = Reader {
        events: Parser::new_from_str(text),
        anchors: HashMap::new(),
        values: 0,
    };
    let mut root = None;
    loop {
        match reader.next()? {
            (Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd, _) => {}
            (Event::StreamEnd, _) => break,
            (_, span) if root.is_some() => {
                let reason = "a second YAML document begins here".to_owned();
                return Err((span.start.line(), String::new(), reason));
            }
            (event, span) => root = Some(reader.value(event, span.start.line(), "#", 0)?.node),
        }
    }
    root.ok_or_else(|| (1, String::new(), "the file is empty".to_owned()))
}

struct Reader<'a> {
    events: Parser<'a, StrInput<'a>>,
    anchors: HashMap<usize, Measured>,
    /// How many values were read so far.
    values: usize,
}

/// A value with its size, each use of an anchor counted in full.
#[derive(Clone)]
struct Measured {
    node: Rc<Node>,
    values: usize,
    height: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Flaw> {
        let flaw = |error: ScanError| {
            let line = error.marker().line();
            (line, String::new(), error.info().to_owned())
        };
        match self.events.next_event() {
            Some(event) => event.map_err(flaw),
            None => Err((0, String::new(), "the file ends too early".to_owned())),
        }
    }

    /// Reads the value that begins with an event.
    fn value(
        &mut self,
        event: Event<'a>,
        line: usize,
        pointer: &str,
        depth: usize,
    ) -> Result<Measured, Flaw> {
        let flaw = |reason: String| (line, pointer.to_owned(), reason);
        let refuse = |reason: String| Err(flaw(reason));
        if depth > MAX_DEPTH {
            return refuse(format!("values are nested deeper than {MAX_DEPTH}"));
        }
        let before = self.values;
        self.values += 1;
        let mut height = 0;
        let (kind, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let kind = scalar(&text, style, tag.as_deref());
                (kind.map_err(flaw)?, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                only_core(tag.as_deref(), "seq").map_err(flaw)?;
                let mut items = Vec::new();
                loop {
                    let (event, span) = self.next()?;
                    if event == Event::SequenceEnd {
                        break;
                    }
                    let pointer = step(pointer, &items.len().to_string());
                    let item = self.value(event, span.start.line(), &pointer, depth + 1)?;
                    height = height.max(item.height + 1);
                    items.push(item.node);
                }
                (NodeKind::List(items), anchor)
            }
            Event::MappingStart(anchor, tag) => {
                only_core(tag.as_deref(), "map").map_err(flaw)?;
                let (members, tallest) = self.members(pointer, depth)?;
                height = tallest;
                (NodeKind::Object(members), anchor)
            }
            Event::Alias(anchor) => {
                let Some(found) = self.anchors.get(&anchor).cloned() else {
                    return refuse("an alias stands inside the value that it repeats".to_owned());
                };
                self.values = self.values.saturating_add(found.values);
                if self.values > MAX_VALUES {
                    return refuse(format!("aliases make this more than {MAX_VALUES} values"));
                }
                if depth + found.height > MAX_DEPTH {
                    return refuse(format!("values are nested deeper than {MAX_DEPTH}"));
                }
                return Ok(found);
            }
            other => return refuse(format!("unexpected {other:?}")),
        };
        let found = Measured {
            node: Rc::new(Node { line, kind }),
            values: self.values - before,
            height,
        };
        if anchor > 0 {
            self.anchors.insert(anchor, found.clone());
        }
        Ok(found)
    }

    /// Reads the members of an object, and returns its height, too.
    fn members(&mut self, pointer: &str, depth: usize) -> Result<(Members, usize), Flaw> {
        let mut members = Members::new();
        let mut height = 0;
        loop {
            let (event, span) = self.next()?;
            let line = span.start.line();
            let flaw = |pointer: &str, reason: &str| Err((line, pointer.to_owned(), reason.into()));
            let name = match event {
                Event::MappingEnd => return Ok((members, height)),
                Event::Scalar(name, ..) => name.into_owned(),
                _ => return flaw(pointer, "the name of a member is not a string"),
            };
            let pointer = step(pointer, &name);
            if name == "<<" {
                return flaw(
                    &pointer,
                    "merge keys are not part of YAML 1.2; write the members",
                );
            }
            let (event, _) = self.next()?;
            let value = self.value(event, line, &pointer, depth + 1)?;
            height = height.max(value.height + 1);
            if members.insert(name, value.node).is_some() {
                return flaw(&pointer, "the member is there twice");
            }
        }
    }
}

/// Refuses each tag except the one that the value has anyway.
fn only_core(tag: Option<&Tag>, suffix: &str) -> Result<(), String> {
    match tag {
        Some(tag) if !(tag.is_yaml_core_schema() && tag.suffix == suffix) => {
            Err(format!("the tag `{tag}` is not read"))
        }
        _ => Ok(()),
    }
}

/// Reads a scalar by the core schema: only plain text can be something else than a string.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<NodeKind, String> {
    let string = || NodeKind::String(text.to_owned());
    match tag {
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => return Ok(string()),
        Some(tag) => return Err(format!("the tag `{tag}` is not read")),
        None if style != ScalarStyle::Plain => return Ok(string()),
        None => {}
    }
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => NodeKind::Null,
        "true" | "True" | "TRUE" => NodeKind::Boolean(true),
        "false" | "False" | "FALSE" => NodeKind::Boolean(false),
        _ => match number(text)? {
            Some(number) => NodeKind::Number(number),
            None => string(),
        },
    })
}

/// Reads a number; `None` if the text is none.
fn number(text: &str) -> Result<Option<Number>, String> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(&unsigned) {
        return Err(format!("`{text}` is not a number of JSON"));
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix)
            && let Ok(value) = u64::from_str_radix(digits, radix)
        {
            return Ok(Some(value.into()));
        }
    }
    let starts = unsigned.trim_start_matches('.').as_bytes().first();
    let is_number = starts.is_some_and(u8::is_ascii_digit)
        && unsigned
            .chars()
            .all(|c| c.is_ascii_digit() || ".eE+-".contains(c));
    if !is_number {
        return Ok(None);
    }
    if let Ok(value) = text.parse::<i64>() {
        return Ok(Some(value.into()));
    }
    if let Ok(value) = text.parse::<u64>() {
        return Ok(Some(value.into()));
    }
    match text.parse::<f64>() {
        Ok(value) => Number::from_f64(value)
            .map(Some)
            .ok_or_else(|| format!("`{text}` is too large for a number")),
        Err(_) => Ok(None),
    }
}
