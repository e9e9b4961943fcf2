//! Predicates that are one comparison.

/// Defines methods that return whether a comparison is true.
macro_rules! predicates {
    ($($(#[$doc:meta])* $name:ident = $compare:ident($value:expr);)*) => {$(
        $(#[$doc])*
        pub fn $name(&self) -> bool {
            self.$compare($value)
        }
    )*};
}

pub(super) use predicates;
