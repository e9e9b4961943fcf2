//! Bounds how many pages of a list are read, and notices pages that lead in a circle.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hash};

use crate::error::Error;
use crate::error::kind::ErrorKind;

/// The pages that a pager has read. For the client crates.
///
/// A link may be as long as a response, so only a hash of each is kept: 10,000 pages take less than
/// 300 KiB. Two links of one list have the same hash once in a hundred billion lists of that
/// length.
#[derive(Clone, Debug)]
pub struct PageGuard {
    /// What is listed, as in `pages of customers`.
    listed: &'static str,
    max_pages: u32,
    bytes: usize,
    seen: HashSet<u64>,
    hasher: RandomState,
}

/// At a hundred items per page, a million.
const MAX_PAGES: u32 = 10_000;

/// A hundred thousand customers take about 70 MiB.
const MAX_COLLECTED: usize = 128 * 1024 * 1024;

impl PageGuard {
    /// A guard of a list of `listed`, such as `customers`, that lets 10,000 pages pass.
    pub fn new(listed: &'static str) -> Self {
        Self {
            listed,
            max_pages: MAX_PAGES,
            bytes: 0,
            seen: HashSet::new(),
            hasher: RandomState::new(),
        }
    }

    /// Sets how many pages may be read.
    pub fn set_max_pages(&mut self, pages: u32) {
        self.max_pages = pages;
    }

    /// Returns how many pages were read.
    pub fn pages_read(&self) -> usize {
        self.seen.len()
    }

    /// Refuses a page that was read before, and one beyond the limit. Nothing was sent for it.
    ///
    /// # Errors
    /// A protocol error for a page that was read before, wherever in the list, and a too-large
    /// error for one page more than allowed.
    pub fn check(&self, page: &impl Hash) -> Result<(), Error> {
        let listed = self.listed;
        if self.seen.contains(&self.hasher.hash_one(page)) {
            return Err(Error::protocol(format!(
                "the service's pages of {listed} lead in a circle"
            )));
        }
        let max_pages = self.max_pages;
        let has_room = u32::try_from(self.seen.len()).is_ok_and(|read| read < max_pages);
        if has_room {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::TooLarge,
            format!(
                "the service has more pages of {listed} than the {max_pages} that are allowed; those were read"
            ),
        ))
    }

    /// Notes that a page was read, and how many bytes it had.
    pub fn note(&mut self, page: &impl Hash, bytes: usize) {
        let hash = self.hasher.hash_one(page);
        self.seen.insert(hash);
        self.bytes = self.bytes.saturating_add(bytes);
    }

    /// Returns how many bytes the pages had that were read.
    pub fn bytes_read(&self) -> usize {
        self.bytes
    }

    /// Refuses to hold the pages in memory that were read since so many bytes: 128 MiB at most.
    ///
    /// # Errors
    /// A too-large error for more.
    pub fn check_collected(&self, since: usize) -> Result<(), Error> {
        if self.bytes.saturating_sub(since) <= MAX_COLLECTED {
            return Ok(());
        }
        let listed = self.listed;
        Err(Error::new(
            ErrorKind::TooLarge,
            format!(
                "the pages of {listed} have more than {MAX_COLLECTED} bytes together; read them page by page"
            ),
        ))
    }
}
