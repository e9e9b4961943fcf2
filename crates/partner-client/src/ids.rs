//! The three ids of one call, chosen by the caller or fresh.

use billing_core::wire::Request;
use billing_core::{CorrelationId, CorrelationVector, RequestId};

#[derive(Clone, Debug)]
pub(crate) struct CallIds {
    pub(crate) request: RequestId,
    pub(crate) correlation: CorrelationId,
    pub(crate) vector: CorrelationVector,
}

impl CallIds {
    pub(crate) fn generate() -> Self {
        Self {
            request: RequestId::generate(),
            correlation: CorrelationId::generate(),
            vector: CorrelationVector::generate(),
        }
    }

    /// The ids of the next request of the same undertaking.
    pub(crate) fn next(&self) -> Self {
        Self {
            request: RequestId::generate(),
            vector: self.vector.next(),
            ..*self
        }
    }

    pub(crate) fn put_on(&self, request: &mut Request) {
        request.set_request_id(self.request);
        request.set_correlation_id(self.correlation);
        request.set_correlation_vector(&self.vector);
    }
}
