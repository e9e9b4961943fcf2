//! What a journal proves of each profile: who changed it, when, from what to what, and under which
//! ids.
//!
//! A [`Receipt`] tells it for one profile. [`verify`] checks the whole journal: the checksum of
//! each row, the chain of the history, that each row went from state to state as it may, and that
//! each document is the one that the history is committed to. It names the first thing that is
//! wrong.
//!
//! # What the chain proves
//!
//! Each entry of the history has a hash of itself and of the hash before it: an entry cannot be
//! changed, removed, inserted or moved without computing all later hashes again. Nothing is signed:
//! anyone who can write the journal can compute them. Two things are therefore needed for a
//! proof against the owner of the file: the [head](crate::JournalReader::head) of the chain, noted
//! at the end of the run, and a place for it that the owner of the file cannot write, such as a
//! ticket or a mail. With that head, [`verify`] detects a rewritten history and a cut-off end.
//!
//! Personal data are not in the chain. The documents and values lie beside it, bound by a
//! commitment: a keyed hash whose random key is erased together with the data
//! ([`Journal::erase`](crate::Journal::erase)). The chain stays valid, and what is left of the
//! commitment tells nothing. What the proof does not cover: the learned rates, and what a row that
//! is not settled still needs (its resume token, the etag of its write).

mod altered;
mod history;
mod pages;
mod rows;
mod show;
mod verify;

pub use crate::receipt::altered::{Altered, Place, VerifyError};
pub use crate::receipt::show::{Receipt, ReceiptChange, ReceiptEntry};
pub use crate::receipt::verify::{Proof, verify};
