//! How fast a run sends requests.

use std::time::Duration;

use billing_bulk::RunOptions;
use billing_bulk::pacing::{PerSecond, Rate};
use billing_bulk::plan::ReadOptions;

use crate::args::bulk::{self, PaceArgs, SETTLE, SettleArgs};

/// Returns the options of a run at the pace that the arguments choose.
pub(super) fn options(args: PaceArgs) -> RunOptions {
    let options = RunOptions::default().with_rate(rate(args));
    match args.concurrency {
        Some(concurrency) => options.with_concurrency(concurrency.into()),
        None => options,
    }
}

/// Returns how profiles are read at the pace that the arguments choose.
pub(super) fn reading(args: PaceArgs) -> ReadOptions {
    let options = ReadOptions::default().with_rate(rate(args));
    match args.concurrency {
        Some(concurrency) => options.with_concurrency(concurrency.into()),
        None => options,
    }
}

/// Returns how fast requests may be sent.
pub(super) fn rate(args: PaceArgs) -> Rate {
    match args.rate {
        Some(bulk::Rate::Unlimited) => Rate::Unlimited,
        Some(bulk::Rate::PerSecond(rate)) => {
            PerSecond::new(rate).map_or(Rate::Learned, Rate::Capped)
        }
        None => Rate::Learned,
    }
}

/// Returns the arguments, each after a space, for a command that continues at the same pace.
pub(super) fn given(args: PaceArgs) -> String {
    let mut given = String::new();
    if let Some(concurrency) = args.concurrency {
        given.push_str(&format!(" --concurrency {concurrency}"));
    }
    match args.rate {
        Some(bulk::Rate::Unlimited) => given.push_str(" --rate unlimited"),
        Some(bulk::Rate::PerSecond(rate)) => given.push_str(&format!(" --rate {rate}/s")),
        None => {}
    }
    given
}

/// Returns an option with a time, after a space, unless it has its default.
pub(super) fn duration(option: &str, time: Duration, default: &str) -> String {
    let text = humantime::format_duration(time)
        .to_string()
        .replace(' ', "");
    if text == default {
        return String::new();
    }
    format!(" {option} {text}")
}

/// Returns the option `--settle`, after a space, unless it has its default.
pub(super) fn settle(args: SettleArgs) -> String {
    duration("--settle", args.time, SETTLE)
}
