//! Reads a list page by page, within limits; for the client crates.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher as _;

use futures_core::Stream;
use futures_util::stream;
use url::Url;

use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::pipeline::request::Request;
use crate::pipeline::transport::Transport;
use crate::preview::RequestPreview;
use crate::response::Response;

/// A list that a service returns page by page: its requests, and how to read a page.
///
/// A client's list holds the client and the options of the operation; [`Pager`] does the rest.
pub trait PagedList: fmt::Debug + Send + Sync {
    /// One element of the list.
    type Item: Send;
    /// The link to the next page as the service sent it. Whether it may be followed is decided by
    /// the request for the next page, so that the page that carried it is not lost.
    type Link: Clone + Send + Sync;
    /// The elements' name in error messages, in the plural, such as `customers`.
    const NAME: &'static str;

    /// Returns the transport that sends the requests.
    fn transport(&self) -> &Transport;

    /// Builds the request for the first page.
    ///
    /// # Errors
    /// Invalid input for options that no request can carry. Nothing was sent.
    fn first_request(&self) -> Result<Request, Error>;

    /// Builds the request for the page that `link` leads to; `page` is the URL of the page that had
    /// it.
    ///
    /// # Errors
    /// A foreign-origin or protocol error for a link that may not be followed. Nothing was sent.
    fn next_request(&self, page: &Url, link: &Self::Link) -> Result<Request, Error>;

    /// Reads the body of a page.
    ///
    /// # Errors
    /// A decode error, or [`other_resource`](super::other_resource) for a page of another list.
    fn read_page(&self, body: &[u8]) -> Result<Page<Self::Item, Self::Link>, Error>;

    /// Returns what tells pages of one URL apart, if the link has such a token.
    fn continuation(_: &Self::Link) -> Option<&str> {
        None
    }

    /// Prepares the next request after a page was read, for example with a fresh request id.
    fn advance(&mut self) {}
}

/// A page of a list as it was decoded.
#[derive(Clone, Debug)]
pub struct Page<T, L> {
    /// The elements, of which the service may send `null`; `None` if the body is not a list.
    pub items: Option<Vec<Option<T>>>,
    /// The link to the next page; `None` on the last one.
    pub next: Option<L>,
}

/// Reads the pages of a [`PagedList`] one after the other.
///
/// It refuses a page that was read before and more pages than the limit, since the service decides
/// how long a list is. Only a hash of each page's address is kept: 10,000 pages take less than 300
/// KiB, and two addresses have the same hash once in a hundred billion lists of that length.
#[derive(Clone)]
pub struct Pager<L: PagedList> {
    /// The list, whose options can be changed before the first page.
    pub list: L,
    /// How many pages are read at most.
    pub max_pages: u32,
    position: Position<L::Link>,
    seen: HashSet<u64>,
    hasher: RandomState,
}

#[derive(Clone)]
enum Position<L> {
    First,
    Next { page: Url, link: L },
    End,
}

/// At a hundred items per page, a million.
const MAX_PAGES: u32 = 10_000;

/// The most bytes of pages that [`Pager::collect_all`] reads. A hundred thousand customers take
/// about 70 MiB.
const MAX_COLLECTED: usize = 128 * 1024 * 1024;

impl<L: PagedList> Pager<L> {
    /// Returns a pager at the first page of `list` that reads 10,000 pages at most.
    pub fn new(list: L) -> Self {
        Self {
            list,
            position: Position::First,
            max_pages: MAX_PAGES,
            seen: HashSet::new(),
            hasher: RandomState::new(),
        }
    }

    /// Returns how many pages were read.
    pub fn pages_read(&self) -> usize {
        self.seen.len()
    }

    /// Returns the first page's request as it would be sent, the token hidden. Nothing is sent.
    ///
    /// # Errors
    /// Same as [`PagedList::first_request`].
    pub fn preview(&self) -> Result<RequestPreview, Error> {
        self.list.transport().preview(&self.list.first_request()?)
    }

    /// Reads the next page; `None` after the last. After an error, the same page is requested
    /// again.
    ///
    /// # Errors
    /// A read changes nothing.
    /// - Those of [`PagedList::first_request`] and [`PagedList::next_request`].
    /// - Those of [`Transport::fetch_with`].
    /// - A protocol error for a page that was read before and for a body that is not a list, and a
    ///   too-large error for more pages than the limit.
    pub async fn next_page(&mut self) -> Result<Option<Response<Vec<L::Item>>>, Error> {
        Ok(self.read_next().await?.map(|(page, _)| page))
    }

    /// Reads all remaining pages and returns their items, all in memory.
    ///
    /// # Errors
    /// Same as [`next_page`](Self::next_page), and a too-large error for pages of more than 128
    /// MiB together. What was read before is lost.
    pub async fn collect_all(mut self) -> Result<Vec<L::Item>, Error> {
        let (mut all, mut bytes) = (Vec::new(), 0_usize);
        while let Some((page, length)) = self.read_next().await? {
            bytes = bytes.saturating_add(length);
            require_collectable(L::NAME, bytes)?;
            all.extend(page.into_body());
        }
        Ok(all)
    }

    /// Returns the remaining pages as a stream that ends after an error.
    pub fn into_stream(
        self,
    ) -> impl Stream<Item = Result<Response<Vec<L::Item>>, Error>> + Send + 'static
    where
        L: 'static,
    {
        stream::try_unfold(self, |mut pager| async move {
            let page = pager.next_page().await?;
            Ok(page.map(|page| (page, pager)))
        })
    }

    /// Reads the next page, and returns it with the number of bytes of its body.
    async fn read_next(&mut self) -> Result<Option<(Response<Vec<L::Item>>, usize)>, Error> {
        let (request, continuation) = match &self.position {
            Position::First => (self.list.first_request()?, None),
            Position::Next { page, link } => {
                (self.list.next_request(page, link)?, L::continuation(link))
            }
            Position::End => return Ok(None),
        };
        let page_hash = self.hasher.hash_one((request.url(), continuation));
        self.check(page_hash)?;
        let mut length = 0;
        let read = |_: Option<&str>, body: &[u8]| {
            length = body.len();
            self.list.read_page(body)
        };
        let response = self.list.transport().fetch_with(&request, read).await?;
        let mut next = None;
        let response = response.map(|page| {
            next = page.next;
            page.items
        });
        if response.body().is_none() {
            let message = format!("but its body is not a list of {}", L::NAME);
            return Err(response.refuse(&message, false));
        }
        self.position = match next {
            Some(link) => Position::Next {
                page: request.url().clone(),
                link,
            },
            None => Position::End,
        };
        self.seen.insert(page_hash);
        self.list.advance();
        let items = |items: Option<Vec<_>>| items.into_iter().flatten().flatten().collect();
        Ok(Some((response.map(items), length)))
    }

    /// Refuses a page that was read before, and one beyond the limit. Nothing was sent for it.
    fn check(&self, page_hash: u64) -> Result<(), Error> {
        let (name, max_pages) = (L::NAME, self.max_pages);
        if self.seen.contains(&page_hash) {
            let message = format!("the service's pages of {name} lead in a circle");
            return Err(Error::protocol(message));
        }
        if u32::try_from(self.seen.len()).is_ok_and(|read| read < max_pages) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::TooLarge,
            format!(
                "the service has more pages of {name} than the limit of {max_pages}; the pages up \
                 to it were read"
            ),
        ))
    }
}

/// Refuses to hold so many bytes of pages in memory.
fn require_collectable(name: &str, bytes: usize) -> Result<(), Error> {
    if bytes <= MAX_COLLECTED {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::TooLarge,
        format!(
            "the pages of {name} have more than {MAX_COLLECTED} bytes together; read them page by page"
        ),
    ))
}

// A link may hold a filter's value, and the service's own signature.
impl<L: PagedList> fmt::Debug for Pager<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pager")
            .field("list", &self.list)
            .field("pages_read", &self.pages_read())
            .finish_non_exhaustive()
    }
}

/// Defines the methods of a client's pager that the [`Pager`] in its field `pager` does:
/// `with_max_pages`, `preview`, `next_page`, `collect_all` and `into_stream`. For the client
/// crates.
#[cfg(feature = "__client")]
#[macro_export]
macro_rules! pager_methods {
    ($(where [$($generics:tt)*])? $pager:ty => $item:ty) => {
        impl $(<$($generics)*>)? $pager {
            /// Reads this many pages at most; 10,000 by default. The service decides how long the
            /// list is: the limit ends a list that never ends.
            pub fn with_max_pages(mut self, pages: u32) -> Self {
                self.pager.max_pages = pages;
                self
            }

            /// Returns the first page's request as it would be sent, the token hidden. Nothing is
            /// sent.
            ///
            /// # Errors
            /// Invalid input for an option or id that no request can carry.
            pub fn preview(&self) -> Result<$crate::RequestPreview, $crate::Error> {
                self.pager.preview()
            }

            /// Reads the next page; `None` after the last. After an error, the same page is
            /// requested again.
            ///
            /// # Errors
            /// A read changes nothing.
            /// - Those of every read: invalid input, a credential without a token, no connection,
            ///   no response in time, the service's error response, and a response that is not a
            ///   page of this list.
            /// - A foreign-origin error if the previous page links to an origin that the endpoint
            ///   does not [trust](crate::Endpoint::with_trusted_origin); the token is not sent
            ///   there.
            /// - A protocol error if the previous page links to a page that was read before, or its
            ///   link cannot be followed.
            /// - A too-large error for more pages than [allowed](Self::with_max_pages).
            pub async fn next_page(
                &mut self,
            ) -> Result<Option<$crate::Response<Vec<$item>>>, $crate::Error> {
                self.pager.next_page().await
            }

            /// Reads all remaining pages and returns their items, all in memory.
            /// [`next_page`](Self::next_page) and [`into_stream`](Self::into_stream) hold one page
            /// at a time.
            ///
            /// # Errors
            /// Same as [`next_page`](Self::next_page), and a too-large error for pages of more
            /// than 128 MiB together. What was read before is lost.
            pub async fn collect_all(self) -> Result<Vec<$item>, $crate::Error> {
                self.pager.collect_all().await
            }

            /// Returns the remaining pages as a stream that ends after an error.
            pub fn into_stream(
                self,
            ) -> impl $crate::pipeline::Stream<
                Item = Result<$crate::Response<Vec<$item>>, $crate::Error>,
            > + Send
            + 'static {
                self.pager.into_stream()
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::require_collectable;

    #[test]
    fn pages_are_collected_up_to_128_mib() {
        const LIMIT: usize = 128 * 1024 * 1024;
        require_collectable("customers", LIMIT).unwrap();
        let error = require_collectable("customers", LIMIT + 1).unwrap_err();
        assert!(error.is_too_large());
        assert_eq!(
            error.to_string(),
            "the pages of customers have more than 134217728 bytes together; read them page by page"
        );
    }
}
