//! `GET …/billingProfiles`, page by page.

use std::fmt;

use billing_core::http::Method;
use billing_core::pipeline::{PageGuard, Request, is_child_of};
use billing_core::{Error, RequestId, RequestPreview, Response, Url, decode};
use futures_core::Stream;
use futures_util::stream;
use serde::Deserialize;

use crate::ArmClient;
use crate::models::BillingProfile;

/// The billing profiles of an account, page by page; made by [`ArmClient::list_billing_profiles`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let builder = billing_emulator::Emulator::builder().sample_data().polls_until_done(0);
/// # let emulator = builder.start().await?;
/// # let credential = arm_client::StaticToken::new(emulator.token().reveal());
/// # let client = arm_client::ArmClient::new(emulator.arm_url().parse()?, credential)?;
/// # let account = billing_emulator::SAMPLE_ACCOUNT;
/// let mut pager = client.list_billing_profiles(account);
/// while let Some(page) = pager.next_page().await? {
///     for profile in page.into_body() {
///         // …
/// #       drop(profile);
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "nothing happens before `next_page().await` or `collect_all().await`"]
pub struct BillingProfilePager {
    client: ArmClient,
    account: String,
    expand: Option<String>,
    request_id: RequestId,
    next: Next,
    pages: PageGuard,
}

#[derive(Clone)]
enum Next {
    First,
    /// As the service sent it: whether it may be followed is the next page's question, so that the page
    /// that carried it is not lost.
    Link {
        on: Url,
        link: String,
    },
    End,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    value: Option<Vec<Option<BillingProfile>>>,
    next_link: Option<String>,
}

impl BillingProfilePager {
    pub(crate) fn new(client: ArmClient, account: &str) -> Self {
        Self {
            client,
            account: account.to_owned(),
            expand: None,
            request_id: RequestId::generate(),
            next: Next::First,
            pages: PageGuard::new("billing profiles"),
        }
    }

    /// Sends this `x-ms-client-request-id` with the first page's request instead of a fresh one.
    pub fn with_request_id(mut self, id: RequestId) -> Self {
        self.request_id = id;
        self
    }

    /// Asks for members that the service leaves out otherwise, as `$expand`: `invoiceSections`, and `enabledAzurePlans`,
    /// which the page does not name and recordings show. The pages that follow are asked for by the service's own links,
    /// as they are: it is for the service to keep `$expand` in them.
    pub fn with_expand(mut self, members: impl Into<String>) -> Self {
        self.expand = Some(members.into());
        self
    }

    /// Reads so many pages at most; 10,000 by default. What the service sends decides how long the
    /// list is: a limit ends one that never ends.
    pub fn with_max_pages(mut self, pages: u32) -> Self {
        self.pages.set_max_pages(pages);
        self
    }

    /// The first page's request as it would leave, the token hidden; nothing is sent.
    ///
    /// # Errors
    /// Invalid input for an account that no URL can carry.
    pub fn preview(&self) -> Result<RequestPreview, Error> {
        self.client.transport().preview(&self.first()?)
    }

    /// The next page, or `None` after the last. After an error the same page is asked for again.
    ///
    /// # Errors
    /// A read changes nothing, whatever happens.
    /// - Those of [`GetBillingProfile::send`](crate::GetBillingProfile::send).
    /// - A foreign-origin error when the page before has a `nextLink` that leads to an origin which the
    ///   endpoint does not [trust](billing_core::Endpoint::with_trusted_origin); the token does not go there.
    /// - A protocol error when it has one that leads back to a page already read.
    /// - A too-large error when there are more pages than [allowed](Self::with_max_pages).
    /// - A page with a profile of [another account](Error::is_other_resource); the error has the
    ///   [document](Error::document), which is the whole page.
    pub async fn next_page(&mut self) -> Result<Option<Response<Vec<BillingProfile>>>, Error> {
        let transport = self.client.transport();
        let request = match &self.next {
            Next::First => self.first()?,
            Next::Link { on, link } => {
                let url = transport.endpoint().resolve(on, link)?;
                let mut request = transport.request(Method::GET, url);
                request.set_operation("ListBillingProfiles");
                request
            }
            Next::End => return Ok(None),
        };
        self.pages.check(request.url())?;
        let asked = self.first()?;
        let mut bytes = 0;
        let read = |_: Option<&str>, body: &[u8]| {
            bytes = body.len();
            let page: Page = decode(body)?;
            let mut profiles = page.value.iter().flatten().flatten();
            // A link may lead anywhere on the origin, so every page is compared with the first request.
            if profiles.all(|profile| is_child_of(asked.url(), profile.id.as_deref())) {
                Ok(page)
            } else {
                Err(Error::other_resource())
            }
        };
        let page = transport.fetch_with(&request, read).await?;
        if page.body().value.is_none() {
            return Err(page.refuse("but its body is no list of billing profiles", false));
        }
        let on = request.url().clone();
        self.pages.note(&on, bytes);
        self.next = match page.body().next_link.as_deref().map(str::trim) {
            None | Some("") => Next::End,
            Some(link) => Next::Link {
                on,
                link: link.to_owned(),
            },
        };
        // An item that is null is no profile.
        let items = |page: Page| page.value.unwrap_or_default();
        Ok(Some(
            page.map(|page| items(page).into_iter().flatten().collect()),
        ))
    }

    /// The billing profiles of all pages that are left, all in memory.
    /// [`next_page`](Self::next_page) and [`into_stream`](Self::into_stream) hold one page at a
    /// time.
    ///
    /// # Errors
    /// Those of [`next_page`](Self::next_page), and a too-large error for pages of more than 128
    /// MiB together; what was read before is lost.
    pub async fn collect_all(mut self) -> Result<Vec<BillingProfile>, Error> {
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
    ) -> impl Stream<Item = Result<Response<Vec<BillingProfile>>, Error>> + Send + 'static {
        stream::try_unfold(self, |mut pager| async move {
            let page = pager.next_page().await?;
            Ok(page.map(|page| (page, pager)))
        })
    }

    fn first(&self) -> Result<Request, Error> {
        let mut request =
            self.client
                .request(Method::GET, &self.account, None, self.expand.as_deref())?;
        request.set_operation("ListBillingProfiles");
        request.set_request_id(self.request_id);
        Ok(request)
    }
}

// A link's query may hold the service's own signature.
impl fmt::Debug for BillingProfilePager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BillingProfilePager")
            .field("account", &self.account)
            .field("pages_read", &self.pages.pages_read())
            .finish_non_exhaustive()
    }
}
