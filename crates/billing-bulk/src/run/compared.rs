//! A write with the comparison that it rests on: what is sent, and how long it may wait for that.

use std::time::{Duration, SystemTime};

use billing_edit::{Edits, Service};
use bytes::Bytes;

use crate::document::{Document, Version};
use crate::run::context::Context;
use crate::run::next::{Next, Progress};
use crate::target::{Target, Write};

/// How old a comparison may be when its write is sent, if Partner Center compares the etag: the
/// longest pause that is obeyed.
const LONGEST_WITH_ETAG: Duration = Duration::from_secs(600);

/// What reading a profile led to.
pub(crate) enum Checked {
    /// Its write may be sent.
    Ready(Compared),
    /// Nothing is sent now.
    Decided(Next),
}

/// A write of a profile that was read and compared.
pub(crate) struct Compared {
    body: Bytes,
    edits: Edits,
    if_match: Option<String>,
    /// How old the comparison may be when the write is sent.
    longest: Duration,
    /// By `Clock::elapsed`.
    read_at: Duration,
    /// By `Clock::now`: the time in which the machine sleeps may not count as elapsed.
    read_on: SystemTime,
}

impl Compared {
    /// Returns the write of a document that was read just now.
    pub(crate) fn new(
        cx: &Context,
        target: &dyn Target,
        document: &Document,
        body: Bytes,
        edits: Edits,
    ) -> Self {
        let if_match = match document.version() {
            Version::Etag(etag) => Some(etag.clone()),
            Version::Hash(_) => None,
        };
        // Resource Manager documents no etag, so that it may ignore a required one.
        let longest = match (&if_match, target.binding().service) {
            (Some(_), Service::Partner) => LONGEST_WITH_ETAG,
            _ => target.longest_drift(),
        };
        Self {
            body,
            edits,
            if_match,
            longest,
            read_at: cx.now(),
            read_on: cx.clock().now(),
        }
    }

    /// Returns whether the profile has to be compared again before the write is sent.
    ///
    /// A service may count the reads by the same limit as the writes. If every write came after a
    /// read, the reads could use the limit up for ever. So each comparison may become twice as old
    /// as the one before, and in the end a write comes first.
    pub(crate) fn is_old(&self, cx: &Context, progress: Progress) -> bool {
        let factor = 2_u32.saturating_pow(progress.comparisons.into());
        let longest = self.longest.saturating_mul(factor);
        let slept = cx.clock().now().duration_since(self.read_on);
        let age = cx.now().saturating_sub(self.read_at);
        age.max(slept.unwrap_or_default()) > longest
    }

    /// Returns the next attempt at the write.
    pub(crate) fn attempt(&self, cx: &Context) -> Write {
        Write {
            request_id: (cx.options.request_ids)(),
            body: self.body.clone(),
            edits: self.edits.clone(),
            if_match: self.if_match.clone(),
        }
    }
}
