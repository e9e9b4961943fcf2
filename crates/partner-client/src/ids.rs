//! The ids of one request, chosen by the caller or fresh.

use billing_core::pipeline::{Request, VectorCounter};
use billing_core::{CorrelationId, RequestId};

/// The request id, correlation id and correlation vectors of one request.
#[derive(Clone, Debug)]
pub(crate) struct RequestIds {
    pub(crate) request: RequestId,
    pub(crate) correlation: CorrelationId,
    pub(crate) vectors: VectorCounter,
}

impl RequestIds {
    pub(crate) fn generate() -> Self {
        Self {
            request: RequestId::generate(),
            correlation: CorrelationId::generate(),
            vectors: VectorCounter::generate(),
        }
    }

    /// Returns the ids of the next request of the same operation.
    pub(crate) fn next(&self) -> Self {
        Self {
            request: RequestId::generate(),
            ..self.clone()
        }
    }

    pub(crate) fn set_on(&self, request: &mut Request) {
        request.set_request_id(self.request);
        request.set_correlation_id(self.correlation);
        request.set_correlation_vectors(&self.vectors);
    }
}

/// Setters of the ids that all requests of one operation share, for the `impl` of a builder. The
/// field `ids` is that of the builder, or of `$outer.$field`.
macro_rules! correlation_options {
    ($($outer:ident . $field:ident)?) => {
        /// Sends this `MS-CorrelationId` instead of a fresh one.
        ///
        /// ```no_run
        /// # use partner_client::{Error, PartnerClient};
        /// # async fn example(client: PartnerClient, customer_id: &str) -> Result<(), Error> {
        /// use partner_client::CorrelationId;
        ///
        /// let request = client.get_customer_billing_profile(customer_id);
        /// let profile = request.with_correlation_id(CorrelationId::generate()).await?;
        /// # drop(profile);
        /// # Ok(())
        /// # }
        /// ```
        pub fn with_correlation_id(mut self, id: billing_core::CorrelationId) -> Self {
            self.$($outer.$field.)?ids.correlation = id;
            self
        }

        /// Continues this `MS-CV` instead of a fresh one: the vector is extended once, and its
        /// counter goes up with each attempt.
        /// [Increment](billing_core::CorrelationVector::increment) it before you pass it to another
        /// operation.
        ///
        /// ```no_run
        /// # use partner_client::{Error, PartnerClient};
        /// # async fn example(client: PartnerClient, customer_id: &str) -> Result<(), Error> {
        /// use partner_client::CorrelationVector;
        ///
        /// let request = client.get_customer_billing_profile(customer_id);
        /// let profile = request.with_correlation_vector(CorrelationVector::generate()).await?;
        /// # drop(profile);
        /// # Ok(())
        /// # }
        /// ```
        pub fn with_correlation_vector(mut self, vector: billing_core::CorrelationVector) -> Self {
            self.$($outer.$field.)?ids.vectors =
                billing_core::pipeline::VectorCounter::extending(&vector);
            self
        }
    };
}

/// Setters of the request id and of the ids of `correlation_options`, for the `impl` of a builder.
macro_rules! id_options {
    ($($outer:ident . $field:ident)?) => {
        /// Sends this `MS-RequestId` instead of a fresh one. For a write, choose and store it
        /// beforehand if you may have to send the same write again after an unknown outcome.
        ///
        /// ```no_run
        /// # use partner_client::{Error, PartnerClient};
        /// # async fn example(client: PartnerClient, customer_id: &str) -> Result<(), Error> {
        /// use partner_client::RequestId;
        ///
        /// let request = client.get_customer_billing_profile(customer_id);
        /// let profile = request.with_request_id(RequestId::generate()).await?;
        /// # drop(profile);
        /// # Ok(())
        /// # }
        /// ```
        pub fn with_request_id(mut self, id: billing_core::RequestId) -> Self {
            self.$($outer.$field.)?ids.request = id;
            self
        }

        crate::ids::correlation_options!($($outer.$field)?);
    };
}

pub(crate) use {correlation_options, id_options};
