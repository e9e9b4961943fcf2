//! One failed refresh, told to every caller who waited for it.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::Error;

/// The failure once more, with the same words, ids and causes.
pub(super) fn shared(failure: &Arc<Error>) -> Error {
    if !failure.is_credential() {
        return Error::credential("the credential gave no token").with_source(Arc::clone(failure));
    }
    let (request, correlation) = (failure.request_id(), failure.correlation_id());
    let mut error = Error::credential(failure.to_string())
        .with_ids(request.map(str::to_owned), correlation.map(str::to_owned))
        .with_retry_after(failure.retry_after())
        .with_sign_in_failure(failure.sign_in_failure());
    if let Some(service) = failure.service_error() {
        error = error.with_service(service.clone());
    }
    if failure.source().is_some() {
        error = error.with_source(Cause(Arc::clone(failure)));
    }
    error
}

/// What stands behind the failure.
struct Cause(Arc<Error>);

impl Cause {
    fn get(&self) -> &(dyn StdError + 'static) {
        self.0.source().unwrap_or(&*self.0)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.get(), f)
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.get(), f)
    }
}

impl StdError for Cause {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.get().source()
    }
}
