//! The rules of a comparison, each with an example.

/// Where a rule's id comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// `Azure/openapi-diff`, `docs/rules/<id>.md`.
    Azure,
    /// `oasdiff/oasdiff`, `checker/rules.go`.
    Oasdiff,
    /// This project: neither of the two has a rule for it.
    Own,
}

/// A rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// The number in Azure's openapi-diff, else the name in oasdiff, else our own name.
    pub id: &'static str,
    /// The name.
    pub name: &'static str,
    /// What it reports.
    pub reports: &'static str,
    /// An example.
    pub example: &'static str,
    /// Where the id comes from.
    pub source: Source,
}

macro_rules! rules {
    ($($constant:ident $source:ident $id:literal $name:literal $reports:literal $example:literal;)*) => {
        $(
            #[doc = concat!("Reports that ", $reports, ".")]
            pub static $constant: Rule = Rule {
                id: $id,
                name: $name,
                reports: $reports,
                example: $example,
                source: Source::$source,
            };
        )*
        /// Every rule, in the order of the documentation.
        pub static ALL: &[&Rule] = &[$(&$constant),*];
    };
}

rules! {
    REQUEST_FORMAT_REMOVED Azure "1003" "RequestBodyFormatNoLongerSupported"
        "a media type of a request is not accepted any more" "`application/xml` is gone from `consumes`";
    RESPONSE_FORMAT_ADDED Azure "1004" "ResponseBodyFormatNowSupported"
        "a response can have another media type" "`text/csv` is new in `produces`";
    REMOVED_PATH Azure "1005" "RemovedPath"
        "a path is removed with its operation, or an operation has another path"
        "`Things_Get` is at `/v2/things/{name}`";
    REMOVED_DEFINITION Azure "1006" "RemovedDefinition"
        "nothing has or refers to a type any more" "`Address` is not defined";
    OPERATION_ID Azure "1008" "ModifiedOperationId"
        "an operation with the same verb and path has another id"
        "`Things_Create` is `Things_CreateOrUpdate`";
    REMOVED_REQUIRED_PARAMETER Azure "1009" "RemovedRequiredParameter"
        "a required parameter or a body is removed" "the query has no `filter`";
    ADDED_REQUIRED_PARAMETER Azure "1010" "AddingRequiredParameter"
        "a required parameter or body is added" "the query must have `filter`";
    ADDED_STATUS Azure "1011" "AddingResponseCode"
        "a response with another status is described" "`201` beside `200`";
    REMOVED_STATUS Azure "1012" "RemovedResponseCode"
        "a status is not described any more" "no `default` response";
    ADDED_HEADER Azure "1013" "AddingHeader" "a response has another header" "`Retry-After` with `202`";
    REMOVED_HEADER Azure "1014" "RemovingHeader"
        "a header of a response is removed" "no `Location` with `202`";
    PARAMETER_IN Azure "1015" "ParameterInHasChanged"
        "a parameter is at another place" "`filter` in the header instead of the query";
    REFERENCE Azure "1017" "ReferenceRedirection"
        "another type is at the same place" "the body is a `ThingInput` instead of a `Thing`";
    REMOVED_ENUM_VALUE Azure "1019" "RemovedEnumValue" "an enum value is removed" "`Warned` is gone";
    ADDED_ENUM_VALUE Azure "1020" "AddedEnumValue" "an enum value is added" "`Deleted` is new";
    ADDED_ADDITIONAL Azure "1021" "AddedAdditionalProperties"
        "an object can have members without a name in the document"
        "`additionalProperties: { \"type\": \"string\" }`";
    REMOVED_ADDITIONAL Azure "1022" "RemovedAdditionalProperties"
        "an object cannot have members without a name any more" "`additionalProperties: false`";
    FORMAT Azure "1023" "TypeFormatChanged" "a value has another format" "`int32` is `int64`";
    STRICTER Azure "1024" "ConstraintIsStronger" "a limit is stricter" "`maxLength: 50` is `20`";
    REQUIRED Azure "1025" "RequiredStatusChange"
        "a member, parameter or body became required or optional" "`country` is in `required`";
    KIND Azure "1026" "TypeChanged" "a value has another kind" "`string` is `integer`";
    DEFAULT Azure "1027" "DefaultValueChanged"
        "a default is added, removed or changed" "`default: false` is `true`";
    READ_ONLY Azure "1029" "ReadonlyPropertyChanged"
        "a member can be sent where it could not, or not any more" "`readOnly: true` is gone";
    DISCRIMINATOR Azure "1030" "DifferentDiscriminator"
        "another member names the derived type" "`discriminator: kind` is `type`";
    BASES Azure "1032" "DifferentAllOf"
        "a type has other bases; their members have lines of their own" "`Resource` is `ProxyResource`";
    REMOVED_PROPERTY Azure "1033" "RemovedProperty" "a member is removed" "no `address`";
    ADDED_REQUIRED_PROPERTY Azure "1034" "AddedRequiredProperty"
        "a member is added that each request must have" "`country` is new and in `required`";
    REMOVED_OPERATION Azure "1035" "RemovedOperation"
        "an operation is removed while its path stays, or has another verb" "no `DELETE`; `PATCH` is `PUT`";
    CONSTRAINT Azure "1036" "ConstraintChanged"
        "a limit changed that is neither stricter nor looser by its number" "another `pattern`";
    LOOSER Azure "1037" "ConstraintIsWeaker" "a limit is looser" "`maxLength: 50` is `100`";
    ADDED_PATH Azure "1038" "AddedPath" "an operation is added with its path" "`/things/{name}/tags`";
    ADDED_OPERATION Azure "1039" "AddedOperation" "an operation is added to a path" "`DELETE`";
    ADDED_READ_ONLY Azure "1040" "AddedReadOnlyPropertyInResponse"
        "a read-only member is added" "`systemId`, `readOnly: true`";
    ADDED_IN_RESPONSE Azure "1041" "AddedPropertyInResponse"
        "a member without a mark is added that only responses have" "`details` of an error";
    ADDED_OPTIONAL_PARAMETER Azure "1043" "AddingOptionalParameter"
        "an optional parameter or body is added" "the query can have `top`";
    LONG_RUNNING Azure "1044" "XmsLongRunningOperationChanged"
        "an operation became long-running, or ended to be, or ends in another way"
        "`x-ms-long-running-operation: true`";
    ADDED_OPTIONAL Azure "1045" "AddedOptionalProperty"
        "an optional member is added that can be sent" "`email`";
    REMOVED_OPTIONAL_PARAMETER Azure "1046" "RemovedOptionalParameter"
        "an optional parameter or body is removed" "the query has no `$expand`";
    ENUM Azure "1047" "XmsEnumChanged"
        "an enum has another name or openness, or a value has another name in code"
        "`modelAsString: false` is `true`";
    ADDED_ENUM Azure "1048" "AddedXmsEnum" "a string became an enum" "`enum: [On, Off]`";
    REMOVED_ENUM Azure "1049" "RemovedXmsEnum" "an enum became a string" "no `enum`";

    REQUEST_FORMAT_ADDED Oasdiff "request-body-media-type-added" "RequestBodyMediaTypeAdded"
        "a request can have another media type" "`text/json` is new in `consumes`";
    RESPONSE_FORMAT_REMOVED Oasdiff "response-media-type-removed" "ResponseMediaTypeRemoved"
        "responses have a media type no more" "`application/xml` is gone from `produces`";
    RESPONSE_BODY_ADDED Oasdiff "response-body-media-type-schema-added" "ResponseBodyMediaTypeSchemaAdded"
        "a response has a body" "`202` with a `Thing`";
    RESPONSE_BODY_REMOVED Oasdiff "response-body-media-type-schema-removed" "ResponseBodyMediaTypeSchemaRemoved"
        "a response has no body any more" "`200` without a schema";
    SECURITY_ADDED Oasdiff "api-security-added" "APISecurityAdded"
        "an operation names another security scheme" "`key_auth`";
    SECURITY_REMOVED Oasdiff "api-security-removed" "APISecurityRemoved"
        "an operation names a security scheme no more" "no `azure_auth`";
    SCOPE_ADDED Oasdiff "api-security-scope-added" "APISecurityScopeAdded"
        "an operation needs another scope" "`write`";
    SCOPE_REMOVED Oasdiff "api-security-scope-removed" "APISecurityScopeRemoved"
        "an operation needs a scope no more" "no `user_impersonation`";
    READ_NULLABLE Oasdiff "response-property-became-nullable" "ResponsePropertyBecameNullable"
        "what is read can be null" "`x-nullable: true`";
    READ_NOT_NULLABLE Oasdiff "response-property-became-not-nullable" "ResponsePropertyBecameNotNullable"
        "what is only read cannot be null any more" "no `x-nullable`";
    SENT_NULLABLE Oasdiff "request-property-became-nullable" "RequestPropertyBecameNullable"
        "what is only sent can be null" "`nullable: true`";
    SENT_NOT_NULLABLE Oasdiff "request-property-became-not-nullable" "RequestPropertyBecameNotNullable"
        "what is sent cannot be null any more" "no `nullable`";
    WRITE_ONLY Oasdiff "response-optional-property-became-write-only" "ResponseOptionalPropertyBecameWriteOnly"
        "responses have a member no more" "`x-ms-mutability: [create, update]`";
    NOT_WRITE_ONLY Oasdiff "response-optional-property-became-not-write-only" "ResponseOptionalPropertyBecameNotWriteOnly"
        "responses have a member that was only sent" "`x-ms-mutability` has `read`";
    DEPRECATED Oasdiff "endpoint-deprecated" "EndpointDeprecated"
        "an operation is deprecated" "`deprecated: true`";
    REACTIVATED Oasdiff "endpoint-reactivated" "EndpointReactivated"
        "an operation is deprecated no more" "no `deprecated`";

    ADDED_DEFINITION Own "definition-added" "DefinitionAdded"
        "a type is added that no operation has" "`Address` is defined";
    CLIENT_NAME Own "client-name-changed" "ClientNameChanged"
        "a member has another name in code" "`x-ms-client-name: kind`";
    PERSONAL Own "personal-changed" "PersonalChanged"
        "`Debug` hides a member or does not" "`x-personal: true`";
    SECRET Own "secret-changed" "SecretChanged" "a member is a secret or is not" "`x-ms-secret: true`";
    PAGEABLE Own "pageable-changed" "PageableChanged"
        "an operation returns pages or does not, or links them in another way" "`x-ms-pageable`";
    HOST Own "host-changed" "HostChanged" "an operation has another host" "`api.example.org`";
    PATH_PARAMETER Own "path-parameter-renamed" "PathParameterRenamed"
        "a parameter of the path has another name" "`{name}` is `{thingName}`";
    DESCRIPTION Own "description-changed" "DescriptionChanged"
        "words changed; hidden without `--words`" "a comma";
}
