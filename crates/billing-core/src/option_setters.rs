//! Setters of options that take the value as it is.

/// Defines methods that set one field and return the options.
macro_rules! option_setters {
    ($options:ident { $($(#[$doc:meta])* $name:ident($field:ident: $type:ty);)* }) => {
        impl $options {$(
            $(#[$doc])*
            #[must_use]
            pub fn $name(mut self, $field: $type) -> Self {
                self.$field = $field;
                self
            }
        )*}
    };
}

pub(crate) use option_setters;
