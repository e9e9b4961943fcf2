//! The `Content-Length` and `Allow` headers of a response as it is sent.

use hyper::{
    HeaderMap, Response, StatusCode,
    body::Bytes,
    header::{self, HeaderValue},
};

use crate::service::Service;

/// Lists HEAD among the methods of a resource that has GET.
pub(crate) fn allow_head<B>(response: &mut Response<B>) {
    let allow = response.headers_mut().get_mut(header::ALLOW);
    let Some(allow) = allow else { return };
    let methods = allow
        .to_str()
        .ok()
        .and_then(|methods| methods.strip_prefix("GET"));
    if let Some(others) = methods
        && let Ok(methods) = HeaderValue::try_from(format!("GET, HEAD{others}"))
    {
        *allow = methods;
    }
}

/// Sets `Content-Length` at the place where the service has it: Partner Center before all other
/// headers, the others at the end, as hyper does by itself.
pub(crate) fn measured(mut response: Response<Bytes>, service: Service) -> Response<Bytes> {
    let has_body = ![StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].contains(&response.status());
    if service == Service::Partner && has_body {
        let length = HeaderValue::from(response.body().len());
        let headers = response.headers_mut();
        if let Some(present) = headers.get_mut(header::CONTENT_LENGTH) {
            *present = length;
            return response;
        }
        let mut measured = HeaderMap::with_capacity(headers.len() + 1);
        measured.insert(header::CONTENT_LENGTH, length);
        measured.extend(headers.drain());
        *headers = measured;
    }
    response
}
