//! Each cloud has its own hosts and scopes.

use billing_core::{Cloud, Endpoint};
use insta::assert_snapshot;

fn shown(cloud: &Cloud) -> String {
    // Each host is a valid endpoint.
    for host in [
        cloud.authority(),
        cloud.partner_endpoint(),
        cloud.arm_endpoint(),
    ] {
        let endpoint: Endpoint = host.parse().unwrap();
        assert_eq!(endpoint.to_string(), format!("{host}/"));
    }
    [
        cloud.authority(),
        cloud.partner_endpoint(),
        &cloud.partner_scope(),
        &cloud.partner_user_scope(),
        cloud.arm_endpoint(),
        &cloud.arm_scope(),
        &cloud.arm_user_scope(),
    ]
    .join("\n")
}

#[test]
fn each_cloud_has_its_own_authority_endpoints_and_scopes() {
    assert_eq!(Cloud::default(), Cloud::public());
    assert_snapshot!(shown(&Cloud::public()), @"
    https://login.microsoftonline.com
    https://api.partnercenter.microsoft.com
    https://api.partnercenter.microsoft.com/.default
    https://api.partnercenter.microsoft.com/user_impersonation
    https://management.azure.com
    https://management.azure.com/.default
    https://management.azure.com/user_impersonation
    ");
    assert_snapshot!(shown(&Cloud::us_government()), @"
    https://login.microsoftonline.us
    https://api.partnercenter.microsoft.com
    https://api.partnercenter.microsoft.com/.default
    https://api.partnercenter.microsoft.com/user_impersonation
    https://management.usgovcloudapi.net
    https://management.usgovcloudapi.net/.default
    https://management.usgovcloudapi.net/user_impersonation
    ");
    assert_snapshot!(shown(&Cloud::china()), @"
    https://login.chinacloudapi.cn
    https://partner.partnercenterapi.microsoftonline.cn
    https://partner.partnercenterapi.microsoftonline.cn/.default
    https://partner.partnercenterapi.microsoftonline.cn/user_impersonation
    https://management.chinacloudapi.cn
    https://management.chinacloudapi.cn/.default
    https://management.chinacloudapi.cn/user_impersonation
    ");
}

#[test]
fn a_custom_cloud_replaces_what_differs() {
    let at = |url: &str| url.parse::<Endpoint>().unwrap();
    let moved = Cloud::public()
        .with_authority(&at("http://127.0.0.1:1"))
        .with_partner_endpoint(&at("http://127.0.0.1:2"))
        .with_arm_endpoint(&at("http://127.0.0.1:3"));
    assert_snapshot!(shown(&moved), @"
    http://127.0.0.1:1
    http://127.0.0.1:2
    https://api.partnercenter.microsoft.com/.default
    https://api.partnercenter.microsoft.com/user_impersonation
    http://127.0.0.1:3
    https://management.azure.com/.default
    https://management.azure.com/user_impersonation
    ");
    let other = moved
        .with_partner_resource("https://partner.example.com")
        .with_arm_resource("https://management.example.com/");
    assert_snapshot!(shown(&other), @"
    http://127.0.0.1:1
    http://127.0.0.1:2
    https://partner.example.com/.default
    https://partner.example.com/user_impersonation
    http://127.0.0.1:3
    https://management.example.com//.default
    https://management.example.com//user_impersonation
    ");
}
