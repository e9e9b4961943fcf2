//! A request to one of the authority's endpoints.

use uuid::Uuid;

use super::{
    error_response::{ErrorResponse, Result},
    form::Form,
    tenant,
    version::Version,
};
use crate::{clock::seconds, context::Context, http::request::Request};

pub(crate) struct AuthorityRequest<'a> {
    pub(super) context: &'a Context,
    pub(super) http: &'a Request,
    pub(super) form: Form,
    pub(super) version: Version,
    /// The tenant as the path names it; empty for a path without a tenant.
    tenant: &'a str,
}

impl<'a> AuthorityRequest<'a> {
    /// Reads a request whose route has this `path`.
    pub(super) fn new(
        context: &'a Context,
        http: &'a Request,
        path: &str,
        tenant: &'a str,
    ) -> Self {
        Self {
            context,
            http,
            form: Form::read(http),
            version: match path.contains("/v2.0/") {
                true => Version::Two,
                false => Version::One,
            },
            tenant,
        }
    }

    pub(super) fn tenant(&self) -> Result<Uuid> {
        tenant::id(self.tenant).ok_or_else(|| ErrorResponse::UnknownTenant(self.tenant.to_owned()))
    }

    /// Returns the base address of the authority, by the host name that the client used.
    pub(super) fn base_address(&self) -> String {
        self.http.origin(&self.context.addresses.authority)
    }

    /// Returns the time of the emulator's clock, in seconds since 1970.
    pub(super) fn now(&self) -> u64 {
        seconds(self.context.clock.now())
    }

    pub(super) fn trace_id(&self) -> Uuid {
        self.context.ids.guid("trace", self.http.number)
    }

    /// Returns the client's own correlation id, or a generated one.
    pub(super) fn correlation_id(&self) -> Uuid {
        let own = self.http.header("client-request-id");
        own.and_then(|id| Uuid::try_parse(id).ok())
            .unwrap_or_else(|| self.context.ids.guid("correlation", self.http.number))
    }
}
