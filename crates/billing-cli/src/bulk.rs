//! `billing bulk`: updates of many billing profiles, planned, applied and resumed.

#[allow(dead_code, reason = "for the verbs that follow")]
mod event_line;
#[allow(dead_code, reason = "for the verbs that follow")]
mod event_output;
#[allow(dead_code, reason = "for the verbs that follow")]
mod profile;
#[allow(dead_code, reason = "for the verbs that follow")]
mod progress;
mod schema;
#[allow(dead_code, reason = "for the verbs that follow")]
mod target_lock;

use crate::args::bulk::BulkVerb;
use crate::args::global::Global;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;

pub(crate) async fn run(verb: BulkVerb, _global: &Global, _interrupt: &Interrupt) -> Result {
    match verb {
        BulkVerb::Schema { document } => schema::run(document),
        _ => Err(Failure::new(Exit::Failed, "this verb is being built")),
    }
}
