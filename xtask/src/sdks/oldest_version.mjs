// npm install @azure/identity@4.13.1 @azure/arm-billing@4.1.0 @azure/arm-resources@7.0.0
import { ClientSecretCredential } from "@azure/identity";
import { BillingManagementClient } from "@azure/arm-billing";
import { ResourceManagementClient } from "@azure/arm-resources";

const credential = new ClientSecretCredential(
  "contoso.example.com", "5f0c2b1e-0000-4000-8000-000000000001", "any secret",
  { authorityHost: "https://127.0.0.1:4714", disableInstanceDiscovery: true });
const endpoint = "https://127.0.0.1:4712";
const subscription = "00000000-0000-0000-0000-000000000000"; // not used
const version = "2019-10-01-preview";

// This client has no option for the api version.
const policy = {
  name: "version",
  sendRequest(request, next) {
    request.url = request.url.replace(/api-version=[^&]*/, `api-version=${version}`);
    return next(request);
  },
};
const additionalPolicies = [{ policy, position: "perCall" }];
const billing = new BillingManagementClient(credential, subscription, { endpoint, additionalPolicies });
for await (const profile of billing.billingProfiles.listByBillingAccount("70023418")) {
  console.log(profile.name, profile.displayName);
}

const { resources } = new ResourceManagementClient(credential, subscription, { endpoint });
const id = "/providers/Microsoft.Billing/billingAccounts/70023418/billingProfiles/FBRK-0001-BG7-PGB";
const profile = await resources.getById(id, version);
console.log(profile.properties.poNumber, profile.properties.address.city);
const change = { properties: { poNumber: "PO-2041" } };
const updated = await resources.beginUpdateByIdAndWait(id, version, change);
console.log(updated.properties.poNumber);

// prints: FBRK-0001-BG7-PGB Fabrikam Werke
// prints: 4500-77 München
// prints: PO-2041
