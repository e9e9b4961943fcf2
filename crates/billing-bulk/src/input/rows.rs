//! The rows of a checked input.

use billing_edit::Edits;

use crate::input::columns::Columns;
use crate::input::location::Location;
use crate::input::mistake::{InputError, Stop};
use crate::input::options::InputOptions;
use crate::input::reader::RowReader;
use crate::input::record::RawRow;
use crate::input::row;
use crate::profile::ProfileId;

/// A row of an input.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InputRow {
    /// The number of the row in the input, counted from 1; headers and empty rows do not count.
    pub number: u64,
    /// Where it is.
    pub location: Location,
    /// The profile.
    pub profile: ProfileId,
    /// The changes; none if all cells of members are empty.
    pub edits: Edits,
    /// The exact text of each cell that `edits` takes for another one: it has spaces around it, or
    /// is the clear marker. A member that has this text already does not change.
    pub literal: Edits,
    /// Those of `edits` whose text differs from the clear marker in letter case only. It is most
    /// likely meant to clear the member, so a plan takes it only for the stored value.
    pub like_marker: Edits,
    /// The contents as the input has them.
    pub raw: RawRow,
}

/// Iterator over the rows of an input, in their order. It reads the input again, a piece at a time.
///
/// It ends after the first error. The last item of an input that is not the one that was checked is
/// [`InputError::Changed`], so rows are certain only when all were read.
#[must_use = "nothing is read before `next`"]
pub struct InputRows {
    pub(super) name: String,
    pub(super) options: InputOptions,
    pub(super) columns: Columns,
    /// `None` after the last row.
    pub(super) reader: Option<RowReader>,
    pub(super) sha256: [u8; 32],
    pub(super) number: u64,
}

impl InputRows {
    fn read(&mut self) -> Result<Option<InputRow>, Stop> {
        while let Some(reader) = &mut self.reader {
            let Some(record) = reader.next(&mut self.columns)? else {
                break;
            };
            // An input with mistakes is not the one that was checked.
            let checked = row::check(&record, &self.columns, &self.options);
            let profile = match checked.profile {
                Some(profile) if checked.mistakes.is_empty() => profile,
                _ => return Err(Stop::Mistakes(checked.mistakes)),
            };
            self.number = self.number.saturating_add(1);
            let shard = self.options.shard();
            if shard.is_none_or(|shard| shard.contains(&profile)) {
                return Ok(Some(InputRow {
                    number: self.number,
                    location: record.location,
                    profile,
                    edits: checked.edits,
                    literal: checked.literal,
                    like_marker: checked.like_marker,
                    raw: record.raw,
                }));
            }
        }
        Ok(None)
    }

    fn error(&self, stop: Stop) -> InputError {
        let name = self.name.clone();
        match stop {
            Stop::Io(source) => InputError::Read { name, source },
            Stop::Mistake(_) | Stop::Mistakes(_) => InputError::Changed { name },
        }
    }
}

impl Iterator for InputRows {
    type Item = Result<InputRow, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.read() {
            Ok(Some(row)) => Some(Ok(row)),
            Ok(None) => match self.reader.take()?.finish() {
                Ok(sha256) if sha256 == self.sha256 => None,
                Ok(_) => Some(Err(InputError::Changed {
                    name: self.name.clone(),
                })),
                Err(stop) => Some(Err(self.error(stop))),
            },
            Err(stop) => {
                self.reader = None;
                Some(Err(self.error(stop)))
            }
        }
    }
}

impl std::fmt::Debug for InputRows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InputRows")
            .field("name", &self.name)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}
