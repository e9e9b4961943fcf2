//! The ids that connect a request with the service's own records.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::Error;

macro_rules! guid {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Generates a random id.
            pub fn generate() -> Self {
                Self(Uuid::new_v4())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                Uuid::parse_str(text).map(Self).map_err(|source| {
                    Error::invalid_input(concat!(
                        "the ", $what, " must be a GUID, such as 7f3d1c52-8a5e-4f6b-9a41-0c2b6a1d9e30"
                    ))
                    .with_source(source)
                })
            }
        }
    };
}

guid! {
    /// The id of one request. Choose and store it before sending if the request must be recognised
    /// later: Partner Center takes a repeated `MS-RequestId` for the same request ("Headers").
    RequestId, "request id"
}

guid! {
    /// The id that several requests of one operation share.
    CorrelationId, "correlation id"
}
