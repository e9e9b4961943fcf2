//! What an error is asked.

use std::collections::BTreeMap;
use std::time::Duration;

use http::StatusCode;

use super::{Error, ErrorKind, ServiceError};
use crate::{ClaimsChallenge, PollToken, UpdateOutcome};

/// Who raised it, and what to do.
impl Error {
    /// An argument was refused before anything was sent. Correct it; the message says where.
    pub fn is_invalid_input(&self) -> bool {
        self.0.kind == ErrorKind::InvalidInput
    }

    /// The credential gave no token. Sign in, or look at the credential's own error in the chain.
    pub fn is_credential(&self) -> bool {
        self.0.kind == ErrorKind::Credential
    }

    /// No connection came about, so not a byte of the request left. Check endpoint, network, proxy.
    pub fn is_connect(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Connect | ErrorKind::UntrustedCertificate | ErrorKind::NoTls
        )
    }

    /// The service has a certificate that this machine does not trust: nobody vouches for it, or it
    /// is for another name or time. Nothing was sent, and nothing is sent again. Have the machine
    /// trust its authority, if it is the right one. [`is_connect`](Self::is_connect) holds as well,
    /// unless it is the authority that a [credential](Self::is_credential) asks for tokens.
    pub fn is_untrusted_certificate(&self) -> bool {
        self.0.kind == ErrorKind::UntrustedCertificate
            || (self.sign_in_failure()).is_some_and(|failure| failure.is_untrusted_certificate)
    }

    /// What answers at the endpoint speaks another protocol: plain text where the endpoint is
    /// `https`, TLS or no HTTP at all where it is `http`. Nothing is sent again. Correct scheme or
    /// port of the endpoint.
    pub fn is_wrong_protocol(&self) -> bool {
        matches!(self.0.kind, ErrorKind::NoTls | ErrorKind::NoHttp)
            || (self.has_status(StatusCode::BAD_REQUEST)
                && self.service_error().is_some_and(ServiceError::wants_tls))
    }

    /// The HTTP client could not be set up, for want of a trust store for example. Nothing was sent. Mend
    /// what the error's chain names on this machine.
    pub fn is_setup(&self) -> bool {
        self.0.kind == ErrorKind::Setup
    }

    /// The connection broke before a complete answer had come, or what came is damaged. Try a read again;
    /// look before a write is sent again.
    pub fn is_interrupted(&self) -> bool {
        self.0.kind == ErrorKind::Interrupted
    }

    /// The answer is larger than the [`SendOptions`](crate::SendOptions) allow, or a list has more
    /// pages than its pager allows. Allow more.
    pub fn is_too_large(&self) -> bool {
        self.0.kind == ErrorKind::TooLarge
    }

    /// No complete answer in time: ours ran out, or the service answered 408 or 504. Try a read again,
    /// with more time by the [`SendOptions`](crate::SendOptions) if it was ours; look before a write is
    /// sent again.
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
            || self.has_status(StatusCode::REQUEST_TIMEOUT)
            || self.has_status(StatusCode::GATEWAY_TIMEOUT)
    }

    /// Whether it was our own limit of time, not one of the service.
    pub(crate) fn is_our_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// The service answered 429, or did so to an earlier request and this one was not even sent. Wait
    /// [`retry_after`](Self::retry_after). `false` for a 429 that is a lock on one resource, which
    /// [is a conflict](Self::is_conflict).
    pub fn is_throttled(&self) -> bool {
        self.0.kind == ErrorKind::Throttled || self.is_rate_limit()
    }

    /// What was to be changed has changed meanwhile, or another operation on it is running, says
    /// the service: 409, 412, Partner Center's 400 with code 2055 ("Error codes"), or Resource
    /// Manager's 429 with code `RetryableErrorDueToAnotherOperation`. Read again, then write again.
    pub fn is_conflict(&self) -> bool {
        self.0.kind == ErrorKind::Conflict
            || self.has_status(StatusCode::CONFLICT)
            || self.is_stale_etag()
            || self.is_lock()
    }

    /// The service answered 429, and means its rate limits by it.
    pub(crate) fn is_rate_limit(&self) -> bool {
        self.has_status(StatusCode::TOO_MANY_REQUESTS) && !self.is_lock()
    }

    /// The service answered 429, and means a lock on one resource by it.
    fn is_lock(&self) -> bool {
        self.has_status(StatusCode::TOO_MANY_REQUESTS)
            && self.service_error().is_some_and(ServiceError::is_lock)
    }

    /// The service says that the etag that was sent is no longer the resource's: 412, or Partner Center's
    /// 400 with code 2055. This request wrote nothing. Read the resource, and make the change again on
    /// what was read.
    pub fn is_stale_etag(&self) -> bool {
        self.has_status(StatusCode::PRECONDITION_FAILED)
            || (self.has_status(StatusCode::BAD_REQUEST)
                && self.service_error().and_then(ServiceError::code) == Some("2055"))
    }

    /// Resource Manager took a merge patch (RFC 7396) for a JSON Patch (RFC 6902), and refused it with 400; nothing was
    /// changed.
    ///
    /// The two are written in the same media type, `application/json`, and the service has been seen to read the other
    /// one: an update of an invoice section of api version 2019-10-01-preview was answered "The JSON patch document was
    /// malformed and could not be parsed." (a recording of azure-sdk-for-net, `InvoiceSectionsOperationsTest`,
    /// `UpdateInvoiceSectionTest`). To send it again is of no use. Later api versions update by PUT, and have no PATCH.
    pub fn is_merge_patch_refused(&self) -> bool {
        self.has_status(StatusCode::BAD_REQUEST)
            && self
                .service_error()
                .is_some_and(ServiceError::is_about_json_patch)
    }

    /// The service answered 404: no such id, or none that this caller may see. Check the id, and whose
    /// the token is.
    pub fn is_not_found(&self) -> bool {
        self.has_status(StatusCode::NOT_FOUND)
    }

    /// The service answered 401, also to the credential's next token if it had one: the token has expired
    /// or is for another audience, cloud or tenant. Sign in again, for the scope that
    /// [`Cloud`](crate::Cloud) names.
    pub fn is_unauthorized(&self) -> bool {
        self.has_status(StatusCode::UNAUTHORIZED)
    }

    /// The service answered 403: the token is good, but its holder lacks the role. Have it assigned, or
    /// sign in as somebody who has it.
    pub fn is_forbidden(&self) -> bool {
        self.has_status(StatusCode::FORBIDDEN)
    }

    /// The service answered 406: it has none of the media types that `Accept` asked for. Nothing was changed; accept
    /// another one as well.
    pub fn is_not_acceptable(&self) -> bool {
        self.has_status(StatusCode::NOT_ACCEPTABLE)
    }

    /// The service answered 415: it does not read the media type of the request's body. Nothing was changed; send the
    /// body in another one.
    pub fn is_unsupported_media_type(&self) -> bool {
        self.has_status(StatusCode::UNSUPPORTED_MEDIA_TYPE)
    }

    /// The service answered success with a body that we could not read as what it should be; where, says
    /// [`json_path`](Self::json_path). Read the resource to see what a write became, and report the path.
    pub fn is_decode(&self) -> bool {
        self.0.kind == ErrorKind::Decode
    }

    /// The service did what its contract does not allow; the message says what. Nothing that the caller
    /// sent is at fault: read the resource to see what a write became, and report the message with the
    /// [`request_id`](Self::request_id).
    pub fn is_protocol(&self) -> bool {
        self.0.kind == ErrorKind::Protocol
    }

    /// The service pointed to another origin than the configured one. Nothing was sent there. If that
    /// origin is the service's own, [trust](crate::Endpoint::with_trusted_origin) it.
    pub fn is_foreign_origin(&self) -> bool {
        self.0.kind == ErrorKind::ForeignOrigin
    }

    /// The deadline passed while the operation was running, or while the resource was read at its end and
    /// did not show the change yet; then [`outcome`](Self::outcome) has what it showed. Resume it with
    /// [`poll_token`](Self::poll_token).
    pub fn is_still_running(&self) -> bool {
        self.0.kind == ErrorKind::StillRunning
    }

    /// The service has reported that a long-running operation ended without success: as `Failed`, as
    /// `Canceled`, or with the refusal that the write itself would have met. There is nothing left to
    /// poll. [`service_error`](Self::service_error) has the operation's own code and message; read the
    /// resource where it [may have taken effect](Self::may_have_taken_effect), then decide.
    pub fn is_operation_failed(&self) -> bool {
        self.0.kind == ErrorKind::OperationFailed || self.is_operation_canceled()
    }

    /// The service has reported that a long-running operation ended as `Canceled`: somebody or something
    /// stopped it, and no fault of the update is said. Every such error is an
    /// [`is_operation_failed`](Self::is_operation_failed), too. Read the resource; if the change is not
    /// there, and whoever stopped it agrees, update again.
    pub fn is_operation_canceled(&self) -> bool {
        self.0.kind == ErrorKind::OperationCanceled
    }

    /// The service no longer knows an operation that it had accepted (404 or 410, several times), and the
    /// resource does not show the change. There is nothing left to poll. [`outcome`](Self::outcome) says
    /// what the resource showed last; read the resource, then decide whether to update again.
    pub fn is_operation_lost(&self) -> bool {
        self.0.kind == ErrorKind::OperationLost
    }

    /// The answer names another resource than the one that was asked for, by its id, name or self link.
    /// After a read, [`document`](Self::document) has what came; nothing was changed. After a write the
    /// outcome is unknown: read the resource.
    pub fn is_other_resource(&self) -> bool {
        self.0.kind == ErrorKind::OtherResource
    }

    /// An edit was given up before its write, by the function that the caller gave for it, or since
    /// the profile would not pass the checks that the caller asked for. The
    /// [source](std::error::Error::source) says why. Nothing was changed.
    pub fn is_edit_refused(&self) -> bool {
        self.0.kind == ErrorKind::EditRefused
    }

    /// Whether a write may have been carried out although this error came back.
    ///
    /// `false` is a promise: nothing changed on the service. That holds for every read, for refused
    /// arguments, for a credential without a token, for connections that never came about, for answers in
    /// the 400s that HTTP defines, except 408, and for a 503 with `Retry-After`. Everything else after a
    /// write was sent is unknown, hence `true`: timeouts, broken connections, 408, 499 and other statuses,
    /// and success answers that cannot be read or name another resource. That a resource does not show
    /// the change makes it no `false`: the service may still be at work.
    ///
    /// While a long-running operation is polled, `true` means that its outcome is not known yet, as long
    /// as there is a [`poll_token`](Self::poll_token). It is `true` as well for an operation
    /// [that failed](Self::is_operation_failed): a service should put back what it has changed, but only where that suits
    /// it (Resource Manager, "Asynchronous API reference", "Creating/Updating using PUT").
    pub fn may_have_taken_effect(&self) -> bool {
        self.0.may_have_taken_effect
    }
}

/// What is known.
impl Error {
    /// The status of the answer, if one came.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The service's own words: code, message, details, and the raw text.
    pub fn service_error(&self) -> Option<&ServiceError> {
        self.0.service.as_ref()
    }

    /// What the service asks the next token to have, if it refused this one with 401 and said so. Azure
    /// Resource Manager does where a user's token does not show multi-factor authentication, and where it
    /// was revoked. The credential has been asked for such a token, and has none or none that the service
    /// takes: a user has to sign in again with these claims.
    pub fn claims_challenge(&self) -> Option<&ClaimsChallenge> {
        self.0.claims_challenge.as_ref()
    }

    /// The request id that the service answered with, else the one that was sent.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The correlation id that the service answered with, else the one that was sent.
    pub fn correlation_id(&self) -> Option<&str> {
        self.0.correlation_id.as_deref()
    }

    /// The correlation vector (`MS-CV`) that the service answered with, else the one that was sent; Partner Center only.
    pub fn correlation_vector(&self) -> Option<&str> {
        self.0.correlation_vector.as_deref()
    }

    /// The id of the request's way through Azure (`x-ms-routing-request-id`), if the answer has one; Resource Manager
    /// only.
    pub fn routing_request_id(&self) -> Option<&str> {
        self.0.routing_request_id.as_deref()
    }

    /// What the answer says is left of the service's limits; see [`Response::remaining`](crate::Response::remaining).
    pub fn remaining(&self) -> &BTreeMap<String, u64> {
        &self.0.remaining
    }

    /// How long the service asks to wait, from the moment of its answer, by a header or by the
    /// words of a 429; a century at most. It is what the service said: whether to wait that long is
    /// the caller's choice.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Where in the answer decoding stopped, for example `properties.address.city`; in XML, too, by the names of JSON.
    pub fn json_path(&self) -> Option<&str> {
        self.0.json_path.as_deref()
    }

    /// What resumes an operation whose outcome is not known yet.
    pub fn poll_token(&self) -> Option<&PollToken> {
        self.0.poll_token.as_ref()
    }

    /// The body of the answer to a read that [is about another resource](Self::is_other_resource), as it
    /// was received. It is in no `Display` and no `Debug`, since it may hold names and addresses.
    pub fn document(&self) -> Option<&[u8]> {
        self.0.document.as_deref()
    }

    /// The etag in the answer, where there was one although the rest could not be read, for example
    /// the new one after an update that was carried out.
    pub fn etag(&self) -> Option<&str> {
        self.0.etag.as_deref()
    }

    /// How much of the change the resource showed when it was read back last, after a write whose outcome
    /// is unknown, whose [operation was lost](Self::is_operation_lost), or whose operation succeeded
    /// without the resource showing it [in time](Self::is_still_running); `None` if it could not be read,
    /// or was not.
    pub fn outcome(&self) -> Option<&UpdateOutcome> {
        self.0.outcome.as_ref()
    }

    /// How many times it was tried, the last time included.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long all the attempts took together, pauses included.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// The last status that came in any attempt, also where the last attempt got none.
    pub fn last_status(&self) -> Option<StatusCode> {
        self.0.last_status.or(self.0.status)
    }
}
