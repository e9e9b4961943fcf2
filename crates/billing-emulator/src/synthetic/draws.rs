//! Random choices from a seed.

use crate::ids::mix;

/// A sequence of random choices.
///
/// The algorithm is written here, not taken from a crate, because its results must never change.
pub(super) struct Draws(u64);

impl Draws {
    /// Creates the sequence of one document.
    pub(super) fn new(seed: u64, purpose: &str, number: u32) -> Self {
        let start = mix(seed ^ mix(u64::from(number)));
        Self(
            purpose
                .bytes()
                .fold(start, |row, byte| mix(row ^ u64::from(byte))),
        )
    }

    /// Returns a number from 0 to `end`, exclusive.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 = mix(self.0);
        // The upper half of the product: uniform enough for tables, without a division.
        u64::try_from((u128::from(self.0) * u128::from(end)) >> 64).unwrap_or_default()
    }

    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Returns the value with a probability of `percent`.
    ///
    /// The sequence advances equally in both cases, so that one choice does not shift the next.
    pub(super) fn maybe<T>(&mut self, percent: u64, value: T) -> Option<T> {
        self.chance(percent).then_some(value)
    }

    /// Picks an item; `None` for an empty table.
    pub(super) fn pick<T>(&mut self, table: &'static [T]) -> Option<&'static T> {
        let at = self.below(u64::try_from(table.len()).unwrap_or_default());
        table.get(usize::try_from(at).unwrap_or_default())
    }

    pub(super) fn text(&mut self, table: &'static [&str]) -> &'static str {
        self.pick(table).copied().unwrap_or_default()
    }

    /// Replaces each `#` by a digit and each `@` by a letter. The first digit of a number is not 0.
    pub(super) fn fill(&mut self, form: &str) -> String {
        // The letters that every postal code may have in any position.
        const LETTERS: &[&str] = &["A", "B", "E", "G", "H", "J", "L", "N", "P", "R", "S", "T"];

        let mut filled = String::with_capacity(form.len());
        let mut is_inside = false;
        for letter in form.chars() {
            match letter {
                '#' if is_inside => filled.push_str(&self.below(10).to_string()),
                '#' => filled.push_str(&(1 + self.below(9)).to_string()),
                '@' => filled.push_str(self.text(LETTERS)),
                other => filled.push(other),
            }
            is_inside = letter == '#' || letter.is_ascii_digit();
        }
        filled
    }
}
