//! Finds profiles that occur more than once, with 36 bytes per row at most.

use crate::input::limits;
use crate::input::location::Location;
use crate::input::mistake::Mistake;
use crate::input::shard::hash;
use crate::profile::ProfileId;

/// The profiles of an input: a hash and the line of each, sorted when all are known.
///
/// The hash is half of a SHA-256. Two distinct profiles with the same half are not known to exist
/// and take 2^64 attempts to construct, so equal hashes mean equal profiles.
#[derive(Default)]
pub(super) struct Duplicates(Vec<([u8; 16], u64)>);

impl Duplicates {
    pub(super) fn add(&mut self, profile: &ProfileId, location: &Location) {
        let Self(rows) = self;
        if rows.len() == rows.capacity() {
            // By half, not to twice the size: 24 bytes per row become 36 at most, and 60 while the
            // rows are moved.
            rows.reserve_exact((rows.len() / 2).max(1024));
        }
        let hash = hash(&profile.key());
        let half = hash.first_chunk().copied().unwrap_or_default();
        rows.push((half, location.line()));
    }

    /// Returns a mistake for each row whose profile an earlier row has: the first ones, and how
    /// many there are.
    pub(super) fn find(self, any: &Location) -> (Vec<Mistake>, u64) {
        let Self(mut rows) = self;
        rows.sort_unstable();
        let same = rows.chunk_by(|(one, _), (other, _)| one == other);
        let mut found: Vec<(u64, u64)> = same
            .filter_map(|rows| rows.split_first())
            .flat_map(|((_, first), later)| later.iter().map(|(_, line)| (*line, *first)))
            .collect();
        found.sort_unstable();
        let count = u64::try_from(found.len()).unwrap_or(u64::MAX);
        let listed = found.into_iter().take(limits::MISTAKES);
        let mistakes = listed.map(|(line, first)| {
            let what = match any {
                Location::Line(_) => "line",
                Location::Row { .. } | Location::Cell { .. } => "row",
            };
            Mistake::new(format!("the profile is already on {what} {first}"))
                .at(&any.at(line))
                .hint("keep one row per profile")
        });
        (mistakes.collect(), count)
    }
}
