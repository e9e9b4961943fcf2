//! Blocking counterparts of the async types, for the `blocking` modules of the clients.
//!
//! They wrap the async types and run their futures to the end with [`Runtime::block_on`].

mod poller;
mod request_builder;
mod runtime;

pub use poller::Poller;
pub use request_builder::RequestBuilder;
pub use runtime::Runtime;

/// Defines the blocking pager `$pager` over the async pager `$inner`. For the client crates.
#[cfg(feature = "__client")]
#[macro_export]
macro_rules! blocking_pager {
    (
        $(#[$attribute:meta])*
        $pager:ident $(<$version:ident: $bound:path = $default:ty>)? ($inner:ty) => $item:ty
    ) => {
        $(#[$attribute])*
        ///
        /// As an iterator, it yields the pages and ends after an error;
        /// [`next_page`](Self::next_page) requests the same page again after an error.
        #[derive(Clone, Debug)]
        #[must_use = "nothing is sent before a page is requested"]
        pub struct $pager$(<$version: $bound = $default>)? {
            inner: $inner,
            runtime: $crate::blocking::Runtime,
            has_failed: bool,
        }

        impl$(<$version: $bound>)? $pager$(<$version>)? {
            fn new(inner: $inner, runtime: &$crate::blocking::Runtime) -> Self {
                Self { inner, runtime: runtime.clone(), has_failed: false }
            }

            /// Sets options of the list: `set` gets the async pager and returns it.
            pub fn with(mut self, set: impl FnOnce($inner) -> $inner) -> Self {
                self.inner = set(self.inner);
                self
            }

            /// Reads the next page; `None` after the last. After an error, the same page is
            /// requested again.
            ///
            /// # Errors
            /// A read changes nothing.
            /// - Those of the async method.
            /// - Invalid input inside an async runtime, whose other tasks could not run.
            pub fn next_page(&mut self) -> Result<Option<$crate::Response<Vec<$item>>>, $crate::Error> {
                self.runtime.block_on(self.inner.next_page())
            }

            /// Reads all remaining pages and returns their items, all in memory.
            ///
            /// # Errors
            /// A read changes nothing.
            /// - Those of the async method.
            /// - Invalid input inside an async runtime, whose other tasks could not run.
            pub fn collect_all(self) -> Result<Vec<$item>, $crate::Error> {
                self.runtime.block_on(self.inner.collect_all())
            }
        }

        impl$(<$version: $bound>)? Iterator for $pager$(<$version>)? {
            type Item = Result<$crate::Response<Vec<$item>>, $crate::Error>;

            fn next(&mut self) -> Option<Self::Item> {
                // A loop that continues after an error must not request the same page for ever.
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
