//! Declares the golden files, so that they are compiled and not only compared.

#![allow(
    clippy::doc_lazy_continuation,
    reason = "as in the parent of the models: the descriptions are a page's words"
)]

#[path = "generated/awkward_names.rs"]
#[rustfmt::skip]
pub mod awkward_names;
#[path = "generated/client_names.rs"]
#[rustfmt::skip]
pub mod client_names;
#[path = "generated/data_contract.rs"]
#[rustfmt::skip]
pub mod data_contract;
#[path = "generated/familiar_names.rs"]
#[rustfmt::skip]
pub mod familiar_names;
#[path = "generated/full_resource.rs"]
#[rustfmt::skip]
pub mod full_resource;
#[path = "generated/import.rs"]
#[rustfmt::skip]
pub mod import;
#[path = "generated/inline_object.rs"]
#[rustfmt::skip]
pub mod inline_object;
#[path = "generated/kinds.rs"]
#[rustfmt::skip]
pub mod kinds;
#[path = "generated/nullable.rs"]
#[rustfmt::skip]
pub mod nullable;
#[path = "generated/open_enum.rs"]
#[rustfmt::skip]
pub mod open_enum;
#[path = "generated/personal.rs"]
#[rustfmt::skip]
pub mod personal;
#[path = "generated/read_only.rs"]
#[rustfmt::skip]
pub mod read_only;
#[path = "generated/recursive.rs"]
#[rustfmt::skip]
pub mod recursive;
#[path = "generated/versions_v1.rs"]
#[rustfmt::skip]
pub mod versions_v1;
#[path = "generated/versions_v2.rs"]
#[rustfmt::skip]
pub mod versions_v2;
#[path = "generated/words.rs"]
#[rustfmt::skip]
pub mod words;
