//! The correlation vectors of the requests of one call.

use std::sync::{Arc, Mutex, PoisonError};

use crate::correlation_vector::CorrelationVector;

/// Gives each request of a call a vector of its own; clones count on together.
#[derive(Clone, Debug)]
pub struct VectorCounter(Arc<Mutex<CorrelationVector>>);

impl VectorCounter {
    /// Of a call that nobody has given a vector.
    pub fn generate() -> Self {
        Self::new(CorrelationVector::generate())
    }

    /// Of a call that somebody else's vector leads to.
    pub fn extending(vector: &CorrelationVector) -> Self {
        Self::new(vector.extend())
    }

    fn new(vector: CorrelationVector) -> Self {
        Self(Arc::new(Mutex::new(vector)))
    }

    /// The vector that the next request will have.
    pub(crate) fn peek(&self) -> CorrelationVector {
        self.with(|last| last.increment())
    }

    /// The vector of a request that leaves now.
    pub(crate) fn next(&self) -> CorrelationVector {
        self.with(|last| {
            *last = last.increment();
            last.clone()
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut CorrelationVector) -> T) -> T {
        // Nothing panics while it is held, and the vector is whole at any time.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
