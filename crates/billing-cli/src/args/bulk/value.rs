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

/// A number of profiles, as such or as a percentage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Share {
    /// This many.
    Profiles(u64),
    /// This many thousandths of a percent of all.
    Percent(u64),
}

/// A percentage in thousandths, so that `0.1%` is exact.
const WHOLE: u64 = 100_000;

impl Share {
    /// Returns the number, at most that of all. Of a fraction of a profile, `round_up` makes one.
    pub(crate) fn of(self, all: u64, round_up: bool) -> u64 {
        match self {
            Self::Profiles(profiles) => profiles,
            Self::Percent(percent) => {
                let product = u128::from(all) * u128::from(percent);
                let whole = u128::from(WHOLE);
                let share = if round_up {
                    product.div_ceil(whole)
                } else {
                    product / whole
                };
                u64::try_from(share).unwrap_or(all)
            }
        }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Profiles(profiles) => write!(f, "{profiles}"),
            Self::Percent(percent) => {
                let text = format!("{}.{:03}", percent / 1000, percent % 1000);
                write!(f, "{}%", text.trim_end_matches('0').trim_end_matches('.'))
            }
        }
    }
}

impl FromStr for Share {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "give a number of profiles or a percentage, such as 20 or 2.5%";
        let Some(percent) = text.strip_suffix('%') else {
            return text.parse().map(Self::Profiles).map_err(|_| EXPECTED);
        };
        let (whole, fraction) = percent.split_once('.').unwrap_or((percent, "0"));
        let is_number = |digits: &str| {
            (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !is_number(whole) || !is_number(fraction) {
            return Err(EXPECTED);
        }
        let percent: u64 = format!("{whole}{fraction:0<3}")
            .parse()
            .map_err(|_| EXPECTED)?;
        let is_share = percent <= WHOLE;
        is_share.then_some(Self::Percent(percent)).ok_or(EXPECTED)
    }
}

/// How many failures in a row with the same cause pause a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Repeated(pub(crate) Option<u64>);

impl fmt::Display for Repeated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(failures) => write!(f, "{failures}"),
            None => f.write_str("off"),
        }
    }
}

impl FromStr for Repeated {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "give a number of failures from 1, or `off`";
        if text == "off" {
            return Ok(Self(None));
        }
        let failures = text.parse().ok().filter(|failures| *failures > 0);
        failures
            .map(|failures| Self(Some(failures)))
            .ok_or(EXPECTED)
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
    use super::{Rate, Repeated, Shard, Share};

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
    fn share_is_a_number_or_a_percentage() {
        for (text, of_1234) in [
            ("0", (0, 0)),
            ("20", (20, 20)),
            ("1%", (12, 13)),
            ("2.5%", (30, 31)),
            ("0.001%", (0, 1)),
            ("100%", (1234, 1234)),
        ] {
            let share: Share = text.parse().unwrap();
            assert_eq!((share.of(1234, false), share.of(1234, true)), of_1234);
            assert_eq!(share.to_string(), text);
        }
        assert_eq!("2.50%".parse(), "2.5%".parse::<Share>());
        for other in [
            "", "%", "-1", "1.5", "101%", "1.2345%", ".5%", "5.%", "a%", "1,5%",
        ] {
            assert!(other.parse::<Share>().is_err(), "{other}");
        }
    }

    #[test]
    fn repeated_failures_are_a_number_or_off() {
        assert_eq!("3".parse(), Ok(Repeated(Some(3))));
        assert_eq!("off".parse(), Ok(Repeated(None)));
        for other in ["0", "-1", "", "no"] {
            assert!(other.parse::<Repeated>().is_err(), "{other}");
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
