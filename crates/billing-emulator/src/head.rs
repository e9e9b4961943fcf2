//! The head of an answer as it is sent.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::{Service, call::Reply};

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
