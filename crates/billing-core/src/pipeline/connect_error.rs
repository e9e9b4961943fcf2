//! Tells why no connection was made, from the text of the TLS library's error.
//!
//! Each TLS library has error types of its own, which the HTTP library hides: only the texts can be
//! compared.

use std::error::Error as _;
use std::iter;

use crate::error::kind::ErrorKind;

/// Returns the kind of a failed connection, and the end of its error message.
pub(crate) fn connect_error(error: &reqwest::Error) -> (ErrorKind, &'static str) {
    // An alert is the server's complaint about a certificate of ours.
    if has_word(error, &["certificate"]) && !has_word(error, &["alert"]) {
        return (
            ErrorKind::UntrustedCertificate,
            ": its certificate is not trusted",
        );
    }
    // The errors of rustls, OpenSSL, SChannel and Secure Transport for a response that is not TLS.
    const PLAIN: [&str; 6] = [
        "corrupt message",
        "wrong version number",
        "packet length too long",
        "http request",
        "message received was unexpected or badly formatted",
        "unsupported ssl protocol version",
    ];
    if has_word(error, &PLAIN) {
        return (
            ErrorKind::NoTls,
            ": it does not speak TLS; is this a port for plain http?",
        );
    }
    if has_word(error, &["handshake eof", "unexpected eof"]) {
        return (
            ErrorKind::Connect,
            ": it closed the connection instead of speaking TLS",
        );
    }
    (ErrorKind::Connect, "")
}

/// Returns whether the response over a plain connection does not begin as HTTP does, by the text of
/// hyper's error.
pub(crate) fn is_not_http(error: &reqwest::Error) -> bool {
    has_word(error, &["invalid http version"])
}

/// Returns whether a source of the error has one of these words. The error's own text has the URL,
/// which may have any word.
fn has_word(error: &reqwest::Error, words: &[&str]) -> bool {
    let mut causes = iter::successors(error.source(), |&cause| cause.source());
    causes.any(|error| {
        let text = error.to_string().to_ascii_lowercase();
        words.iter().any(|word| text.contains(word))
    })
}
