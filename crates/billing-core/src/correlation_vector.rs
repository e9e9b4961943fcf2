//! The correlation vector, the value of the header `MS-CV`.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use uuid::Uuid;

use crate::error::Error;

/// A correlation vector, the value of `MS-CV`: the position of a request in a flow of requests.
///
/// It has a base of 22 base64 characters and counters after it, as in version 2.1 of Microsoft's
/// convention (microsoft/CorrelationVector, "cV - 2.1"). A program that receives a vector
/// [extends](Self::extend) it once by a counter of its own, and [increments](Self::increment) that
/// before each request that it sends. The older format is accepted as well: a base of 16, as in
/// Partner Center's own responses.
///
/// ```
/// use billing_core::CorrelationVector;
///
/// let received: CorrelationVector = "PmvzQKgYek6Sdk/T5sWaqw.1".parse()?;
/// assert_eq!(received.extend().to_string(), "PmvzQKgYek6Sdk/T5sWaqw.1.0");
/// assert_eq!(received.extend().increment().to_string(), "PmvzQKgYek6Sdk/T5sWaqw.1.1");
/// # Ok::<(), billing_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CorrelationVector(String);

/// The end of a vector that can neither grow nor count any more ("Termination").
const TERMINATION: char = '!';

impl CorrelationVector {
    /// Generates a random base with the counter 0.
    pub fn generate() -> Self {
        let mut text = String::with_capacity(BASE + 4);
        STANDARD_NO_PAD.encode_string(Uuid::new_v4().as_bytes(), &mut text);
        text.push_str(".0");
        Self(text)
    }

    /// Returns the vector of the next request: its last counter is one higher.
    ///
    /// A vector that would grow too long, or whose counter has reached the end of its 32 bits, gets
    /// a `!` instead and never changes again.
    #[must_use]
    pub fn increment(&self) -> Self {
        let counted = self.0.rsplit_once('.').and_then(|(stem, counter)| {
            let next = counter.parse::<u32>().ok()?.checked_add(1)?;
            Some(format!("{stem}.{next}"))
        });
        self.or_terminated(counted)
    }

    /// Returns the vector of a flow inside of this one: with another counter, which is 0. It ends
    /// like [`increment`](Self::increment) if it would be too long.
    #[must_use]
    pub fn extend(&self) -> Self {
        self.or_terminated(Some(format!("{}.0", self.0)))
    }

    /// Returns whether it ends in `!`, so that it neither grows nor counts any more. The convention
    /// advises to begin a new vector, and to record that the two belong together.
    pub fn is_terminated(&self) -> bool {
        self.0.ends_with(TERMINATION)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    fn or_terminated(&self, grown: Option<String>) -> Self {
        if self.is_terminated() {
            return self.clone();
        }
        let grown = grown.filter(|text| text.len() <= max_length(text));
        Self(grown.unwrap_or_else(|| format!("{}{TERMINATION}", self.0)))
    }
}

/// Returns the longest allowed vector, without the `!`. The length of the base tells the two
/// versions of the convention apart.
fn max_length(vector: &str) -> usize {
    match vector.find('.') {
        Some(OLDER_BASE) => 63,
        _ => 127,
    }
}

const BASE: usize = 22;
const OLDER_BASE: usize = 16;

impl fmt::Display for CorrelationVector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CorrelationVector {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let vector = text.strip_suffix(TERMINATION).unwrap_or(text);
        let mut parts = vector.split('.');
        let is_base = parts.next().is_some_and(is_base);
        let mut counters = parts.peekable();
        let has_counter = counters.peek().is_some();
        if is_base && has_counter && counters.all(is_counter) && vector.len() <= max_length(vector)
        {
            return Ok(Self(text.to_owned()));
        }
        Err(Error::invalid_input(
            "the correlation vector must be 22 base64 characters and one or more counters, such as \
             PmvzQKgYek6Sdk/T5sWaqw.1.0, of 127 characters at most",
        ))
    }
}

fn is_base(text: &str) -> bool {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
    // 22 characters could hold 132 bits; the last one says that there are 128 ("Format").
    let length_fits = match text.len() {
        BASE => text.ends_with(['A', 'Q', 'g', 'w']),
        length => length == OLDER_BASE,
    };
    length_fits && text.chars().all(is_base64)
}

fn is_counter(text: &str) -> bool {
    text.len() <= 10
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.parse::<u32>().is_ok()
}
