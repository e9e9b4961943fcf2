//! The options of how fast requests are sent.

use clap::Args;

use crate::args::bulk::value::Rate;

/// How fast requests are sent.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct PaceArgs {
    /// Work on at most this many profiles at once; follows the response times and the rate limits
    /// by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) concurrency: Option<u16>,
    /// Send at most this many requests of one kind per second, such as 5/s; `unlimited` turns rate
    /// control off
    #[arg(long, value_name = "N/s")]
    pub(crate) rate: Option<Rate>,
}
