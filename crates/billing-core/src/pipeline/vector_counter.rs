//! The correlation vectors of the requests of one operation.

use std::sync::{Arc, Mutex, PoisonError};

use crate::correlation_vector::CorrelationVector;

/// Gives each request of an operation a correlation vector of its own; clones share the counter.
#[derive(Clone, Debug)]
pub struct VectorCounter(Arc<Mutex<CorrelationVector>>);

impl VectorCounter {
    /// Returns a counter with a fresh vector.
    pub fn generate() -> Self {
        Self::new(CorrelationVector::generate())
    }

    /// Returns a counter that extends the caller's vector.
    pub fn extending(vector: &CorrelationVector) -> Self {
        Self::new(vector.extend())
    }

    fn new(vector: CorrelationVector) -> Self {
        Self(Arc::new(Mutex::new(vector)))
    }

    /// Returns the vector that the next request will have.
    pub(crate) fn peek(&self) -> CorrelationVector {
        self.with(|last| last.increment())
    }

    /// Returns the vector of a request that is sent now.
    pub(crate) fn next(&self) -> CorrelationVector {
        self.with(|last| {
            *last = last.increment();
            last.clone()
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut CorrelationVector) -> T) -> T {
        // Nothing panics while the lock is held, and the vector is consistent at any time.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
