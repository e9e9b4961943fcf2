//! `billing config init`.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};

use crate::args::global::Global;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::stderr::say;
use crate::output::stdout::print;
use crate::settings::location;

/// The text of a new file: every setting is explained, and none is set.
const TEMPLATE: &str = include_str!("template.toml");

pub(super) fn run(global: &Global) -> Result {
    let path = location::find(global)?.path;
    let failed = |error: io::Error| {
        let step = format!("could not write {}", path.display());
        Failure::new(Exit::Failed, error).during(step)
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(Failure::usage(
                format!("{} exists already and was not changed", path.display()),
                "edit it, or name another file with --config",
            ));
        }
        Err(error) => return Err(failed(error)),
    };
    file.write_all(TEMPLATE.as_bytes()).map_err(failed)?;
    say(
        "wrote a file that explains every setting and sets none; edit it, then run `billing \
         config show`",
    );
    print(&path.display().to_string())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::TEMPLATE;
    use crate::settings::file::parse;
    use crate::settings::key::Key;

    fn read(text: &str) -> String {
        format!("{:?}", parse(Path::new("config.toml"), text).unwrap())
    }

    #[test]
    fn new_file_explains_every_setting_and_sets_none() {
        assert_eq!(read(TEMPLATE), r#"{"default": []}"#);
        let lines = TEMPLATE.lines();
        let set: Vec<_> = lines
            .map(|line| match line.strip_prefix('#') {
                Some(setting) if !setting.starts_with(' ') => setting,
                _ => line,
            })
            .collect();
        let seen = read(&set.join("\n"));
        for key in Key::all() {
            assert!(seen.contains(&format!("{key:?},")), "{key:?} in {seen}");
            let variable = key.variable();
            assert!(variable.is_none_or(|name| TEMPLATE.contains(name)));
        }
    }
}
