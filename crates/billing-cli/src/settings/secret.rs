//! Secrets that do not belong into the config file.

/// Returns where a secret with the name of a setting belongs; `None` if the name is not that of a
/// secret.
pub(super) fn belongs(name: &str) -> Option<&'static str> {
    let letters: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    let has = |part: &str| letters.contains(part);
    if has("refresh") {
        Some(
            "give the refresh token to `billing config refresh-token`, which saves it as \
             refresh-token-store tells",
        )
    } else if has("secret") || has("password") || has("passwd") || letters == "key" || has("apikey")
    {
        Some(
            "set the environment variable AZURE_CLIENT_SECRET to the client secret, or the one \
             that client-secret-env names",
        )
    } else if has("token") || has("bearer") || has("assertion") {
        Some(
            "set the environment variable BILLING_TOKEN to the token, or the one that token-env \
             names",
        )
    } else {
        None
    }
}
