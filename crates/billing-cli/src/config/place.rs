//! Where the file is.

use std::path::PathBuf;

use etcetera::BaseStrategy as _;

use crate::args::global::Global;
use crate::failure::Failure;
use crate::input;

pub(super) struct Place {
    pub(super) path: PathBuf,
    /// The option or variable that names it.
    pub(super) named_by: Option<&'static str>,
    pub(super) is_there: bool,
}

/// The file that `--config` or `BILLING_CONFIG` names, else the one in the platform's folder for
/// configuration: `~/.config/billing` (or below `XDG_CONFIG_HOME`), `%APPDATA%\billing` on Windows.
///
/// # Errors
/// A usage failure when nothing names it and nobody knows the home folder.
pub(super) fn find(global: &Global) -> Result<Place, Failure> {
    let (path, named_by) = match (&global.config, input::path_variable("BILLING_CONFIG")) {
        (Some(path), _) => (path.clone(), Some("--config")),
        (None, Some(path)) => (path, Some("BILLING_CONFIG")),
        (None, None) => (usual()?, None),
    };
    Ok(Place {
        is_there: path.exists(),
        path,
        named_by,
    })
}

fn usual() -> Result<PathBuf, Failure> {
    let folders = etcetera::choose_base_strategy().map_err(|_| {
        Failure::usage(
            "nobody knows the home folder, so the config file cannot be found",
            "name a file by --config or BILLING_CONFIG",
        )
    })?;
    Ok(folders.config_dir().join("billing").join("config.toml"))
}
