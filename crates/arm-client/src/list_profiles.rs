//! `GET …/billingProfiles`, page by page.

use billing_core::http::Method;
use billing_core::pipeline::{
    Page, PagedList, Pager, Request, Transport, is_child_of, other_resource,
};
use billing_core::{Error, RequestId, Url, pager_methods};

use crate::client::ArmClient;
use crate::common::Profile as _;
use crate::paging::{next_request, read_page};
use crate::version::{Expand, V2019_10_01Preview, V2024_04_01, Version};

/// The name of the operation in traces.
const OPERATION: &str = "ListBillingProfiles";

impl<V: Version> ArmClient<V> {
    /// Lists the billing profiles of an account, page by page.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str) -> Result<(), Error> {
    /// let mut pager = client.list_billing_profiles(account);
    /// while let Some(page) = pager.next_page().await? {
    ///     for profile in page.into_body() {
    ///         println!("{:?}", profile.name);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list_billing_profiles(&self, account: &str) -> BillingProfilePager<V> {
        BillingProfilePager {
            pager: Pager::new(BillingProfileList {
                client: self.clone(),
                account: account.to_owned(),
                query: Vec::new(),
                request_id: RequestId::generate(),
            }),
        }
    }
}

/// Pager of the billing profiles of an account; created by [`ArmClient::list_billing_profiles`].
///
/// A page with a profile of another account is an error ([`Error::is_other_resource`]), whose
/// [document](Error::document) is the whole page.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `next_page()` or `collect_all()`"]
pub struct BillingProfilePager<V: Version = V2019_10_01Preview> {
    pager: Pager<BillingProfileList<V>>,
}

impl<V: Version> BillingProfilePager<V> {
    /// Sends this `x-ms-client-request-id` with the first page's request instead of a fresh one.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str) -> Result<(), Error> {
    /// use arm_client::RequestId;
    ///
    /// let list = client.list_billing_profiles(account).with_request_id(RequestId::generate());
    /// let profiles = list.collect_all().await?;
    /// println!("{}", profiles.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_request_id(mut self, id: RequestId) -> Self {
        self.pager.list.request_id = id;
        self
    }
}

impl<V: Expand> BillingProfilePager<V> {
    /// Requests members that the service leaves out by default, as `$expand`: `invoiceSections`,
    /// and `enabledAzurePlans`, which the page does not list and recordings show. The requests for
    /// further pages follow the service's links, which have to keep `$expand` themselves.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str) -> Result<(), Error> {
    /// let list = client.list_billing_profiles(account).with_expand("invoiceSections");
    /// let profiles = list.collect_all().await?;
    /// println!("{}", profiles.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_expand(mut self, members: impl Into<String>) -> Self {
        self.pager.list.query.push(("$expand", members.into()));
        self
    }
}

/// What only the lists of api version 2024-04-01 have.
impl BillingProfilePager<V2024_04_01> {
    /// Lists deleted profiles, too.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str) -> Result<(), Error> {
    /// use arm_client::ApiVersion;
    ///
    /// let client = client.with_api_version(ApiVersion::V2024_04_01);
    /// let list = client.list_billing_profiles(account).with_deleted();
    /// println!("{}", list.collect_all().await?.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_deleted(self) -> Self {
        self.with_parameter("includeDeleted", "true")
    }

    /// Lists the profiles that an OData filter selects, such as `status eq 'Active'`.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str) -> Result<(), Error> {
    /// use arm_client::ApiVersion;
    ///
    /// let client = client.with_api_version(ApiVersion::V2024_04_01);
    /// let list = client.list_billing_profiles(account).with_filter("status eq 'Active'");
    /// println!("{}", list.collect_all().await?.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_filter(self, filter: impl Into<String>) -> Self {
        self.with_parameter("filter", filter)
    }

    /// Sorts the profiles by an OData expression, such as `displayName desc`.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str) -> Result<(), Error> {
    /// use arm_client::ApiVersion;
    ///
    /// let client = client.with_api_version(ApiVersion::V2024_04_01);
    /// let list = client.list_billing_profiles(account).with_order_by("displayName desc");
    /// println!("{}", list.collect_all().await?.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_order_by(self, order: impl Into<String>) -> Self {
        self.with_parameter("orderBy", order)
    }

    /// Lists the profiles in which the service finds this text.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str) -> Result<(), Error> {
    /// use arm_client::ApiVersion;
    ///
    /// let client = client.with_api_version(ApiVersion::V2024_04_01);
    /// let list = client.list_billing_profiles(account).with_search("Contoso");
    /// println!("{}", list.collect_all().await?.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_search(self, text: impl Into<String>) -> Self {
        self.with_parameter("search", text)
    }

    fn with_parameter(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.pager.list.query.push((name, value.into()));
        self
    }
}

pager_methods!(where [V: Version] BillingProfilePager<V> => V::BillingProfile);

/// The list of billing profiles: its options and requests.
#[derive(Clone, Debug)]
struct BillingProfileList<V: Version> {
    client: ArmClient<V>,
    account: String,
    /// Further parameters of the first request.
    query: Vec<(&'static str, String)>,
    request_id: RequestId,
}

impl<V: Version> PagedList for BillingProfileList<V> {
    type Item = V::BillingProfile;
    type Link = String;
    const NAME: &'static str = "billing profiles";

    fn transport(&self) -> &Transport {
        self.client.transport()
    }

    fn first_request(&self) -> Result<Request, Error> {
        let query = self
            .query
            .iter()
            .map(|(name, value)| (*name, value.as_str()));
        let mut request = self
            .client
            .request(Method::GET, &self.account, None, query)?;
        request.set_operation(OPERATION);
        request.set_request_id(self.request_id);
        Ok(request)
    }

    fn next_request(&self, page: &Url, link: &String) -> Result<Request, Error> {
        next_request(self.transport(), OPERATION, page, link)
    }

    fn read_page(&self, body: &[u8]) -> Result<Page<V::BillingProfile, String>, Error> {
        let page: Page<V::BillingProfile, String> = read_page(body)?;
        // A link may lead anywhere on the origin, so every page is compared with the first request.
        let first = self.first_request()?;
        let mut profiles = page.items.iter().flatten().flatten();
        if !profiles.all(|profile| is_child_of(first.url(), profile.id())) {
            return Err(other_resource());
        }
        Ok(page)
    }
}
