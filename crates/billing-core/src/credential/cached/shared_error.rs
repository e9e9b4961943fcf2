//! The error of one failed refresh, returned to every caller who waited for it.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::error::Error;

/// Returns the error once more, with the same message, ids and sources.
pub(super) fn shared(error: &Arc<Error>) -> Error {
    if !error.is_credential() {
        return Error::credential("the credential gave no token").with_source(Arc::clone(error));
    }
    let mut copy = Error::credential(error.to_string())
        .with_exchange(error.exchange().clone())
        .with_sign_in_failure(error.sign_in_failure());
    if let Some(service) = error.service_error() {
        copy = copy.with_service(service.clone());
    }
    if error.source().is_some() {
        copy = copy.with_source(SharedSource(Arc::clone(error)));
    }
    copy
}

/// The source of a shared error.
struct SharedSource(Arc<Error>);

impl SharedSource {
    fn get(&self) -> &(dyn StdError + 'static) {
        self.0.source().unwrap_or(&*self.0)
    }
}

impl fmt::Display for SharedSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.get(), f)
    }
}

impl fmt::Debug for SharedSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.get(), f)
    }
}

impl StdError for SharedSource {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.get().source()
    }
}
