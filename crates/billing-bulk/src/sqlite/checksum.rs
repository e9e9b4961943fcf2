//! Checksums of rows: SQLite notices damage to its structure, not to a value.

use std::ops::Range;

use rusqlite::Row;
use rusqlite::types::{Value, ValueRef};
use sha2::{Digest as _, Sha256};

/// A SHA-256 over values, each with its type and its length.
#[derive(Clone, Default)]
pub(crate) struct Checksum(Sha256);

impl Checksum {
    /// Adds a value.
    pub(crate) fn add(&mut self, value: ValueRef<'_>) {
        let integer;
        let (tag, bytes): (u8, &[u8]) = match value {
            ValueRef::Null => (0, &[]),
            ValueRef::Integer(value) => {
                integer = value.to_be_bytes();
                (1, &integer)
            }
            ValueRef::Real(value) => {
                integer = value.to_bits().cast_signed().to_be_bytes();
                (2, &integer)
            }
            ValueRef::Text(value) => (3, value),
            ValueRef::Blob(value) => (4, value),
        };
        let [a, b, c, d, e, f, g, h] = (bytes.len() as u64).to_be_bytes();
        self.0.update([tag, a, b, c, d, e, f, g, h]);
        self.0.update(bytes);
    }

    /// Adds columns of a row.
    pub(crate) fn add_columns(
        &mut self,
        row: &Row<'_>,
        columns: Range<usize>,
    ) -> rusqlite::Result<()> {
        for column in columns {
            self.add(row.get_ref(column)?);
        }
        Ok(())
    }

    /// Returns the checksum.
    pub(crate) fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// Returns the checksum of values.
pub(crate) fn of_values(values: &[Value]) -> [u8; 32] {
    let mut checksum = Checksum::default();
    for value in values {
        checksum.add(value.into());
    }
    checksum.finish()
}

/// Returns whether the column after these columns has their checksum.
pub(crate) fn is_intact(row: &Row<'_>, columns: Range<usize>) -> rusqlite::Result<bool> {
    let stored = row.get_ref(columns.end)?;
    let mut checksum = Checksum::default();
    checksum.add_columns(row, columns)?;
    Ok(stored == ValueRef::Blob(&checksum.finish()))
}

/// Returns the SHA-256 of bytes in lower-case hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Returns bytes in lower-case hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        for nibble in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(nibble.into(), 16));
        }
    }
    text
}
