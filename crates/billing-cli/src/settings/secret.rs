//! Secrets that do not belong into the config file.

/// Returns where a secret with the name of a setting belongs; `None` if the name is not that of a secret.
pub(super) fn belongs(name: &str) -> Option<&'static str> {
    let letters: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    let has = |part: &str| letters.contains(part);
    if has("refresh") {
        Some(
            "give the refresh token to `billing config refresh-token`, which keeps it where refresh-token-store says",
        )
    } else if has("secret") || has("password") || has("passwd") || letters == "key" || has("apikey")
    {
        Some(
            "put the client secret into the environment variable AZURE_CLIENT_SECRET, or into one that client-secret-env names",
        )
    } else if has("token") || has("bearer") || has("assertion") {
        Some(
            "put the token into the environment variable BILLING_TOKEN, or into one that token-env names",
        )
    } else {
        None
    }
}
