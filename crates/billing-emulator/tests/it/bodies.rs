//! Request bodies by media type, charset, byte order mark and encoding.

use billing_emulator::{
    Emulator, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_CUSTOMER_ID, SAMPLE_PROFILE,
};
use serde_json::{Value, json};

use crate::support::{HttpClient, HttpResponse, customer_path, profile_path, sample};

const FORM: &str = "application/x-www-form-urlencoded";

/// Sends a body of any bytes, with one `Content-Type` header for each of `content_types`.
async fn send(
    emulator: &Emulator,
    url: &str,
    request: &str,
    content_types: &[&str],
    body: &[u8],
) -> HttpResponse {
    let caller = HttpClient::anonymous(url);
    let types = content_types
        .iter()
        .map(|content_type| format!("Content-Type: {content_type}\r\n"));
    let head = format!(
        "{request} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n{}Content-Length: {}\r\n\r\n",
        url.trim_start_matches("http://"),
        emulator.token().reveal(),
        types.collect::<String>(),
        body.len(),
    );
    HttpResponse::parse(&caller.raw(&[head.as_bytes(), body].concat()).await)
}

async fn put(emulator: &Emulator, content_types: &[&str], body: &[u8]) -> HttpResponse {
    let request = format!("PUT {}", customer_path());
    send(
        emulator,
        emulator.partner_url(),
        &request,
        content_types,
        body,
    )
    .await
}

async fn patch(emulator: &Emulator, content_types: &[&str], body: &[u8]) -> HttpResponse {
    let request = format!("PATCH {}", profile_path());
    send(emulator, emulator.arm_url(), &request, content_types, body).await
}

fn utf_16(mark: &[u8], text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(unit);
    mark.iter().copied().chain(units).collect()
}

#[tokio::test]
async fn profile_is_read_in_each_encoding_of_asp_net() {
    let text = r#"{"companyName":"Fabrikam Wärme","defaultAddress":{"country":"de"}}"#;
    let xml = "<CustomerBillingProfile xmlns=\"http://schemas.datacontract.org/2004/07/Microsoft.Partner.Service.\
               Customers.Contracts.V1\"><CompanyName>Fabrikam Wärme</CompanyName></CustomerBillingProfile>";
    let form = "companyName=Fabrikam+W%C3%A4rme";
    let little = |text| utf_16(b"\xFF\xFE", text, u16::to_le_bytes);
    let marked = |text: &str| format!("\u{feff}{text}").into_bytes();
    for (content_type, body) in [
        ("application/json", text.into()),
        ("APPLICATION/JSON", text.into()),
        ("application/json; charset=utf-8", text.into()),
        ("application/json;charset=\"UTF-8\"", text.into()),
        (
            "application/json; odata=verbose; charset=utf-8",
            text.into(),
        ),
        ("application/json; charset=iso-8859-1", text.into()),
        ("application/json", marked(text)),
        ("application/json", little(text)),
        ("application/json; charset=utf-8", little(text)),
        (
            "application/json",
            utf_16(b"\xFE\xFF", text, u16::to_be_bytes),
        ),
        (
            "application/json; charset=utf-16",
            utf_16(b"", text, u16::to_le_bytes),
        ),
        ("text/xml", marked(xml)),
        ("application/xml; charset=utf-16", little(xml)),
        (FORM, form.into()),
        (FORM, marked(form)),
        (
            "application/x-www-form-urlencoded; charset=UTF-8",
            form.into(),
        ),
    ] {
        let emulator = sample().start().await.unwrap();
        let response = put(&emulator, &[content_type], &body).await;
        assert_eq!(
            response.status, 200,
            "{content_type} {body:?}: {}",
            response.body
        );
        assert_eq!(
            response.json()["companyName"],
            "Fabrikam Wärme",
            "{content_type}"
        );
    }
    let text = r#"{"properties":{"displayName":"Fabrikam Wärme"}}"#;
    for (content_type, body) in [
        ("application/json", text.into()),
        ("Application/Merge-Patch+JSON; charset=UTF-8", text.into()),
        ("application/json", marked(text)),
        ("application/json", little(text)),
        (
            "application/json; charset=utf-16",
            utf_16(b"", text, u16::to_le_bytes),
        ),
    ] {
        let emulator = sample().polls_until_done(0).start().await.unwrap();
        let response = patch(&emulator, &[content_type], &body).await;
        assert_eq!(
            response.status, 200,
            "{content_type} {body:?}: {}",
            response.body
        );
        assert_eq!(
            response.json()["properties"]["displayName"],
            "Fabrikam Wärme"
        );
    }
}

#[tokio::test]
async fn unreadable_partner_body_is_refused_and_not_stored() {
    let emulator = sample().start().await.unwrap();
    let before = emulator.customer_billing_profile(SAMPLE_CUSTOMER_ID);
    let json = br#"{"companyName":"A&B=C","defaultAddress":{"country":"US"}}"#;
    let multipart = "multipart/form-data; boundary=x";
    let mut seen = String::new();
    for (content_types, body) in [
        (&[][..], &json[..]),
        (&[], b""),
        (&["application/json"], b""),
        (&["text/plain"], b""),
        (&["text/plain"], json),
        (&["application/octet-stream"], json),
        (&["application/merge-patch+json"], json),
        (&["json"], json),
        (&["application/json, application/xml"], json),
        (&["application/json", "application/json"], json),
        (
            &[multipart],
            b"--x\r\nContent-Disposition: form-data; name=\"companyName\"\r\n\r\nA\r\n--x--\r\n",
        ),
        (&[FORM], json),
        (
            &[FORM],
            br#"{"companyName":"A","links":{"self":{"headers":[]}}}"#,
        ),
        (&[FORM], br#"{"a":1}&companyName=A"#),
        (&[FORM], b"[]"),
        (&[FORM], b"company=A"),
        (&[FORM], b"companyName=\xE4"),
        (&["application/json"], b"companyName=A"),
        (&["application/json"], b"{\"companyName\":\"\xE4\"}"),
        (&["application/json"], b"\xFF\xFE{\0}"),
        (&["application/json; charset=utf-16"], b"{}x"),
        (&["text/xml"], b"<a>\xE4</a>"),
        (
            &["application/json"],
            br#"{"defaultAddress":{"country":"UK"}}"#,
        ),
        (
            &["application/json"],
            br#"{"defaultAddress":{"country":""}}"#,
        ),
        (&[FORM], b"defaultAddress.country=ZZ"),
    ] {
        let response = put(&emulator, content_types, body).await;
        let body = String::from_utf8_lossy(body)
            .replace("\r\n", "|")
            .replace('\0', "␀");
        seen += &format!(
            "{} {body}\n  {}\n",
            content_types.join(" + "),
            response.brief()
        );
    }
    insta::assert_snapshot!(seen);
    assert_eq!(
        emulator.customer_billing_profile(SAMPLE_CUSTOMER_ID),
        before
    );
}

#[tokio::test]
async fn unreadable_arm_body_is_refused_and_not_stored() {
    let emulator = sample().polls_until_done(0).start().await.unwrap();
    let before = emulator.billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE);
    let json = br#"{"properties":{"poNumber":"7"}}"#;
    let mut seen = String::new();
    for (content_types, body) in [
        (&[][..], &json[..]),
        (&[], b""),
        (&["application/json"], b""),
        (&["application/json; charset=iso-8859-1"], json),
        (&["application/json", "application/json"], json),
        (&[FORM], json),
        (&["multipart/form-data; boundary=x"], json),
        (
            &["application/json"],
            b"{\"properties\":{\"poNumber\":\"\xE4\"}}",
        ),
        (&["application/json"], b"\xFE\xFF{"),
        (
            &["application/json"],
            br#"{"properties":{"address":{"country":"UK"}}}"#,
        ),
        (
            &["application/json"],
            br#"{"properties":{"address":{"country":""}}}"#,
        ),
    ] {
        let response = patch(&emulator, content_types, body).await;
        let body = String::from_utf8_lossy(body).replace('\0', "␀");
        seen += &format!(
            "{} {body}\n  {}\n",
            content_types.join(" + "),
            response.brief()
        );
    }
    insta::assert_snapshot!(seen);
    assert_eq!(
        emulator.billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE),
        before
    );
    let cleared = patch(
        &emulator,
        &["application/json"],
        br#"{"properties":{"address":{"country":null}}}"#,
    );
    assert_eq!(cleared.await.status, 200);
}

#[tokio::test]
async fn control_api_names_the_encoding_error() {
    let emulator = sample().start().await.unwrap();
    for (request, body) in [
        ("POST /api/clock", b"{\"advance_s\":\xFF}".to_vec()),
        ("PUT /api/state", b"{\"customers\":\xFF}".to_vec()),
        ("PUT /api/faults", b"{\"seed\":\xFF}".to_vec()),
        ("POST /api/faults/1", b"{\"enabled\":\xFF}".to_vec()),
    ] {
        let json = ["application/json"];
        let refused = send(&emulator, emulator.control_url(), request, &json, &body).await;
        assert_eq!(
            refused.brief(),
            r#"400 {"error":"the body is not UTF-8"}"#,
            "{request}"
        );
    }
    let advance = utf_16(b"\xFF\xFE", r#"{"advance_s":60}"#, u16::to_le_bytes);
    let json = ["application/json"];
    let moved = send(
        &emulator,
        emulator.control_url(),
        "POST /api/clock",
        &json,
        &advance,
    )
    .await;
    assert_eq!(moved.body, r#"{"now":"2019-10-01T00:01:00Z"}"#);
}

#[tokio::test]
async fn put_of_a_profile_never_renames_the_customer() {
    let emulator = sample().start().await.unwrap();
    let get = async |emulator: &Emulator, path: &str| -> Value {
        HttpClient::partner(emulator).get(path).await.json()
    };
    let company_path = format!("/v1/customers/{SAMPLE_CUSTOMER_ID}/profiles/company");
    let customer = format!("/v1/customers/{SAMPLE_CUSTOMER_ID}");
    let search = "/v1/customers?filter=%7B%22Field%22%3A%22CompanyName%22%2C%22Value%22%3A%22Contoso%2C%22%2C%22\
                  Operator%22%3A%22starts_with%22%7D";
    let company = get(&emulator, &company_path).await;
    let found = get(&emulator, search).await;
    assert_eq!(company["companyName"], "Contoso, Ltd.");
    assert_eq!(found["totalCount"], 1);
    assert!(
        !String::from_utf8(emulator.snapshot().to_json())
            .unwrap()
            .contains("companies")
    );

    for name in ["Contoso Billing", "Contoso Invoices"] {
        let mut billing = emulator
            .customer_billing_profile(SAMPLE_CUSTOMER_ID)
            .unwrap();
        billing["companyName"] = json!(name);
        billing["email"] = json!("invoices@contoso.example.com");
        billing["defaultAddress"]["city"] = json!("Tacoma");
        let written = HttpClient::partner(&emulator)
            .put(&customer_path(), &billing)
            .await;
        assert_eq!(written.json()["companyName"], name);
    }
    let billing = emulator
        .customer_billing_profile(SAMPLE_OTHER_CUSTOMER_ID)
        .unwrap();
    emulator
        .replace_customer_billing_profile(SAMPLE_OTHER_CUSTOMER_ID, json!({}))
        .unwrap();

    let loaded = billing_emulator::Snapshot::from_json(&emulator.snapshot().to_json()).unwrap();
    let second = Emulator::builder()
        .snapshot(loaded.clone())
        .token(emulator.token().clone());
    let second = second.start().await.unwrap();
    let third = sample()
        .token(emulator.token().clone())
        .start()
        .await
        .unwrap();
    third.load(loaded).unwrap();
    for emulator in [&emulator, &second, &third] {
        assert_eq!(get(emulator, &company_path).await, company);
        assert_eq!(get(emulator, search).await, found);
        let customer = get(emulator, &customer).await;
        assert_eq!(customer["companyProfile"]["companyName"], "Contoso, Ltd.");
        assert_eq!(
            customer["billingProfile"]["companyName"],
            "Contoso Invoices"
        );
        let other = format!("/v1/customers/{SAMPLE_OTHER_CUSTOMER_ID}/profiles/company");
        assert_eq!(
            get(emulator, &other).await["companyName"],
            billing["companyName"]
        );
    }
    let lost = br#"{"companies":{"33333333-aaaa-4bbb-8ccc-dddddddddddd":{"companyName":"X"}}}"#;
    let refused = emulator.load(billing_emulator::Snapshot::from_json(lost).unwrap());
    let error = refused.unwrap_err().to_string();
    assert_eq!(
        error,
        "company of customer 33333333-aaaa-4bbb-8ccc-dddddddddddd: there is no such customer"
    );
}
