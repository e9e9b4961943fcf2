//! Where the config file is.

use std::path::PathBuf;

use etcetera::BaseStrategy as _;

use crate::args::global::Global;
use crate::failure::{Failure, Result};
use crate::input;

/// The path of the config file.
pub(crate) struct ConfigLocation {
    pub(crate) path: PathBuf,
    /// The option or variable that names it.
    pub(super) named_by: Option<&'static str>,
    pub(crate) exists: bool,
}

/// Returns the file that `--config` or `BILLING_CONFIG` names, else the file in the platform's
/// folder for configuration: `~/.config/billing` (or below `XDG_CONFIG_HOME`), `%APPDATA%\billing`
/// on Windows.
///
/// # Errors
/// A usage failure if nothing names a file and the home folder is unknown.
pub(crate) fn find(global: &Global) -> Result<ConfigLocation> {
    let (path, named_by) = match (&global.config, input::path_variable("BILLING_CONFIG")) {
        (Some(path), _) => (path.clone(), Some("--config")),
        (None, Some(path)) => (path, Some("BILLING_CONFIG")),
        (None, None) => (default_path()?, None),
    };
    Ok(ConfigLocation {
        exists: path.exists(),
        path,
        named_by,
    })
}

fn default_path() -> Result<PathBuf> {
    let folders = etcetera::choose_base_strategy().map_err(|_| {
        Failure::usage(
            "the home folder is unknown, so the config file cannot be found",
            "name a file with --config or BILLING_CONFIG",
        )
    })?;
    Ok(folders.config_dir().join("billing").join("config.toml"))
}
