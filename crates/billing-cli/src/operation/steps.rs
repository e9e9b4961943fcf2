//! The texts of the next steps, and the predicates of errors that select them.

use billing_core::Error;
use billing_edit::Service;

use crate::network::untrusted_certificate_hint;
use crate::operation::context::OperationContext;
use crate::service::endpoint_option;

pub(super) const UNDOCUMENTED: &str = "the response is not what the service documents; is this the right \
                            endpoint? If so, please report it with the ids above";

pub(super) const REFUSED: &str = "the service refused the request and changed nothing; correct the request and \
                       run the command again";

/// Returns the step after an error code of Partner Center (page "Partner Center REST API error
/// codes").
pub(super) fn partner_code(context: &OperationContext<'_>, error: &Error) -> Option<String> {
    if context.connection.service != Service::Partner {
        return None;
    }
    let subject = &context.subject;
    Some(match error.service_error()?.code()? {
        "2000" | "900118" => context.with_list(
            "the id of a customer is the id of their tenant, a GUID such as \
             7f3d1c52-8a5e-4f6b-9a41-0c2b6a1d9e30"
                .to_owned(),
        ),
        "20002" => context.with_list(format!(
            "the token is valid, but its partner has no reseller relationship with {subject}: \
             check the id, or ask the customer to accept one"
        )),
        "27002" => "nothing was changed: correct the member named above and run the command \
                    again; note that defaultAddress has a state and a region"
            .to_owned(),
        "600051" => {
            "nothing was changed: the country of this customer requires a phone number; add --set \
             defaultAddress.phoneNumber=…"
                .to_owned()
        }
        _ => return None,
    })
}

/// An earlier attempt may have made the etag stale.
pub(super) fn is_stale_after_write(error: &Error) -> bool {
    error.is_stale_etag() && error.may_have_taken_effect() && !error.is_operation_failed()
}

pub(super) fn is_conflict(error: &Error) -> bool {
    error.is_conflict() && (!error.is_operation_failed() || names_another_change(error))
}

pub(super) fn is_server_error(error: &Error) -> bool {
    error
        .status()
        .is_some_and(|status| status.is_server_error())
}

pub(super) fn is_client_error(error: &Error) -> bool {
    error
        .status()
        .is_some_and(|status| status.is_client_error())
}

pub(super) fn sign_in(context: &OperationContext<'_>, error: &Error) -> String {
    context.connection.sign_in.hint(error)
}

pub(super) fn role(context: &OperationContext<'_>, _: &Error) -> String {
    missing_role(context.connection.service, &context.subject)
}

/// Returns the hint for a token whose user lacks the role for a subject.
pub(crate) fn missing_role(service: Service, subject: &str) -> String {
    match service {
        Service::Partner => format!(
            "the token is valid, but its user lacks a permission: this needs the role Admin agent \
             and a reseller relationship with {subject}"
        ),
        Service::Arm => format!(
            "the token is valid, but its user lacks a permission: reading needs the role Billing \
             profile reader, writing Billing profile contributor, on {subject}"
        ),
    }
}

pub(super) fn other_resource(context: &OperationContext<'_>, error: &Error) -> String {
    let option = endpoint_option(context.connection.service);
    let other = if error.may_have_taken_effect() {
        "the one to update;".to_owned()
    } else {
        format!("{}, so it is not shown;", context.subject)
    };
    format!(
        "the response is about another resource than {other} check {option}, and report it with \
         the ids above"
    )
}

pub(super) fn not_found(context: &OperationContext<'_>, _: &Error) -> String {
    let subject = &context.subject;
    match (context.connection.service, &context.list) {
        (Service::Partner, _) => context.with_list(format!(
            "check the id of {subject}; a partner sees only its own customers"
        )),
        (Service::Arm, Some(_)) => context.with_list(format!(
            "check the id of {subject}; the list prints the names"
        )),
        (Service::Arm, None) => format!(
            "check the name of {subject}; the portal shows it under Cost Management + Billing, \
             Properties, and the Azure CLI lists what its user may see\n  az billing account list \
             --query '[].name' --output tsv"
        ),
    }
}

pub(super) fn conflict(context: &OperationContext<'_>, error: &Error) -> String {
    let why = if error.is_stale_etag() {
        "somebody else changed it meanwhile"
    } else {
        "another change is in progress or came first"
    };
    if error.is_operation_failed() && error.may_have_taken_effect() {
        return why.to_owned();
    }
    format!(
        "{why}; look at the present profile, and run the update again\n  {}",
        context.look
    )
}

/// The service takes the update, a JSON merge patch, for a JSON Patch. It was seen to do so in this
/// API version.
pub(super) fn merge_patch(_: &OperationContext<'_>, error: &Error) -> String {
    let unchanged = if error.may_have_taken_effect() {
        ""
    } else {
        "nothing was changed; "
    };
    format!(
        "{unchanged}another --set cannot help: in this API version the service may read the \
         update, a JSON merge patch, as a JSON Patch; make the change in the Azure portal"
    )
}

pub(super) fn server_error(_: &OperationContext<'_>, error: &Error) -> String {
    match error.retry_after() {
        Some(wait) => format!(
            "the service has an internal problem; run the command again after {} s, as it asks",
            wait.as_secs_f64().ceil()
        ),
        None => "the service has an internal problem; run the command again later".to_owned(),
    }
}

/// Whether the code of a failed operation tells that another change was in its way.
fn names_another_change(error: &Error) -> bool {
    if error.is_stale_etag() {
        return true;
    }
    let code = error.service_error().and_then(|all| all.code());
    let code = code.unwrap_or_default().to_ascii_lowercase();
    let words = [
        "another",
        "busy",
        "concurren",
        "conflict",
        "inprogress",
        "locked",
        "precondition",
    ];
    words.iter().any(|word| code.contains(word))
}

/// Only Partner Center has options for media types.
pub(super) fn media_type(context: &OperationContext<'_>, error: &Error) -> String {
    let problem = match context.connection.service {
        Service::Arm => return REFUSED.to_owned(),
        Service::Partner if error.is_not_acceptable() => {
            "the service does not respond in the media types of --accept"
        }
        Service::Partner => "the service does not read the media type of --media-type",
    };
    format!("{problem}; leave it out for JSON")
}

pub(super) fn throttled_request(context: &OperationContext<'_>, error: &Error) -> String {
    format!("{}, then run the command again", throttled(context, error))
}

pub(super) fn throttled(_: &OperationContext<'_>, error: &Error) -> String {
    match error.retry_after() {
        Some(wait) => format!("too many requests: wait {} s", wait.as_secs_f64().ceil()),
        None => "too many requests: wait a minute".to_owned(),
    }
}

/// Scheme and port of the endpoint do not match.
pub(super) fn wrong_protocol(context: &OperationContext<'_>, error: &Error) -> String {
    let origin = context.connection.origin();
    let other = match origin.strip_prefix("http://") {
        Some(host) => format!("https://{host}"),
        None => origin.replacen("https://", "http://", 1),
    };
    let nothing_sent = if error.may_have_taken_effect() {
        ""
    } else {
        "nothing was sent; "
    };
    let option = endpoint_option(context.connection.service);
    format!("{nothing_sent}check scheme and port of {option}: is it {other}?")
}

pub(super) fn untrusted_certificate(context: &OperationContext<'_>, _: &Error) -> String {
    let origin = context.connection.origin();
    if !context.connection.is_on_this_machine() {
        return untrusted_certificate_hint(&origin);
    }
    format!(
        "nothing was sent, as this machine does not trust the certificate of {origin}; an \
         emulator writes the certificate of its authority to a file\n  billing emulator --tls \
         --ca-file ca.pem\n  export SSL_CERT_FILE=ca.pem"
    )
}

pub(super) fn no_connection(context: &OperationContext<'_>, _: &Error) -> String {
    let connection = context.connection;
    if connection.is_on_this_machine() {
        return format!(
            "is `billing emulator` still running, and is {} its address?",
            connection.origin()
        );
    }
    format!(
        "nothing was sent; check the network, the proxy (HTTPS_PROXY) and {}",
        endpoint_option(connection.service)
    )
}
