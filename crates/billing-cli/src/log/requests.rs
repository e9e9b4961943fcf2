//! One line for each request: `PUT /v1/customers/…/profiles/billing → 200 in 31 ms, attempt 1`.
//!
//! The spans of requests have no path, as paths contain the ids of customers and accounts. The path
//! is derived from the operation instead, without ids.

use std::fmt::Debug;
use std::time::Instant;

use tracing::Subscriber;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use crate::output::stderr::relay;

/// The names of the spans, as `billing_core` documents them.
const OPERATION: &str = "billing operation";
const REQUEST: &str = "HTTP request";

/// Logs each request when it is over.
pub(super) struct Requests;

/// The fields of a span so far.
struct SpanFields {
    began: Instant,
    /// The operation or the method.
    name: String,
    resends: u64,
    status: Option<u64>,
    error: Option<String>,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Requests {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context
            .span(id)
            .filter(|span| matches!(span.name(), OPERATION | REQUEST))
        else {
            return;
        };
        let mut seen = SpanFields {
            began: Instant::now(),
            name: String::new(),
            resends: 0,
            status: None,
            error: None,
        };
        attributes.record(&mut seen);
        span.extensions_mut().insert(seen);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(seen) = span.extensions_mut().get_mut::<SpanFields>()
        {
            values.record(seen);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id).filter(|span| span.name() == REQUEST) else {
            return;
        };
        let operation = span.scope().skip(1).find(|above| above.name() == OPERATION);
        let operation = operation.and_then(|above| {
            let above = above.extensions();
            above.get::<SpanFields>().map(|seen| seen.name.clone())
        });
        if let Some(seen) = span.extensions().get::<SpanFields>() {
            let line = seen.line(operation.as_deref().unwrap_or_default());
            relay(format!("{line}\n").as_bytes());
        }
    }
}

impl SpanFields {
    fn line(&self, operation: &str) -> String {
        let outcome = match (self.status, &self.error) {
            (Some(status), _) => status.to_string(),
            (None, Some(error)) => error.clone(),
            (None, None) => "stopped".to_owned(),
        };
        format!(
            "{} {} → {outcome} in {} ms, attempt {}",
            self.name,
            path(operation),
            self.began.elapsed().as_millis(),
            self.resends.saturating_add(1),
        )
    }
}

impl Visit for SpanFields {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "otel.name" => self.name = value.to_owned(),
            "error.message" => self.error = Some(value.to_owned()),
            _ => {}
        }
    }

    /// Numbers of all types are recorded here.
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let number = || format!("{value:?}").parse().ok();
        match field.name() {
            "http.response.status_code" => self.status = number(),
            "http.request.resend_count" => self.resends = number().unwrap_or_default(),
            _ => {}
        }
    }
}

/// Returns the path of an operation's requests, without ids, or its name if the service chooses the
/// path.
fn path(operation: &str) -> &str {
    match operation {
        "GetCustomer" => "/v1/customers/…",
        "GetCustomerBillingProfile" | "UpdateCustomerBillingProfile" => {
            "/v1/customers/…/profiles/billing"
        }
        "GetCustomerCompanyProfile" => "/v1/customers/…/profiles/company",
        "GetCountryValidationRules" => "/v1/countryvalidationrules/…",
        "ListCustomers" => "/v1/customers",
        "ValidateAddress" => "/v1/validations/address",
        "GetBillingProfile" | "UpdateBillingProfile" | "ReadBack" => {
            "/providers/Microsoft.Billing/billingAccounts/…/billingProfiles/…"
        }
        "ListBillingProfiles" => "/providers/Microsoft.Billing/billingAccounts/…/billingProfiles",
        "PollOperation" => "the update's status",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_has_request_result_and_attempt() {
        let line = |status, error: Option<&str>, resends| {
            let seen = SpanFields {
                began: Instant::now(),
                name: "PUT".to_owned(),
                resends,
                status,
                error: error.map(str::to_owned),
            };
            let line = seen.line("UpdateCustomerBillingProfile");
            let (before, after) = line.split_once(" in ").unwrap();
            let (_, after) = after.split_once(" ms").unwrap();
            format!("{before} in … ms{after}")
        };
        let path = "PUT /v1/customers/…/profiles/billing →";
        assert_eq!(
            line(Some(200), None, 0),
            format!("{path} 200 in … ms, attempt 1")
        );
        assert_eq!(
            line(None, Some("no connection"), 2),
            format!("{path} no connection in … ms, attempt 3")
        );
        assert_eq!(
            line(None, None, 0),
            format!("{path} stopped in … ms, attempt 1")
        );
    }
}
