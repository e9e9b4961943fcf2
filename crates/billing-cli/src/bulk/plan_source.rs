//! What a plan is made from: a file, or the profiles that a service lists.

use billing_bulk::input::Input;
use billing_bulk::plan::{Filter, PlanError, PlanInput, PlanItem, PlanItems, input_rows};
use billing_bulk::{Edits, Service};
use billing_edit::Members;
use futures_util::StreamExt as _;
use futures_util::future::ready;
use serde_json::json;

use crate::args::arm::ArmVersion;
use crate::args::bulk::BulkPlan;
use crate::args::change::ChangeArgs;
use crate::bulk::cells::Cells;
use crate::bulk::input_file;
use crate::bulk::row_file::COMMENTS;
use crate::bulk::selection::Selection;
use crate::bulk::services::Services;
use crate::bulk::version;
use crate::edit::change_request::ChangeRequest;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;

/// What a plan is made from.
pub(super) enum PlanSource {
    /// The rows of a file.
    File(Box<Input>),
    /// The profiles that a service lists, all with the same edits.
    Selected(Selection, Edits),
}

impl PlanSource {
    /// Reads and checks everything that the arguments name, with the members of this api version.
    ///
    /// # Errors
    /// A usage failure; nothing was sent.
    pub(super) async fn check(
        args: &BulkPlan,
        cells: &Cells,
        version: ArmVersion,
        interrupt: &Interrupt,
    ) -> Result<Self> {
        Self::filters(args, version)?;
        if let Some(path) = &args.input {
            let input = input_file::check(path, args, cells, version, interrupt).await?;
            return Ok(Self::File(Box::new(input)));
        }
        let selection = Selection::of(args.account.as_deref())?;
        let edits = edits(args, version::members(selection.service(), version)).await?;
        Ok(Self::Selected(selection, edits))
    }

    /// Returns the number of profiles, if it is known before they are read.
    pub(super) fn total(&self) -> Option<u64> {
        match self {
            Self::File(input) => Some(input.counts().rows),
            Self::Selected(..) => None,
        }
    }

    /// Returns whether it is a file that `billing bulk rows` has written.
    pub(super) fn is_of_rows(&self) -> bool {
        let Self::File(input) = self else {
            return false;
        };
        let columns = &input.form().columns;
        let mut comments = COMMENTS.iter();
        comments.all(|comment| columns.iter().any(|column| column == comment))
    }

    /// Returns the services that the plan needs.
    pub(super) fn services(&self) -> Vec<Service> {
        match self {
            Self::File(input) => input.services(),
            Self::Selected(selection, _) => vec![selection.service()],
        }
    }

    /// Returns the conditions of `--where`.
    ///
    /// # Errors
    /// A usage failure for a text that is no condition.
    pub(super) fn filters(args: &BulkPlan, version: ArmVersion) -> Result<Vec<Filter>> {
        Selection::of(args.account.as_deref())?.filters(&args.filters, version)
    }

    /// Returns what the plan records about its input.
    pub(super) fn plan_input(&self, args: &BulkPlan) -> PlanInput {
        let input = match self {
            Self::File(input) => Some(input),
            _ => None,
        };
        let options = json!({
            "input": input.map(|input| input.options()),
            "all_customers": args.all_customers,
            "account": args.account,
            "where": args.filters,
            "set": args.set,
            "clear": args.clear,
            "preflight": args.preflight.map(crate::args::value::name),
            "shard": args.shard.map(|shard| shard.to_string()),
        });
        let options = options.to_string();
        match input {
            Some(input) => PlanInput {
                options,
                ..PlanInput::of(input)
            },
            None => PlanInput {
                name: None,
                sha256: String::new(),
                options,
                form: None,
            },
        }
    }

    /// Returns the profiles to plan.
    ///
    /// # Errors
    /// The input changed after it was checked.
    pub(super) fn items(self, args: &BulkPlan, services: &Services) -> Result<PlanItems> {
        let listed = match self {
            Self::File(input) => return input_rows(&input).map_err(input_file::failed),
            Self::Selected(selection, edits) => selection.items(edits, services)?,
        };
        let Some(shard) = input_file::shard(args) else {
            return Ok(listed);
        };
        let is_here = move |item: &Result<PlanItem, PlanError>| match item {
            Ok(item) => shard.contains(&item.profile),
            Err(_) => true,
        };
        Ok(Box::pin(listed.filter(move |item| ready(is_here(item)))))
    }
}

/// Returns the edits of `--set` and `--clear`.
async fn edits(args: &BulkPlan, members: &'static Members) -> Result<Edits> {
    if args.set.is_empty() && args.clear.is_empty() {
        return Err(Failure::usage(
            "no change was given for the selected profiles",
            "give it with --set PATH=VALUE or --clear PATH",
        ));
    }
    let change = ChangeArgs {
        set: args.set.clone(),
        clear: args.clear.clone(),
        body: None,
    };
    match ChangeRequest::read(&change, members, members.service()).await? {
        ChangeRequest::Edits(edits) => Ok(edits),
        ChangeRequest::Body(_) => Err(Failure::new(Exit::Failed, "a plan takes no --body")),
    }
}
