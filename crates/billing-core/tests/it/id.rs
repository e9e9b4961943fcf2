use billing_core::{CorrelationId, CorrelationVector, RequestId};
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

#[test]
fn a_correlation_vector_is_sixteen_characters_and_counts() {
    let vector = CorrelationVector::generate();
    let text = vector.to_string();
    assert_eq!(text.len(), 18, "{text}");
    assert!(text.ends_with(".0"));
    assert_ne!(vector, CorrelationVector::generate());
    assert_eq!(text.parse::<CorrelationVector>().unwrap(), vector);
    assert_eq!(vector.next().to_string(), text.replace(".0", ".1"));
    let given: CorrelationVector = "xqqtn+OEVE2ridoS.3.7".parse().unwrap();
    assert_eq!(given.next().to_string(), "xqqtn+OEVE2ridoS.3.8");
}

#[test]
fn a_correlation_vector_that_is_none_is_refused() {
    for text in [
        "",
        "xqqtn",
        "short.0",
        "xqqtn+OEVE2ridoS.",
        "xqqtn+OEVE2ridoS.x",
        "xqqtn OEVE2ridoS.0",
    ] {
        assert!(
            text.parse::<CorrelationVector>()
                .unwrap_err()
                .is_invalid_input(),
            "{text:?}"
        );
    }
}
