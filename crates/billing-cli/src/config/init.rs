//! `billing config init`.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};

use super::place;
use crate::args::global::Global;
use crate::failure::{Exit, Failure};
use crate::output::{print, say};

/// What the file says to begin with: every setting, explained and not in force.
pub(super) const TEMPLATE: &str = include_str!("template.toml");

pub(super) fn run(global: &Global) -> Result<(), Failure> {
    let path = place::find(global)?.path;
    let failed = |error: io::Error| {
        let doing = format!("could not write {}", path.display());
        Failure::new(Exit::Failed, error).during(doing)
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(Failure::usage(
                format!("{} is there already, and stays as it is", path.display()),
                "edit it, or name another by --config",
            ));
        }
        Err(error) => return Err(failed(error)),
    };
    file.write_all(TEMPLATE.as_bytes()).map_err(failed)?;
    say(
        "wrote a file in which every setting is explained and none is in force; edit it, then see `billing config show`",
    );
    print(&path.display().to_string())
}
