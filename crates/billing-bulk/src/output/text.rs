//! Text in the encoding of a file.

use std::io::{self, BufWriter, Write};

use crate::input::Encoding;
use crate::output::error::OutputError;
use crate::output::target::TargetFile;

/// Takes UTF-8, and writes it in another encoding.
pub(super) struct TextSink {
    out: BufWriter<TargetFile>,
    encoding: Encoding,
    /// The first bytes of a character whose other bytes were not written yet.
    begun: Vec<u8>,
}

impl TextSink {
    /// Begins a text with the byte order mark of its encoding.
    pub(super) fn begin(file: TargetFile, encoding: Encoding) -> Result<Self, OutputError> {
        let mut text = Self {
            out: BufWriter::new(file),
            encoding,
            begun: Vec::new(),
        };
        match encoding {
            Encoding::Utf8 => {}
            Encoding::Utf8Bom | Encoding::Utf16Le | Encoding::Utf16Be => {
                text.push("\u{feff}")?;
            }
        }
        Ok(text)
    }

    /// Adds a text.
    pub(super) fn push(&mut self, text: &str) -> Result<(), OutputError> {
        let written = self.encode(text);
        written.map_err(|error| self.explain(error))
    }

    /// Explains an error of writing.
    pub(super) fn explain(&self, error: io::Error) -> OutputError {
        self.out.get_ref().explain(error)
    }

    /// Ends the text.
    pub(super) fn finish(mut self) -> Result<(), OutputError> {
        self.out.flush().map_err(|error| self.explain(error))?;
        // After a flush nothing is left that could fail.
        let (file, _) = self.out.into_parts();
        file.finish()
    }

    fn encode(&mut self, text: &str) -> io::Result<()> {
        let bytes = match self.encoding {
            Encoding::Utf8 | Encoding::Utf8Bom => return self.out.write_all(text.as_bytes()),
            Encoding::Utf16Le => u16::to_le_bytes,
            Encoding::Utf16Be => u16::to_be_bytes,
        };
        for unit in text.encode_utf16() {
            self.out.write_all(&bytes(unit))?;
        }
        Ok(())
    }
}

/// Pieces may end within a character.
impl Write for TextSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = std::mem::take(&mut self.begun);
        all.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&all) {
            Ok(_) => all.len(),
            Err(error) => error.valid_up_to(),
        };
        let rest = all.split_off(whole);
        // A character has at most four bytes.
        let text = String::from_utf8(all).ok().filter(|_| rest.len() < 4);
        let text = text.ok_or(io::ErrorKind::InvalidData)?;
        self.begun = rest;
        self.encode(&text)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
