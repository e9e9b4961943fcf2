//! Adds the documents that an emulator holds at the start.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    builder::{EmulatorBuilder, source::Source},
    sample,
    snapshot::{Profiles, Snapshot},
};

impl EmulatorBuilder {
    /// Adds a Partner Center customer, identified by its tenant id (a GUID), with its billing
    /// profile.
    ///
    /// Members are read in camelCase or PascalCase. `id` and `attributes.etag` are generated if
    /// absent; `links` always is. The same customer again replaces the first.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use billing_emulator::Emulator;
    /// use serde_json::json;
    ///
    /// let id = "6f0e3c7a-0000-4000-8000-000000000001";
    /// let profile = json!({ "companyName": "Contoso, Ltd." });
    /// let emulator = Emulator::builder().customer(id, profile).start().await?;
    /// assert!(emulator.customer_billing_profile(id).is_some());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn customer(self, id: impl Into<String>, billing_profile: Value) -> Self {
        self.snapshot(Snapshot {
            customers: [(id.into(), Arc::new(billing_profile))].into(),
            ..Snapshot::default()
        })
    }

    /// Adds a billing profile to a billing account of Azure Resource Manager.
    ///
    /// The document is the resource, `{"properties": {…}}`; its `id`, `name` and `type` follow from
    /// the two names. The same profile again replaces the first.
    ///
    /// ```
    /// use billing_emulator::Emulator;
    ///
    /// let resource = serde_json::json!({ "properties": { "poNumber": "PO-1" } });
    /// let builder = Emulator::builder().billing_profile("70023418", "FBRK-0001", resource);
    /// # drop(builder);
    /// ```
    #[must_use]
    pub fn billing_profile(
        self,
        account: impl Into<String>,
        profile: impl Into<String>,
        resource: Value,
    ) -> Self {
        let profiles = Profiles([(profile.into(), Arc::new(resource))].into());
        self.snapshot(Snapshot {
            billing_accounts: [(account.into(), profiles)].into(),
            ..Snapshot::default()
        })
    }

    /// Adds every document of a snapshot, from
    /// [`Emulator::snapshot`](crate::Emulator::snapshot) or from a file.
    #[must_use]
    pub fn snapshot(mut self, snapshot: Snapshot) -> Self {
        self.sources.push(Source::Snapshot(snapshot));
        self
    }

    /// Adds a few invented customers and billing profiles; constants `SAMPLE_…` have their ids.
    #[must_use]
    pub fn sample_data(self) -> Self {
        // A test reads the documents.
        self.snapshot(Snapshot::from_json(sample::DOCUMENTS).unwrap_or_default())
    }

    /// Adds so many invented customers and billing profiles of Azure Resource Manager, in ten
    /// countries, some with every member and some with few.
    ///
    /// They are the same for the same seed, on every machine and in every release, and a larger
    /// number begins with the documents of a smaller one. The profiles are spread over accounts of
    /// 1 to 300. They describe no real person: companies are Microsoft's fictitious ones, names
    /// mean "example", addresses are of example.com.
    ///
    /// ```
    /// let builder = billing_emulator::Emulator::builder().synthetic_data(1, 200, 40);
    /// // Once started, `GET /v1/customers` of Partner Center lists all 200.
    /// # drop(builder);
    /// ```
    #[must_use]
    pub fn synthetic_data(mut self, seed: u64, customers: u32, profiles: u32) -> Self {
        let source = Source::Synthetic(seed, customers, profiles);
        self.sources.push(source);
        self
    }

    /// Adds so many invented billing profiles to one account of Azure Resource Manager, which may
    /// be larger than the accounts of [`synthetic_data`](Self::synthetic_data).
    ///
    /// ```
    /// let builder = billing_emulator::Emulator::builder();
    /// let builder = builder.synthetic_account(1, "70077777", 5_000).page_size(200);
    /// # drop(builder);
    /// ```
    #[must_use]
    pub fn synthetic_account(
        mut self,
        seed: u64,
        account: impl Into<String>,
        profiles: u32,
    ) -> Self {
        let source = Source::SyntheticAccount(seed, account.into(), profiles);
        self.sources.push(source);
        self
    }
}
