//! The ids that tie a request to the service's own records.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Error;

macro_rules! guid {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh random id.
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
    /// Names one request. Choose and store it before sending where the request must be recognised
    /// later: Partner Center takes a repeated `MS-RequestId` for the same request ("Headers").
    RequestId, "request id"
}

guid! {
    /// Names what several requests belong to.
    CorrelationId, "correlation id"
}

/// A correlation vector, the value of `MS-CV`: 16 base64 characters, a dot, and a counter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CorrelationVector {
    base: String,
    counter: u32,
}

impl CorrelationVector {
    /// A fresh random base that ends in `.0`.
    pub fn generate() -> Self {
        let random = Uuid::new_v4().into_bytes();
        // Twelve bytes make sixteen characters; the two that carry the UUID's version are left out.
        let [a, b, c, d, e, f, _, _, _, g, h, i, j, k, l, _] = random;
        Self {
            base: STANDARD_NO_PAD.encode([a, b, c, d, e, f, g, h, i, j, k, l]),
            counter: 0,
        }
    }

    /// The vector of the next request that belongs to the same base.
    #[must_use]
    pub fn next(&self) -> Self {
        Self {
            base: self.base.clone(),
            counter: self.counter.saturating_add(1),
        }
    }
}

impl fmt::Display for CorrelationVector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.base, self.counter)
    }
}

impl FromStr for CorrelationVector {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let refused = || {
            Error::invalid_input(
                "the correlation vector must be base64 characters, a dot and a number, such as \
                 xqqtn+OEVE2ridoS.0",
            )
        };
        // Further counters, added by whoever called us, stay part of the base.
        let (base, counter) = text.rsplit_once('.').ok_or_else(refused)?;
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '.');
        if base.len() < 16 || base.len() > 110 || !base.chars().all(known) {
            return Err(refused());
        }
        let counter = counter.parse().map_err(|_| refused())?;
        Ok(Self {
            base: base.to_owned(),
            counter,
        })
    }
}
