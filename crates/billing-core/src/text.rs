//! Small helpers for text from outside.

/// Removes a leading byte order mark, which Partner Center sends.
pub(crate) fn strip_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}
