//! A handful of invented customers and billing profiles.

/// A snapshot with all of them.
pub(crate) const DOCUMENTS: &[u8] = include_bytes!("sample/documents.json");

/// The partner's own tenant: that of [`Emulator::token`](crate::Emulator::token), and the one
/// behind `common`, `organizations` and `contoso.example.com` at the authority.
pub const SAMPLE_TENANT_ID: &str = "b7d1f0a2-3c65-4e89-a1d4-6f2e9c8b5a00";

/// A customer of [`EmulatorBuilder::sample_data`](crate::EmulatorBuilder::sample_data): Contoso,
/// Ltd. in Seattle.
pub const SAMPLE_CUSTOMER_ID: &str = "5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01";

/// Another customer: Fabrikam GmbH in Munich, with every member of the schema.
pub const SAMPLE_OTHER_CUSTOMER_ID: &str = "c27d90b4-1e6a-4f58-8a3d-92b7e4f0c602";

/// A billing account of [`EmulatorBuilder::sample_data`](crate::EmulatorBuilder::sample_data), with
/// three billing profiles. Its name has the form of a Microsoft Customer Agreement's: it has a
/// colon.
pub const SAMPLE_ACCOUNT: &str =
    "1d3f5a7c-2b4e-4c6d-8e0f-9a1b3c5d7e01:7e5d3c1b-9f0a-4e8d-a6c4-2b0e1d3f5a02_2019-05-31";

/// A billing profile of [`SAMPLE_ACCOUNT`].
pub const SAMPLE_PROFILE: &str = "CNTS-0001-BG7-PGB";

/// Another billing account, with the plain number of a name and one billing profile.
pub const SAMPLE_OTHER_ACCOUNT: &str = "70023418";

/// The billing profile of [`SAMPLE_OTHER_ACCOUNT`].
pub const SAMPLE_OTHER_PROFILE: &str = "FBRK-0001-BG7-PGB";
