//! The order in which a service writes the headers of an answer.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use crate::{Service, call::Reply};

/// Puts the headers of an answer into this order, given by names in lower case; the others follow.
pub(crate) fn in_order(mut reply: Reply, order: &[&'static str]) -> Reply {
    let headers = reply.headers_mut();
    let mut named: Vec<(HeaderName, HeaderValue)> = Vec::with_capacity(headers.len());
    for (name, value) in headers.drain() {
        // A name comes with the first of its values alone.
        let name = name.or_else(|| named.last().map(|(name, _)| name.clone()));
        named.extend(name.map(|name| (name, value)));
    }
    let place = |name: &HeaderName| order.iter().position(|known| *known == name.as_str());
    named.sort_by_cached_key(|(name, _)| place(name).unwrap_or(order.len()));
    let mut ordered = HeaderMap::with_capacity(named.len() + 2);
    for (name, value) in named {
        ordered.append(name, value);
    }
    *headers = ordered;
    reply
}

/// Says how long the body is, where the service says it: Partner Center before all else, the others at the end, as hyper
/// does by itself.
pub(crate) fn measured(mut reply: Reply, service: Service) -> Reply {
    let has_body = ![StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].contains(&reply.status());
    if service == Service::Partner && has_body {
        let length = HeaderValue::from(reply.body().len());
        let headers = reply.headers_mut();
        if let Some(said) = headers.get_mut(header::CONTENT_LENGTH) {
            *said = length;
            return reply;
        }
        let mut measured = HeaderMap::with_capacity(headers.len() + 1);
        measured.insert(header::CONTENT_LENGTH, length);
        measured.extend(headers.drain());
        *headers = measured;
    }
    reply
}
