//! `--set` and `--clear`: edits that are refused.

use crate::support::billing;

/// Returns the errors of these options; nothing could have been sent.
async fn refusals(service: &[&str], options: &[&[&str]]) -> String {
    let mut seen = String::new();
    for options in options {
        let args = service.iter().chain(*options).copied();
        let shown = billing(args).run().await.refused(2);
        seen += &format!("$ {}\n{shown}\n\n", options.join(" "));
    }
    seen
}

#[tokio::test]
async fn invalid_partner_edits_are_refused_with_suggestions() {
    let partner = ["partner", "update", "c"];
    let seen = refusals(
        &partner,
        &[
            &[],
            &["--set=companyName"],
            &["--set==x"],
            &["--set=compnyName=x"],
            &["--set=CompanyName=x"],
            &["--set=$.companyName=x"],
            &["--set=/defaultAddress/city=x"],
            &["--clear=defaultAddress[city]"],
            &["--set=id=x"],
            &["--set=attributes.etag=x"],
            &["--clear=links"],
            &["--set=defaultAddress.cty=x"],
            &["--set=companyName.short=x"],
            &["--set=defaultAddress=Seattle"],
            &[r#"--set=defaultAddress={"city":5}"#],
            &[r#"--set=defaultAddress={"town":"x"}"#],
            &["--set=companyName=a", "--set=companyName=b"],
            &["--set=companyName=a", "--clear=companyName"],
            &["--clear=defaultAddress", "--set=defaultAddress.city=x"],
            &["--set=companyName=a", "--body=x.json"],
            &["--set=companyName=a", "--if-match=1", "--no-if-match"],
        ],
    );
    insta::assert_snapshot!(seen.await);
}

#[tokio::test]
async fn invalid_arm_edits_are_refused_with_suggestions() {
    let arm = ["arm", "update", "a", "p"];
    let seen = refusals(
        &arm,
        &[
            &["--set=status=Active"],
            &["--set=properties.stats=Active"],
            &["--clear=properties"],
            &["--set=name=x"],
            &["--set=address.town=x"],
            &["--set=invoiceEmailOptIn=yes"],
            &["--set=invoiceEmailOptIn=\"true\""],
            &["--set=invoiceEmailOptIn=null"],
            &["--set=enabledAzurePlans=0001"],
            &["--set=enabledAzurePlans=[0001]"],
            &[r#"--set=enabledAzurePlans=[{"skuId":1}]"#],
            &[r#"--set=enabledAzurePlans=[{"skuDescription":"x"}]"#],
            &["--set=enabledAzurePlans[0].skuId=1"],
            &["--clear=enabledAzurePlans.0"],
            &["--set=poNumber=1", "--set=properties.poNumber=2"],
            &[
                "--set=poNumber=1",
                "--correlation-id=7f3d1c52-8a5e-4f6b-9a41-0c2b6a1d9e30",
            ],
        ],
    );
    insta::assert_snapshot!(seen.await);
}
