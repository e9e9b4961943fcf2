//! The order in which a service writes the headers of an answer.

use axum::http::{HeaderMap, HeaderName};

use crate::call::Reply;

/// Puts the headers of an answer into this order, given by names in lower case; the others follow.
pub(crate) fn in_order(mut reply: Reply, order: &[&'static str]) -> Reply {
    let headers = reply.headers_mut();
    let mut ordered = HeaderMap::with_capacity(headers.len());
    for name in order {
        if let Some(value) = headers.remove(*name) {
            ordered.insert(HeaderName::from_static(name), value);
        }
    }
    ordered.extend(headers.drain());
    *headers = ordered;
    reply
}
