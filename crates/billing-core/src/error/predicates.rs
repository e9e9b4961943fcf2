//! Predicates of [`Error`], which tell who reported it and what to do, and its accessors.

use std::time::Duration;

use http::StatusCode;

use crate::credential::claims_challenge::ClaimsChallenge;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::error::predicate_list::predicates;
use crate::error::service::ServiceError;
use crate::outcome::update_outcome::UpdateOutcome;
use crate::poller::token::PollToken;

/// Predicates: who reported the error, and what to do.
impl Error {
    /// Returns whether no connection was made, so that not a byte of the request was sent. Check
    /// the endpoint, the network and the proxy.
    pub fn is_connect(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Connect | ErrorKind::UntrustedCertificate | ErrorKind::NoTls
        )
    }

    /// Returns whether this machine does not trust the service's certificate: its authority is
    /// unknown, or it is for another name or time.
    ///
    /// Nothing was sent, and nothing is retried. Have the machine trust the certificate's
    /// authority, if it is the right one. [`is_connect`](Self::is_connect) is true as well, unless
    /// the certificate is that of the authority which a [credential](Self::is_credential) requests
    /// tokens from.
    pub fn is_untrusted_certificate(&self) -> bool {
        self.0.kind == ErrorKind::UntrustedCertificate
            || (self.sign_in_failure()).is_some_and(|failure| failure.is_untrusted_certificate)
    }

    /// Returns whether the server at the endpoint speaks another protocol: plain text where the
    /// endpoint is `https`, TLS or no HTTP at all where it is `http`. Nothing is retried. Correct
    /// the endpoint's scheme or port.
    pub fn is_wrong_protocol(&self) -> bool {
        matches!(self.0.kind, ErrorKind::NoTls | ErrorKind::NoHttp)
            || (self.has_status(StatusCode::BAD_REQUEST)
                && self.service_error().is_some_and(ServiceError::wants_tls))
    }

    /// Returns whether no complete response came in time: our own limit passed, or the service
    /// answered 408 or 504.
    ///
    /// Retry a read, with more time in the [`SendOptions`](crate::SendOptions) if the limit was
    /// ours. Before a write is repeated, read the resource.
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
            || self.has_status(StatusCode::REQUEST_TIMEOUT)
            || self.has_status(StatusCode::GATEWAY_TIMEOUT)
    }

    /// Returns whether the time limit was our own, not one of the service.
    pub(crate) fn is_our_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// Returns whether the service answered 429, now or to an earlier request so that this one was
    /// not even sent. Wait for [`retry_after`](Self::retry_after).
    ///
    /// `false` for a 429 that is a lock on one resource, which [is a conflict](Self::is_conflict).
    pub fn is_throttled(&self) -> bool {
        self.0.kind == ErrorKind::Throttled || self.is_rate_limit()
    }

    /// Returns whether the resource has changed meanwhile, or another operation on it is running:
    /// 409, 412, Partner Center's 400 with code 2055 ("Error codes"), or Resource Manager's 429
    /// with code `RetryableErrorDueToAnotherOperation`. Read the resource again, then write again.
    pub fn is_conflict(&self) -> bool {
        self.0.kind == ErrorKind::Conflict
            || self.has_status(StatusCode::CONFLICT)
            || self.is_stale_etag()
            || self.is_lock()
    }

    /// Returns whether the service answered 429 because of a rate limit.
    pub(crate) fn is_rate_limit(&self) -> bool {
        self.has_status(StatusCode::TOO_MANY_REQUESTS) && !self.is_lock()
    }

    /// Returns whether the service answered 429 because of a lock on one resource.
    fn is_lock(&self) -> bool {
        self.has_status(StatusCode::TOO_MANY_REQUESTS)
            && self.service_error().is_some_and(ServiceError::is_lock)
    }

    /// Returns whether the etag that was sent is no longer the resource's: 412, or Partner Center's
    /// 400 with code 2055. This request changed nothing. Read the resource, and make the change
    /// again on the new state.
    pub fn is_stale_etag(&self) -> bool {
        self.has_status(StatusCode::PRECONDITION_FAILED)
            || (self.has_status(StatusCode::BAD_REQUEST)
                && self.service_error().and_then(ServiceError::code) == Some("2055"))
    }

    /// Returns whether Resource Manager took a merge patch (RFC 7396) for a JSON Patch (RFC 6902)
    /// and refused it with 400. Nothing was changed.
    ///
    /// The two are sent in the same media type, `application/json`, and the service has been seen
    /// to read the other one: an update of an invoice section of api version 2019-10-01-preview was
    /// answered "The JSON patch document was malformed and could not be parsed." (a recording of
    /// azure-sdk-for-net, `InvoiceSectionsOperationsTest`, `UpdateInvoiceSectionTest`). Repeating
    /// the request does not help. Later api versions update by PUT and have no PATCH.
    pub fn is_merge_patch_refused(&self) -> bool {
        self.has_status(StatusCode::BAD_REQUEST)
            && self
                .service_error()
                .is_some_and(ServiceError::is_about_json_patch)
    }

    /// Returns whether the service reported that a long-running operation ended without success: as
    /// `Failed`, as `Canceled`, or with the error response that the write itself would have had.
    ///
    /// There is nothing left to poll. [`service_error`](Self::service_error) has the operation's
    /// own code and message. If it [may have taken effect](Self::may_have_taken_effect), read the
    /// resource before you decide.
    pub fn is_operation_failed(&self) -> bool {
        self.0.kind == ErrorKind::OperationFailed || self.is_operation_canceled()
    }

    /// Returns whether a write may have been carried out although this error was returned.
    ///
    /// `false` is a promise: nothing changed on the service. It holds for every read, for refused
    /// arguments, for a credential without a token, for connections that were never made, for the
    /// statuses in the 400s that HTTP defines, except 408, and for a 503 with `Retry-After`.
    /// Everything else after a write was sent is unknown, hence `true`: timeouts, broken
    /// connections, 408, 499 and other statuses, and success responses that cannot be read or name
    /// another resource. It stays `true` if the resource does not show the change: the service may
    /// still be working on it.
    ///
    /// While a long-running operation is polled, `true` means that its outcome is not known yet, as
    /// long as there is a [`poll_token`](Self::poll_token). It is also `true` for an operation
    /// [that failed](Self::is_operation_failed): a service should undo what it has changed, but
    /// only where that suits it (Resource Manager, "Asynchronous API reference", "Creating/Updating
    /// using PUT").
    pub fn may_have_taken_effect(&self) -> bool {
        self.0.may_have_taken_effect
    }

    /// Returns whether no complete response came.
    pub(crate) fn is_broken(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Interrupted
        )
    }

    /// Returns whether the service answered, and not with success.
    pub(crate) fn is_error_response(&self) -> bool {
        self.0.kind == ErrorKind::Service
    }

    fn is_kind(&self, kind: ErrorKind) -> bool {
        self.0.kind == kind
    }

    fn has_status(&self, status: StatusCode) -> bool {
        self.status() == Some(status)
    }
}

/// Predicates that compare the kind or the status with one value.
impl Error {
    predicates! {
        /// Returns whether an argument was refused before anything was sent. Correct it; the
        /// message says which.
        is_invalid_input = is_kind(ErrorKind::InvalidInput);

        /// Returns whether the credential gave no token. Sign in, or look at the credential's own
        /// error in the chain of sources.
        is_credential = is_kind(ErrorKind::Credential);

        /// Returns whether the HTTP client could not be set up, for example without a trust store.
        /// Nothing was sent. Fix what the chain of sources names on this machine.
        is_setup = is_kind(ErrorKind::Setup);

        /// Returns whether the connection broke before the response was complete, or the response
        /// is damaged. Retry a read; before a write is repeated, read the resource.
        is_interrupted = is_kind(ErrorKind::Interrupted);

        /// Returns whether the response is larger than the [`SendOptions`](crate::SendOptions)
        /// allow, or a list has more pages than its pager allows. Allow more.
        is_too_large = is_kind(ErrorKind::TooLarge);

        /// Returns whether the service answered 404: there is no such id, or this caller may not
        /// see it. Check the id, and whose token it is.
        is_not_found = has_status(StatusCode::NOT_FOUND);

        /// Returns whether the service answered 401, also to the credential's next token if it had
        /// one: the token has expired or is for another audience, cloud or tenant. Sign in again,
        /// for the scope that [`Cloud`](crate::Cloud) names.
        is_unauthorized = has_status(StatusCode::UNAUTHORIZED);

        /// Returns whether the service answered 403: the token is valid, but its holder lacks the
        /// role. Have it assigned, or sign in as somebody who has it.
        is_forbidden = has_status(StatusCode::FORBIDDEN);

        /// Returns whether the service answered 406: it has none of the media types in `Accept`.
        /// Nothing was changed; accept another one as well.
        is_not_acceptable = has_status(StatusCode::NOT_ACCEPTABLE);

        /// Returns whether the service answered 415: it does not read the media type of the
        /// request's body. Nothing was changed; send the body in another media type.
        is_unsupported_media_type = has_status(StatusCode::UNSUPPORTED_MEDIA_TYPE);

        /// Returns whether the service answered success with a body that does not match its type;
        /// [`json_path`](Self::json_path) says where. After a write, read the resource; report the
        /// path.
        is_decode = is_kind(ErrorKind::Decode);

        /// Returns whether the service did what its contract does not allow; the message says what.
        ///
        /// Nothing that the caller sent is at fault. After a write, read the resource; report the
        /// message with the [`request_id`](Self::request_id).
        is_protocol = is_kind(ErrorKind::Protocol);

        /// Returns whether the service linked to another origin than the configured one. Nothing
        /// was sent there. If that origin is the service's own,
        /// [trust](crate::Endpoint::with_trusted_origin) it.
        is_foreign_origin = is_kind(ErrorKind::ForeignOrigin);

        /// Returns whether the deadline passed while the operation was running, or while the
        /// resource was read at its end and did not show the change yet. Then
        /// [`outcome`](Self::outcome) has what it showed. Resume the operation with
        /// [`poll_token`](Self::poll_token).
        is_still_running = is_kind(ErrorKind::StillRunning);

        /// Returns whether the service reported that a long-running operation ended as `Canceled`:
        /// it was stopped, and the update itself is not to blame.
        ///
        /// [`is_operation_failed`](Self::is_operation_failed) is true as well. Read the resource;
        /// if it does not show the change, find out who stopped the operation before you update
        /// again.
        is_operation_canceled = is_kind(ErrorKind::OperationCanceled);

        /// Returns whether the service no longer knows an operation that it had accepted (404 or
        /// 410, several times), and the resource does not show the change.
        ///
        /// There is nothing left to poll. [`outcome`](Self::outcome) has what the resource showed
        /// last; read the resource, then decide whether to update again.
        is_operation_lost = is_kind(ErrorKind::OperationLost);

        /// Returns whether the response names another resource than the requested one, by its id,
        /// name or self link.
        ///
        /// After a read, nothing was changed, and [`document`](Self::document) has the response's
        /// body. After a write the outcome is unknown: read the resource.
        is_other_resource = is_kind(ErrorKind::OtherResource);

        /// Returns whether an update has created the resource again, with the requested values,
        /// because the one that was read was deleted in between. Read the resource, then decide
        /// whether it should exist.
        is_recreated = is_kind(ErrorKind::Recreated);

        /// Returns whether an edit was given up before its write: by the caller's own function, or
        /// because the profile would not pass the checks that the caller asked for. The
        /// [source](std::error::Error::source) has the reason. Nothing was changed.
        is_edit_refused = is_kind(ErrorKind::EditRefused);
    }
}

/// Accessors: what is known of the error.
impl Error {
    /// Returns the kind of the error, such as `timeout`, from a small fixed set: for logs and
    /// scripts. Spans have it as `error.type`. To decide what to do, use the predicates.
    pub fn kind_name(&self) -> &'static str {
        self.0.kind.name()
    }

    /// Returns the status of the response, if one came.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.exchange.status
    }

    /// Returns the service's own error: code, message, details, and the raw text.
    pub fn service_error(&self) -> Option<&ServiceError> {
        self.0.service.as_ref()
    }

    /// Returns the claims that the service requires of the next token, if it refused this one with
    /// 401 and named them.
    ///
    /// Azure Resource Manager does where a user's token does not show multi-factor authentication,
    /// and where it was revoked. The credential has been asked for such a token, and has none or
    /// none that the service accepts: a user has to sign in again with these claims.
    pub fn claims_challenge(&self) -> Option<&ClaimsChallenge> {
        self.0.claims_challenge.as_ref()
    }

    /// Returns how long the service asks to wait, from the moment of its response, by a header or
    /// in the text of a 429; a century at most. `None` for a response with the status of a success,
    /// whose `Retry-After` is about the next poll of an operation.
    ///
    /// It is what the service says: whether to wait that long is the caller's decision.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns the path at which decoding stopped, for example `properties.address.city`. For XML
    /// it has the JSON names, too.
    pub fn json_path(&self) -> Option<&str> {
        self.0.json_path.as_deref()
    }

    /// Returns the token that resumes an operation whose outcome is not known yet.
    pub fn poll_token(&self) -> Option<&PollToken> {
        self.0.poll_token.as_ref()
    }

    /// Returns the body of the response to a read that [is about another
    /// resource](Self::is_other_resource), as it was received. Neither `Display` nor `Debug` shows
    /// it, since it may hold names and addresses.
    pub fn document(&self) -> Option<&[u8]> {
        self.0.document.as_deref()
    }

    /// Returns the etag of the response, even if the rest could not be read: for example the new
    /// etag after an update that was carried out.
    pub fn etag(&self) -> Option<&str> {
        self.0.etag.as_deref().or_else(|| self.0.exchange.etag())
    }

    /// Returns how much of the change the resource showed when it was last read back: after a write
    /// whose outcome is unknown, whose [operation was lost](Self::is_operation_lost), or whose
    /// operation succeeded without the resource showing it [in time](Self::is_still_running).
    /// `None` if it was not or could not be read.
    pub fn outcome(&self) -> Option<&UpdateOutcome> {
        self.0.outcome.as_ref()
    }

    /// Returns how many times the request was sent, or, for an edit, how many times the edit read
    /// and changed the resource: each of these may have sent its requests several times.
    pub fn attempts(&self) -> u32 {
        self.0.exchange.attempts
    }

    /// Returns how long all attempts took together, pauses included.
    pub fn elapsed(&self) -> Duration {
        self.0.exchange.elapsed
    }

    /// Returns the last status of any attempt, also if the last attempt had none.
    pub fn last_status(&self) -> Option<StatusCode> {
        self.0.exchange.last_status.or(self.status())
    }
}
