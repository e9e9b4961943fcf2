//! `GET …/customers`, page by page.

mod link;

use billing_core::http::Method;
use billing_core::pipeline::{Page, PagedList, Pager, Request, Transport};
use billing_core::{Error, Url, decode, pager_methods};

use self::link::NextLink;
use crate::client::PartnerClient;
use crate::customer_filter::CustomerFilter;
use crate::headers::header_options;
use crate::ids::{RequestIds, id_options};
use crate::models::{Customer, CustomerCollection};

impl PartnerClient {
    /// Lists the partner's customers, page by page, without their billing profiles.
    ///
    /// ```no_run
    /// # use partner_client::{Error, PartnerClient};
    /// # async fn example(client: PartnerClient) -> Result<(), Error> {
    /// use partner_client::{CustomerField, CustomerFilter};
    ///
    /// let filter = CustomerFilter::starts_with(CustomerField::Domain, "fabrikam");
    /// let mut pager = client.list_customers().with_filter(filter);
    /// while let Some(page) = pager.next_page().await? {
    ///     for customer in page.into_body() {
    ///         println!("{:?}", customer.id);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list_customers(&self) -> CustomerPager {
        CustomerPager {
            pager: Pager::new(CustomerList {
                client: self.clone(),
                size: 100,
                filter: None,
                ids: RequestIds::generate(),
            }),
        }
    }
}

/// Pager of a partner's customers; created by [`PartnerClient::list_customers`].
///
/// The requests of all pages share one correlation id. The customers have no billing profile: get
/// each with [`PartnerClient::get_customer_billing_profile`].
///
/// The service decides where the next page is, and with which `MS-ContinuationToken`; no other
/// header that it chooses is sent. A page without a link to the next is the last.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `next_page()` or `collect_all()`"]
pub struct CustomerPager {
    pager: Pager<CustomerList>,
}

impl CustomerPager {
    /// Sets how many customers a page has; 100 by default. With 0, one page has all of them: mind
    /// [`SendOptions::with_max_body`](crate::SendOptions::with_max_body).
    ///
    /// ```no_run
    /// # use partner_client::{Error, PartnerClient};
    /// # async fn example(client: PartnerClient) -> Result<(), Error> {
    /// let customers = client.list_customers().with_size(500).collect_all().await?;
    /// # drop(customers);
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_size(mut self, size: u32) -> Self {
        self.pager.list.size = size;
        self
    }

    /// Lists only the customers that match the filter.
    ///
    /// ```no_run
    /// # use partner_client::{Error, PartnerClient};
    /// # async fn example(client: PartnerClient) -> Result<(), Error> {
    /// use partner_client::{CustomerField, CustomerFilter};
    ///
    /// let filter = CustomerFilter::starts_with(CustomerField::Domain, "fabrikam");
    /// let customers = client.list_customers().with_filter(filter).collect_all().await?;
    /// # drop(customers);
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_filter(mut self, filter: CustomerFilter) -> Self {
        self.pager.list.filter = Some(filter);
        self
    }

    id_options!(pager.list);
    header_options!(pager.list);
}

pager_methods!(CustomerPager => Customer);

/// The list of customers: its options and requests.
#[derive(Clone, Debug)]
struct CustomerList {
    client: PartnerClient,
    size: u32,
    filter: Option<CustomerFilter>,
    ids: RequestIds,
}

impl PagedList for CustomerList {
    type Item = Customer;
    type Link = NextLink;
    const NAME: &'static str = "customers";

    fn transport(&self) -> &Transport {
        self.client.transport()
    }

    fn first_request(&self) -> Result<Request, Error> {
        let mut url = self.client.url(&["customers"], "path")?;
        url.query_pairs_mut()
            .append_pair("size", &self.size.to_string());
        if let Some(filter) = &self.filter {
            url.query_pairs_mut()
                .append_pair("filter", &filter.to_json()?);
        }
        // A space is `+` in a form and `%20` everywhere; a `+` of the value is already `%2B`.
        let query = url.query().map(|query| query.replace('+', "%20"));
        url.set_query(query.as_deref());
        self.request_to(url)
    }

    fn next_request(&self, page: &Url, link: &NextLink) -> Result<Request, Error> {
        let mut request = self.request_to(link.url(&self.client, page)?)?;
        link.set_continuation(&mut request)?;
        Ok(request)
    }

    fn read_page(&self, body: &[u8]) -> Result<Page<Customer, NextLink>, Error> {
        let page: CustomerCollection = decode(body)?;
        let next = page.links.as_ref().and_then(|links| links.next.as_ref());
        Ok(Page {
            next: next.and_then(NextLink::read),
            items: page.items,
        })
    }

    fn continuation(link: &NextLink) -> Option<&str> {
        link.token.as_deref()
    }

    fn advance(&mut self) {
        self.ids = self.ids.next();
    }
}

impl CustomerList {
    fn request_to(&self, url: Url) -> Result<Request, Error> {
        let mut request = self.client.request_to(Method::GET, url)?;
        request.set_operation("ListCustomers");
        self.ids.set_on(&mut request);
        Ok(request)
    }
}
