/// Writes the consuming setters of an object, three for each member: one that sets it, one that
/// sets it if there is a value, and one that clears it. Those of a list take its items.
///
/// Only the first of the three links to the member: a doc that is put together takes as long to
/// compile as its method.
///
/// What the states of an update are in Rust is said here and not in the docs of the type, which its
/// JSON Schema repeats.
macro_rules! setters {
    (update $name:ident $members:tt $(lists $lists:tt)?) => {
        $crate::support::setters! {
            @docs "A member that is `None` is left alone, one that is `Some(None)` is cleared.",
            "Clears the member: sends `null`.",
            $name $members $(lists $lists)?
        }
    };
    (resource $name:ident $members:tt $(lists $lists:tt)?) => {
        $crate::support::setters! {
            @docs "A member that is `None` is not sent.",
            "Clears the member: it is not sent.",
            $name $members $(lists $lists)?
        }
    };
    (
        @docs $states:literal, $cleared:literal,
        $name:ident { $($member:ident, $maybe:ident, $clear:ident: $value:ty;)* }
        $(lists { $($list:ident, $maybe_list:ident, $clear_list:ident: $item:ty;)* })?
    ) => {
        #[doc = $states]
        #[allow(clippy::wrong_self_convention, reason = "a member may be called `isNew`")]
        impl $name {
            $(
                #[doc = concat!("Sets [`", stringify!($member), "`](Self#structfield.", stringify!($member), ").")]
                #[must_use]
                pub fn $member(mut self, value: impl ::std::convert::Into<$value>) -> Self {
                    let value: $value = value.into();
                    self.$member = Some(value).into();
                    self
                }

                /// Sets the member if there is a value, and leaves it as it is if not.
                #[must_use]
                pub fn $maybe(self, value: ::std::option::Option<impl ::std::convert::Into<$value>>) -> Self {
                    match value {
                        Some(value) => self.$member(value),
                        None => self,
                    }
                }

                #[doc = $cleared]
                #[must_use]
                pub fn $clear(mut self) -> Self {
                    self.$member = ::std::option::Option::<$value>::None.into();
                    self
                }
            )*
            $($(
                #[doc = concat!("Sets [`", stringify!($list), "`](Self#structfield.", stringify!($list), "). For an item that is null, set the field.")]
                #[must_use]
                pub fn $list(mut self, items: impl ::std::iter::IntoIterator<Item = $item>) -> Self {
                    let items: ::std::vec::Vec<_> = items.into_iter().map(Some).collect();
                    self.$list = Some(items).into();
                    self
                }

                /// Sets the list if there are items, and leaves it as it is if not.
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

                #[doc = $cleared]
                #[must_use]
                pub fn $clear_list(mut self) -> Self {
                    self.$list = ::std::option::Option::<::std::vec::Vec<::std::option::Option<$item>>>::None.into();
                    self
                }
            )*)?
        }
    };
}

pub(crate) use setters;
