//! The run of a journal, for verbs that make another plan from it.

use std::sync::Arc;

use billing_bulk::Service;
use billing_bulk::binding::Binding;
use billing_bulk::journal::{JournalReader, RunInfo};

use crate::args::arm::ArmVersion;
use crate::bulk::cells::Cells;
use crate::bulk::{journal, version};
use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// The run of a journal.
pub(super) struct Continued {
    name: String,
    pub(super) journal: Arc<dyn JournalReader>,
}

impl Continued {
    /// Reads what a journal says of its run, also during the run.
    ///
    /// # Errors
    /// A usage failure if there is no journal or its run has not begun; a failure if the journal
    /// cannot be read.
    pub(super) async fn read(journal: &str) -> Result<Self> {
        let continued = Self {
            name: journal.to_owned(),
            journal: journal::read(journal).await?,
        };
        if continued.info().has_begun {
            return Ok(continued);
        }
        Err(Failure::usage(
            format!("the run of {} has not begun", continued.name()),
            "apply its plan first",
        ))
    }

    fn info(&self) -> &RunInfo {
        self.journal.info()
    }

    /// Returns the id of the journal.
    pub(super) fn id(&self) -> &str {
        &self.info().id
    }

    /// Returns how the cells of its further rows are read.
    pub(super) fn cells(&self) -> Cells {
        Cells::of_run(self.info())
    }

    /// Returns the journal as hints name it.
    pub(super) fn name(&self) -> String {
        journal::shown(&self.name)
    }

    /// Returns the api version of the run. An option must not name another one.
    ///
    /// # Errors
    /// A failure for another version. Nothing was sent.
    pub(super) fn version(&self, given: Option<ArmVersion>) -> Result<ArmVersion> {
        let subject = format!("the run of {}", self.name());
        version::bound(given, &self.info().bindings, &subject)
    }

    /// Returns the services of the run, which has to be connected to each of them.
    ///
    /// # Errors
    /// A usage failure if the input has a service that the run does not have.
    pub(super) fn services(&self, planned: &[Service]) -> Result<Vec<Service>> {
        let services: Vec<_> = self.info().bindings.iter().map(|it| it.service).collect();
        match planned.iter().find(|service| !services.contains(service)) {
            None => Ok(services),
            Some(service) => Err(Failure::usage(
                format!("the run of {} has no profiles of {service}", self.name()),
                "make a plan of these rows without --continue, and apply it with another journal",
            )),
        }
    }

    /// Checks that the connections are those of the run.
    ///
    /// # Errors
    /// A failure that names the first other connection.
    pub(super) fn check(&self, connections: &[Binding]) -> Result {
        let mut bindings = self.info().bindings.iter();
        let Some(other) = bindings.find(|it| !connections.iter().any(|one| it.matches(one))) else {
            return Ok(());
        };
        let tenant = other.tenant.as_deref();
        let tenant = tenant.map(|tenant| format!(" for tenant {tenant}"));
        Err(Failure::new(
            Exit::Failed,
            format!(
                "the run of {} writes to {} at {}{}, and the connection is another one",
                self.name(),
                other.service,
                other.origin,
                tenant.unwrap_or_default()
            ),
        )
        .hint("nothing was sent; connect as `billing bulk apply` did"))
    }
}
