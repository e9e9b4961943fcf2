//! Values of columns: numbers without a sign, and JSON texts.

use rusqlite::Row as Columns;
use rusqlite::types::{Value, ValueRef};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Returns the error of a column or a checksum that is not as this version writes it.
pub(crate) fn invalid() -> rusqlite::Error {
    rusqlite::Error::InvalidQuery
}

/// Returns a row number as SQLite keeps it.
pub(crate) fn number(number: u64) -> rusqlite::Result<i64> {
    i64::try_from(number).map_err(|_| invalid())
}

/// Returns the number in a column that is not negative.
pub(crate) fn unsigned(columns: &Columns<'_>, column: usize) -> rusqlite::Result<u64> {
    u64::try_from(columns.get::<_, i64>(column)?).map_err(|_| invalid())
}

/// Returns the JSON text of a value.
pub(crate) fn json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|_| invalid())
}

/// Returns the value whose JSON text is in a column.
pub(crate) fn parse<T: DeserializeOwned>(
    columns: &Columns<'_>,
    column: usize,
) -> rusqlite::Result<T> {
    parse_optional(columns, column)?.ok_or_else(invalid)
}

/// Returns the value whose JSON text is in a column, if there is one.
pub(crate) fn parse_optional<T: DeserializeOwned>(
    columns: &Columns<'_>,
    column: usize,
) -> rusqlite::Result<Option<T>> {
    match columns.get_ref(column)? {
        ValueRef::Null => Ok(None),
        ValueRef::Text(text) => serde_json::from_slice(text)
            .map(Some)
            .map_err(|_| invalid()),
        _ => Err(invalid()),
    }
}

/// Returns a text or NULL.
pub(crate) fn optional(text: Option<String>) -> Value {
    text.map_or(Value::Null, Value::Text)
}
