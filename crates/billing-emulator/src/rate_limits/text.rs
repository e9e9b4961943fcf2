//! Reads rate limits from text, and writes them.

use std::{fmt, str::FromStr, time::Duration};

use crate::{
    error::Error,
    rate_limits::{
        check::place,
        limit::{
            Algorithm, OperationClass, RateLimit, RateLimitScope, RemainingHeader, RetryAfter,
        },
    },
};

/// The key that is wrong, and what is valid.
type Reads<T> = Result<T, (&'static str, &'static str)>;

const SCOPES: &str = "must be arm, arm.tenant, provider, partner or customer, alone or with .read, .write, .delete or \
     .poll, as in arm.write";
/// The times that need no number.
const UNITS: [(&str, Duration); 3] = [
    ("s", Duration::from_secs(1)),
    ("m", Duration::from_secs(60)),
    ("h", Duration::from_secs(60 * 60)),
];

const BUCKET: &str = "must be a capacity and a refill, as in 200,10/s";
const WINDOW: &str = "must be requests in a time, as in 500/60s,fixed or 500/60s,sliding";

impl FromStr for RateLimit {
    type Err = Error;

    /// Reads a limit in the form that [`RateLimit`] describes.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`]: an unknown scope or setting, or a value that is not valid. The
    /// message has the text and the key, and what is valid.
    fn from_str(text: &str) -> Result<Self, Error> {
        let limit = read(text);
        let limit = limit.and_then(|limit| limit.check().map(|()| limit));
        limit.map_err(|(key, reason)| Error::invalid(place(text, key), reason))
    }
}

fn read(text: &str) -> Reads<RateLimit> {
    let (kind, rest) = text.trim().split_once(' ').unwrap_or((text, ""));
    let mut parts = rest.split(';').map(str::trim);
    let first = parts.next().unwrap_or_default();
    let (scope, numbers) = first.split_once('=').unwrap_or((first, ""));
    let is_bucket = match kind {
        "bucket" => true,
        "window" => false,
        _ => {
            return Err((
                "the kind",
                "must be bucket or window, as in bucket arm.write=200,10/s",
            ));
        }
    };
    let scope = read_scope(scope.trim()).ok_or(("the scope", SCOPES))?;
    let algorithm = if is_bucket {
        read_bucket(numbers).ok_or(("the numbers", BUCKET))?
    } else {
        read_window(numbers).ok_or(("the numbers", WINDOW))?
    };
    let limit = RateLimit::new(scope, algorithm);
    parts.try_fold(limit, |limit, setting| {
        let (key, value) = setting.split_once('=').unwrap_or((setting, ""));
        set(limit, key.trim(), value.trim())
    })
}

fn read_scope(text: &str) -> Option<RateLimitScope> {
    let classes = OperationClass::NAMES.into_iter();
    let mut named = classes.filter_map(|(class, name)| Some((text.strip_suffix(name)?, class)));
    // `arm.tenant` has no class; no scope ends like one.
    let (scope, class) = named
        .find(|(scope, _)| scope.ends_with('.'))
        .unwrap_or((text, OperationClass::All));
    match scope.strip_suffix('.').unwrap_or(scope) {
        "arm" => Some(RateLimitScope::Arm(class)),
        "arm.tenant" => Some(RateLimitScope::ArmTenant(class)),
        "provider" => Some(RateLimitScope::Provider(class)),
        "partner" => Some(RateLimitScope::Partner(class)),
        "customer" => Some(RateLimitScope::Customer(class)),
        _ => None,
    }
}

fn read_bucket(text: &str) -> Option<Algorithm> {
    let (capacity, rate) = text.split_once(',')?;
    let (refill, per) = read_rate(rate)?;
    let capacity = capacity.trim().parse().ok()?;
    Some(Algorithm::TokenBucket {
        capacity,
        refill,
        per,
    })
}

fn read_window(text: &str) -> Option<Algorithm> {
    let (rate, kind) = text.split_once(',').unwrap_or((text, "fixed"));
    let (requests, per) = read_rate(rate)?;
    let phase = Duration::ZERO;
    match kind.trim() {
        "fixed" => Some(Algorithm::FixedWindow {
            requests,
            per,
            phase,
        }),
        "sliding" => Some(Algorithm::SlidingWindow { requests, per }),
        _ => None,
    }
}

/// Reads requests in a time, as in `10/s` or `50/10s`.
fn read_rate(text: &str) -> Option<(u32, Duration)> {
    let (requests, per) = text.split_once('/')?;
    let per = per.trim();
    let per = match UNITS.into_iter().find(|(name, _)| *name == per) {
        Some((_, unit)) => unit,
        None => humantime::parse_duration(per).ok()?,
    };
    Some((requests.trim().parse().ok()?, per))
}

fn read_factor(text: &str) -> Option<f64> {
    text.strip_prefix('x')?.parse().ok()
}

fn set(limit: RateLimit, key: &str, value: &str) -> Reads<RateLimit> {
    let time = |text| humantime::parse_duration(text).ok();
    match key {
        "phase" => {
            if !matches!(limit.algorithm, Algorithm::FixedWindow { .. }) {
                return Err(("phase", "only a fixed window has one; leave it out"));
            }
            let passed = time(value).ok_or(("phase", "must be a time, as in phase=40s"))?;
            Ok(limit.phase(passed))
        }
        "refused" => match value {
            "costs" => Ok(limit.refused_cost(true)),
            "free" => Ok(limit.refused_cost(false)),
            _ => Err(("refused", "must be costs or free")),
        },
        "headers" => {
            let headers = read_headers(value).ok_or((
                "headers",
                "must be on, off, stale:5s, stuck:11999 or jitter:30",
            ))?;
            Ok(limit.headers(headers))
        }
        "retry-after" => {
            let retry_after = match value {
                "right" => Some(RetryAfter::Right),
                "off" => Some(RetryAfter::Off),
                "date" => Some(RetryAfter::Date),
                _ => read_factor(value)
                    .map(RetryAfter::Times)
                    .or_else(|| time(value).map(RetryAfter::Constant)),
            };
            let valid = "must be right, off, date, a factor as in x0.3, or a time as in 15s";
            Ok(limit.retry_after(retry_after.ok_or(("retry-after", valid))?))
        }
        "named" => {
            if !matches!(limit.scope, RateLimitScope::Provider(_)) {
                return Err(("named", "only a provider's limit is named; leave it out"));
            }
            match value {
                "yes" => Ok(limit.named(true)),
                "no" => Ok(limit.named(false)),
                _ => Err(("named", "must be yes or no")),
            }
        }
        "change" => {
            let change = value.split_once(':');
            let change = change.and_then(|(after, factor)| time(after).zip(read_factor(factor)));
            let valid = "must be a time and a factor, as in change=60s:x0.5";
            let (after, factor) = change.ok_or(("change", valid))?;
            Ok(limit.change(after, factor))
        }
        "other" => {
            let valid = "must be requests in a time, as in other=50/10s";
            let (requests, every) = read_rate(value).ok_or(("other", valid))?;
            Ok(limit.other_client(requests, every))
        }
        _ => Err((
            "an unknown setting",
            "the settings are phase, refused, headers, retry-after, named, change and other",
        )),
    }
}

fn read_headers(text: &str) -> Option<RemainingHeader> {
    let (kind, value) = text.split_once(':').unwrap_or((text, ""));
    match kind {
        "on" if value.is_empty() => Some(RemainingHeader::Right),
        "off" if value.is_empty() => Some(RemainingHeader::Off),
        "stale" => humantime::parse_duration(value)
            .ok()
            .map(RemainingHeader::Stale),
        "stuck" => value.parse().ok().map(RemainingHeader::Stuck),
        "jitter" => value.parse().ok().map(RemainingHeader::Jitter),
        _ => None,
    }
}

impl OperationClass {
    const NAMES: [(Self, &'static str); 4] = [
        (Self::Read, "read"),
        (Self::Write, "write"),
        (Self::Delete, "delete"),
        (Self::Poll, "poll"),
    ];
}

impl fmt::Display for RateLimitScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Arm(_) => "arm",
            Self::ArmTenant(_) => "arm.tenant",
            Self::Provider(_) => "provider",
            Self::Partner(_) => "partner",
            Self::Customer(_) => "customer",
        })?;
        let mut names = OperationClass::NAMES.into_iter();
        match names.find(|(class, _)| *class == self.class()) {
            Some((_, name)) => write!(f, ".{name}"),
            None => Ok(()),
        }
    }
}

/// Writes the limit in the form that it can be read from, without the settings that are defaults.
impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |time: &Duration| {
            humantime::format_duration(*time)
                .to_string()
                .replace(' ', "")
        };
        let per = |per: &Duration| match UNITS.into_iter().find(|(_, unit)| unit == per) {
            Some((name, _)) => name.to_owned(),
            None => time(per),
        };
        let scope = self.scope;
        match &self.algorithm {
            Algorithm::TokenBucket {
                capacity,
                refill,
                per: of,
            } => write!(f, "bucket {scope}={capacity},{refill}/{}", per(of))?,
            Algorithm::FixedWindow {
                requests,
                per: of,
                phase,
            } => {
                write!(f, "window {scope}={requests}/{},fixed", per(of))?;
                if !phase.is_zero() {
                    write!(f, ";phase={}", time(phase))?;
                }
            }
            Algorithm::SlidingWindow { requests, per: of } => {
                write!(f, "window {scope}={requests}/{},sliding", per(of))?;
            }
        }
        if self.refused_cost {
            f.write_str(";refused=costs")?;
        }
        let default = Self::new(self.scope, self.algorithm);
        if self.headers != default.headers {
            match &self.headers {
                RemainingHeader::Right => f.write_str(";headers=on"),
                RemainingHeader::Off => f.write_str(";headers=off"),
                RemainingHeader::Stale(age) => write!(f, ";headers=stale:{}", time(age)),
                RemainingHeader::Stuck(number) => write!(f, ";headers=stuck:{number}"),
                RemainingHeader::Jitter(most) => write!(f, ";headers=jitter:{most}"),
            }?;
        }
        match &self.retry_after {
            RetryAfter::Right => Ok(()),
            RetryAfter::Times(factor) => write!(f, ";retry-after=x{factor}"),
            RetryAfter::Constant(constant) => write!(f, ";retry-after={}", time(constant)),
            RetryAfter::Off => f.write_str(";retry-after=off"),
            RetryAfter::Date => f.write_str(";retry-after=date"),
        }?;
        if !self.named {
            f.write_str(";named=no")?;
        }
        for change in &self.changes {
            let factor = f64::from(change.thousandths) / 1000.0;
            write!(f, ";change={}:x{factor}", time(&change.after))?;
        }
        match &self.other {
            Some(other) => write!(f, ";other={}/{}", other.requests, per(&other.every)),
            None => Ok(()),
        }
    }
}
