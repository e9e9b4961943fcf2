//! The journal that an argument names.

use std::path::Path;
use std::sync::Arc;

use billing_bulk::control::{By, Order};
use billing_bulk::journal::sqlite::{self, SqliteJournal, SqliteReader};
use billing_bulk::journal::{Hash, Holder, JournalReader, RunInfo};
use billing_bulk::{Journal, JournalError};

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::input::environment_variable;
use crate::output::escape::one_line;
use crate::shell::{command_line, shell_word};

/// Opens a journal for reading, also during its run; `None` if there is none.
///
/// # Errors
/// A usage failure if it is a folder or its folder does not exist; a failure if it cannot be read.
pub(super) async fn find(name: &str) -> Result<Option<Arc<dyn JournalReader>>> {
    if is_database(name) {
        return database::find(name).await;
    }
    let path = file(name)?;
    if !path.exists() {
        return Ok(None);
    }
    let reader = SqliteReader::open(path).map_err(not_read)?;
    Ok(Some(Arc::new(reader)))
}

/// Opens a journal for reading, also during its run.
///
/// # Errors
/// A usage failure if there is none; a failure if it cannot be read.
pub(super) async fn read(name: &str) -> Result<Arc<dyn JournalReader>> {
    find(name).await?.ok_or_else(|| {
        Failure::usage(
            format!("there is no journal {}", one_line(&shown(name))),
            GIVEN_TO_APPLY,
        )
    })
}

/// Opens the journal of a run that was begun.
///
/// # Errors
/// See [`failed`].
pub(super) async fn open(name: &str, resume: &str) -> Result<Arc<dyn Journal>> {
    if is_database(name) {
        return database::open(name, resume).await;
    }
    let journal = SqliteJournal::open(file(name)?).map_err(|error| failed(error, resume))?;
    Ok(Arc::new(journal.with_holder(holder())))
}

/// Opens the journal of a run, or creates it.
///
/// # Errors
/// See [`failed`]; a usage failure if its folder does not exist.
pub(super) async fn open_or_create(
    name: &str,
    run: &RunInfo,
    resume: &str,
) -> Result<Arc<dyn Journal>> {
    if is_database(name) {
        return database::open_or_create(name, run, resume).await;
    }
    let journal = SqliteJournal::open_or_create(file(name)?, run);
    let journal = journal.map_err(|error| failed(error, resume))?;
    Ok(Arc::new(journal.with_holder(holder())))
}

/// Returns the name under which this command records what it does.
pub(super) fn holder() -> Holder {
    let names = ["USER", "LOGNAME", "USERNAME"].into_iter();
    let user = names.filter_map(|name| environment_variable(name).ok().flatten());
    Holder {
        user: user.into_iter().find(|user| !user.is_empty()),
        tool: Some(format!("billing {}", env!("CARGO_PKG_VERSION"))),
        ..Holder::this_process()
    }
}

/// Returns a head of a journal, or another hash, in hexadecimal.
pub(super) fn head(hash: &Hash) -> String {
    hash.map(|byte| format!("{byte:02x}")).concat()
}

/// Gives an order to the run of a journal.
///
/// # Errors
/// A failure if the journal cannot be written.
pub(super) async fn give_order(name: &str, order: &Order, by: &By) -> Result {
    if is_database(name) {
        return database::give_order(name, order, by).await;
    }
    sqlite::give_order(file(name)?, order, by).map_err(not_read)?;
    Ok(())
}

/// The hint at a journal that does not exist.
const GIVEN_TO_APPLY: &str = "name the journal that was given to `billing bulk apply --journal`";

/// Returns the failure of a journal that cannot be read: a usage failure if its name is wrong.
fn not_read(error: JournalError) -> Failure {
    let hint = match &error {
        JournalError::OtherKind {
            journal,
            found: Some("plan"),
        } => format!(
            "name the journal of its run; to see this plan:\n  {}",
            command_line("bulk show", &[journal], "")
        ),
        JournalError::OtherKind { .. } => GIVEN_TO_APPLY.to_owned(),
        JournalError::Address { .. } => {
            "write it as postgres://USER@HOST/DATABASE, and #NAME after it if the database has \
             several journals"
                .to_owned()
        }
        _ => return Failure::new(Exit::Failed, error),
    };
    Failure::usage(error.to_string(), hint)
}

/// Returns the failure of the journal of a run. After a failure of the storage, the command
/// `resume` resumes the run.
pub(super) fn failed(error: JournalError, resume: &str) -> Failure {
    let JournalError::Storage { .. } = &error else {
        return not_read(error);
    };
    let when = match &error {
        JournalError::Storage { journal, .. } if is_database(journal) => {
            "when its server can be used again"
        }
        _ => "when its disk can be written again",
    };
    let mut failure = Failure::new(Exit::StillRunning, error).with_effect();
    failure.0.kind = Some("run_stopped");
    failure.hint(format!(
        "the journal has everything that was sent; {when}, continue with\n  {resume}"
    ))
}

/// Returns the name as messages and proposed commands show it, without the password of a URL.
pub(super) fn shown(name: &str) -> String {
    let Some((scheme, rest)) = name.split_once("://") else {
        return name.to_owned();
    };
    let rest = &without_password(rest);
    match rest.rsplit_once('@') {
        Some((user, place)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{place}")
        }
        None => format!("{scheme}://{rest}"),
    }
}

/// Returns the rest of a URL without the parameter `password`.
fn without_password(rest: &str) -> String {
    let (url, name) = match rest.split_once('#') {
        Some((url, name)) => (url, format!("#{name}")),
        None => (rest, String::new()),
    };
    let Some((place, parameters)) = url.split_once('?') else {
        return rest.to_owned();
    };
    let parameters = parameters.split('&');
    let kept: Vec<_> = parameters
        .filter(|it| !it.starts_with("password="))
        .collect();
    match kept.as_slice() {
        [] => format!("{place}{name}"),
        kept => format!("{place}?{}{name}", kept.join("&")),
    }
}

/// Returns the path of a journal that is a file.
///
/// # Errors
/// A usage failure if it is a folder, or its folder does not exist.
fn file(name: &str) -> Result<&Path> {
    let path = Path::new(name);
    if path.is_dir() {
        return Err(Failure::usage(
            format!("the journal {} is a folder", one_line(name)),
            format!(
                "name a file in it, such as {}",
                shell_word(&path.join("run.db").to_string_lossy())
            ),
        ));
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(Failure::usage(
            format!(
                "there is no folder {} for the journal {}",
                folder.display(),
                one_line(name)
            ),
            "create it, or name another one; it must be on a local disk",
        ));
    }
    Ok(path)
}

pub(super) fn is_database(name: &str) -> bool {
    name.starts_with("postgres://") || name.starts_with("postgresql://")
}

/// Journals in PostgreSQL.
#[cfg(feature = "postgres")]
mod database {
    use std::sync::Arc;

    use billing_bulk::control::{By, Order};
    use billing_bulk::journal::postgres::{self, PostgresJournal, PostgresReader};
    use billing_bulk::journal::{JournalReader, RunInfo};
    use billing_bulk::{Journal, JournalError};

    use super::{failed, holder, not_read};
    use crate::failure::Result;
    use crate::input::environment_variable;

    /// Returns the address with the password of `PGPASSWORD`, unless it has one.
    ///
    /// # Errors
    /// A usage failure for a variable that is not text.
    fn with_password(address: &str) -> Result<String> {
        let password = environment_variable("PGPASSWORD")?;
        Ok(match password {
            Some(password) => password_added(address, &password),
            None => address.to_owned(),
        })
    }

    fn password_added(address: &str, password: &str) -> String {
        let (url, name) = address.split_once('#').unwrap_or((address, ""));
        let user = url
            .split_once("://")
            .and_then(|(_, rest)| rest.split_once('@'));
        if user.is_some_and(|(user, _)| user.contains(':')) || url.contains("password=") {
            return address.to_owned();
        }
        // Every byte is encoded: which ones a URL could have does not matter.
        let password: String = password
            .bytes()
            .map(|byte| format!("%{byte:02X}"))
            .collect();
        let sign = if url.contains('?') { '&' } else { '?' };
        let name = if name.is_empty() {
            String::new()
        } else {
            format!("#{name}")
        };
        format!("{url}{sign}password={password}{name}")
    }

    pub(super) async fn find(address: &str) -> Result<Option<Arc<dyn JournalReader>>> {
        match PostgresReader::open(&with_password(address)?).await {
            Ok(reader) => Ok(Some(Arc::new(reader))),
            Err(JournalError::Missing { .. }) => Ok(None),
            Err(error) => Err(not_read(error)),
        }
    }

    pub(super) async fn give_order(address: &str, order: &Order, by: &By) -> Result {
        let given = postgres::give_order(&with_password(address)?, order, by).await;
        given.map_err(not_read)?;
        Ok(())
    }

    pub(super) async fn open(address: &str, resume: &str) -> Result<Arc<dyn Journal>> {
        let journal = PostgresJournal::open(&with_password(address)?).await;
        let journal = journal.map_err(|error| failed(error, resume))?;
        Ok(Arc::new(journal.with_holder(holder())))
    }

    pub(super) async fn open_or_create(
        address: &str,
        run: &RunInfo,
        resume: &str,
    ) -> Result<Arc<dyn Journal>> {
        let journal = PostgresJournal::open_or_create(&with_password(address)?, run).await;
        let journal = journal.map_err(|error| failed(error, resume))?;
        Ok(Arc::new(journal.with_holder(holder())))
    }

    #[cfg(test)]
    mod tests {
        use super::password_added;

        #[test]
        fn password_of_the_environment_is_added_unless_there_is_one() {
            for (address, expected) in [
                (
                    "postgres://me@h/runs#a",
                    "postgres://me@h/runs?password=%70%20%26#a",
                ),
                (
                    "postgres://h/runs?x=y",
                    "postgres://h/runs?x=y&password=%70%20%26",
                ),
                ("postgres://me:own@h/runs", "postgres://me:own@h/runs"),
                (
                    "postgres://h/runs?password=own",
                    "postgres://h/runs?password=own",
                ),
            ] {
                assert_eq!(password_added(address, "p &"), expected);
            }
        }
    }
}

/// Without the feature there are none.
#[cfg(not(feature = "postgres"))]
mod database {
    use std::sync::Arc;

    use billing_bulk::Journal;
    use billing_bulk::control::{By, Order};
    use billing_bulk::journal::{JournalReader, RunInfo};

    use crate::failure::{Failure, Result};
    use crate::features::left_out;

    fn missing() -> Failure {
        left_out("journals in PostgreSQL", "postgres")
    }

    pub(super) async fn find(_: &str) -> Result<Option<Arc<dyn JournalReader>>> {
        Err(missing())
    }

    pub(super) async fn give_order(_: &str, _: &Order, _: &By) -> Result {
        Err(missing())
    }

    pub(super) async fn open(_: &str, _: &str) -> Result<Arc<dyn Journal>> {
        Err(missing())
    }

    pub(super) async fn open_or_create(_: &str, _: &RunInfo, _: &str) -> Result<Arc<dyn Journal>> {
        Err(missing())
    }
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
            (
                "postgres://host/runs?password=x#a",
                "postgres://host/runs#a",
            ),
            (
                "postgres://host/runs?password=x&user=me",
                "postgres://host/runs?user=me",
            ),
        ] {
            assert_eq!(shown(name), expected);
        }
    }
}
