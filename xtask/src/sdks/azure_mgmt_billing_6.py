# pip install azure-identity==1.27.0 azure-mgmt-billing==6.0.0 six==1.17.0

# This release requests 2020-05-01, and imports six without a requirement for it.
from azure.identity import ClientSecretCredential
from azure.mgmt.billing import BillingManagementClient
from azure.mgmt.billing.models import AddressDetails, BillingProfile

credential = ClientSecretCredential(
    "contoso.example.com", "5f0c2b1e-0000-4000-8000-000000000001", "any secret",
    authority="https://127.0.0.1:4714", disable_instance_discovery=True)
subscription = "00000000-0000-0000-0000-000000000000"  # not used
billing = BillingManagementClient(credential, subscription, base_url="https://127.0.0.1:4712")
profiles = billing.billing_profiles

for profile in profiles.list_by_billing_account("70023418"):
    print(profile.name, profile.display_name)
profile = profiles.get("70023418", "FBRK-0001-BG7-PGB")
print(profile.po_number, profile.bill_to.city)
profile.po_number = "PO-2041"
profile = profiles.begin_create_or_update("70023418", profile.name, profile).result()
print(profile.po_number, profile.bill_to.city)
address = AddressDetails(address_line1="2 Example Street", country="DE")
new = BillingProfile(display_name="Fabrikam Research", bill_to=address)
profile = profiles.begin_create_or_update("70023418", "research", new).result()
print(profile.name, profile.status, profile.invoice_sections.value[0].display_name)
print(billing.address.validate(address).status)

# prints: FBRK-0001-BG7-PGB Fabrikam Werke
# prints: 4500-77 München
# prints: PO-2041 München
# prints: research Active Fabrikam Research
# prints: Valid
