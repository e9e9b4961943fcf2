//! CSV (RFC 4180).

use csv::{Terminator, Writer, WriterBuilder};

use crate::input::{Delimiter, Encoding, Newline};
use crate::output::error::OutputError;
use crate::output::target::TargetFile;
use crate::output::text::TextSink;

/// Writes the records of a CSV file.
pub(super) struct CsvSink(Writer<TextSink>);

impl CsvSink {
    /// Begins a file with its header.
    pub(super) fn begin(
        file: TargetFile,
        columns: &[String],
        delimiter: Delimiter,
        newline: Newline,
        encoding: Encoding,
    ) -> Result<Self, OutputError> {
        let terminator = match newline {
            Newline::Lf => Terminator::Any(b'\n'),
            Newline::CrLf => Terminator::CRLF,
        };
        let mut sink = Self(
            WriterBuilder::new()
                .delimiter(delimiter.byte())
                .terminator(terminator)
                .from_writer(TextSink::begin(file, encoding)?),
        );
        sink.record(columns)?;
        Ok(sink)
    }

    /// Writes a record.
    pub(super) fn write(
        &mut self,
        columns: &[String],
        cells: &[String],
    ) -> Result<(), OutputError> {
        let mut pairs = columns.iter().zip(cells);
        if let Some((column, _)) = pairs.find(|(_, cell)| cell.contains('\0')) {
            return Err(OutputError::has_zero(column));
        }
        self.record(cells)
    }

    /// Ends the file.
    pub(super) fn finish(mut self) -> Result<(), OutputError> {
        let flushed = self.0.flush();
        flushed.map_err(|error| self.0.get_ref().explain(error))?;
        // After a flush nothing is left that could fail.
        let text = self.0.into_inner().map_err(|failed| {
            let error = std::io::Error::from(failed.error().kind());
            OutputError::Write {
                path: String::new(),
                source: error,
            }
        })?;
        text.finish()
    }

    fn record(&mut self, cells: &[String]) -> Result<(), OutputError> {
        let written = self.0.write_record(cells);
        written.map_err(|error| self.0.get_ref().explain(error.into()))
    }
}
