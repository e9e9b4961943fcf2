//! Parsing of specs: a duplicate member is an error, where serde_json would keep the last one.

mod strict;

use serde_json::Value;

use self::strict::Strict;
use super::problem::Problem;

/// Parses the text of `file`.
pub fn parse(file: &str, text: &str) -> Result<Value, Problem> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let parsed =
        serde_path_to_error::deserialize::<_, Strict>(&mut deserializer).map_err(|error| {
            let inner = error.inner();
            let what = inner.to_string();
            let duplicate = what.starts_with("duplicate field");
            Problem::new(
                file,
                if duplicate {
                    to_pointer(error.path())
                } else {
                    format!(":{}:{}", inner.line(), inner.column())
                },
                match what.split_once(" at line ") {
                    Some((message, _)) => message.to_owned(),
                    None => what,
                },
                if duplicate {
                    "keep one of them"
                } else {
                    "a spec is one JSON document; correct it there"
                },
            )
        })?;
    deserializer.end().map_err(|error| {
        Problem::new(
            file,
            format!(":{}:{}", error.line(), error.column()),
            "something follows the JSON document",
            "a spec is one JSON document; remove the rest",
        )
    })?;
    Ok(parsed.0)
}

/// Appends a step to a JSON pointer.
pub fn step(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn to_pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .fold("#".to_owned(), |pointer, segment| match segment {
            Segment::Map { key } => step(&pointer, key),
            Segment::Seq { index } => step(&pointer, &index.to_string()),
            Segment::Enum { .. } | Segment::Unknown => pointer,
        })
}
