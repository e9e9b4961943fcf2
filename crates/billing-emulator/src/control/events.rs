//! `GET /api/events`: what happens, as server-sent events.

use std::convert::Infallible;

use futures_util::{StreamExt as _, stream};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::{
    Response, StatusCode,
    body::Frame,
    header::{self, HeaderValue},
};
use serde_json::json;

use super::response::{ErrorResponse, Result};
use crate::{
    context::Context,
    http::response::Body,
    store::events::{SUBSCRIBERS, event},
};

pub(super) fn stream(context: &Context) -> Result<Response<Body>> {
    let subscription = context.events.subscribe().ok_or_else(|| {
        let message = format!("{SUBSCRIBERS} connections already receive events; close one");
        ErrorResponse::new(StatusCode::SERVICE_UNAVAILABLE, message)
    })?;
    // Sent at once, so that the client knows that it will receive every event from now on.
    let hello = stream::iter([event("hello", &json!({}))]);
    let events = hello.chain(stream::unfold(subscription, async |mut subscription| {
        Some((subscription.next().await?, subscription))
    }));
    let events = events.map(|event| Ok::<_, Infallible>(Frame::data(event)));
    let mut response = Response::new(StreamBody::new(events).boxed_unsync());
    let content_type = HeaderValue::from_static("text/event-stream");
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, content_type);
    Ok(response)
}
