//! What a plan is made from: a file, or the profiles that a service lists.

use billing_bulk::input::{Input, InputRow, Location};
use billing_bulk::plan::{
    Filter, FilterError, PlanError, PlanInput, PlanItem, PlanItems, Source, account_profiles,
    all_customers,
};
use billing_bulk::{Edits, Service};
use futures_util::future::ready;
use futures_util::{StreamExt as _, stream};
use serde_json::json;

use crate::args::bulk::BulkPlan;
use crate::args::change::ChangeArgs;
use crate::arm::resource_id;
use crate::bulk::input_file;
use crate::bulk::services::Services;
use crate::edit::change_request::ChangeRequest;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;

/// What a plan is made from.
pub(super) enum PlanSource {
    /// The rows of a file.
    File { input: Box<Input>, name: String },
    /// All customers of the partner.
    Customers(Edits),
    /// All billing profiles of a billing account.
    Account { account: String, edits: Edits },
}

impl PlanSource {
    /// Reads and checks everything that the arguments name.
    ///
    /// # Errors
    /// A usage failure; nothing was sent.
    pub(super) async fn check(args: &BulkPlan, interrupt: &Interrupt) -> Result<Self> {
        Self::filters(args)?;
        if let Some(path) = &args.input {
            return Ok(Self::File {
                input: Box::new(input_file::check(path, args, interrupt).await?),
                name: input_file::name(path),
            });
        }
        match &args.account {
            Some(account) => Ok(Self::Account {
                account: resource_id::account(account.clone())?,
                edits: edits(args, Service::Arm).await?,
            }),
            None => Ok(Self::Customers(edits(args, Service::Partner).await?)),
        }
    }

    /// Returns the services that the plan needs.
    ///
    /// # Errors
    /// The input changed after it was checked.
    pub(super) fn services(&self) -> Result<Vec<Service>> {
        let Self::File { input, .. } = self else {
            return Ok(vec![match self {
                Self::Account { .. } => Service::Arm,
                _ => Service::Partner,
            }]);
        };
        let mut services = Vec::new();
        for row in input.rows().map_err(input_file::failed)? {
            let service = row.map_err(input_file::failed)?.profile.service();
            if !services.contains(&service) {
                services.push(service);
            }
        }
        services.sort();
        Ok(services)
    }

    /// Returns the conditions of `--where`.
    ///
    /// # Errors
    /// A usage failure for a text that is no condition.
    pub(super) fn filters(args: &BulkPlan) -> Result<Vec<Filter>> {
        let service = match &args.account {
            Some(_) => Service::Arm,
            None => Service::Partner,
        };
        let filters = args.filters.iter();
        let filters = filters.map(|text| {
            Filter::parse(service, text).map_err(|error| refuse(text, service, &error))
        });
        filters.collect()
    }

    /// Returns what the plan records about its input.
    pub(super) fn plan_input(&self, args: &BulkPlan) -> PlanInput {
        let (sha256, form, input) = match self {
            Self::File { input, .. } => (
                hexadecimal(&input.sha256()),
                serde_json::to_string(input.form()).ok(),
                Some(input.options()),
            ),
            _ => (String::new(), None, None),
        };
        let options = json!({
            "input": input,
            "all_customers": args.all_customers,
            "account": args.account,
            "where": args.filters,
            "set": args.set,
            "clear": args.clear,
            "preflight": args.preflight.map(crate::args::value::name),
            "shard": args.shard.map(|shard| shard.to_string()),
        });
        PlanInput {
            sha256,
            options: options.to_string(),
            form,
        }
    }

    /// Returns the profiles to plan.
    ///
    /// # Errors
    /// The input changed after it was checked.
    pub(super) fn items(self, args: &BulkPlan, services: &Services) -> Result<PlanItems> {
        let listed = match (self, &services.partner, &services.arm) {
            (Self::File { input, name }, ..) => {
                let rows = input.rows().map_err(input_file::failed)?;
                return Ok(Box::pin(stream::iter(rows.map(move |row| match row {
                    Ok(row) => Ok(item(&name, row)),
                    Err(error) => Err(PlanError::Input(error.into())),
                }))));
            }
            (Self::Customers(edits), Some(client), _) => all_customers(client, edits),
            (Self::Account { account, edits }, _, Some(client)) => {
                account_profiles(client, &account, edits)
            }
            // The connection was opened for the service.
            _ => return Err(Failure::new(Exit::Failed, "there is no connection")),
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

fn item(name: &str, row: InputRow) -> PlanItem {
    let location = match &row.location {
        Location::Line(line) => format!("{name}:{line}"),
        cell => format!("{name}: {cell}"),
    };
    PlanItem {
        profile: row.profile,
        edits: row.edits,
        source: Source {
            location: Some(location),
            raw: serde_json::to_string(&row.raw).ok(),
        },
    }
}

/// Returns the edits of `--set` and `--clear`.
async fn edits(args: &BulkPlan, service: Service) -> Result<Edits> {
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
    match ChangeRequest::read(&change, service).await? {
        ChangeRequest::Edits(edits) => Ok(edits),
        ChangeRequest::Body(_) => Err(Failure::new(Exit::Failed, "a plan takes no --body")),
    }
}

fn refuse(text: &str, service: Service, error: &FilterError) -> Failure {
    let (problem, hint) = match error {
        FilterError::Member(error) => (
            error.to_string(),
            match error.nearest() {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => error.list_siblings(),
            },
        ),
        // The lines before the last one show the expression.
        FilterError::Regex(error) => (
            error
                .to_string()
                .lines()
                .last()
                .unwrap_or_default()
                .to_owned(),
            "the syntax is that of https://docs.rs/regex/latest/regex/#syntax".to_owned(),
        ),
        error => (
            error.to_string(),
            match service {
                Service::Partner => "for example --where language=en, or --where email~=@example",
                Service::Arm => "for example --where status=Active, or --where poNumber~=^PO-",
            }
            .to_owned(),
        ),
    };
    Failure::usage(format!("--where {text}: {problem}"), hint)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
