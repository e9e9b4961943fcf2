//! Calling without async, for the `blocking` modules of the clients.
//!
//! They are the async clients, whose futures are run to their end by [`Runtime::block_on`].

mod poller;
mod runtime;

pub use poller::{PollIter, Poller};
pub use runtime::Runtime;

/// Methods of a blocking builder that hand on to the async builder in its field `inner`. For the client crates.
///
/// With `=> Type` behind them, the builder's request can be previewed, and sent for an answer of that type. The
/// documentation of each is that of the method of the same name, so it is only linked to.
#[doc(hidden)]
#[macro_export]
macro_rules! blocking_options {
    ($builder:ident { $($name:ident($($argument:ident: $type:ty)?))* }) => {
        $(
            #[doc = concat!(
                "As [`", stringify!($builder), "::", stringify!($name), "`](crate::",
                stringify!($builder), "::", stringify!($name), ")."
            )]
            pub fn $name(mut self $(, $argument: $type)?) -> Self {
                self.inner = self.inner.$name($($argument)?);
                self
            }
        )*
    };
    ($builder:ident { $($options:tt)* } => $answer:ty) => {
        $crate::blocking_options!($builder { $($options)* });
        $crate::blocking_options!($builder preview);

        #[doc = concat!(
            "As [`", stringify!($builder), "::send`](crate::", stringify!($builder), "::send)."
        )]
        ///
        /// # Errors
        /// Those of the async method, and [that of all](crate::blocking) inside of an async runtime.
        pub fn send(self) -> Result<$crate::Response<$answer>, $crate::Error> {
            self.runtime.block_on(self.inner.send())
        }
    };
    ($builder:ident preview) => {
        #[doc = concat!(
            "As [`", stringify!($builder), "::preview`](crate::", stringify!($builder), "::preview)."
        )]
        ///
        /// # Errors
        /// Those of the async builder's method.
        pub fn preview(&self) -> Result<$crate::RequestPreview, $crate::Error> {
            self.inner.preview()
        }
    };
}

/// What a blocking pager does beside its options: it hands out the pages of the async pager in its field `inner`, one by
/// one, all together, or as an iterator. For the client crates.
#[doc(hidden)]
#[macro_export]
macro_rules! blocking_pages {
    ($pager:ident => $item:ty) => {
        impl $pager {
            $crate::blocking_options!($pager preview);

            #[doc = concat!(
                "As [`", stringify!($pager), "::next_page`](crate::", stringify!($pager), "::next_page)."
            )]
            ///
            /// # Errors
            /// Those of the async method, and [that of all](crate::blocking) inside of an async runtime.
            pub fn next_page(&mut self) -> Result<Option<$crate::Response<Vec<$item>>>, $crate::Error> {
                self.runtime.block_on(self.inner.next_page())
            }

            #[doc = concat!(
                "As [`", stringify!($pager), "::collect_all`](crate::", stringify!($pager), "::collect_all)."
            )]
            ///
            /// # Errors
            /// Those of the async method, and [that of all](crate::blocking) inside of an async runtime.
            pub fn collect_all(self) -> Result<Vec<$item>, $crate::Error> {
                self.runtime.block_on(self.inner.collect_all())
            }
        }

        impl Iterator for $pager {
            type Item = Result<$crate::Response<Vec<$item>>, $crate::Error>;

            fn next(&mut self) -> Option<Self::Item> {
                // A loop that goes on after an error must not ask for the same page for ever.
                if self.has_failed {
                    return None;
                }
                let page = self.next_page().transpose();
                self.has_failed = matches!(page, Some(Err(_)));
                page
            }
        }
    };
}
