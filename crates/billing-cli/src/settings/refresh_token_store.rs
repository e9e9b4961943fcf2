//! The setting `refresh-token-store`: where refresh tokens are kept.

use std::path::{Path, PathBuf};

use crate::failure::Result;
use crate::nearest::names_with_nearest;
use crate::settings::setting::Setting;

/// The environment variable that holds the refresh token for
/// [`Environment`](RefreshTokenLocation::Environment).
pub(crate) const REFRESH_TOKEN_VARIABLE: &str = "BILLING_REFRESH_TOKEN";

/// Where refresh tokens are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RefreshTokenLocation {
    Environment,
    Keyring,
    File(PathBuf),
}

impl RefreshTokenLocation {
    /// Reads the setting. A path is relative to the folder of the config file.
    ///
    /// # Errors
    /// A usage failure for any other text. It is not repeated: it may be the token.
    pub(super) fn parse(setting: &Setting, config: &Path) -> Result<Self> {
        match setting.text.as_str() {
            "environment" => Ok(Self::Environment),
            "keyring" => Ok(Self::Keyring),
            text => match text.strip_prefix("file:").filter(|path| !path.is_empty()) {
                Some(path) => Ok(Self::File(absolute(path, config))),
                None => {
                    let names = ["environment", "keyring", "file:PATH"];
                    let hint = format!("the locations are {}", names_with_nearest(text, &names));
                    Err(setting.unknown(hint))
                }
            },
        }
    }
}

/// Returns the absolute path; `~` is the home folder.
fn absolute(path: &str, config: &Path) -> PathBuf {
    if let (Some(rest), Ok(home)) = (path.strip_prefix("~/"), etcetera::home_dir()) {
        return home.join(rest);
    }
    let folder = config.parent().unwrap_or_else(|| Path::new(""));
    folder.join(path)
}
