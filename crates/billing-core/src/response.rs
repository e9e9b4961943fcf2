//! A decoded response with its status, ids and headers.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use http::StatusCode;
use serde::Serialize;

use crate::error::Error;
#[cfg(feature = "__client")]
use crate::error::kind::ErrorKind;
use crate::exchange::{Exchange, exchange_accessors};
use crate::outcome::change::{Change, LazyChange};
use crate::outcome::exact_json::value_of;
use crate::outcome::update_outcome::UpdateOutcome;

/// A successful response: the decoded body, the status, and the ids to quote to support.
///
/// ```
/// use billing_core::Response;
///
/// fn report<T>(response: &Response<T>) -> String {
///     let id = response.request_id().unwrap_or("unknown");
///     format!("{} (request id {id})", response.status())
/// }
/// # fn check(response: &Response<()>) -> String { report(response) }
/// ```
#[derive(Clone)]
pub struct Response<T> {
    pub(crate) status: StatusCode,
    pub(crate) exchange: Exchange,
    pub(crate) change: Option<LazyChange>,
    pub(crate) body: T,
}

impl<T: Serialize> Response<T> {
    /// Compares the resource in the response to a write with the change that was requested. `None`
    /// for a read, and if the change is not known, as after a resume token of an older version.
    ///
    /// A success of the service does not prove that the change is stored: it may answer 200, or
    /// finish an operation, with the resource as it was before. Computed at each call.
    pub fn outcome(&self) -> Option<UpdateOutcome> {
        let change = self.change.as_ref()?;
        Some(change()?.outcome(&value_of(&self.body)?))
    }
}

impl<T> Response<T> {
    /// Returns the decoded body.
    pub fn body(&self) -> &T {
        &self.body
    }

    /// Returns the decoded body without the rest.
    pub fn into_body(self) -> T {
        self.body
    }

    /// Returns the same response with another body.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            status: self.status,
            exchange: self.exchange,
            change: self.change,
            body: change(self.body),
        }
    }

    /// Creates a protocol error about this response, which is a success but not a valid response to
    /// the request. For the client crates.
    #[cfg(feature = "__client")]
    #[doc(hidden)]
    pub fn refuse(self, message: &str, of_write: bool) -> Error {
        Error::protocol(format!("the service answered {}, {message}", self.status))
            .with_exchange(self.exchange)
            .with_effect(of_write)
    }

    /// Creates the error of an update that has created a resource instead of updating the one that
    /// was read. For the client crates.
    #[cfg(feature = "__client")]
    #[doc(hidden)]
    pub fn recreated(&self) -> Error {
        let message = "the resource is not the one that was read: that one was deleted in between, \
                       and the update has created another one with its values";
        Error::new(ErrorKind::Recreated, message)
            .with_exchange(self.exchange.clone())
            .with_effect(true)
    }

    /// Sets the change that the write requested, so that the response has an
    /// [`outcome`](Self::outcome). `change` is called only if the outcome is requested. For the
    /// client crates.
    #[cfg(feature = "__client")]
    #[doc(hidden)]
    #[must_use]
    pub fn with_change(
        mut self,
        change: impl Fn() -> Option<Change> + Send + Sync + 'static,
    ) -> Self {
        self.change = Some(Arc::new(change));
        self
    }

    /// Returns the status, always a success.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the value of one header, if the service sent it as readable text. The letter case of
    /// `name` does not matter.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.exchange.headers.get(name)?.to_str().ok()
    }

    fn exchange(&self) -> &Exchange {
        &self.exchange
    }

    /// Returns whether the request's token shows multi-factor authentication (`isMfaCompliant`), if
    /// the request asked for it by `ValidateMfa: true`. Partner Center only. `None` if the service
    /// does not say, which has been seen after such requests, too.
    pub fn is_mfa_compliant(&self) -> Option<bool> {
        let value = self.header("ismfacompliant")?.trim();
        value.to_ascii_lowercase().parse().ok()
    }
}

exchange_accessors!(Response<T>);

// Header values stay out: a cookie or a person's name may be among them.
impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("request_id", &self.exchange.request_id)
            .field("correlation_id", &self.exchange.correlation_id)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}
