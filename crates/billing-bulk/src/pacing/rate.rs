//! The rate that the user chooses: learned, at most so many per second, or unlimited.

use std::fmt;
use std::str::FromStr;

/// How fast requests may be sent.
///
/// ```
/// use billing_bulk::pacing::Rate;
///
/// assert!(matches!("2.5/s".parse(), Ok(Rate::Capped(rate)) if rate.get() == 2.5));
/// assert_eq!("unlimited".parse(), Ok(Rate::Unlimited));
/// assert_eq!(
///     "fast".parse::<Rate>().unwrap_err().to_string(),
///     "`fast` is not a rate: write a number of requests per second such as `5/s` or `0.5/s`, or \
///      `unlimited`",
/// );
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Rate {
    /// As fast as the service allows.
    #[default]
    Learned,
    /// As fast as the service allows, and at most so many requests of one class per second.
    Capped(PerSecond),
    /// Without pacing: every request is sent at once, and rejections are not waited for.
    Unlimited,
}

/// A positive number of requests per second.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct PerSecond(f64);

impl PerSecond {
    /// Returns this many requests per second, if that is at least one request per day and at most a
    /// million per second.
    pub fn new(requests: f64) -> Option<Self> {
        (1.0 / 86_400.0..=1e6)
            .contains(&requests)
            .then_some(Self(requests))
    }

    /// Returns the number of requests per second.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Learned => f.write_str("learned"),
            Self::Capped(rate) => write!(f, "{}/s", rate.get()),
            Self::Unlimited => f.write_str("unlimited"),
        }
    }
}

/// Reads `N/s` or `unlimited`.
impl FromStr for Rate {
    type Err = ParseRateError;

    fn from_str(text: &str) -> Result<Self, ParseRateError> {
        if text == "unlimited" {
            return Ok(Self::Unlimited);
        }
        text.strip_suffix("/s")
            .and_then(|number| number.trim_end().parse().ok())
            .and_then(PerSecond::new)
            .map(Self::Capped)
            .ok_or_else(|| ParseRateError(text.to_owned()))
    }
}

/// A text that is not a [`Rate`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a rate: write a number of requests per second such as `5/s` or `0.5/s`, or \
     `unlimited`"
)]
pub struct ParseRateError(String);
