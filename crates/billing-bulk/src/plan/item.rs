//! The profiles to plan: rows of an input, or the profiles that a service lists.

use std::pin::Pin;

use arm_client::common::Profile as _;
use arm_client::{ArmClient, Version};
use billing_core::{Error, Response};
use billing_edit::{Edits, Service};
use futures_core::Stream;
use futures_util::{StreamExt as _, stream};
use partner_client::PartnerClient;

use crate::change::Change;
use crate::document::Document;
#[cfg(feature = "input")]
use crate::input::{Input, InputError, Location};
use crate::plan::error::PlanError;
use crate::profile::ProfileId;
use crate::source::Source;
use crate::target::Cause;

/// A profile to plan.
#[derive(Clone, Debug)]
pub struct PlanItem {
    /// The profile.
    pub profile: ProfileId,
    /// What is to change.
    pub aim: Aim,
    /// Where it comes from.
    pub source: Source,
}

/// What is to change in a profile.
#[derive(Clone, Debug)]
pub enum Aim {
    /// These members.
    Edits(Edits),
    /// The members of a row of an input.
    Row {
        /// The members.
        edits: Edits,
        /// Values that members may keep although `edits` has others: the exact text of cells, see
        /// `InputRow::literal`.
        literal: Edits,
        /// Those of `edits` that must be the stored values, see `InputRow::like_marker`. If one is
        /// not, the profile is not planned.
        like_marker: Edits,
    },
    /// These members, each only if it still is as in a document, unless forced.
    Undo {
        /// The members, with their values from before.
        edits: Edits,
        /// The profile with these members as the run that is undone has left them.
        stored: Document,
        /// Whether members that someone has changed since are undone, too. Each is a finding.
        force: bool,
    },
    /// Nothing, if these members have their values already.
    Keep {
        /// The members.
        edits: Edits,
        /// Why the profile cannot be planned otherwise.
        cause: Cause,
    },
    /// Nothing: the profile cannot be planned, for this cause. It is not read.
    Refuse(Cause),
}

impl Aim {
    /// Returns why a profile with these changes is not planned: a cell most likely means to clear a
    /// member.
    pub(super) fn refuse(&self, service: Service, changes: &[Change]) -> Option<Cause> {
        let Self::Row { like_marker, .. } = self else {
            return None;
        };
        let is_like = |change: &&Change| like_marker.iter().any(|it| it.path == change.path);
        let name = changes.iter().find(is_like)?.name();
        let member = service.short(&name);
        let hint = "write the marker as it is to clear the member; if it is a value, choose \
                    another marker, and plan the row again";
        Some(Cause {
            code: "like_clear_marker".to_owned(),
            message: format!("{member} differs from the clear marker in letter case only"),
            hint: Some(hint.to_owned()),
            ..Cause::default()
        })
    }
}

/// The profiles to plan, one after the other.
pub type PlanItems = Pin<Box<dyn Stream<Item = Result<PlanItem, PlanError>> + Send>>;

/// Returns every customer of a partner with the same edits.
///
/// The client lists them page by page while they are planned, with its own retries. An item is an
/// error if a page cannot be read; it is the last one.
pub fn all_customers(client: &PartnerClient, edits: Edits) -> PlanItems {
    let pages = client.list_customers().with_size(500).into_stream();
    listed(pages, edits, |customer| customer.id.map(ProfileId::partner))
}

/// Returns every billing profile of a billing account with the same edits.
///
/// See [`all_customers`].
pub fn account_profiles<V: Version>(
    client: &ArmClient<V>,
    account: &str,
    edits: Edits,
) -> PlanItems {
    let pages = client.list_billing_profiles(account).into_stream();
    let account = account.to_owned();
    listed(pages, edits, move |profile| {
        Some(ProfileId::arm(&account, profile.name()?))
    })
}

/// Returns the rows of a checked input. Reading them blocks the thread for a moment at a time.
///
/// # Errors
/// The input cannot be read, or changed after it was checked. An item is an error for the same
/// reasons; it is the last one.
#[cfg(feature = "input")]
pub fn input_rows(input: &Input) -> Result<PlanItems, InputError> {
    let name = input.name();
    let rows = input.rows()?.map(move |row| {
        let row = row.map_err(|error| PlanError::Input(error.into()))?;
        let location = match &row.location {
            Location::Line(line) => format!("{name}:{line}"),
            cell => format!("{name}: {cell}"),
        };
        Ok(PlanItem {
            profile: row.profile,
            aim: Aim::Row {
                edits: row.edits,
                literal: row.literal,
                like_marker: row.like_marker,
            },
            source: Source {
                location: Some(location),
                raw: serde_json::to_string(&row.raw).ok(),
            },
        })
    });
    Ok(Box::pin(stream::iter(rows)))
}

fn listed<T: Send + 'static>(
    pages: impl Stream<Item = Result<Response<Vec<T>>, Error>> + Send + 'static,
    edits: Edits,
    id: impl Fn(T) -> Option<ProfileId> + Send + 'static,
) -> PlanItems {
    let items = pages.flat_map(move |page| {
        let items: Vec<_> = match page {
            Ok(page) => (page.into_body().into_iter())
                .map(|listed| item(id(listed), &edits))
                .collect(),
            Err(error) => vec![Err(PlanError::Input(error.into()))],
        };
        stream::iter(items)
    });
    Box::pin(items)
}

fn item(profile: Option<ProfileId>, edits: &Edits) -> Result<PlanItem, PlanError> {
    let Some(profile) = profile else {
        return Err(PlanError::Input(
            "the service listed a profile without an id".into(),
        ));
    };
    Ok(PlanItem {
        profile,
        aim: Aim::Edits(edits.clone()),
        source: Source::default(),
    })
}
