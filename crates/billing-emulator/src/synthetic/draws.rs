//! Choosing by a seed.

use crate::ids::mix;

/// A row of choices. Its algorithm is here, and not a crate's, because what it gives must never change.
pub(super) struct Draws(u64);

impl Draws {
    /// The row of one document.
    pub(super) fn new(seed: u64, purpose: &str, number: u32) -> Self {
        let start = mix(seed ^ mix(u64::from(number)));
        Self(
            purpose
                .bytes()
                .fold(start, |row, byte| mix(row ^ u64::from(byte))),
        )
    }

    /// From 0 up to, and not with, `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 = mix(self.0);
        // The upper half of the product: even enough for tables, and without a remainder.
        u64::try_from((u128::from(self.0) * u128::from(end)) >> 64).unwrap_or_default()
    }

    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// The value, as often as `percent` says. It draws the same in both cases, so that one choice does not shift the next.
    pub(super) fn maybe<T>(&mut self, percent: u64, value: T) -> Option<T> {
        self.chance(percent).then_some(value)
    }

    /// `None` for an empty table.
    pub(super) fn pick<T>(&mut self, table: &'static [T]) -> Option<&'static T> {
        let at = self.below(u64::try_from(table.len()).unwrap_or_default());
        table.get(usize::try_from(at).unwrap_or_default())
    }

    pub(super) fn text(&mut self, table: &'static [&str]) -> &'static str {
        self.pick(table).copied().unwrap_or_default()
    }

    /// The form with a digit for each `#`, the first of a row of them no zero, and a letter for each `@`.
    pub(super) fn fill(&mut self, form: &str) -> String {
        // Those that every postal code may have in any place.
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
