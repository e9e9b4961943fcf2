//! Begins an operation by sending its write, or resumes it from a token.

use serde::de::DeserializeOwned;
use url::Url;

use crate::decode::decode;
use crate::error::Error;
use crate::pipeline::raw_response::RawResponse;
use crate::pipeline::request::Request;
use crate::pipeline::retry_loop::WriteResult;
use crate::pipeline::transport::Transport;
use crate::poller::operation::Operation;
use crate::poller::step::is_result;
use crate::poller::token::PollToken;
use crate::poller::{Check, Poller, Read, ids};
use crate::response::Response;

impl<T: DeserializeOwned> Poller<T> {
    /// Sends the write, and reads whether it is done or accepted. `is_settled` returns whether a
    /// resource is the one at this URL and has no sign that it is still being changed. For the
    /// client crates.
    ///
    /// After an attempt whose outcome is unknown, the write is not sent again. The resource is read
    /// back instead, as long as the [options](crate::SendOptions::with_read_back) say; if it shows
    /// the change, that is the result.
    ///
    /// # Errors
    /// Same as [`Transport::fetch`], and that of a response about another resource. If the service
    /// accepted the write but named no link that may be followed, the error says so, and the write
    /// may have taken effect.
    #[cfg(feature = "__client")]
    #[doc(hidden)]
    pub async fn begin(
        transport: Transport,
        request: &Request,
        account: &str,
        is_settled: fn(&T, &Url) -> bool,
    ) -> Result<Self, Error> {
        let begun = |response| Self::begun(&transport, request, account, is_settled, response);
        let response = match transport.send_or_read_back(request).await? {
            WriteResult::ReadBack(response) => return begun(response),
            WriteResult::Answered(response) => response,
        };
        match begun(response) {
            // The service's report that the operation failed counts; any other error about a
            // success leaves the outcome unknown, too.
            Err(error) if error.may_have_taken_effect() && !error.is_operation_failed() => {
                begun(transport.read_back(request, error).await?)
            }
            begun => begun,
        }
    }

    /// Reads what the response to the write began, or ended.
    fn begun(
        transport: &Transport,
        request: &Request,
        account: &str,
        is_settled: fn(&T, &Url) -> bool,
        response: RawResponse,
    ) -> Result<Self, Error> {
        // Most writes are done at once. Their response is read once, and not a second time for its
        // status.
        if is_result(&response)
            && let Ok(resource) = decode(&response.body)
            && is_settled(&resource, request.url())
        {
            let mut poller = Self::new(Operation::finished(transport.clone()), RawResponse::decode);
            poller.remaining = response.exchange.remaining();
            poller.ids = ids(&response);
            let mut response = response.into_response(resource);
            response.change = request.change();
            poller.result = Some(response);
            return Ok(poller);
        }
        Self::of_response(transport, request, account, response, RawResponse::decode)
    }

    /// Resumes the update of a token. For the client crates.
    ///
    /// # Errors
    /// Invalid input for a token of another origin, whose location is on an origin that the
    /// endpoint does not trust, or of a deletion. Nothing was sent.
    #[cfg(feature = "__client")]
    #[doc(hidden)]
    pub fn resume(transport: Transport, token: PollToken) -> Result<Self, Error> {
        token.require_deletion(false)?;
        let operation = Operation::resume(transport, token)?;
        Ok(Self::new(operation, RawResponse::decode))
    }

    /// Checks the result, now if it is there already, else at the end, and returns the error of
    /// `check` instead of a result that it refuses. For the client crates.
    ///
    /// # Errors
    /// That of `check`.
    #[cfg(feature = "__client")]
    #[doc(hidden)]
    pub fn with_check(
        mut self,
        check: impl Fn(&Response<T>) -> Result<(), Error> + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        if let Some(response) = &self.result {
            check(response)?;
        }
        self.check = Check(Box::new(check));
        Ok(self)
    }
}

#[cfg(feature = "__client")]
impl Poller<()> {
    /// Sends a deletion, and reads whether it is done or accepted. For the client crates.
    ///
    /// # Errors
    /// Same as [`Transport::fetch`]. If the service accepted the deletion but named no link that
    /// may be followed, the error says so, and the resource may be deleted.
    #[doc(hidden)]
    pub async fn begin_deletion(
        transport: Transport,
        request: &Request,
        account: &str,
    ) -> Result<Self, Error> {
        let response = transport.send(request).await?;
        Self::of_response(&transport, request, account, response, nothing)
    }

    /// Resumes the deletion of a token. For the client crates.
    ///
    /// # Errors
    /// Invalid input for a token of another origin, whose location is on an origin that the
    /// endpoint does not trust, or of an update. Nothing was sent.
    #[doc(hidden)]
    pub fn resume_deletion(transport: Transport, token: PollToken) -> Result<Self, Error> {
        token.require_deletion(true)?;
        Ok(Self::new(Operation::resume(transport, token)?, nothing))
    }
}

/// Returns the result of a deletion, whatever the body.
#[cfg(feature = "__client")]
#[expect(
    clippy::unnecessary_wraps,
    reason = "the type is that of decoding a resource"
)]
fn nothing(response: RawResponse) -> Result<Response<()>, Error> {
    Ok(response.into_response(()))
}

impl<T> Poller<T> {
    /// Reads what the response to a write began, or ended with a result that `read` reads.
    fn of_response(
        transport: &Transport,
        request: &Request,
        account: &str,
        response: RawResponse,
        read: Read<T>,
    ) -> Result<Self, Error> {
        let (remaining, ids) = (response.exchange.remaining(), ids(&response));
        let (operation, last) = Operation::begin(transport.clone(), request, account, response)?;
        let mut poller = Self::new(operation, read);
        poller.remaining = remaining;
        poller.ids = ids;
        if let Some(last) = last {
            // Before the first link there is nothing to resume, and no token for the error.
            let response = last.result(read).map_err(|error| error.with_effect(true))?;
            let change = request.change();
            poller.result = Some(Response { change, ..response });
        }
        Ok(poller)
    }
}
