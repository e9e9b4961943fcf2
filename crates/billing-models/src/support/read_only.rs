//! Removes the members that only the service writes from a resource that is sent back.

use std::collections::BTreeMap;

/// Implements `without_read_only` for an object, given the members to `drop` and those to look
/// `inside`.
macro_rules! read_only {
    ($name:ident { $(drop $dropped:ident;)* $(inside $inner:ident; $(drop $more:ident;)*)* }) => {
        impl $name {
            /// Returns the resource without the members that only the service writes, at any
            /// depth: the form in which it is sent back. Unknown members stay.
            #[must_use]
            pub fn without_read_only(mut self) -> Self {
                $crate::support::ReadOnly::drop_read_only(&mut self);
                self
            }
        }

        impl $crate::support::ReadOnly for $name {
            fn drop_read_only(&mut self) {
                $(self.$dropped = None;)*
                $(
                    $crate::support::ReadOnly::drop_read_only(&mut self.$inner);
                    $(self.$more = None;)*
                )*
            }
        }
    };
}

pub(crate) use read_only;

/// A value that may hold members that only the service writes.
pub(crate) trait ReadOnly {
    fn drop_read_only(&mut self);
}

impl<T: ReadOnly> ReadOnly for Option<T> {
    fn drop_read_only(&mut self) {
        self.iter_mut().for_each(T::drop_read_only);
    }
}

impl<T: ReadOnly> ReadOnly for Vec<T> {
    fn drop_read_only(&mut self) {
        self.iter_mut().for_each(T::drop_read_only);
    }
}

impl<T: ReadOnly> ReadOnly for BTreeMap<String, T> {
    fn drop_read_only(&mut self) {
        self.values_mut().for_each(T::drop_read_only);
    }
}

impl<T: ReadOnly> ReadOnly for Box<T> {
    fn drop_read_only(&mut self) {
        (**self).drop_read_only();
    }
}
