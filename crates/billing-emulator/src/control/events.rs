//! `GET /api/events`: what happens, as server-sent events.

use std::convert::Infallible;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use futures_util::{StreamExt as _, stream};
use serde_json::json;

use super::response::ErrorResponse;
use crate::{
    state::Context,
    store::events::{SUBSCRIBERS, event},
};

pub(super) fn stream(context: &Context) -> Result<Response, ErrorResponse> {
    let subscription = context.events.subscribe().ok_or_else(|| {
        let message = format!("{SUBSCRIBERS} connections already receive events; close one");
        ErrorResponse::new(StatusCode::SERVICE_UNAVAILABLE, message)
    })?;
    // Sent at once, so that the client knows that it will receive every event from now on.
    let hello = stream::iter([event("hello", &json!({}))]);
    let events = hello.chain(stream::unfold(subscription, async |mut subscription| {
        Some((subscription.next().await?, subscription))
    }));
    let events = events.map(Ok::<_, Infallible>);
    let mut response = Response::new(Body::from_stream(events));
    let content_type = HeaderValue::from_static("text/event-stream");
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, content_type);
    Ok(response)
}
