/// Writes the consuming setters of an update: for each member one that sets it and one that clears it.
///
/// What the three states are in Rust is said here and not in the docs of the type, which its JSON Schema repeats.
macro_rules! setters {
    ($name:ident { $($member:ident: $value:ty, $clear:ident;)* }) => {
        /// A member that is `None` is left alone, one that is `Some(None)` is cleared.
        impl $name {
            $(
                #[doc = concat!("Sets [`", stringify!($member), "`](Self#structfield.", stringify!($member), ").")]
                #[must_use]
                pub fn $member(mut self, value: impl ::std::convert::Into<$value>) -> Self {
                    self.$member = Some(Some(value.into()));
                    self
                }

                #[doc = concat!("Clears [`", stringify!($member), "`](Self#structfield.", stringify!($member), "): sends `null`.")]
                #[must_use]
                pub fn $clear(mut self) -> Self {
                    self.$member = Some(None);
                    self
                }
            )*
        }
    };
}

pub(crate) use setters;
