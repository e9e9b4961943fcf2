//! `billing bulk schema`: prints the JSON Schema of what the other verbs print.

use crate::args::bulk::SchemaOf;
use crate::failure::Result;
use crate::output::stdout::print;

pub(super) fn run(document: SchemaOf) -> Result {
    print(match document {
        SchemaOf::Events => include_str!("../../schemas/bulk-events.schema.json"),
        SchemaOf::Export => include_str!("../../schemas/bulk-export.schema.json"),
        SchemaOf::Report => include_str!("../../schemas/bulk-report.schema.json"),
        SchemaOf::Receipts => include_str!("../../schemas/bulk-receipts.schema.json"),
        SchemaOf::Plan => include_str!("../../schemas/bulk-plan.schema.json"),
        SchemaOf::Summary => include_str!("../../schemas/bulk-summary.schema.json"),
        SchemaOf::Verify => include_str!("../../schemas/bulk-verify.schema.json"),
    })
}
