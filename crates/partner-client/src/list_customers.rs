//! `GET …/customers`, page by page.

mod link;

use std::fmt;

use billing_core::http::Method;
use billing_core::pipeline::{PageGuard, Request};
use billing_core::{Error, RequestPreview, Response, Url, decode};
use futures_core::Stream;
use futures_util::stream;

use self::link::Next;
use crate::headers::header_options;
use crate::ids::{CallIds, id_options};
use crate::models::{Customer, CustomerCollection};
use crate::{CustomerFilter, PartnerClient};

/// A partner's customers, page by page; made by [`PartnerClient::list_customers`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let builder = billing_emulator::Emulator::builder().sample_data();
/// # let emulator = builder.start().await?;
/// # let credential = partner_client::StaticToken::new(emulator.token().reveal());
/// # let client = partner_client::PartnerClient::new(emulator.partner_url().parse()?, credential)?;
/// use partner_client::{CustomerField, CustomerFilter};
///
/// let filter = CustomerFilter::starts_with(CustomerField::Domain, "fabrikam");
/// let mut pager = client.list_customers().with_filter(filter);
/// while let Some(page) = pager.next_page().await? {
///     for customer in page.into_body() {
///         // …
/// #       drop(customer);
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// All the pages' requests share one correlation id. The customers have no billing profile: get
/// each by [`PartnerClient::get_customer_billing_profile`].
#[derive(Clone)]
#[must_use = "nothing happens before `next_page().await` or `collect_all().await`"]
pub struct CustomerPager {
    client: PartnerClient,
    size: u32,
    filter: Option<CustomerFilter>,
    ids: CallIds,
    position: Position,
    pages: PageGuard,
}

#[derive(Clone)]
enum Position {
    First,
    /// As the service sent it: whether it may be followed is the next page's question, so that the
    /// page that carried it is not lost.
    Next {
        on: Url,
        next: Next,
    },
    End,
}

impl CustomerPager {
    pub(crate) fn new(client: PartnerClient) -> Self {
        Self {
            client,
            size: 100,
            filter: None,
            ids: CallIds::generate(),
            position: Position::First,
            pages: PageGuard::new("customers"),
        }
    }

    /// How many customers a page has; 100 by default. With 0, one page has all of them: mind
    /// [`SendOptions::with_max_body`](crate::SendOptions::with_max_body).
    pub fn with_size(mut self, size: u32) -> Self {
        self.size = size;
        self
    }

    /// Lists only the customers that the filter lets through.
    pub fn with_filter(mut self, filter: CustomerFilter) -> Self {
        self.filter = Some(filter);
        self
    }

    /// Reads so many pages at most; 10,000 by default. What the service sends decides how long the
    /// list is: a limit ends one that never ends.
    pub fn with_max_pages(mut self, pages: u32) -> Self {
        self.pages.set_max_pages(pages);
        self
    }

    id_options!();
    header_options!();

    /// The first page's request as it would leave, the token hidden; nothing is sent. The filter's
    /// value is in it.
    ///
    /// # Errors
    /// Invalid input for an option that no header can carry.
    pub fn preview(&self) -> Result<RequestPreview, Error> {
        self.client.transport().preview(&self.first()?)
    }

    /// The next page, or `None` after the last. After an error the same page is asked for again.
    ///
    /// The service says where the next page is, and with which `MS-ContinuationToken`; no other
    /// header of its choice is sent. A page without a link to the next is the last.
    ///
    /// # Errors
    /// A read changes nothing, whatever happens.
    /// - Those of [`GetCustomer::send`](crate::GetCustomer::send), of a list of customers.
    /// - A foreign-origin error when the page before has a link that leads to another origin; the
    ///   token does not go there.
    /// - A protocol error when it has one that leads back to a page already read, that asks for
    ///   another method than GET, or that has no address.
    /// - A too-large error when there are more pages than [allowed](Self::with_max_pages).
    pub async fn next_page(&mut self) -> Result<Option<Response<Vec<Customer>>>, Error> {
        let (request, token) = match &self.position {
            Position::First => (self.first()?, None),
            Position::Next { on, next } => (self.request_for(on, next)?, next.token.clone()),
            Position::End => return Ok(None),
        };
        let key = (request.url().clone(), token);
        self.pages.check(&key)?;
        let transport = self.client.transport();
        let mut bytes = 0;
        let read = |_: Option<&str>, body: &[u8]| {
            bytes = body.len();
            decode::<CustomerCollection>(body)
        };
        let page = transport.fetch_with(&request, read).await?;
        if page.body().items.is_none() {
            return Err(page.refuse("but its body is no list of customers", false));
        }
        let next = page
            .body()
            .links
            .as_ref()
            .and_then(|links| links.next.as_ref());
        self.position = match next.and_then(Next::read) {
            Some(next) => Position::Next {
                on: key.0.clone(),
                next,
            },
            None => Position::End,
        };
        self.pages.note(&key, bytes);
        self.ids = self.ids.next();
        // An item that is null is no customer.
        let items = |page: CustomerCollection| page.items.unwrap_or_default();
        Ok(Some(
            page.map(|page| items(page).into_iter().flatten().collect()),
        ))
    }

    /// The customers of all pages that are left, all in memory. [`next_page`](Self::next_page) and
    /// [`into_stream`](Self::into_stream) hold one page at a time.
    ///
    /// # Errors
    /// Those of [`next_page`](Self::next_page), and a too-large error for pages of more than 128
    /// MiB together; what was read before is lost.
    pub async fn collect_all(mut self) -> Result<Vec<Customer>, Error> {
        let mut all = Vec::new();
        let since = self.pages.bytes_read();
        while let Some(page) = self.next_page().await? {
            self.pages.check_collected(since)?;
            all.extend(page.into_body());
        }
        Ok(all)
    }

    /// The pages that are left, as a stream that ends after an error.
    pub fn into_stream(
        self,
    ) -> impl Stream<Item = Result<Response<Vec<Customer>>, Error>> + Send + 'static {
        stream::try_unfold(self, |mut pager| async move {
            let page = pager.next_page().await?;
            Ok(page.map(|page| (page, pager)))
        })
    }

    fn first(&self) -> Result<Request, Error> {
        let mut url = self.client.url(&["customers"], "path")?;
        url.query_pairs_mut()
            .append_pair("size", &self.size.to_string());
        if let Some(filter) = &self.filter {
            url.query_pairs_mut()
                .append_pair("filter", &filter.to_json()?);
        }
        // A space is `+` in a form and `%20` everywhere; a `+` of the value is `%2B` by now.
        let query = url.query().map(|query| query.replace('+', "%20"));
        url.set_query(query.as_deref());
        self.request_to(url)
    }

    fn request_for(&self, on: &Url, next: &Next) -> Result<Request, Error> {
        let mut request = self.request_to(next.url(&self.client, on)?)?;
        next.put_on(&mut request)?;
        Ok(request)
    }

    fn request_to(&self, url: Url) -> Result<Request, Error> {
        let mut request = self.client.request_to(Method::GET, url)?;
        request.set_operation("ListCustomers");
        self.ids.put_on(&mut request);
        Ok(request)
    }
}

// Links may hold the filter's value, and the service's own tokens.
impl fmt::Debug for CustomerPager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomerPager")
            .field("size", &self.size)
            .field("filter", &self.filter)
            .field("pages_read", &self.pages.pages_read())
            .finish_non_exhaustive()
    }
}
