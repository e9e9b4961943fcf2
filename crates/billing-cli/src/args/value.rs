//! The names of values on the command line.

use clap::ValueEnum;

/// Returns the name of a value on the command line.
pub(crate) fn name(value: impl ValueEnum) -> String {
    let value = value.to_possible_value();
    value
        .map(|value| value.get_name().to_owned())
        .unwrap_or_default()
}
