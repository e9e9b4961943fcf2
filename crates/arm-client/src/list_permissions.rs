//! `GET …/billingPermissions` of a billing profile, in api version 2020-05-01.

use billing_core::http::Method;
use billing_core::pipeline::{Page, PagedList, Pager, Request, Transport};
use billing_core::{Error, RequestId, Url, decode, pager_methods};
use billing_models::arm::v2020_05_01::{
    BillingPermissionsListResult, BillingPermissionsProperties,
};

use crate::client::ArmClient;
use crate::version::V2020_05_01;

impl ArmClient<V2020_05_01> {
    /// Lists what the caller may do with a billing profile, page by page.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str, profile: &str) -> Result<(), Error> {
    /// use arm_client::ApiVersion;
    ///
    /// let client = client.with_api_version(ApiVersion::V2020_05_01);
    /// for permissions in client.list_billing_permissions(account, profile).collect_all().await? {
    ///     println!("{:?} except {:?}", permissions.actions, permissions.not_actions);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list_billing_permissions(&self, account: &str, profile: &str) -> BillingPermissionPager {
        BillingPermissionPager {
            pager: Pager::new(BillingPermissionList {
                client: self.clone(),
                account: account.to_owned(),
                profile: profile.to_owned(),
                request_id: RequestId::generate(),
            }),
        }
    }
}

/// Pager of the permissions of a caller; created by [`ArmClient::list_billing_permissions`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `next_page()` or `collect_all()`"]
pub struct BillingPermissionPager {
    pager: Pager<BillingPermissionList>,
}

impl BillingPermissionPager {
    /// Sends this `x-ms-client-request-id` with the first page's request instead of a fresh one.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error, V2020_05_01};
    /// # async fn example(
    /// #     client: ArmClient<V2020_05_01>,
    /// #     account: &str,
    /// #     profile: &str,
    /// # ) -> Result<(), Error> {
    /// let list = client.list_billing_permissions(account, profile);
    /// let id = arm_client::RequestId::generate();
    /// println!("{:?}", list.with_request_id(id).collect_all().await?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_request_id(mut self, id: RequestId) -> Self {
        self.pager.list.request_id = id;
        self
    }
}

pager_methods!(BillingPermissionPager => BillingPermissionsProperties);

/// The list of permissions: its options and requests.
#[derive(Clone, Debug)]
struct BillingPermissionList {
    client: ArmClient<V2020_05_01>,
    account: String,
    profile: String,
    request_id: RequestId,
}

impl PagedList for BillingPermissionList {
    type Item = BillingPermissionsProperties;
    type Link = String;
    const NAME: &'static str = "billing permissions";

    fn transport(&self) -> &Transport {
        self.client.transport()
    }

    fn first_request(&self) -> Result<Request, Error> {
        let mut request = self.client.action(
            Method::GET,
            &self.account,
            &self.profile,
            "billingPermissions",
        )?;
        request.set_operation("ListBillingPermissions");
        request.set_request_id(self.request_id);
        Ok(request)
    }

    fn next_request(&self, page: &Url, link: &String) -> Result<Request, Error> {
        let transport = self.client.transport();
        let url = transport.endpoint().resolve(page, link)?;
        let mut request = transport.request(Method::GET, url);
        request.set_operation("ListBillingPermissions");
        Ok(request)
    }

    fn read_page(&self, body: &[u8]) -> Result<Page<Self::Item, String>, Error> {
        let BillingPermissionsListResult {
            value, next_link, ..
        } = decode(body)?;
        let next = next_link.as_deref().map(str::trim);
        Ok(Page {
            next: next.filter(|link| !link.is_empty()).map(str::to_owned),
            items: value,
        })
    }
}
