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
use crate::poller::{Poller, ids};
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
        let change = request.change();
        let remaining = response.exchange.remaining();
        let ids = ids(&response);
        // Most writes are done at once. Their response is read once, and not a second time for its
        // status.
        if is_result(&response)
            && let Ok(resource) = decode(&response.body)
            && is_settled(&resource, request.url())
        {
            let mut response = response.into_response(resource);
            response.change = change;
            return Ok(Self {
                operation: Operation::finished(transport.clone()),
                result: Some(response),
                remaining,
                ids,
            });
        }
        let (operation, last) = Operation::begin(transport.clone(), request, account, response)?;
        let mut poller = Self::new(operation);
        poller.remaining = remaining;
        poller.ids = ids;
        if let Some(last) = last {
            // Before the first link there is nothing to resume, and no token for the error.
            let response = last.result().map_err(|error| error.with_effect(true))?;
            poller.result = Some(Response { change, ..response });
        }
        Ok(poller)
    }

    /// Resumes the operation of a token. For the client crates.
    ///
    /// # Errors
    /// Invalid input for a token of another origin, or whose location is on an origin that the
    /// endpoint does not trust. Nothing was sent.
    #[cfg(feature = "__client")]
    pub fn resume(transport: Transport, token: PollToken) -> Result<Self, Error> {
        Operation::resume(transport, token).map(Self::new)
    }
}
