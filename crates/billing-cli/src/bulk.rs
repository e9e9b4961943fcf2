//! `billing bulk`: updates of many billing profiles, planned, applied and resumed.

mod apply;
mod cells;
mod continued;
mod control;
mod end;
mod erase;
mod event_line;
mod event_output;
mod explain;
mod export;
mod follow;
mod input_file;
mod journal;
mod limits;
mod meter;
mod new_plan;
mod out_file;
mod pace;
mod plan;
mod plan_failure;
mod plan_file;
mod plan_line;
mod plan_source;
mod plan_summary;
mod profile;
mod progress;
mod reading;
mod receipt_line;
mod receipt_text;
mod receipts;
mod reconcile;
mod report;
mod row_file;
mod rows;
mod schema;
mod selection;
mod services;
mod show;
mod status;
mod summary;
mod target_lock;
mod undo;
mod verify;
mod verify_line;
mod version;
mod watch;

use crate::args::bulk::BulkVerb;
use crate::args::global::Global;
use crate::failure::Result;
use crate::interrupt::Interrupt;

pub(crate) async fn run(verb: BulkVerb, global: &Global, interrupt: &Interrupt) -> Result {
    match verb {
        BulkVerb::Export(args) => export::run(&args, global, interrupt).await,
        BulkVerb::Plan(args) => plan::run(&args, global, interrupt).await,
        BulkVerb::Show(args) => show::run(&args, global),
        BulkVerb::Apply(args) => apply::run(&args, global, interrupt).await,
        BulkVerb::Status { journal, watch } => {
            interrupt
                .guard(status::run(&journal, watch, global))
                .await?
        }
        BulkVerb::Pause(args) => interrupt.guard(control::pause(&args.journal)).await?,
        BulkVerb::Resume(args) => interrupt.guard(control::resume(&args.journal)).await?,
        BulkVerb::Abort(args) => interrupt.guard(control::abort(&args.journal)).await?,
        BulkVerb::SetRate(args) => interrupt.guard(control::set_rate(&args)).await?,
        BulkVerb::SetConcurrency(args) => interrupt.guard(control::set_concurrency(&args)).await?,
        BulkVerb::Reconcile(args) => reconcile::run(&args, global, interrupt).await,
        BulkVerb::Explain { journal, profile } => {
            interrupt.guard(explain::run(&journal, &profile)).await?
        }
        BulkVerb::Rows(args) => interrupt.guard(rows::run(&args)).await?,
        BulkVerb::Verify(args) => verify::run(&args, global, interrupt).await,
        BulkVerb::Undo(args) => undo::run(&args, global, interrupt).await,
        BulkVerb::Report(args) => interrupt.guard(report::run(&args)).await?,
        BulkVerb::Receipts(args) => interrupt.guard(receipts::run(&args, global)).await?,
        BulkVerb::Erase(args) => erase::run(&args, global, interrupt).await,
        BulkVerb::Schema { document } => schema::run(document),
    }
}
