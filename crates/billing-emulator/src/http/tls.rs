//! TLS with a certificate authority that is generated at each start; its key is dropped when the
//! certificate is signed.

use std::{
    error, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, SanType,
};
use rustls::{ServerConfig, crypto::ring, pki_types::PrivatePkcs8KeyDer};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::{error::Error, http::connection::Socket};

pub(crate) struct Tls {
    acceptor: TlsAcceptor,
    ca_certificate_pem: String,
}

impl Tls {
    /// Returns the certificate of the authority, as PEM.
    pub(crate) fn ca_certificate_pem(&self) -> &str {
        &self.ca_certificate_pem
    }

    pub(crate) async fn accept(&self, socket: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        self.acceptor.accept(socket).await
    }

    /// Makes a certificate for this machine's own names, the address that is listened on, and
    /// `names`: host names or addresses.
    pub(crate) fn new(listen: IpAddr, names: Vec<String>) -> Result<Self, Error> {
        let mut all = vec![
            name("localhost".to_owned())?,
            SanType::IpAddress(Ipv4Addr::LOCALHOST.into()),
            SanType::IpAddress(Ipv6Addr::LOCALHOST.into()),
        ];
        if !listen.is_unspecified() {
            all.push(SanType::IpAddress(listen));
        }
        for one in names {
            all.push(name(one)?);
        }
        certify(all).map_err(|source| Error::Certificate { source })
    }
}

impl Socket for TlsStream<TcpStream> {
    fn reset(&self) {
        self.get_ref().0.reset();
    }
}

fn name(name: String) -> Result<SanType, Error> {
    if let Ok(address) = name.parse() {
        return Ok(SanType::IpAddress(address));
    }
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_*".contains(&byte))
    };
    let place = format!("the name {name:?} for TLS");
    if !name.split('.').all(is_label) {
        return Err(Error::invalid(
            place,
            "must be a host name or an address, without a port",
        ));
    }
    let name = name.try_into();
    name.map(SanType::DnsName)
        .map_err(|_| Error::invalid(place, "must be ASCII"))
}

fn certify(names: Vec<SanType>) -> Result<Tls, Box<dyn error::Error + Send + Sync>> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
        .distinguished_name
        .push(DnType::CommonName, "billing-emulator authority");
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;

    let mut params = CertificateParams::default();
    params.subject_alt_names = names;
    params
        .distinguished_name
        .push(DnType::CommonName, "billing-emulator");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // OpenSSL's strict mode, which newer versions of Python switch on, demands it.
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, &authority)?;

    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key.into())?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Tls {
        acceptor: TlsAcceptor::from(Arc::new(config)),
        ca_certificate_pem: authority.pem(),
    })
}
