//! Values of options of `billing bulk`.

use std::fmt;
use std::str::FromStr;

/// How many writes may be sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Rate {
    /// At most this many in a second.
    PerSecond(f64),
    /// As many as the service takes, without rate control.
    Unlimited,
}

impl FromStr for Rate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "give a number per second, such as 5/s or 0.5/s, or unlimited";
        if text == "unlimited" {
            return Ok(Self::Unlimited);
        }
        let number = text.strip_suffix("/s").ok_or(EXPECTED)?;
        let number: f64 = number.parse().map_err(|_| EXPECTED)?;
        // One request per day is the lowest rate that pacing knows.
        let is_rate = (1.0 / 86_400.0..=1e6).contains(&number);
        is_rate.then_some(Self::PerSecond(number)).ok_or(EXPECTED)
    }
}

/// A part of the profiles: the first of two is `1/2`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shard {
    /// The number of the part, from 1.
    pub(crate) number: u32,
    /// How many parts there are.
    pub(crate) count: u32,
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.count)
    }
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "give the part and the number of parts, such as 1/4 to 4/4";
        let (number, count) = text.split_once('/').ok_or(EXPECTED)?;
        let number = number.parse().map_err(|_| EXPECTED)?;
        let count = count.parse().map_err(|_| EXPECTED)?;
        let is_part = (1..=count).contains(&number);
        is_part.then_some(Self { number, count }).ok_or(EXPECTED)
    }
}

#[cfg(test)]
mod tests {
    use super::{Rate, Shard};

    #[test]
    fn rate_is_a_number_per_second_or_unlimited() {
        assert_eq!("5/s".parse(), Ok(Rate::PerSecond(5.0)));
        assert_eq!("0.5/s".parse(), Ok(Rate::PerSecond(0.5)));
        assert_eq!("unlimited".parse(), Ok(Rate::Unlimited));
        for other in [
            "5", "0/s", "-1/s", "inf/s", "NaN/s", "5/m", "", "/s", "1e-9/s",
        ] {
            assert!(other.parse::<Rate>().is_err(), "{other}");
        }
    }

    #[test]
    fn shard_is_one_of_its_parts() {
        let first = Shard {
            number: 1,
            count: 4,
        };
        assert_eq!("1/4".parse(), Ok(first));
        assert!("4/4".parse::<Shard>().is_ok());
        for other in ["0/4", "5/4", "1/0", "1", "1/4/4", "a/b", "-1/4"] {
            assert!(other.parse::<Shard>().is_err(), "{other}");
        }
    }
}
