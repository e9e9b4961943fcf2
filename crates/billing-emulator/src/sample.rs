//! A handful of invented customers and billing profiles.

use serde_json::json;

use crate::builder::EmulatorBuilder;

/// The partner's own tenant: that of [`Emulator::token`](crate::Emulator::token), and the one behind
/// `common`, `organizations` and `contoso.example.com` at the authority.
pub const SAMPLE_TENANT_ID: &str = "b7d1f0a2-3c65-4e89-a1d4-6f2e9c8b5a00";

/// A customer of [`EmulatorBuilder::sample_data`](crate::EmulatorBuilder::sample_data): Contoso, Ltd. in Seattle.
pub const SAMPLE_CUSTOMER_ID: &str = "5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01";

/// Another customer: Fabrikam GmbH in Munich, with every member of the contract.
pub const SAMPLE_OTHER_CUSTOMER_ID: &str = "c27d90b4-1e6a-4f58-8a3d-92b7e4f0c602";

/// A customer whose profile says no more than the service needs.
const SPARSE_CUSTOMER_ID: &str = "0e94b7d6-58c3-4a1f-b2e7-d6a1c8f35903";

/// A billing account of [`EmulatorBuilder::sample_data`](crate::EmulatorBuilder::sample_data), with three billing
/// profiles. Its name has the form of a Microsoft Customer Agreement's: it holds a colon.
pub const SAMPLE_ACCOUNT: &str =
    "1d3f5a7c-2b4e-4c6d-8e0f-9a1b3c5d7e01:7e5d3c1b-9f0a-4e8d-a6c4-2b0e1d3f5a02_2019-05-31";

/// A billing profile of [`SAMPLE_ACCOUNT`].
pub const SAMPLE_PROFILE: &str = "CNTS-0001-BG7-PGB";

/// Another billing account, with the plain number of a name and one billing profile.
pub const SAMPLE_OTHER_ACCOUNT: &str = "70023418";

/// The billing profile of [`SAMPLE_OTHER_ACCOUNT`].
pub const SAMPLE_OTHER_PROFILE: &str = "FBRK-0001-BG7-PGB";

pub(crate) fn add(builder: EmulatorBuilder) -> EmulatorBuilder {
    customers(billing_profiles(builder))
}

fn customers(builder: EmulatorBuilder) -> EmulatorBuilder {
    builder
        .customer(
            SAMPLE_CUSTOMER_ID,
            json!({
                "firstName": "Avery",
                "lastName": "Lindqvist",
                "email": "avery.lindqvist@contoso.example.com",
                "culture": "en-US",
                "language": "en",
                "companyName": "Contoso, Ltd.",
                "defaultAddress": {
                    "country": "US",
                    "city": "Seattle",
                    "state": "WA",
                    "addressLine1": "100 Example Avenue",
                    "postalCode": "98101",
                    "firstName": "Avery",
                    "lastName": "Lindqvist",
                    "phoneNumber": "2065550100"
                }
            }),
        )
        .customer(
            SAMPLE_OTHER_CUSTOMER_ID,
            json!({
                "firstName": "Jörg",
                "lastName": "Musterfrau",
                "email": "joerg.musterfrau@fabrikam.example.com",
                "culture": "de-DE",
                "language": "de",
                "companyName": "Fabrikam GmbH",
                "defaultAddress": {
                    "id": "8c1d2e3f-4a5b-4c6d-9e7f-0a1b2c3d4e04",
                    "country": "DE",
                    "region": "BY",
                    "city": "München",
                    "state": "BY",
                    "district": "Oberbayern",
                    "addressLine1": "Beispielstraße 12",
                    "addressLine2": "Hinterhaus",
                    "addressLine3": "3. Stock",
                    "postalCode": "80331",
                    "firstName": "Jörg",
                    "lastName": "Musterfrau",
                    "emailAddress": "rechnung@fabrikam.example.com",
                    "phoneNumber": "+49 89 5550100",
                    "middleName": "Maria"
                }
            }),
        )
        .customer(
            SPARSE_CUSTOMER_ID,
            json!({
                "email": "accounts@wingtip.example.com",
                "culture": "en-GB",
                "language": "en",
                "companyName": "Wingtip Toys",
                "defaultAddress": {
                    "country": "GB",
                    "city": "Leeds",
                    "addressLine1": "7 Sample Row",
                    "postalCode": "LS1 1AA",
                    "phoneNumber": ""
                }
            }),
        )
}

fn billing_profiles(builder: EmulatorBuilder) -> EmulatorBuilder {
    let section = format!(
        "/providers/Microsoft.Billing/billingAccounts/{SAMPLE_ACCOUNT}/billingProfiles/{SAMPLE_PROFILE}/invoiceSections/CNTS-S001-PJA-PGB"
    );
    builder
        .billing_profile(
            SAMPLE_ACCOUNT,
            SAMPLE_PROFILE,
            json!({
                "properties": {
                    "displayName": "Contoso Engineering",
                    "poNumber": "PO-1001",
                    "address": {
                        "firstName": "Avery",
                        "lastName": "Lindqvist",
                        "companyName": "Contoso, Ltd.",
                        "addressLine1": "100 Example Avenue",
                        "addressLine2": "Suite 4",
                        "city": "Seattle",
                        "region": "WA",
                        "country": "US",
                        "postalCode": "98101"
                    },
                    "billingRelationshipType": "Direct",
                    "currency": "USD",
                    "enabledAzurePlans": [
                        { "skuId": "0001", "skuDescription": "Microsoft Azure Plan" },
                        { "skuId": "0002", "skuDescription": "Microsoft Azure Plan for DevTest" }
                    ],
                    "hasReadAccess": true,
                    "invoiceDay": 5,
                    "invoiceEmailOptIn": true,
                    "invoiceSections": [{
                        "id": section,
                        "name": "CNTS-S001-PJA-PGB",
                        "type": "Microsoft.Billing/billingAccounts/billingProfiles/invoiceSections",
                        "properties": { "displayName": "Engineering", "state": "Active" }
                    }],
                    "spendingLimit": "Off",
                    "status": "Active",
                    "targetClouds": []
                }
            }),
        )
        .billing_profile(
            SAMPLE_ACCOUNT,
            "CNTS-0002-BG7-PGB",
            json!({
                "properties": {
                    "displayName": "Contoso Research",
                    "address": {
                        "companyName": "Contoso, Ltd.",
                        "addressLine1": "200 Example Avenue",
                        "city": "Seattle",
                        "region": "Washington",
                        "country": "US",
                        "postalCode": "98101"
                    },
                    "currency": "USD",
                    "hasReadAccess": true,
                    "invoiceDay": 5,
                    "invoiceEmailOptIn": false
                }
            }),
        )
        .billing_profile(
            SAMPLE_ACCOUNT,
            "CNTS-0003-BG7-PGB",
            json!({
                "properties": {
                    "displayName": "Contoso Archive",
                    "currency": "USD",
                    "hasReadAccess": true,
                    "invoiceDay": 12,
                    "invoiceEmailOptIn": false,
                    "spendingLimit": "On",
                    "status": "Warned",
                    "statusReasonCode": "SpendingLimitReached"
                }
            }),
        )
        .billing_profile(
            SAMPLE_OTHER_ACCOUNT,
            SAMPLE_OTHER_PROFILE,
            json!({
                "properties": {
                    "displayName": "Fabrikam Werke",
                    "poNumber": "4500-77",
                    "address": {
                        "firstName": "Jörg",
                        "lastName": "Musterfrau",
                        "companyName": "Fabrikam GmbH",
                        "addressLine1": "Beispielstraße 12",
                        "city": "München",
                        "region": "Bayern",
                        "country": "DE",
                        "postalCode": "80331"
                    },
                    "billingRelationshipType": "IndirectCustomer",
                    "currency": "EUR",
                    "hasReadAccess": true,
                    "indirectRelationshipInfo": {
                        "billingAccountName": "70023999",
                        "billingProfileName": "TRLR-0001-BG7-PGB",
                        "displayName": "Trey Resellers"
                    },
                    "invoiceDay": 1,
                    "invoiceEmailOptIn": true,
                    "status": "Active"
                }
            }),
        )
}
