//! What must hold after a seed's run, whatever happened in it.

use billing_bulk::Service;
use billing_bulk::journal::row::Row;
use billing_bulk::journal::{JournalReader as _, State};
use billing_bulk::receipt::verify;

use crate::simulation::Simulation;
use crate::simulation::others::OtherWrite;
use crate::simulation::world::Member;

/// What a seed came to, for comparison with another execution of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) events: Vec<String>,
    pub(super) requests: Vec<String>,
    pub(super) documents: Vec<(String, String)>,
    /// Invariants that were broken.
    pub(super) broken: Vec<String>,
}

impl Simulation {
    pub(super) fn report(&self) -> Report {
        let journal = self.disk.open();
        let rows = journal.rows(&State::ALL, 0, 1000);
        let rows = futures_util::FutureExt::now_or_never(rows)
            .unwrap()
            .unwrap();
        let mut broken = self.operator.broken();
        let verified = futures_util::FutureExt::now_or_never(verify(&journal, None));
        if let Err(error) = verified.unwrap() {
            broken.push(format!("the journal is not as it was recorded: {error}"));
        }
        if rows.len() != self.rows.len() {
            broken.push(format!("{} of {} rows", rows.len(), self.rows.len()));
        }
        for (row, member) in rows.iter().zip(&self.world.members) {
            let others = self.world.others.written(&member.id);
            let own = self.world.effective_writes(&member.id);
            let own = own.saturating_sub(others.len() as u64);
            if own > 1 {
                broken.push(format!("{} was written {own} times", member.id));
            }
            broken.extend(self.lost_update(member, own, &others));
            broken.extend(self.broken_row(row, own, others.len()));
        }
        Report {
            events: self.events.clone(),
            requests: self.world.network.log(),
            documents: self.world.fingerprint().into_iter().collect(),
            broken,
        }
    }

    /// Returns what other people wrote last, if the run has overwritten it. An update of Resource
    /// Manager has no etag: a member of the plan that changes in the last moment is overwritten,
    /// and any member where the full profile is written.
    fn lost_update(&self, member: &Member, own: u64, others: &[OtherWrite]) -> Option<String> {
        let last = others.last()?;
        let is_planned = member.wanted.iter().any(|(path, _)| {
            let pointer: String = path.iter().map(|name| format!("/{name}")).collect();
            pointer == last.member
        });
        let is_written = is_planned || self.world.version().writes_in_full();
        let is_race = member.id.service() == Service::Arm && is_written && own > 0;
        let document = self.world.document(&member.id);
        let is_kept = document.pointer(last.member) == Some(&last.value);
        (!is_kept && !is_race).then(|| format!("{}: {last:?} was lost", member.id))
    }

    /// Returns the invariants of one row that do not hold.
    fn broken_row(&self, row: &Row, own: u64, others: usize) -> Vec<String> {
        let mut broken = Vec::new();
        let member = self
            .world
            .members
            .iter()
            .find(|it| it.id.key() == row.profile.key());
        let Some(member) = member else {
            return vec![format!("{} is not in the plan", row.profile)];
        };
        let (state, is_applied) = (row.state, self.world.is_applied(member));
        if !state.is_settled() {
            broken.push(format!("{} is still {state}", row.profile));
        }
        // What others write later may undo it.
        if state == State::Done && others == 0 && !is_applied {
            broken.push(format!("{} is done without its values", row.profile));
        }
        if state == State::Done && own == 0 && others == 0 {
            broken.push(format!("{} is done without a write", row.profile));
        }
        if matches!(state, State::Failed | State::Conflict | State::Unchanged)
            && own > 0
            && others == 0
        {
            broken.push(format!("{} is {state} and was written", row.profile));
        }
        let needs_cause = !matches!(state, State::Done);
        if needs_cause
            && row
                .cause
                .as_ref()
                .is_none_or(|cause| cause.message.is_empty())
        {
            broken.push(format!("{} is {state} without a cause", row.profile));
        }
        broken
    }
}
