# pip install azure-identity==1.27.0 azure-mgmt-billing==8.0.0 azure-mgmt-resource==26.0.0
from azure.identity import ClientSecretCredential
from azure.mgmt.billing import BillingManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient

credential = ClientSecretCredential(
    "contoso.example.com", "5f0c2b1e-0000-4000-8000-000000000001", "any secret",
    authority="https://127.0.0.1:4714", disable_instance_discovery=True)
subscription = "00000000-0000-0000-0000-000000000000"  # not used: billing profiles are in no subscription
version = "2019-10-01-preview"

billing = BillingManagementClient(
    credential, subscription, base_url="https://127.0.0.1:4712", api_version=version)
for profile in billing.billing_profiles.list_by_billing_account("70023418"):
    print(profile.name, profile.properties.display_name)
profile = billing.billing_profiles.get("70023418", "FBRK-0001-BG7-PGB")
print(profile.properties.po_number, profile.properties["address"]["city"])

resources = ResourceManagementClient(credential, subscription, base_url="https://127.0.0.1:4712")
change = {"properties": {"poNumber": "PO-2041"}}
update = resources.resources.begin_update_by_id(profile.id, change, api_version=version)
print(update.result().properties["poNumber"])

# prints: FBRK-0001-BG7-PGB Fabrikam Werke
# prints: 4500-77 München
# prints: PO-2041
