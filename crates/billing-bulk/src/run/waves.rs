//! What a run remembers of its limits from one start to the next.

use crate::control::ControlUpdate;
use crate::journal::pages::RowPages;
use crate::journal::{JournalError, State};
use crate::run::context::Context;

impl Context {
    /// Takes over what earlier starts have done of a plan, if there is a limit for it.
    ///
    /// # Errors
    /// The journal's.
    pub(crate) async fn load_admission(&self, plan: u32) -> Result<(), JournalError> {
        if !self.admission.is_limited() {
            return Ok(());
        }
        self.admission.set_plan(plan);
        let mut settled = State::ALL.to_vec();
        settled.retain(|state| state.is_settled());
        let mut rows = RowPages::of(settled);
        while let Some(row) = rows.next(&*self.journal).await? {
            self.admission.load(&row);
        }
        let control = self.journal.control().await?;
        self.admission.load_approval(control.approval);
        Ok(())
    }

    /// Begins the next wave if it is approved. The approval is recorded before, so that it holds
    /// for the next process, too.
    ///
    /// # Errors
    /// The journal's.
    pub(crate) async fn begin_approved_wave(&self) -> Result<(), JournalError> {
        if let Some(approval) = self.admission.approval().filter(|it| !it.has_stopped) {
            let update = ControlUpdate::Approve(approval);
            self.journal.update_control(update).await?;
            self.admission.begin_wave(approval);
        }
        Ok(())
    }

    /// Records that the run has stopped at the end of a wave, so that the next start approves the
    /// next one. It is the last thing that a run does: if it is killed before, it may not have told
    /// that the wave has ended.
    ///
    /// # Errors
    /// The journal's.
    pub(crate) async fn record_stop_at_wave(&self) -> Result<(), JournalError> {
        if let Some(approval) = self.admission.approval().filter(|it| it.has_stopped) {
            self.events.taken().await;
            let update = ControlUpdate::Approve(approval);
            self.journal.update_control(update).await?;
        }
        Ok(())
    }

    /// Ends the orders for earlier processes.
    ///
    /// # Errors
    /// The journal's.
    pub(crate) async fn begin_control(&self) -> Result<(), JournalError> {
        if self.options.control.is_some() && self.journal.control().await?.is_for_a_process() {
            self.journal.update_control(ControlUpdate::Begin).await?;
        }
        Ok(())
    }
}
