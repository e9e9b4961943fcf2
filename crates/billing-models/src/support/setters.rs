//! Setters of the types that callers build.

/// Implements the consuming setters of an object, three for each member: `name` sets it,
/// `maybe_name` sets it if there is a value, and `clear_name` clears it. The setters of a list take
/// its items.
///
/// Only the first setter links to the member: a doc comment that is composed takes the compiler as
/// long as the function itself.
///
/// The meaning of `None` is documented here and not at the type, because the JSON Schema repeats
/// the docs of the type.
macro_rules! setters {
    (update $($rest:tt)*) => {
        $crate::support::setters! {
            @impl "A member that is `None` is left unchanged; a member that is `Some(None)` is cleared.",
            "Clears the member: sends `null`.", Some, Some(None), $($rest)*
        }
    };
    (resource $($rest:tt)*) => {
        $crate::support::setters! {
            @impl "A member that is `None` is not sent.",
            "Clears the member: it is not sent.", ::std::convert::identity, None, $($rest)*
        }
    };
    (
        @impl $states:literal, $cleared_doc:literal, $set:path, $cleared:expr,
        $name:ident { $($member:ident, $maybe:ident, $clear:ident: $value:ty;)* }
        $(lists { $($list:ident, $maybe_list:ident, $clear_list:ident: $item:ty;)* })?
    ) => {
        #[doc = $states]
        #[allow(clippy::wrong_self_convention, reason = "a member may be named `isNew`")]
        impl $name {
            $(
                #[doc = concat!("Sets [`", stringify!($member), "`](Self#structfield.", stringify!($member), ").")]
                #[must_use]
                pub fn $member(mut self, value: impl ::std::convert::Into<$value>) -> Self {
                    self.$member = Some($set(value.into()));
                    self
                }

                /// Sets the member if there is a value, and leaves it unchanged otherwise.
                #[must_use]
                pub fn $maybe(self, value: ::std::option::Option<impl ::std::convert::Into<$value>>) -> Self {
                    match value {
                        Some(value) => self.$member(value),
                        None => self,
                    }
                }

                #[doc = $cleared_doc]
                #[must_use]
                #[inline]
                pub fn $clear(mut self) -> Self {
                    self.$member = $cleared;
                    self
                }
            )*
            $($(
                #[doc = concat!("Sets [`", stringify!($list), "`](Self#structfield.", stringify!($list), "). To send a null item, set the field.")]
                #[must_use]
                pub fn $list(mut self, items: impl ::std::iter::IntoIterator<Item = $item>) -> Self {
                    self.$list = Some($set(items.into_iter().map(Some).collect()));
                    self
                }

                /// Sets the list if there are items, and leaves it unchanged otherwise.
                #[must_use]
                pub fn $maybe_list(
                    self,
                    items: ::std::option::Option<impl ::std::iter::IntoIterator<Item = $item>>,
                ) -> Self {
                    match items {
                        Some(items) => self.$list(items),
                        None => self,
                    }
                }

                #[doc = $cleared_doc]
                #[must_use]
                #[inline]
                pub fn $clear_list(mut self) -> Self {
                    self.$list = $cleared;
                    self
                }
            )*)?
        }
    };
}

pub(crate) use setters;
