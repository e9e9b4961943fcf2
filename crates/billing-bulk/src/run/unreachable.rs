//! Continues without a service that cannot be reached, as long as there is another one.

use billing_edit::Service;

use crate::journal::row::Row;
use crate::journal::{JournalError, State};
use crate::run::context::Context;
use crate::target::Cause;

/// How many rows are read from the journal at once.
const PAGE: usize = 128;

impl Context {
    /// Returns whether nothing more is sent for a row, because waiting for its service has no point
    /// any more.
    pub(crate) fn is_given_up(&self, row: &Row) -> bool {
        self.gate.given_up(row.profile.service()).is_some()
    }

    /// Stops the run if none of its services can be reached.
    pub(crate) fn end_without_services(&self) {
        let bindings = &self.journal.info().bindings;
        let is_given_up = |service| self.gate.given_up(service).is_some();
        if bindings.iter().all(|binding| is_given_up(binding.service)) {
            self.stop.stop();
        }
    }

    /// Returns which services could not be reached, and how many rows in these states wait for
    /// them; `None` if all could.
    ///
    /// # Errors
    /// The journal's.
    pub(crate) async fn unreachable(&self, open: &[State]) -> Result<Option<Cause>, JournalError> {
        let mut all: Option<Cause> = None;
        for service in [Service::Partner, Service::Arm] {
            let Some(cause) = self.gate.given_up(service) else {
                continue;
            };
            let waiting = match self.waiting_for(service, open).await? {
                1 => "1 profile waits".to_owned(),
                profiles => format!("{profiles} profiles wait"),
            };
            let message = &cause.message;
            let message = format!("{service} cannot be reached, and {waiting} for it: {message}");
            all = Some(match all {
                Some(first) => Cause {
                    message: format!("{}; {message}", first.message),
                    ..first
                },
                None => Cause { message, ..cause },
            });
        }
        Ok(all)
    }

    /// Counts the rows of a service.
    ///
    /// # Errors
    /// The journal's.
    async fn waiting_for(&self, service: Service, open: &[State]) -> Result<usize, JournalError> {
        let (mut waiting, mut after) = (0_usize, 0);
        loop {
            let rows = self.journal.rows(open, after, PAGE).await?;
            let Some(last) = rows.last() else {
                return Ok(waiting);
            };
            after = last.number;
            let of_service = rows.iter().filter(|row| row.profile.service() == service);
            waiting = waiting.saturating_add(of_service.count());
        }
    }
}
