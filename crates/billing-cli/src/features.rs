//! Errors for the parts of the command that a build left out.

/// Where all of them are.
const HINT: &str = "install the command with everything: cargo install --path crates/billing-cli \
                    --features full";

/// What is missing and how to get it, such as `the credential azure-cli` with its feature
/// `azure-identity`.
#[cfg_attr(
    all(
        feature = "azure-identity",
        feature = "emulator-tls",
        feature = "keyring",
        feature = "man"
    ),
    allow(dead_code, reason = "nothing is left out")
)]
pub(crate) fn left_out(what: &str, feature: &str) -> (String, String) {
    let message = format!("this build of billing has no {what}: it lacks the feature {feature}");
    (message, HINT.to_owned())
}

#[cfg(test)]
mod tests {
    use super::left_out;

    #[test]
    fn left_out_parts_are_named_with_the_next_step() {
        let (message, hint) = left_out("manual pages", "man");
        let expected = "this build of billing has no manual pages: it lacks the feature man";
        assert_eq!(message, expected);
        assert!(hint.ends_with("--features full"), "{hint}");
    }
}
