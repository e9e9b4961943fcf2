//! The profiles of an account that a list has: its parameters since 2024-04-01, and the token of a
//! page.

use crate::{
    arm::{
        error_response::{ErrorResponse, Result},
        text::encode,
    },
    contract::ApiVersion,
    http::request::Request,
    store::resource::Resource,
};

/// The parameter of the next page: the number of profiles on the pages before it.
const SKIP_TOKEN: &str = "$skiptoken";

/// The most profiles that `top` can ask for, as documented.
const MOST: usize = 50;

/// What a list has.
#[derive(Default)]
pub(super) struct Selection {
    /// The number of profiles that are passed over, those on the pages before this one included.
    pub(super) skip: usize,
    /// The most profiles on this page and all after it.
    pub(super) top: Option<usize>,
    pub(super) include_deleted: bool,
    /// A part of a name or a display name, as it was sent.
    search: Option<String>,
}

impl Selection {
    pub(super) fn read(request: &Request, version: ApiVersion) -> Result<Self> {
        let mut selection = Self::default();
        let invalid = |name, reason| ErrorResponse::ParameterInvalid { name, reason };
        if version == ApiVersion::V2024 {
            for name in ["filter", "orderBy"] {
                if request.query(name).is_some() {
                    // Nothing is known of its grammar, and to ignore it would be a wrong answer.
                    return Err(invalid(name, "is not evaluated by this emulator"));
                }
            }
            if let Some(top) = request.query("top") {
                let top = number(top).filter(|top| (1..=MOST).contains(top));
                selection.top = Some(top.ok_or(invalid("top", "is a number from 1 to 50"))?);
            }
            if let Some(skip) = request.query("skip") {
                selection.skip = number(skip).ok_or(invalid("skip", "is a number from 0"))?;
            }
            selection.include_deleted = match request.query("includeDeleted") {
                None => false,
                Some(flag) => match flag.to_ascii_lowercase().as_str() {
                    "true" => true,
                    "false" => false,
                    _ => return Err(invalid("includeDeleted", "is true or false")),
                },
            };
            selection.search = request.query("search").map(str::to_owned);
        }
        if let Some(token) = request.parameter(SKIP_TOKEN) {
            let token = number(token);
            selection.skip = token.ok_or(invalid(SKIP_TOKEN, "is not one from a nextLink"))?;
        }
        Ok(selection)
    }

    /// Returns whether a profile is found by the search.
    pub(super) fn has(&self, profile: &Resource) -> bool {
        let Some(search) = &self.search else {
            return true;
        };
        let search = search.to_lowercase();
        let members = ["/name", "/properties/displayName"];
        let mut values = members
            .iter()
            .filter_map(|path| profile.document.pointer(path)?.as_str());
        values.any(|value| value.to_lowercase().contains(&search))
    }

    /// Returns the parameters of the next page, after one of this size.
    pub(super) fn after(&self, page: usize) -> String {
        let mut parameters = String::new();
        if let Some(top) = self.top {
            parameters += &format!("&top={}", top.saturating_sub(page));
        }
        if self.include_deleted {
            parameters += "&includeDeleted=true";
        }
        if let Some(search) = &self.search {
            parameters += &format!("&search={}", encode(search));
        }
        parameters + &format!("&{SKIP_TOKEN}={}", self.skip.saturating_add(page))
    }
}

fn number(text: &str) -> Option<usize> {
    let is_one = text.len() < 10 && text.bytes().all(|digit| digit.is_ascii_digit());
    is_one.then(|| text.parse().ok())?
}
