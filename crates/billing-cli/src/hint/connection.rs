//! Hints for a service that is not reached: scheme and port, trust in its certificate, the network.

use billing_core::Error;

use super::Call;

impl Call<'_> {
    /// What to do when scheme and port of the endpoint do not go together.
    pub(super) fn scheme(&self, error: &Error) -> String {
        let origin = self.target.origin();
        let other = match origin.strip_prefix("http://") {
            Some(host) => format!("https://{host}"),
            None => origin.replacen("https://", "http://", 1),
        };
        let nothing_sent = if error.may_have_taken_effect() {
            ""
        } else {
            "nothing was sent; "
        };
        format!(
            "{nothing_sent}check scheme and port of {}: is it {other}?",
            self.target.service().option()
        )
    }

    pub(super) fn untrusted(&self) -> String {
        let origin = self.target.origin();
        if self.target.is_on_this_machine() {
            return format!(
                "nothing was sent, as this machine does not trust the certificate of {origin}; an emulator writes \
                 the certificate of its authority to a file\n  billing emulator --tls --ca-file ca.pem\n  export \
                 SSL_CERT_FILE=ca.pem"
            );
        }
        untrusted(&origin)
    }

    pub(super) fn connection(&self) -> String {
        if self.target.is_on_this_machine() {
            return format!(
                "is `billing emulator` still running, and is {} its address?",
                self.target.origin()
            );
        }
        format!(
            "nothing was sent; check the network, the proxy (HTTPS_PROXY) and {}",
            self.target.service().option()
        )
    }
}

/// What to do when this machine does not trust the certificate of a server.
pub(crate) fn untrusted(origin: &str) -> String {
    format!(
        "nothing was sent, as this machine does not trust the certificate of {origin}; if it is the right one, or \
         that of a proxy that inspects TLS, have the system trust its authority; on Linux SSL_CERT_FILE names a \
         file of authorities to use instead of the system's"
    )
}
