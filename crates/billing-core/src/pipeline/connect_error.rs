//! Why no connection came about, as far as the TLS library's words tell.
//!
//! Each TLS library has errors of its own, and the HTTP library hides their types: what all of them
//! have in common is a few words.

use std::error::Error as _;
use std::iter;

use crate::error::kind::ErrorKind;

/// The kind of a failed connection, and the end of the sentence that says so.
pub(crate) fn connect_error(error: &reqwest::Error) -> (ErrorKind, &'static str) {
    // An alert is the service's word on a certificate of ours.
    if says(error, &["certificate"]) && !says(error, &["alert"]) {
        return (
            ErrorKind::UntrustedCertificate,
            ": its certificate is not trusted",
        );
    }
    // What stands where a TLS record should. rustls, OpenSSL, SChannel, Secure Transport.
    const PLAIN: [&str; 6] = [
        "corrupt message",
        "wrong version number",
        "packet length too long",
        "http request",
        "message received was unexpected or badly formatted",
        "unsupported ssl protocol version",
    ];
    if says(error, &PLAIN) {
        return (
            ErrorKind::NoTls,
            ": it does not speak TLS; is this a port for plain http?",
        );
    }
    if says(error, &["handshake eof", "unexpected eof"]) {
        return (
            ErrorKind::Connect,
            ": it closed the connection instead of speaking TLS",
        );
    }
    (ErrorKind::Connect, "")
}

/// Whether what came over a plain connection does not begin as HTTP does. The HTTP library's words
/// are those of hyper.
pub(crate) fn is_not_http(error: &reqwest::Error) -> bool {
    says(error, &["invalid http version"])
}

/// Whether one of these words is in the causes of an error; its own text has the URL, which may
/// have any word.
fn says(error: &reqwest::Error, words: &[&str]) -> bool {
    let mut causes = iter::successors(error.source(), |&cause| cause.source());
    causes.any(|error| {
        let text = error.to_string().to_ascii_lowercase();
        words.iter().any(|word| text.contains(word))
    })
}
