//! How an input is read.

use arm_client::Version;
use billing_edit::{Members, Service};
use serde::{Deserialize, Serialize};

use crate::input::shard::Shard;

/// How an input is read.
///
/// ```
/// use billing_bulk::Service;
/// use billing_bulk::input::InputOptions;
///
/// let options = InputOptions::default().with_service(Service::Partner).with_clear_marker("-");
/// assert_eq!(options.clear_marker(), "-");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputOptions {
    service: Option<Service>,
    sheet: Option<String>,
    clear_marker: String,
    trim: bool,
    shard: Option<Shard>,
    /// `None` for the default version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    api_version: Option<String>,
}

impl Default for InputOptions {
    fn default() -> Self {
        Self {
            service: None,
            sheet: None,
            clear_marker: "<clear>".to_owned(),
            trim: true,
            shard: None,
            api_version: None,
        }
    }
}

impl InputOptions {
    /// Sets the service of all rows. By default each row names its service.
    #[must_use]
    pub fn with_service(mut self, service: Service) -> Self {
        self.service = Some(service);
        self
    }

    /// Sets the api version of Azure Resource Manager whose members the columns are: that of the
    /// client. By default it is 2019-10-01-preview.
    ///
    /// ```
    /// use arm_client::ApiVersion;
    /// use billing_bulk::input::InputOptions;
    ///
    /// let options = InputOptions::default().with_api_version(ApiVersion::V2024_04_01);
    /// assert!(options.arm_members().member("billTo.city").is_ok());
    /// ```
    #[must_use]
    pub fn with_api_version<V: Version>(mut self, _: V) -> Self {
        self.api_version = Some(V::NAME.to_owned());
        self
    }

    /// Sets the name of the sheet of a workbook. By default the first visible sheet is read.
    #[must_use]
    pub fn with_sheet(mut self, name: impl Into<String>) -> Self {
        self.sheet = Some(name.into());
        self
    }

    /// Sets the text of a cell that clears a member. The default is `<clear>`.
    #[must_use]
    pub fn with_clear_marker(mut self, marker: impl Into<String>) -> Self {
        self.clear_marker = marker.into();
        self
    }

    /// Keeps the spaces around the text of member cells. By default they are removed.
    #[must_use]
    pub fn without_trim(mut self) -> Self {
        self.trim = false;
        self
    }

    /// Uses only the rows of one part. All rows are checked.
    #[must_use]
    pub fn with_shard(mut self, shard: Shard) -> Self {
        self.shard = Some(shard);
        self
    }

    /// Returns the service of all rows, if they have one.
    pub fn service(&self) -> Option<Service> {
        self.service
    }

    /// Returns the members of a profile of Azure Resource Manager.
    pub fn arm_members(&self) -> &'static Members {
        let of_version = self.api_version.as_deref().and_then(Members::of_arm);
        of_version.unwrap_or(Members::of(Service::Arm))
    }

    /// Returns the name of the sheet, if one was set.
    pub fn sheet(&self) -> Option<&str> {
        self.sheet.as_deref()
    }

    /// Returns the text of a cell that clears a member.
    pub fn clear_marker(&self) -> &str {
        &self.clear_marker
    }

    /// Returns whether the spaces around the text of member cells are removed.
    pub fn trim(&self) -> bool {
        self.trim
    }

    /// Returns the part whose rows are used, if one was set.
    pub fn shard(&self) -> Option<Shard> {
        self.shard
    }
}
