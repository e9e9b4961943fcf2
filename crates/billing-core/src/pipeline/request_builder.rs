//! What the request builders of the clients share.

/// Implements `preview` and `IntoFuture` for a request builder with the methods `request` and
/// `send` and the field `client`. For the client crates.
#[doc(hidden)]
#[macro_export]
macro_rules! request_builder {
    ($(where [$($generics:tt)*])? $builder:ty => $output:ty) => {
        impl $(<$($generics)*>)? $builder {
            /// Returns the request as it would be sent, with the token hidden. Nothing is sent.
            ///
            /// # Errors
            /// Invalid input for an id, an option or a body that no request can carry.
            pub fn preview(&self) -> Result<$crate::RequestPreview, $crate::Error> {
                self.client.transport().preview(&self.request()?)
            }
        }

        $crate::send_on_await!($(where [$($generics)*])? $builder => $output);
    };
}

/// Implements `IntoFuture` for a builder with the method `send`. For the client crates.
#[doc(hidden)]
#[macro_export]
macro_rules! send_on_await {
    ($(where [$($generics:tt)*])? $builder:ty => $output:ty) => {
        impl $(<$($generics)*>)? IntoFuture for $builder {
            type Output = Result<$output, $crate::Error>;
            type IntoFuture = $crate::BoxFuture<'static, Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(self.send())
            }
        }
    };
}
