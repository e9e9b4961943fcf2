//! The journal that an argument names.

use std::path::Path;
use std::sync::Arc;

use billing_bulk::journal::sqlite::{SqliteJournal, SqliteReader};
use billing_bulk::journal::{JournalReader, RunInfo};
use billing_bulk::{Journal, JournalError};

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::escape::one_line;

/// Opens a journal for reading, also while its run is going on.
///
/// # Errors
/// A usage failure if there is none; a failure if it cannot be read.
pub(super) fn read(name: &str) -> Result<Arc<dyn JournalReader>> {
    let path = existing(name)?;
    let reader = SqliteReader::open(path).map_err(|error| Failure::new(Exit::Failed, error))?;
    Ok(Arc::new(reader))
}

/// Opens the journal of a run that was begun.
///
/// # Errors
/// See [`failed`]; a usage failure if there is none.
pub(super) fn open(name: &str, resume: &str) -> Result<Arc<dyn Journal>> {
    let journal = SqliteJournal::open(existing(name)?).map_err(|error| failed(error, resume))?;
    Ok(Arc::new(journal))
}

/// Opens the journal of a run, or creates it.
///
/// # Errors
/// See [`failed`]; a usage failure if its folder does not exist.
pub(super) fn open_or_create(name: &str, run: &RunInfo, resume: &str) -> Result<Arc<dyn Journal>> {
    exists(name)?;
    let path = file(name)?;
    let journal = SqliteJournal::open_or_create(path, run);
    Ok(Arc::new(journal.map_err(|error| failed(error, resume))?))
}

/// Returns the failure of the journal of a run. After a failure of the storage, the command
/// `resume` resumes the run.
pub(super) fn failed(error: JournalError, resume: &str) -> Failure {
    let JournalError::Storage { .. } = &error else {
        return Failure::new(Exit::Failed, error);
    };
    let mut failure = Failure::new(Exit::StillRunning, error).with_effect();
    failure.0.kind = Some("run_stopped");
    failure.hint(format!(
        "the journal has everything that was sent; when its disk can be written again, go on \
         with\n  {resume}"
    ))
}

/// Returns the name as messages and proposed commands show it, without the password of a URL.
pub(super) fn shown(name: &str) -> String {
    let Some((scheme, rest)) = name.split_once("://") else {
        return name.to_owned();
    };
    match rest.rsplit_once('@') {
        Some((user, place)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{place}")
        }
        None => name.to_owned(),
    }
}

/// Returns the path of a journal that is a file.
fn file(name: &str) -> Result<&Path> {
    if is_database(name) {
        return Err(crate::features::left_out(
            "journals in PostgreSQL",
            "postgres",
        ));
    }
    Ok(Path::new(name))
}

/// Returns whether there is such a journal.
///
/// # Errors
/// A usage failure if its folder does not exist.
pub(super) fn exists(name: &str) -> Result<bool> {
    let path = file(name)?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(Failure::usage(
            format!(
                "--journal {}: there is no folder {}",
                one_line(name),
                folder.display()
            ),
            "create it, or name another one; it must be on a local disk",
        ));
    }
    Ok(path.exists())
}

fn existing(name: &str) -> Result<&Path> {
    let path = file(name)?;
    if path.exists() {
        return Ok(path);
    }
    Err(Failure::usage(
        format!("there is no journal {}", one_line(name)),
        "name the journal that was given to `billing bulk apply --journal`",
    ))
}

fn is_database(name: &str) -> bool {
    name.starts_with("postgres://") || name.starts_with("postgresql://")
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn password_of_a_database_is_not_shown() {
        for (name, expected) in [
            ("run.db", "run.db"),
            ("postgres://host/runs", "postgres://host/runs"),
            ("postgres://me:p@ss@host/runs", "postgres://me@host/runs"),
            ("postgres://me@host/runs", "postgres://me@host/runs"),
        ] {
            assert_eq!(shown(name), expected);
        }
    }
}
