//! Names in links.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The characters that are not encoded in a path segment: the unreserved ones, and the colon, which
/// the service leaves raw in account names.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':');

pub(super) fn encode(segment: &str) -> String {
    utf8_percent_encode(segment, SEGMENT).to_string()
}
