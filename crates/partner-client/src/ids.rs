//! The three ids of one call, chosen by the caller or fresh.

use billing_core::pipeline::{Request, VectorCounter};
use billing_core::{CorrelationId, RequestId};

#[derive(Clone, Debug)]
pub(crate) struct CallIds {
    pub(crate) request: RequestId,
    pub(crate) correlation: CorrelationId,
    pub(crate) vectors: VectorCounter,
}

impl CallIds {
    pub(crate) fn generate() -> Self {
        Self {
            request: RequestId::generate(),
            correlation: CorrelationId::generate(),
            vectors: VectorCounter::generate(),
        }
    }

    /// The ids of the next request of the same undertaking.
    pub(crate) fn next(&self) -> Self {
        Self {
            request: RequestId::generate(),
            ..self.clone()
        }
    }

    pub(crate) fn put_on(&self, request: &mut Request) {
        request.set_request_id(self.request);
        request.set_correlation_id(self.correlation);
        request.set_correlation_vectors(&self.vectors);
    }
}

/// The options that every operation of one request has, in an `impl` of a builder with the field `ids`.
macro_rules! id_options {
    () => {
        /// Sends this `MS-RequestId` instead of a fresh one. For a write, choose and store it beforehand where the same
        /// write may have to be sent again after an unknown outcome.
        pub fn with_request_id(mut self, id: billing_core::RequestId) -> Self {
            self.ids.request = id;
            self
        }

        /// Sends this `MS-CorrelationId` instead of a fresh one.
        pub fn with_correlation_id(mut self, id: billing_core::CorrelationId) -> Self {
            self.ids.correlation = id;
            self
        }

        /// Goes on from this `MS-CV` instead of a fresh one: it is extended once, and counted up for each request that
        /// leaves. [Increment](billing_core::CorrelationVector::increment) it before it is given to another call.
        pub fn with_correlation_vector(mut self, vector: billing_core::CorrelationVector) -> Self {
            self.ids.vectors = billing_core::pipeline::VectorCounter::extending(&vector);
            self
        }
    };
}

pub(crate) use id_options;
