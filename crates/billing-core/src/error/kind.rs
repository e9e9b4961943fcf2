//! The kinds of errors.

macro_rules! kinds {
    ($($(#[$attribute:meta])* $kind:ident = $name:literal,)*) => {
        /// What went wrong.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub(crate) enum ErrorKind {
            $($(#[$attribute])* $kind,)*
        }

        impl ErrorKind {
            /// Returns the kind's name for logs and scripts.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }
        }
    };
}

kinds! {
    #[default]
    InvalidInput = "invalid_input",
    Credential = "credential",
    Setup = "setup",
    Connect = "connect",
    UntrustedCertificate = "untrusted_certificate",
    /// No TLS where it is expected.
    NoTls = "no_tls",
    /// No HTTP where it is expected.
    NoHttp = "no_http",
    Timeout = "timeout",
    Interrupted = "connection_broken",
    Throttled = "throttled",
    TooLarge = "too_large",
    Service = "service",
    Decode = "decode",
    ForeignOrigin = "foreign_origin",
    Protocol = "protocol",
    StillRunning = "still_running",
    OperationFailed = "operation_failed",
    OperationCanceled = "operation_canceled",
    OperationLost = "operation_lost",
    OtherResource = "other_resource",
    Recreated = "recreated",
    EditRefused = "edit_refused",
    Conflict = "conflict",
}
