//! The limits of an input, so that a hostile or broken file costs bounded memory.

/// The bytes of a cell, or of a value in JSON.
pub(crate) const CELL: usize = 64 << 10;

/// The bytes of a CSV record, of a line of JSON Lines, or of an item of a JSON array.
pub(crate) const RECORD: usize = 1 << 20;

/// The number of columns, or of different members in JSON.
pub(crate) const COLUMNS: usize = 1000;

/// How deep objects and lists of JSON may be nested.
pub(crate) const NESTING: usize = 32;

/// The bytes of a stream that is held in memory.
pub(crate) const STREAM: u64 = 256 << 20;

/// The bytes of a workbook.
pub(crate) const WORKBOOK: u64 = 64 << 20;

/// The bytes of all parts of a workbook after decompression.
pub(crate) const UNPACKED: u64 = 256 << 20;

/// The number of mistakes that are listed.
pub(crate) const MISTAKES: usize = 100;
