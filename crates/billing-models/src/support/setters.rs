/// Writes the consuming setters of an update: for each member one that sets it and one that clears it.
macro_rules! setters {
    ($name:ident { $($member:ident: $value:ty, $clear:ident;)* }) => {
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
