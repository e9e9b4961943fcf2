//! The kinds of errors.

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    InvalidInput,
    Credential,
    Setup,
    Connect,
    UntrustedCertificate,
    /// No TLS where it is expected.
    NoTls,
    /// No HTTP where it is expected.
    NoHttp,
    Timeout,
    Interrupted,
    Throttled,
    TooLarge,
    Service,
    Decode,
    ForeignOrigin,
    Protocol,
    StillRunning,
    OperationFailed,
    OperationCanceled,
    OperationLost,
    OtherResource,
    EditRefused,
    Conflict,
}

impl ErrorKind {
    /// Returns the kind's name for logs and scripts.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid_input",
            Self::Credential => "credential",
            Self::Setup => "setup",
            Self::Connect => "connect",
            Self::UntrustedCertificate => "untrusted_certificate",
            Self::NoTls => "no_tls",
            Self::NoHttp => "no_http",
            Self::Timeout => "timeout",
            Self::Interrupted => "connection_broken",
            Self::Throttled => "throttled",
            Self::TooLarge => "too_large",
            Self::Service => "service",
            Self::Decode => "decode",
            Self::ForeignOrigin => "foreign_origin",
            Self::Protocol => "protocol",
            Self::StillRunning => "still_running",
            Self::OperationFailed => "operation_failed",
            Self::OperationCanceled => "operation_canceled",
            Self::OperationLost => "operation_lost",
            Self::OtherResource => "other_resource",
            Self::EditRefused => "edit_refused",
            Self::Conflict => "conflict",
        }
    }
}
