//! Text in pieces: decoded to UTF-8, and hashed as it is read.

use std::io::Read;

use encoding_rs::{Decoder, DecoderResult};
use sha2::{Digest as _, Sha256};

use crate::input::encoding::{Encoding, guess, unsupported};
use crate::input::mistake::{Mistake, Stop};

/// The bytes that are read at once.
const CHUNK: usize = 64 << 10;

const SAVE_AS_UTF_8: &str = "save it as UTF-8 (in Excel: \"CSV UTF-8\")";

/// A text in pieces. Memory does not grow with its length.
pub(super) struct Text {
    source: Box<dyn Read + Send>,
    hash: Sha256,
    encoding: Encoding,
    decoder: Decoder,
    raw: Vec<u8>,
    /// How many bytes were read before those in `raw`.
    before: u64,
    is_end: bool,
    /// What was decoded, and how much of it was consumed.
    decoded: Vec<u8>,
    consumed: usize,
    /// Why nothing follows what was decoded.
    failed: Option<Mistake>,
}

impl Text {
    /// Begins to read a text.
    ///
    /// # Errors
    /// An encoding that is not read.
    pub(super) fn open(source: Box<dyn Read + Send>) -> Result<Self, Stop> {
        let mut text = Self {
            source,
            hash: Sha256::new(),
            encoding: Encoding::Utf8,
            decoder: Encoding::Utf8.decoder(),
            raw: Vec::with_capacity(CHUNK),
            before: 0,
            is_end: false,
            decoded: Vec::new(),
            consumed: 0,
            failed: None,
        };
        text.fill()?;
        if let Some(name) = unsupported(&text.raw) {
            let mistake = Mistake::new(format!("it is {name}, which is not read"));
            return Err(mistake.hint(SAVE_AS_UTF_8).into());
        }
        let (encoding, mark) = Encoding::detect(&text.raw);
        text.encoding = encoding;
        text.decoder = encoding.decoder();
        text.decode(mark);
        Ok(text)
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Returns the next bytes of the text, which are empty at its end only.
    ///
    /// # Errors
    /// Bytes that are not of the encoding, or are zero.
    pub(super) fn chunk(&mut self) -> Result<&[u8], Stop> {
        while self.consumed >= self.decoded.len() {
            if let Some(mistake) = &self.failed {
                return Err(mistake.clone().into());
            }
            if self.is_end {
                return Ok(&[]);
            }
            self.fill()?;
            self.decode(0);
        }
        Ok(self.decoded.get(self.consumed..).unwrap_or_default())
    }

    /// Marks bytes of the [chunk](Self::chunk) as used.
    pub(super) fn consume(&mut self, bytes: usize) {
        self.consumed = self.consumed.saturating_add(bytes);
    }

    /// Returns the SHA-256 of the source, which is read to its end.
    ///
    /// # Errors
    /// A source that cannot be read.
    pub(super) fn finish(mut self) -> Result<[u8; 32], Stop> {
        while !self.is_end {
            self.fill()?;
        }
        Ok(self.hash.finalize().into())
    }

    fn fill(&mut self) -> Result<(), Stop> {
        let read = u64::try_from(self.raw.len()).unwrap_or(u64::MAX);
        self.before = self.before.saturating_add(read);
        self.raw.clear();
        let most = u64::try_from(CHUNK).unwrap_or(u64::MAX);
        let read = self.source.by_ref().take(most).read_to_end(&mut self.raw)?;
        self.is_end = read < CHUNK;
        self.hash.update(&self.raw);
        Ok(())
    }

    /// Decodes what was read, except the first bytes.
    fn decode(&mut self, skipped: usize) {
        let raw = self.raw.get(skipped..).unwrap_or_default();
        let most = self
            .decoder
            .max_utf8_buffer_length_without_replacement(raw.len());
        self.decoded.resize(most.unwrap_or_default(), 0);
        self.consumed = 0;
        let (result, read, written) =
            self.decoder
                .decode_to_utf8_without_replacement(raw, &mut self.decoded, self.is_end);
        self.decoded.truncate(written);
        if let Some(zero) = self.decoded.iter().position(|byte| *byte == 0) {
            self.decoded.truncate(zero);
            self.failed = Some(self.has_zero());
        } else if !matches!(result, DecoderResult::InputEmpty) {
            let place = u64::try_from(skipped.saturating_add(read)).unwrap_or(u64::MAX);
            self.failed = Some(self.is_broken(self.before.saturating_add(place)));
        }
    }

    fn has_zero(&self) -> Mistake {
        match guess(&self.raw) {
            Some(name) => Mistake::new(format!("it looks like {name}")).hint(SAVE_AS_UTF_8),
            None => Mistake::new("it has a zero byte, so it is not text")
                .hint("give a CSV, XLSX or JSON file"),
        }
    }

    fn is_broken(&self, end: u64) -> Mistake {
        let name = match self.encoding {
            Encoding::Utf8 | Encoding::Utf8Bom => "UTF-8",
            Encoding::Utf16Le | Encoding::Utf16Be => {
                return Mistake::new(format!("it is invalid UTF-16 before byte {end}"))
                    .hint(SAVE_AS_UTF_8);
            }
        };
        match guess(&self.raw) {
            Some(guess) => Mistake::new(format!("it is not {name}; it looks like {guess}")),
            None => Mistake::new(format!("it is not {name}: byte {end} is invalid")),
        }
        .hint(SAVE_AS_UTF_8)
    }
}
