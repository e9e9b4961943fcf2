//! Reading a plan, and what must hold before it is applied.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use billing_core::RequestId;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use crate::binding::Binding;
use crate::journal::{PlanInfo, RunInfo};
use crate::plan::file::columns::{self, SELECT_ROWS, StoredHeader, digest, read_header};
use crate::plan::file::error::PlanFileError;
use crate::plan::file::rows::{NewRows, PlanRows};
use crate::plan::file::schema::FORMAT;
use crate::plan::header::PlanHeader;
use crate::plan::new_plan::NewPlan;
use crate::plan::row::{PlanCounts, PlanRow};
use crate::profile::ProfileId;
use crate::sqlite::column::unsigned;
use crate::sqlite::error::{FileError, explain};
use crate::sqlite::{open, open_read_only};

/// A plan, finished or not, open for reading.
#[derive(Debug)]
pub struct Plan {
    connection: Connection,
    path: PathBuf,
    stored: StoredHeader,
}

impl Plan {
    /// Opens a plan for reading. Nothing is verified yet, so that a plan can also be shown if it
    /// is refused.
    ///
    /// # Errors
    /// There is no such file; it is no plan, damaged, or one of a newer version; the storage
    /// failed.
    pub fn open(path: &Path) -> Result<Self, PlanFileError> {
        let connection = open_read_only(path, &FORMAT).map_err(|e| PlanFileError::of(path, e))?;
        let stored =
            read_header(&connection).map_err(|e| PlanFileError::of(path, explain(path, &e)))?;
        let Some(stored) = stored else {
            return Err(PlanFileError::Unfinished {
                plan: path.display().to_string(),
            });
        };
        Ok(Self {
            connection,
            path: path.to_owned(),
            stored,
        })
    }

    /// Returns what the plan says before its rows.
    pub fn header(&self) -> &PlanHeader {
        &self.stored.header
    }

    /// Returns the id of the journal with which the plan was first applied.
    pub fn journal_id(&self) -> Option<&str> {
        self.stored.journal_id.as_deref()
    }

    /// Returns the rows in order, as they are read from the file.
    pub fn rows(&self) -> PlanRows<'_> {
        PlanRows::new(&self.connection, &self.path)
    }

    /// Returns the row of a profile.
    ///
    /// # Errors
    /// The storage failed, or the file is damaged.
    pub fn row(&self, profile: &ProfileId) -> Result<Option<PlanRow>, PlanFileError> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!("{SELECT_ROWS} WHERE key = ?1"))?
                .query_row([profile.key()], columns::row)
                .optional()
        })
    }

    /// Returns how many rows are in each state.
    ///
    /// # Errors
    /// The storage failed, or the file is damaged.
    pub fn counts(&self) -> Result<PlanCounts, PlanFileError> {
        self.read(|connection| {
            let count = |state: &str| {
                connection
                    .prepare_cached("SELECT count(*) FROM rows WHERE state = ?1")?
                    .query_row([state], |row| unsigned(row, 0))
            };
            Ok(PlanCounts {
                change: count("change")?,
                no_change: count("no_change")?,
                unplanned: count("unplanned")?,
            })
        })
    }

    /// Verifies that the plan is finished and was not edited: reads all of it.
    ///
    /// # Errors
    /// [`PlanFileError::Unfinished`] or [`PlanFileError::Edited`]; the storage failed.
    pub fn verify_content(&self) -> Result<(), PlanFileError> {
        let plan = || self.name();
        let Some(stored) = &self.stored.digest else {
            return Err(PlanFileError::Unfinished { plan: plan() });
        };
        match self.read(digest) {
            Ok(digest) if digest == *stored => Ok(()),
            // A value of another type is an edit too.
            Ok(_) | Err(PlanFileError::Format { .. }) => {
                Err(PlanFileError::Edited { plan: plan() })
            }
            Err(error) => Err(error),
        }
    }

    /// Verifies that the plan can be applied: it is finished, not edited, has not expired, and is
    /// for these connections.
    ///
    /// A plan that a run has begun does not expire, so that the run can be resumed: each profile is
    /// compared with the plan before it is written.
    ///
    /// # Errors
    /// Why it cannot be applied. Nothing was sent.
    pub fn verify(
        self,
        now: SystemTime,
        connections: &[Binding],
    ) -> Result<VerifiedPlan, PlanFileError> {
        self.verify_content()?;
        let header = self.header();
        if now >= header.expires && self.stored.journal_id.is_none() {
            return Err(PlanFileError::Expired {
                plan: self.name(),
                expired: header.expires,
            });
        }
        for planned in &header.bindings {
            let connected = connections.iter().find(|it| it.service == planned.service);
            let Some(connected) = connected else {
                return Err(PlanFileError::NotConnected {
                    plan: self.name(),
                    service: planned.service,
                });
            };
            let tenant = |tenant: &Option<String>| {
                tenant
                    .clone()
                    .unwrap_or_else(|| "an unknown tenant".to_owned())
            };
            let parts = [
                ("endpoint", planned.origin.clone(), connected.origin.clone()),
                (
                    "api version",
                    planned.api_version.clone(),
                    connected.api_version.clone(),
                ),
                ("tenant", tenant(&planned.tenant), tenant(&connected.tenant)),
            ];
            for (what, planned_part, connected_part) in parts {
                let is_bound = what != "tenant" || planned.tenant.is_some();
                if is_bound && !planned_part.eq_ignore_ascii_case(&connected_part) {
                    return Err(PlanFileError::OtherBinding {
                        plan: self.name(),
                        service: planned.service,
                        what,
                        planned: planned_part,
                        connected: connected_part,
                    });
                }
            }
        }
        Ok(VerifiedPlan { plan: self })
    }

    fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, PlanFileError> {
        read(&self.connection).map_err(|e| PlanFileError::of(&self.path, explain(&self.path, &e)))
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }
}

/// A plan that can be applied.
#[derive(Debug)]
pub struct VerifiedPlan {
    plan: Plan,
}

impl VerifiedPlan {
    /// Returns the plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Returns the digest, a SHA-256 in lower-case hexadecimal.
    pub fn digest(&self) -> &str {
        self.plan.stored.digest.as_deref().unwrap_or_default()
    }

    /// Returns what the journal of a run of this plan begins with. The id is that of the journal
    /// with which the plan was first applied, else a new one. A plan that continues a run has no
    /// journal of its own: open that of the run.
    pub fn run_info(&self) -> RunInfo {
        let id = self.plan.journal_id().map(str::to_owned);
        RunInfo {
            id: id.unwrap_or_else(|| RequestId::generate().to_string()),
            plans: vec![self.plan_info()],
            bindings: self.plan.header().bindings.clone(),
            has_begun: false,
        }
    }

    /// Returns what a journal records about this plan.
    pub fn plan_info(&self) -> PlanInfo {
        let header = self.plan.header();
        PlanInfo {
            digest: self.digest().to_owned(),
            tool: header.tool.clone(),
            created: header.created,
            input: header.input.name.clone(),
            form: header.input.form.clone(),
            rows: None,
        }
    }

    /// Checks that a journal takes this plan: it was created for it, has its rows already, or has
    /// the run that the plan continues.
    ///
    /// # Errors
    /// The plan belongs to another journal, or the journal to another plan.
    pub fn check_journal(&self, journal: &RunInfo) -> Result<(), PlanFileError> {
        let plan = || self.plan.name();
        let header = self.plan.header();
        let other_journal = |id: &str| PlanFileError::OtherJournal {
            plan: plan(),
            journal: id.to_owned(),
        };
        if let Some(id) = self.plan.journal_id().filter(|id| *id != journal.id) {
            return Err(other_journal(id));
        }
        match &header.continues {
            Some(id) if *id != journal.id || !journal.has_begun => Err(other_journal(id)),
            Some(_) => {
                let is_other = |planned: &&Binding| {
                    let mut bindings = journal.bindings.iter();
                    !bindings.any(|binding| binding.matches(planned))
                };
                match header.bindings.iter().find(is_other) {
                    Some(other) => Err(PlanFileError::OtherService {
                        plan: plan(),
                        service: other.service,
                    }),
                    None => Ok(()),
                }
            }
            None if journal.plans.first().map(|first| &*first.digest) == Some(self.digest()) => {
                Ok(())
            }
            None => Err(PlanFileError::OtherPlan { plan: plan() }),
        }
    }

    /// Binds the plan to the journal of a run, durably, and returns what the run takes over: the
    /// rows, as they are read from the file. Rows that could not be planned are left out.
    ///
    /// With another journal, profiles could be written twice: a plan has one. Again with the same
    /// journal, nothing changes.
    ///
    /// # Errors
    /// As for [`check_journal`](Self::check_journal), or the storage failed. Nothing was sent.
    pub fn claim(self, journal: &RunInfo) -> Result<NewPlan, PlanFileError> {
        self.check_journal(journal)?;
        self.bind(&journal.id)?;
        let info = self.plan_info();
        let rows = NewRows::new(self.plan.connection, self.plan.path);
        Ok(NewPlan::new(info, rows))
    }

    /// Stores the id of the journal in the plan, unless it has one.
    ///
    /// # Errors
    /// It has that of another journal, or the storage failed.
    fn bind(&self, journal_id: &str) -> Result<(), PlanFileError> {
        let path = &self.plan.path;
        let at = |error: FileError| PlanFileError::of(path, error);
        let mut connection = open(path, &FORMAT).map_err(at)?;
        let mut claim = || {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute(
                "UPDATE header SET journal_id = ?1 WHERE journal_id IS NULL AND digest = ?2",
                [journal_id, self.digest()],
            )?;
            let stored =
                transaction.query_row("SELECT journal_id, digest FROM header", [], |row| {
                    Ok((row.get::<_, Option<String>>(0)?, row.get::<_, String>(1)?))
                })?;
            transaction.commit()?;
            Ok(stored)
        };
        let (stored, digest) = claim().map_err(|error| at(explain(path, &error)))?;
        let plan = self.plan.name();
        match stored {
            _ if digest != self.digest() => Err(PlanFileError::Edited { plan }),
            Some(journal) if journal == journal_id => Ok(()),
            journal => Err(PlanFileError::OtherJournal {
                plan,
                journal: journal.unwrap_or_default(),
            }),
        }
    }
}
