//! The OpenAPI description of what the emulator serves.

/// The OpenAPI description of both services, the authority and the control API, as JSON with
/// invented addresses such as `http://arm.localhost`. It is generated from the specs.
pub const OPENAPI: &str = include_str!("../openapi.json");
