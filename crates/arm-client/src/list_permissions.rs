//! `GET …/billingPermissions` of a billing profile, in the api versions before 2024-04-01.

use billing_core::http::Method;
use billing_core::pipeline::{Page, PagedList, Pager, Request, Transport};
use billing_core::{Error, RequestId, Url, pager_methods};

use crate::client::ArmClient;
use crate::paging::{next_request, read_page};
use crate::version::{BillingPermissions, V2019_10_01Preview};

/// The name of the operation in traces.
const OPERATION: &str = "ListBillingPermissions";

impl<V: BillingPermissions> ArmClient<V> {
    /// Lists what the caller may do with a billing profile, page by page.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str, profile: &str) -> Result<(), Error> {
    /// for permissions in client.list_billing_permissions(account, profile).collect_all().await? {
    ///     println!("{:?} except {:?}", permissions.actions, permissions.not_actions);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list_billing_permissions(
        &self,
        account: &str,
        profile: &str,
    ) -> BillingPermissionPager<V> {
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
pub struct BillingPermissionPager<V: BillingPermissions = V2019_10_01Preview> {
    pager: Pager<BillingPermissionList<V>>,
}

impl<V: BillingPermissions> BillingPermissionPager<V> {
    /// Sends this `x-ms-client-request-id` with the first page's request instead of a fresh one.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str, profile: &str) -> Result<(), Error> {
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

pager_methods!(
    where [V: BillingPermissions] BillingPermissionPager<V> => V::BillingPermissionsProperties
);

/// The list of permissions: its options and requests.
#[derive(Clone, Debug)]
struct BillingPermissionList<V: BillingPermissions> {
    client: ArmClient<V>,
    account: String,
    profile: String,
    request_id: RequestId,
}

impl<V: BillingPermissions> PagedList for BillingPermissionList<V> {
    type Item = V::BillingPermissionsProperties;
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
        request.set_operation(OPERATION);
        request.set_request_id(self.request_id);
        Ok(request)
    }

    fn next_request(&self, page: &Url, link: &String) -> Result<Request, Error> {
        next_request(self.transport(), OPERATION, page, link)
    }

    fn read_page(&self, body: &[u8]) -> Result<Page<Self::Item, String>, Error> {
        read_page(body)
    }
}
