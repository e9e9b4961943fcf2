//! Chooses TLS by the features of the build; nothing is installed for the whole process.
//!
//! Features add up over all crates of a program, so an order decides between several: an explicit
//! choice goes before the default.

use reqwest::ClientBuilder;

use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::error::kind::ErrorKind;

/// The system's library: SChannel, Secure Transport or OpenSSL.
#[cfg(feature = "native-tls")]
pub(super) fn choose(builder: ClientBuilder, _: &Endpoint) -> Result<ClientBuilder, Error> {
    // The same minimum as rustls.
    let oldest = reqwest::tls::Version::TLS_1_2;
    Ok(builder.tls_backend_native().tls_version_min(oldest))
}

#[cfg(not(any(
    feature = "rustls-ring",
    feature = "rustls-aws-lc",
    feature = "native-tls"
)))]
pub(super) fn choose(builder: ClientBuilder, endpoint: &Endpoint) -> Result<ClientBuilder, Error> {
    if endpoint.is_plain() {
        return Ok(builder);
    }
    Err(Error::invalid_input(
        "an https endpoint needs TLS: build with the feature `rustls-ring`, `rustls-aws-lc` or \
         `native-tls`",
    ))
}

/// rustls, whose cryptography is passed to the HTTP library by value.
#[cfg(all(
    any(feature = "rustls-ring", feature = "rustls-aws-lc"),
    not(feature = "native-tls")
))]
pub(super) fn choose(builder: ClientBuilder, endpoint: &Endpoint) -> Result<ClientBuilder, Error> {
    use std::sync::Arc;

    #[cfg(feature = "rustls-aws-lc")]
    use ::rustls::crypto::aws_lc_rs::default_provider;
    #[cfg(not(feature = "rustls-aws-lc"))]
    use ::rustls::crypto::ring::default_provider;
    use ::rustls::{ClientConfig, RootCertStore};
    use rustls_platform_verifier::BuilderVerifierExt;

    let tls = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(setup_error)?;
    let tls = if endpoint.is_plain() {
        // Loopback needs no trust store, and must work on a machine without one.
        tls.with_root_certificates(RootCertStore::empty())
    } else {
        tls.with_platform_verifier().map_err(setup_error)?
    };
    let mut tls = tls.with_no_client_auth();
    // Without the feature, the HTTP library cannot speak the protocol that it would be offering.
    if cfg!(feature = "http2") {
        tls.alpn_protocols.push(b"h2".to_vec());
    }
    tls.alpn_protocols.push(b"http/1.1".to_vec());
    Ok(builder.tls_backend_preconfigured(tls))
}

/// The error of an HTTP client that cannot be built.
pub(super) fn setup_error(source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Setup, "the HTTP client could not be set up").with_source(source)
}
