//! Checks a row: its profile, and the values of its members.

use billing_edit::{Edit, EditError, EditProblem, Edits, Member, MemberKind, Service};

use crate::input::columns::{Column, Columns};
use crate::input::identity::{IdentityCells, trim};
use crate::input::json::check_nested;
use crate::input::mistake::Mistake;
use crate::input::options::InputOptions;
use crate::input::record::{Content, Entry, Record, TypedCell};
use crate::input::xlsx::FORMAT_AS_TEXT;
use crate::profile::ProfileId;

/// What a row means, and everything that is wrong with it.
#[derive(Default)]
pub(super) struct CheckedRow {
    /// The profile, if the row names one.
    pub(super) profile: Option<ProfileId>,
    pub(super) edits: Edits,
    /// See [`InputRow::literal`](crate::input::InputRow::literal).
    pub(super) literal: Edits,
    /// See [`InputRow::like_marker`](crate::input::InputRow::like_marker).
    pub(super) like_marker: Edits,
    /// The number of member cells that had spaces around their text.
    pub(super) trimmed: u64,
    pub(super) mistakes: Vec<Mistake>,
}

/// Checks a row.
pub(super) fn check(record: &Record, columns: &Columns, options: &InputOptions) -> CheckedRow {
    let mut row = RowCheck {
        columns,
        options,
        literal: Vec::new(),
        like_marker: Vec::new(),
        trimmed: 0,
        mistakes: record.mistakes.clone(),
    };
    if record.entries.is_empty() && !row.mistakes.is_empty() {
        return CheckedRow {
            mistakes: row.mistakes,
            ..CheckedRow::default()
        };
    }
    let profile = row.profile(record);
    let service = match &profile {
        Ok(profile) => Some(profile.service()),
        Err(service) => *service,
    };
    // Without a service, no member has a meaning.
    let edits = service.map(|service| {
        let edits = record.entries.iter();
        let edits: Vec<_> = edits.filter_map(|entry| row.edit(entry, service)).collect();
        Edits::try_new(service, edits)
    });
    let edits = match edits.transpose() {
        Ok(edits) => edits.unwrap_or_default(),
        Err(overlap) => {
            row.mistakes.push(
                Mistake::new(overlap.to_string())
                    .at(&record.location)
                    .hint("empty one of the two cells"),
            );
            Edits::default()
        }
    };
    CheckedRow {
        profile: profile.ok(),
        edits,
        literal: row.literal.into_iter().collect(),
        like_marker: row.like_marker.into_iter().collect(),
        trimmed: row.trimmed,
        mistakes: row.mistakes,
    }
}

struct RowCheck<'a> {
    columns: &'a Columns,
    options: &'a InputOptions,
    literal: Vec<Edit>,
    like_marker: Vec<Edit>,
    trimmed: u64,
    mistakes: Vec<Mistake>,
}

impl RowCheck<'_> {
    /// Reads the identity cells. The error has the service, if that is known.
    fn profile(&mut self, record: &Record) -> Result<ProfileId, Option<Service>> {
        let mut cells = IdentityCells::default();
        let before = self.mistakes.len();
        for entry in &record.entries {
            let Column::Identity(column) = self.columns.get(entry.column) else {
                continue;
            };
            match &entry.content {
                Content::Text(text) => cells.add(*column, text, &entry.location),
                Content::Json(serde_json::Value::String(text)) => {
                    cells.add(*column, text, &entry.location);
                }
                Content::Json(serde_json::Value::Null) => {}
                Content::Json(_) => self.push(entry, Mistake::new("the value must be text")),
                Content::Typed(typed) => self.push(entry, not_text(*typed)),
            }
        }
        if self.mistakes.len() > before {
            return Err(None);
        }
        let service = cells.service(self.options.service(), &record.location);
        let service = service.map_err(|mistake| {
            self.mistakes.push(mistake);
            None
        })?;
        let profile = cells.profile(service, &record.location);
        profile.map_err(|mistake| {
            self.mistakes.push(mistake);
            Some(service)
        })
    }

    /// Reads a cell of a member.
    fn edit(&mut self, entry: &Entry, service: Service) -> Option<Edit> {
        let Column::Member { partner, arm } = self.columns.get(entry.column) else {
            return None;
        };
        let (member, other) = match service {
            Service::Partner => (partner, Service::Arm),
            Service::Arm => (arm, Service::Partner),
        };
        let Some(member) = member else {
            if !self.is_empty(entry) {
                let problem = format!("the row is for {service}, and only {other} has this member");
                let hint = "empty this cell, or correct the service of the row";
                self.push(entry, Mistake::new(problem).hint(hint));
            }
            return None;
        };
        match self.read(entry, member) {
            Ok(edit) => edit,
            Err(mistake) => {
                self.push(entry, mistake);
                None
            }
        }
    }

    fn is_empty(&self, entry: &Entry) -> bool {
        match &entry.content {
            Content::Text(text) => self.options.trim() && trim(text).is_empty(),
            Content::Json(_) | Content::Typed(_) => false,
        }
    }

    /// Reads a cell; `None` if it leaves the member unchanged.
    fn read(&mut self, entry: &Entry, member: &Member) -> Result<Option<Edit>, Mistake> {
        let marker = self.options.clear_marker();
        match &entry.content {
            Content::Text(cell) => {
                let text = if self.options.trim() {
                    trim(cell)
                } else {
                    cell
                };
                if text.is_empty() {
                    return Ok(None);
                }
                if text.len() < cell.len() {
                    self.trimmed = self.trimmed.saturating_add(1);
                }
                let is_literal = text == cell && text != marker;
                if member.kind() == MemberKind::Text && !is_literal {
                    let value = cell.as_str().into();
                    self.literal.push(Edit::set(member.path(), value));
                }
                if text == marker {
                    return Ok(Some(member.clear()));
                }
                if text.eq_ignore_ascii_case(marker) {
                    if member.kind() == MemberKind::Text {
                        // Only the plan knows whether it is the stored value.
                        let edit = Edit::set(member.path(), text.into());
                        self.like_marker.push(edit.clone());
                        return Ok(Some(edit));
                    }
                    let problem = format!("the text differs from `{marker}` in letter case only");
                    return Err(Mistake::new(problem).hint(format!(
                        "write {marker} to clear the member; if it is a value, choose another \
                         --clear-marker"
                    )));
                }
                let has_structure = matches!(member.kind(), MemberKind::List | MemberKind::Object);
                if has_structure && let Some(mistake) = check_nested(text, 1) {
                    return Err(mistake);
                }
                let edit = member.set_text(text);
                edit.map(Some).map_err(|error| self.explain(&error))
            }
            Content::Json(value) if value == marker => {
                let problem = format!("`{marker}` is text in JSON");
                Err(Mistake::new(problem).hint("write null to clear the member"))
            }
            Content::Json(value) => {
                let edit = member.set_json(value);
                edit.map(Some).map_err(|error| self.explain(&error))
            }
            Content::Typed(typed) => typed_value(*typed, member.kind())
                .and_then(|value| {
                    member
                        .set_json(&value)
                        .map_err(|error| self.explain(&error))
                })
                .map(Some),
        }
    }

    fn explain(&self, error: &EditError) -> Mistake {
        let mistake = Mistake::new(error.to_string());
        match &error.problem {
            EditProblem::Null => mistake.hint(format!(
                "write {} to clear the member",
                self.options.clear_marker()
            )),
            EditProblem::Unknown { .. } | EditProblem::ReadOnly => {
                mistake.hint(error.list_siblings())
            }
            EditProblem::NotJson {
                kind: MemberKind::Flag,
                ..
            } => mistake.hint("write true or false in lower case"),
            _ => mistake,
        }
    }

    fn push(&mut self, entry: &Entry, mistake: Mistake) {
        let name = self.columns.name(entry.column);
        self.mistakes.push(mistake.at(&entry.location).column(name));
    }
}

/// Returns the value of a cell that is not text, for a member that is not text either.
fn typed_value(typed: TypedCell, kind: MemberKind) -> Result<serde_json::Value, Mistake> {
    match (typed, kind) {
        (TypedCell::Flag(flag), MemberKind::Flag) => Ok(flag.into()),
        (TypedCell::Number(number), MemberKind::Number) => {
            whole(number).ok_or_else(|| Mistake::new("the value must be a whole number"))
        }
        (TypedCell::Error | TypedCell::Formula | TypedCell::Date, _) | (_, MemberKind::Text) => {
            Err(not_text(typed))
        }
        (_, kind) => Err(Mistake::new(format!(
            "the value must be {}",
            kind.expected()
        ))),
    }
}

/// Returns a number without a fraction that a sheet stores exactly.
fn whole(number: f64) -> Option<serde_json::Value> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let is_exact = number.fract() == 0.0 && number.abs() < EXACT;
    #[allow(
        clippy::cast_possible_truncation,
        reason = "checked in the line before"
    )]
    is_exact.then(|| (number as i64).into())
}

/// Returns the mistake for a cell that must be text and is not.
fn not_text(typed: TypedCell) -> Mistake {
    let (what, hint) = match typed {
        TypedCell::Number(_) => (
            "the cell is a number, and zeros before it are lost",
            FORMAT_AS_TEXT,
        ),
        TypedCell::Date => ("the cell is a date, not text", FORMAT_AS_TEXT),
        TypedCell::Flag(_) => ("the cell is TRUE or FALSE, not text", FORMAT_AS_TEXT),
        TypedCell::Error => (
            "the cell has an error value",
            "correct the formula of the cell",
        ),
        TypedCell::Formula => (
            "the cell has a formula whose result is not in the file",
            "open the file in Excel and save it, or paste the values in place of the formulas",
        ),
    };
    Mistake::new(what).hint(hint)
}
