//! Calling without async, for the `blocking` modules of the clients.
//!
//! They are the async clients, whose futures are run to their end by [`Runtime::block_on`].

mod poller;
mod runtime;

pub use poller::{PollStates, Poller};
pub use runtime::Runtime;

/// Methods of a blocking builder that hand on to the async builder in its field `inner`. For the client crates.
///
/// The documentation of each is that of the method of the same name, so it is only linked to.
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
}
