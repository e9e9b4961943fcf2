// Written by `cargo xtask bench codec`: what typify makes of the lowered spec before our passes.

///`AddressDetails`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct AddressDetails {
    #[serde(
        rename = "addressLine1",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub address_line1: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "addressLine2",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub address_line2: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "addressLine3",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub address_line3: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub city: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "companyName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub company_name: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub country: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "firstName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub first_name: ::std::option::Option<::std::string::String>,
    #[serde(rename = "lastName", skip_serializing_if = "::std::option::Option::is_none")]
    pub last_name: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "postalCode",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub postal_code: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub region: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///`AddressDetailsUpdate`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct AddressDetailsUpdate {
    #[serde(
        rename = "addressLine1",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub address_line1: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "addressLine2",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub address_line2: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "addressLine3",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub address_line3: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub city: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "companyName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub company_name: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub country: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "firstName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub first_name: ::std::option::Option<::std::string::String>,
    #[serde(rename = "lastName", skip_serializing_if = "::std::option::Option::is_none")]
    pub last_name: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "postalCode",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub postal_code: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub region: ::std::option::Option<::std::string::String>,
}
///`AzurePlan`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct AzurePlan {
    #[serde(
        rename = "skuDescription",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub sku_description: ::std::option::Option<::std::string::String>,
    #[serde(rename = "skuId", skip_serializing_if = "::std::option::Option::is_none")]
    pub sku_id: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///`AzurePlanUpdate`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct AzurePlanUpdate {
    #[serde(rename = "skuId", skip_serializing_if = "::std::option::Option::is_none")]
    pub sku_id: ::std::option::Option<::std::string::String>,
}
///`BillingProfile`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct BillingProfile {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub properties: ::std::option::Option<BillingProfileProperties>,
    #[serde(rename = "type", skip_serializing_if = "::std::option::Option::is_none")]
    pub type_: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///`BillingProfileProperties`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct BillingProfileProperties {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub address: ::std::option::Option<AddressDetails>,
    #[serde(
        rename = "billingRelationshipType",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub billing_relationship_type: ::std::option::Option<BillingRelationshipType>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub currency: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "displayName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub display_name: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "enabledAzurePlans",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub enabled_azure_plans: ::std::option::Option<::std::vec::Vec<AzurePlan>>,
    #[serde(
        rename = "indirectRelationshipInfo",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub indirect_relationship_info: ::std::option::Option<IndirectRelationshipInfo>,
    #[serde(
        rename = "invoiceDay",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub invoice_day: ::std::option::Option<i64>,
    #[serde(
        rename = "invoiceEmailOptIn",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub invoice_email_opt_in: ::std::option::Option<bool>,
    #[serde(
        rename = "invoiceSections",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub invoice_sections: ::std::option::Option<::std::vec::Vec<InvoiceSection>>,
    #[serde(rename = "poNumber", skip_serializing_if = "::std::option::Option::is_none")]
    pub po_number: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "spendingLimit",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub spending_limit: ::std::option::Option<SpendingLimit>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<BillingProfileStatus>,
    #[serde(
        rename = "statusReasonCode",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub status_reason_code: ::std::option::Option<StatusReasonCode>,
    #[serde(
        rename = "targetClouds",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub target_clouds: ::std::option::Option<::std::vec::Vec<TargetCloud>>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///`BillingProfilePropertiesUpdate`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct BillingProfilePropertiesUpdate {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub address: ::std::option::Option<AddressDetailsUpdate>,
    #[serde(
        rename = "displayName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub display_name: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "enabledAzurePlans",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub enabled_azure_plans: ::std::option::Option<::std::vec::Vec<AzurePlanUpdate>>,
    #[serde(
        rename = "invoiceEmailOptIn",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub invoice_email_opt_in: ::std::option::Option<bool>,
    #[serde(
        rename = "invoiceSections",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub invoice_sections: ::std::option::Option<::std::vec::Vec<InvoiceSectionUpdate>>,
    #[serde(rename = "poNumber", skip_serializing_if = "::std::option::Option::is_none")]
    pub po_number: ::std::option::Option<::std::string::String>,
}
///`BillingProfileStatus`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum BillingProfileStatus {
    Active,
    Disabled,
    Warned,
}
impl ::std::fmt::Display for BillingProfileStatus {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Active => f.write_str("Active"),
            Self::Disabled => f.write_str("Disabled"),
            Self::Warned => f.write_str("Warned"),
        }
    }
}
impl ::std::str::FromStr for BillingProfileStatus {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "Active" => Ok(Self::Active),
            "Disabled" => Ok(Self::Disabled),
            "Warned" => Ok(Self::Warned),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for BillingProfileStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for BillingProfileStatus {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`BillingProfileUpdate`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct BillingProfileUpdate {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub properties: ::std::option::Option<BillingProfilePropertiesUpdate>,
}
///`BillingRelationshipType`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum BillingRelationshipType {
    #[serde(rename = "CSPPartner")]
    CspPartner,
    Direct,
    IndirectCustomer,
    IndirectPartner,
}
impl ::std::fmt::Display for BillingRelationshipType {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::CspPartner => f.write_str("CSPPartner"),
            Self::Direct => f.write_str("Direct"),
            Self::IndirectCustomer => f.write_str("IndirectCustomer"),
            Self::IndirectPartner => f.write_str("IndirectPartner"),
        }
    }
}
impl ::std::str::FromStr for BillingRelationshipType {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "CSPPartner" => Ok(Self::CspPartner),
            "Direct" => Ok(Self::Direct),
            "IndirectCustomer" => Ok(Self::IndirectCustomer),
            "IndirectPartner" => Ok(Self::IndirectPartner),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for BillingRelationshipType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for BillingRelationshipType {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`ErrorDetails`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ErrorDetails {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub code: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub details: ::std::option::Option<::std::vec::Vec<ErrorSubDetails>>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub message: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub target: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///`ErrorResponse`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ErrorResponse {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub error: ::std::option::Option<ErrorDetails>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///`ErrorSubDetails`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ErrorSubDetails {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub code: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub message: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub target: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///`IndirectRelationshipInfo`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct IndirectRelationshipInfo {
    #[serde(
        rename = "billingAccountName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub billing_account_name: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "billingProfileName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub billing_profile_name: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "displayName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub display_name: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///`InvoiceSection`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct InvoiceSection {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub properties: ::std::option::Option<InvoiceSectionProperties>,
    #[serde(rename = "type", skip_serializing_if = "::std::option::Option::is_none")]
    pub type_: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///`InvoiceSectionProperties`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct InvoiceSectionProperties {
    #[serde(
        rename = "displayName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub display_name: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub state: ::std::option::Option<InvoiceSectionState>,
    #[serde(
        rename = "targetCloud",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub target_cloud: ::std::option::Option<TargetCloud>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
///`InvoiceSectionPropertiesUpdate`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct InvoiceSectionPropertiesUpdate {
    #[serde(
        rename = "displayName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub display_name: ::std::option::Option<::std::string::String>,
}
///`InvoiceSectionState`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum InvoiceSectionState {
    Active,
    Restricted,
}
impl ::std::fmt::Display for InvoiceSectionState {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Active => f.write_str("Active"),
            Self::Restricted => f.write_str("Restricted"),
        }
    }
}
impl ::std::str::FromStr for InvoiceSectionState {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "Active" => Ok(Self::Active),
            "Restricted" => Ok(Self::Restricted),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for InvoiceSectionState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for InvoiceSectionState {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`InvoiceSectionUpdate`
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct InvoiceSectionUpdate {
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub properties: ::std::option::Option<InvoiceSectionPropertiesUpdate>,
}
///`SpendingLimit`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum SpendingLimit {
    Off,
    On,
}
impl ::std::fmt::Display for SpendingLimit {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Off => f.write_str("Off"),
            Self::On => f.write_str("On"),
        }
    }
}
impl ::std::str::FromStr for SpendingLimit {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "Off" => Ok(Self::Off),
            "On" => Ok(Self::On),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for SpendingLimit {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for SpendingLimit {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`StatusReasonCode`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum StatusReasonCode {
    PastDue,
    SpendingLimitExpired,
    SpendingLimitReached,
}
impl ::std::fmt::Display for StatusReasonCode {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::PastDue => f.write_str("PastDue"),
            Self::SpendingLimitExpired => f.write_str("SpendingLimitExpired"),
            Self::SpendingLimitReached => f.write_str("SpendingLimitReached"),
        }
    }
}
impl ::std::str::FromStr for StatusReasonCode {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "PastDue" => Ok(Self::PastDue),
            "SpendingLimitExpired" => Ok(Self::SpendingLimitExpired),
            "SpendingLimitReached" => Ok(Self::SpendingLimitReached),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for StatusReasonCode {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for StatusReasonCode {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///`TargetCloud`
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum TargetCloud {
    #[serde(rename = "USGov")]
    UsGov,
    #[serde(rename = "USNat")]
    UsNat,
    #[serde(rename = "USSec")]
    UsSec,
}
impl ::std::fmt::Display for TargetCloud {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::UsGov => f.write_str("USGov"),
            Self::UsNat => f.write_str("USNat"),
            Self::UsSec => f.write_str("USSec"),
        }
    }
}
impl ::std::str::FromStr for TargetCloud {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "USGov" => Ok(Self::UsGov),
            "USNat" => Ok(Self::UsNat),
            "USSec" => Ok(Self::UsSec),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for TargetCloud {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for TargetCloud {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// Error types.
pub mod error {
    /// Error from a `TryFrom` or `FromStr` implementation.
    pub struct ConversionError(::std::borrow::Cow<'static, str>);
    impl ::std::error::Error for ConversionError {}
    impl ::std::fmt::Display for ConversionError {
        fn fmt(
            &self,
            f: &mut ::std::fmt::Formatter<'_>,
        ) -> Result<(), ::std::fmt::Error> {
            ::std::fmt::Display::fmt(&self.0, f)
        }
    }
    impl ::std::fmt::Debug for ConversionError {
        fn fmt(
            &self,
            f: &mut ::std::fmt::Formatter<'_>,
        ) -> Result<(), ::std::fmt::Error> {
            ::std::fmt::Debug::fmt(&self.0, f)
        }
    }
    impl From<&'static str> for ConversionError {
        fn from(value: &'static str) -> Self {
            Self(value.into())
        }
    }
    impl From<String> for ConversionError {
        fn from(value: String) -> Self {
            Self(value.into())
        }
    }
}
