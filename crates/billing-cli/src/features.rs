//! Errors for the parts of the command that a build left out.

use crate::failure::Failure;

/// The hint to a build with all parts except the keyring, whose failure has a hint of its own.
const HINT: &str = "install the command with the feature full, which includes it: \
                    cargo install --path crates/billing-cli --features full";

/// Returns the usage failure for a missing part, such as `manual pages` without the feature `man`.
#[cfg_attr(
    all(
        feature = "azure-identity",
        feature = "bulk",
        feature = "emulator-tls",
        feature = "keyring",
        feature = "man",
        feature = "postgres"
    ),
    allow(dead_code, reason = "nothing is left out")
)]
pub(crate) fn left_out(part: &str, feature: &str) -> Failure {
    Failure::usage(
        format!("this build of billing has no {part}: it lacks the feature {feature}"),
        HINT,
    )
}

#[cfg(test)]
mod tests {
    use super::left_out;

    #[test]
    fn left_out_parts_are_named_with_the_next_step() {
        let failure = left_out("manual pages", "man").plain();
        let expected =
            "this build of billing has no manual pages: it lacks the feature man\nhint: ";
        assert!(failure.starts_with(expected), "{failure}");
        assert!(failure.ends_with("--features full"), "{failure}");
    }
}
