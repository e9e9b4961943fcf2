//! Ids are GUIDs.

use billing_core::{CorrelationId, RequestId};
use insta::assert_snapshot;

#[test]
fn ids_are_guids_and_differ() {
    let id = RequestId::generate();
    assert_ne!(id, RequestId::generate());
    assert_eq!(id.to_string().parse::<RequestId>().unwrap(), id);
    let id = CorrelationId::generate();
    assert_eq!(id.to_string().parse::<CorrelationId>().unwrap(), id);
}

#[test]
fn an_id_that_is_no_guid_is_refused() {
    let error = "order-7".parse::<RequestId>().unwrap_err();
    assert!(error.is_invalid_input());
    assert_snapshot!(error, @"the request id must be a GUID, such as 7f3d1c52-8a5e-4f6b-9a41-0c2b6a1d9e30");
}
