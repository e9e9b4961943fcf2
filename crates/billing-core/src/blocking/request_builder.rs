//! Requests without async.

use super::Runtime;
use crate::error::Error;

/// A request builder whose [`send`](Self::send) waits for the response.
///
/// It wraps the async builder `B` of the same operation, which has the options and their
/// documentation:
///
/// ```
/// use billing_core::blocking::RequestBuilder;
/// # use billing_core::Error;
/// # struct GetCustomer;
/// # impl GetCustomer {
/// #     fn with_locale(self, _: &str) -> Self { self }
/// # }
/// # impl IntoFuture for GetCustomer {
/// #     type Output = Result<(), Error>;
/// #     type IntoFuture = std::future::Ready<Self::Output>;
/// #     fn into_future(self) -> Self::IntoFuture { std::future::ready(Ok(())) }
/// # }
///
/// # fn example(request: RequestBuilder<GetCustomer>) -> Result<(), Error> {
/// let response = request.with(|request| request.with_locale("de-DE")).send()?;
/// # Ok(response)
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `send()`"]
pub struct RequestBuilder<B> {
    inner: B,
    runtime: Runtime,
}

impl<B> RequestBuilder<B> {
    /// Wraps an async builder. For the client crates.
    #[cfg(feature = "__client")]
    #[doc(hidden)]
    pub fn new(inner: B, runtime: &Runtime) -> Self {
        Self {
            inner,
            runtime: runtime.clone(),
        }
    }

    /// Sets options of the request: `set` gets the async builder and returns it.
    pub fn with(mut self, set: impl FnOnce(B) -> B) -> Self {
        self.inner = set(self.inner);
        self
    }

    /// Returns the async builder, for example to preview the request.
    pub fn builder(&self) -> &B {
        &self.inner
    }
}

impl<B: IntoFuture<Output = Result<T, Error>>, T> RequestBuilder<B> {
    /// Sends the request and waits for the response.
    ///
    /// # Errors
    /// - Those of the async builder's `send`, which says whether a write may have taken effect.
    /// - Invalid input inside an async runtime, whose other tasks could not run. Nothing was sent.
    pub fn send(self) -> Result<T, Error> {
        self.runtime.block_on(self.inner.into_future())
    }
}
