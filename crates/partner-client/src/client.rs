//! The client, its addresses and its operations.

use billing_core::http::{HeaderName, Method};
use billing_core::pipeline::{Request, ServiceHeaders, Transport};
use billing_core::{
    Cloud, Credential, Endpoint, Error, Throttle, ThrottleScope, Url, require_segment,
};

use crate::edit_profile::Refusal;
use crate::headers::CallHeaders;
use crate::media::Media;
use crate::models::{Address, CustomerBillingProfile};
use crate::{
    CustomerPager, EditCustomerBillingProfile, GetCountryValidationRules, GetCustomer,
    GetCustomerBillingProfile, GetCustomerCompanyProfile, PartnerClientOptions, Preflight,
    UpdateCustomerBillingProfile, ValidateAddress,
};

/// Partner Center of the public cloud, which serves the US government's partners too
/// ("Partner Center REST URLs").
pub const PUBLIC_ENDPOINT: &str = Cloud::PUBLIC_PARTNER;

/// Talks to Partner Center; clones share connections and credential.
#[derive(Clone, Debug)]
pub struct PartnerClient {
    transport: Transport,
    api_version: String,
    headers: CallHeaders,
    media: Media,
}

impl PartnerClient {
    /// A client of `endpoint` with the default options.
    ///
    /// # Errors
    /// Those of [`with_options`](Self::with_options).
    pub fn new(endpoint: Endpoint, credential: impl Into<Credential>) -> Result<Self, Error> {
        Self::with_options(endpoint, credential, PartnerClientOptions::default())
    }

    /// A client of `endpoint`, the only origin that ever receives the credential's token.
    ///
    /// # Errors
    /// - Invalid input for an `https` endpoint when no TLS feature is built in.
    /// - A set-up error on a machine without a trust store.
    ///
    /// Nothing is sent in either case.
    pub fn with_options(
        endpoint: Endpoint,
        credential: impl Into<Credential>,
        options: PartnerClientOptions,
    ) -> Result<Self, Error> {
        let transport = Transport::new(endpoint, credential.into(), service(), options.sending)?;
        Ok(Self {
            transport,
            headers: CallHeaders {
                locale: options.locale,
                application: options.application,
                validates_mfa: options.validates_mfa,
                contract_version: options
                    .sends_contract_version
                    .then(|| options.api_version.clone()),
            },
            api_version: options.api_version,
            media: options.media,
        })
    }

    /// Gets a customer's billing profile.
    ///
    /// `customer_id` is the customer's tenant id; Partner Center wants a GUID and answers 400 with
    /// code 2000 to anything else.
    pub fn get_customer_billing_profile(&self, customer_id: &str) -> GetCustomerBillingProfile {
        GetCustomerBillingProfile::new(self.clone(), customer_id)
    }

    /// Replaces a customer's billing profile by `profile`, the full resource: what it leaves out,
    /// the service forgets. Start from one that was just read.
    pub fn update_customer_billing_profile(
        &self,
        customer_id: &str,
        profile: &CustomerBillingProfile,
    ) -> UpdateCustomerBillingProfile {
        UpdateCustomerBillingProfile::new(self.clone(), customer_id, profile)
    }

    /// Reads a customer's billing profile, lets `change` edit it, and writes it back with its etag.
    ///
    /// When somebody else wrote in between, all of it happens again: `change` may be called several
    /// times, each time on a fresh profile. Nothing is written if it changes nothing.
    pub fn edit<F: FnMut(&mut CustomerBillingProfile)>(
        &self,
        customer_id: &str,
        mut change: F,
    ) -> EditCustomerBillingProfile<
        impl FnMut(&mut CustomerBillingProfile) -> Result<(), Refusal> + use<F>,
    > {
        self.try_edit(customer_id, move |profile: &mut CustomerBillingProfile| {
            change(profile);
            Ok::<_, Refusal>(())
        })
    }

    /// The same as [`edit`](Self::edit) with a change that can fail. Its error is the
    /// [source](std::error::Error::source) of an error that [is refused](Error::is_edit_refused),
    /// and nothing is written then.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let builder = billing_emulator::Emulator::builder().sample_data();
    /// # let emulator = builder.start().await?;
    /// # let credential = partner_client::StaticToken::new(emulator.token().reveal());
    /// # let client = partner_client::PartnerClient::new(emulator.partner_url().parse()?, credential)?;
    /// # let customer_id = billing_emulator::SAMPLE_CUSTOMER_ID;
    /// let edit = client.try_edit(customer_id, |profile| {
    ///     let address = profile.default_address.as_mut().ok_or("the profile has no address")?;
    ///     address.city = Some("Tacoma".to_owned());
    ///     Ok::<_, &str>(())
    /// });
    /// let updated = edit.send().await?;
    /// # drop(updated);
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_edit<F, E>(
        &self,
        customer_id: &str,
        mut change: F,
    ) -> EditCustomerBillingProfile<
        impl FnMut(&mut CustomerBillingProfile) -> Result<(), Refusal> + use<F, E>,
    >
    where
        F: FnMut(&mut CustomerBillingProfile) -> Result<(), E>,
        E: Into<Refusal>,
    {
        let change =
            move |profile: &mut CustomerBillingProfile| change(profile).map_err(Into::into);
        EditCustomerBillingProfile::new(self.clone(), customer_id, change)
    }

    /// Lists the partner's customers, page by page: who they are, without their billing profiles.
    pub fn list_customers(&self) -> CustomerPager {
        CustomerPager::new(self.clone())
    }

    /// Gets one customer, with company profile and billing profile.
    pub fn get_customer(&self, customer_id: &str) -> GetCustomer {
        GetCustomer::new(self.clone(), customer_id)
    }

    /// Gets a customer's company profile, whose address has its state in `region`.
    ///
    /// The page "Get a customer's company profile" asks for a user's token: that of an application
    /// alone is refused.
    pub fn get_customer_company_profile(&self, customer_id: &str) -> GetCustomerCompanyProfile {
        GetCustomerCompanyProfile::new(self.clone(), customer_id)
    }

    /// Asks whether an address exists, and for better ones. Nothing is changed.
    pub fn validate_address(&self, address: &Address) -> ValidateAddress {
        ValidateAddress::new(self.clone(), address)
    }

    /// Gets what the service demands of profiles and addresses in a country, named by its ISO 3166
    /// code of two letters. Great Britain's is `GB`; `UK` is refused.
    pub fn get_country_validation_rules(&self, iso2_code: &str) -> GetCountryValidationRules {
        GetCountryValidationRules::new(self.clone(), iso2_code)
    }

    /// Checks a profile against its country's rules, which are got for it, and says what the
    /// service would not take.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let builder = billing_emulator::Emulator::builder().sample_data();
    /// # let emulator = builder.start().await?;
    /// # let credential = partner_client::StaticToken::new(emulator.token().reveal());
    /// # let client = partner_client::PartnerClient::new(emulator.partner_url().parse()?, credential)?;
    /// # let profile = client.get_customer_billing_profile(billing_emulator::SAMPLE_CUSTOMER_ID).send().await?;
    /// # let profile = profile.into_body();
    /// for finding in client.preflight(&profile).send().await? {
    ///     eprintln!("{finding}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// For many profiles, get each country's rules once and use the function
    /// [`preflight`](crate::preflight()).
    pub fn preflight(&self, profile: &CustomerBillingProfile) -> Preflight {
        Preflight::new(self.clone(), profile)
    }

    /// The pauses that Partner Center has asked this client and its clones for.
    pub fn throttle(&self) -> &Throttle {
        self.transport.throttle()
    }

    pub(crate) fn media(&self) -> &Media {
        &self.media
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    pub(crate) fn headers_mut(&mut self) -> &mut CallHeaders {
        &mut self.headers
    }

    /// A request for a customer's billing profile; its ids are still to be set.
    pub(crate) fn profile(&self, method: Method, customer_id: &str) -> Result<Request, Error> {
        self.of_customer(method, customer_id, &["profiles", "billing"])
    }

    /// A request for what is at `path` below a customer.
    pub(crate) fn of_customer(
        &self,
        method: Method,
        customer_id: &str,
        path: &[&str],
    ) -> Result<Request, Error> {
        let mut request = self.request(
            method,
            &[&["customers", customer_id], path].concat(),
            "customer id",
        )?;
        request.set_throttle_scope(ThrottleScope::Customer(customer_id.to_owned()));
        Ok(request)
    }

    /// A request for what is at `path` below the version; `what` is what messages call the caller's
    /// part of it.
    pub(crate) fn request(
        &self,
        method: Method,
        path: &[&str],
        what: &str,
    ) -> Result<Request, Error> {
        self.request_to(method, self.url(path, what)?)
    }

    /// The address of what is at `path` below the version.
    pub(crate) fn url(&self, path: &[&str], what: &str) -> Result<Url, Error> {
        let version = self.api_version.as_str();
        require_segment("api version", version)?;
        for segment in path {
            require_segment(what, segment)?;
        }
        let path = [version].into_iter().chain(path.iter().copied());
        self.transport.endpoint().join(path)
    }

    pub(crate) fn api_version(&self) -> &str {
        &self.api_version
    }

    /// A request for a URL of the service; its ids are still to be set.
    pub(crate) fn request_to(&self, method: Method, url: Url) -> Result<Request, Error> {
        let mut request = self.transport.request_without_ids(method, url);
        request.set_throttle_scope(ThrottleScope::Partner);
        self.headers.put_on(&mut request)?;
        Ok(request)
    }
}

/// The names of the page "Partner Center REST headers"; the service returns the ids under the same.
fn service() -> ServiceHeaders {
    const REQUEST_ID: HeaderName = HeaderName::from_static("ms-requestid");
    const CORRELATION_ID: HeaderName = HeaderName::from_static("ms-correlationid");
    ServiceHeaders {
        user_agent: concat!("partner-client/", env!("CARGO_PKG_VERSION")),
        request_id: REQUEST_ID,
        correlation_id: Some(CORRELATION_ID),
        correlation_vector: Some(HeaderName::from_static("ms-cv")),
        returned_request_id: REQUEST_ID,
        returned_correlation_id: CORRELATION_ID,
        fixed: Vec::new(),
    }
}
