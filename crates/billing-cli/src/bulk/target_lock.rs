//! One run at a time on a service and tenant, as far as this machine knows.
//!
//! Two runs would share the rate limits of one tenant, and each would take the other's changes for
//! conflicts. A file in the user's folder for state is locked while a run continues.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use billing_bulk::binding::Binding;
use etcetera::BaseStrategy as _;
use fd_lock::RwLock;
use serde::{Deserialize, Serialize};

use crate::bulk::journal;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::escape::one_line;
use crate::output::stderr::say;
use crate::shell::command_line;

/// The locks of a run; they end with the process, or when this is dropped.
pub(super) struct TargetLocks {
    _locks: Vec<RwLock<File>>,
}

/// Who has a lock.
#[derive(Serialize, Deserialize)]
struct Holder {
    process: u32,
    journal: String,
}

/// Locks the services of a run.
///
/// # Errors
/// A failure that names the other run if there is one. A folder that cannot be written is reported,
/// and the run continues without a lock.
pub(super) fn lock(bindings: &[Binding], journal: &str) -> Result<TargetLocks> {
    let mut locks = Vec::new();
    for binding in bindings {
        let folder = folder();
        let locked = folder.and_then(|folder| try_lock(&folder, binding, journal));
        match locked {
            Ok(Ok(lock)) => locks.push(lock),
            Ok(Err(holder)) => return Err(refuse(binding, holder)),
            Err(error) => say(format!(
                "cannot check whether another run on this machine uses {}: {}",
                binding.origin,
                one_line(&error.to_string())
            )),
        }
    }
    Ok(TargetLocks { _locks: locks })
}

fn refuse(binding: &Binding, holder: Option<Holder>) -> Failure {
    let tenant = match &binding.tenant {
        Some(tenant) => format!(" for tenant {}", one_line(tenant)),
        None => String::new(),
    };
    let (who, look) = match &holder {
        Some(Holder { process, journal }) => (
            format!("process {process} with the journal {}", one_line(journal)),
            format!(
                "; to see how far it is:\n  {}",
                command_line("bulk status", &[journal], "")
            ),
        ),
        None => ("another process".to_owned(), String::new()),
    };
    Failure::new(
        Exit::Failed,
        format!("another run writes to {}{tenant}: {who}", binding.origin),
    )
    .hint(format!(
        "wait until it has ended, or stop it with Ctrl-C: two runs would share one rate limit{look}"
    ))
}

/// Returns the folder for locks: `~/.local/state/billing` (or below `XDG_STATE_HOME`), on Windows
/// `%APPDATA%\billing`.
fn folder() -> io::Result<PathBuf> {
    let folders = etcetera::choose_base_strategy().map_err(io::Error::other)?;
    let state = folders.state_dir().unwrap_or_else(|| folders.data_dir());
    Ok(state.join("billing"))
}

/// Returns the lock, or who has it, if that is known.
fn try_lock(
    folder: &Path,
    binding: &Binding,
    journal: &str,
) -> io::Result<Result<RwLock<File>, Option<Holder>>> {
    fs::create_dir_all(folder)?;
    let name = file_name(binding);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    let file = options.open(folder.join(format!("{name}.lock")))?;
    // Beside the lock: some systems do not let others read a locked file.
    let holder = folder.join(format!("{name}.json"));
    let mut lock = RwLock::new(file);
    match lock.try_write() {
        // The guard borrows from the lock. Without it, the lock ends with the file.
        Ok(guard) => std::mem::forget(guard),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
            let text = fs::read(holder).unwrap_or_default();
            return Ok(Err(serde_json::from_slice(&text).ok()));
        }
        Err(error) => return Err(error),
    }
    let own = Holder {
        process: std::process::id(),
        journal: whole(journal),
    };
    fs::write(holder, serde_json::to_vec(&own)?)?;
    Ok(Ok(lock))
}

/// Returns the journal as every folder can name it, and without the password of a URL.
fn whole(journal: &str) -> String {
    if journal.contains("://") {
        return journal::shown(journal);
    }
    let path = std::path::absolute(journal);
    path.map_or_else(|_| journal.to_owned(), |path| path.display().to_string())
}

/// Returns a file name for the origin and the tenant.
fn file_name(binding: &Binding) -> String {
    let tenant = binding.tenant.as_deref().unwrap_or("any");
    let text = format!("{}-{tenant}", binding.origin).to_lowercase();
    let is_plain = |one: char| one.is_ascii_alphanumeric() || one == '.';
    let parts = text
        .split(|one| !is_plain(one))
        .filter(|part| !part.is_empty());
    format!("run-{}", parts.collect::<Vec<_>>().join("-"))
}

#[cfg(test)]
mod tests {
    use billing_bulk::Service;
    use billing_bulk::binding::Binding;

    use super::{file_name, refuse, try_lock};

    fn binding(origin: &str) -> Binding {
        Binding {
            service: Service::Arm,
            origin: origin.to_owned(),
            api_version: "2019-10-01-preview".to_owned(),
            tenant: Some("fabrikam.example.com".to_owned()),
        }
    }

    #[test]
    fn second_run_on_a_target_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let arm = binding("https://management.azure.com");
        let first = try_lock(folder.path(), &arm, "/runs/one.db").unwrap();
        let Err(holder) = try_lock(folder.path(), &arm, "/runs/two.db").unwrap() else {
            panic!("two runs have the lock");
        };
        let refused = refuse(&arm, holder).plain();
        let process = std::process::id().to_string();
        insta::assert_snapshot!(refused.replace(&process, "<process>"), @"
        another run writes to https://management.azure.com for tenant fabrikam.example.com: process <process> with the journal /runs/one.db
        hint: wait until it has ended, or stop it with Ctrl-C: two runs would share one rate limit; to see how far it is:
          billing bulk status /runs/one.db
        ");
        let other = binding("https://management.chinacloudapi.cn");
        assert!(
            try_lock(folder.path(), &other, "/runs/two.db")
                .unwrap()
                .is_ok()
        );
        drop(first);
        assert!(
            try_lock(folder.path(), &arm, "/runs/two.db")
                .unwrap()
                .is_ok()
        );
    }

    #[test]
    fn lock_of_a_service_and_tenant_has_a_readable_name() {
        let name = file_name(&binding("http://127.0.0.1:8080"));
        assert_eq!(name, "run-http-127.0.0.1-8080-fabrikam.example.com");
    }
}
