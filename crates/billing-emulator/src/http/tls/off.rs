//! The stand-in for TLS without the feature `tls`: there is none.

use std::{io, net::IpAddr};

use tokio::net::TcpStream;

use crate::error::Error;

pub(crate) enum Tls {}

impl Tls {
    pub(crate) fn new(_listen: IpAddr, _names: Vec<String>) -> Result<Self, Error> {
        Err(Error::invalid("TLS", "needs the feature `tls`"))
    }

    pub(crate) fn ca_certificate_pem(&self) -> &str {
        match *self {}
    }

    pub(crate) async fn accept(&self, _socket: TcpStream) -> io::Result<TcpStream> {
        match *self {}
    }
}
