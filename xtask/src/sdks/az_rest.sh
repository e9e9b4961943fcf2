# pip install azure-cli==2.91.0

# The version that `az billing` does not request, through `az rest`.
export AZURE_CONFIG_DIR=$(mktemp -d) AZURE_CORE_INSTANCE_DISCOVERY=false
az cloud register --name BillingEmulator --endpoint-resource-manager https://127.0.0.1:4712
az cloud set --name BillingEmulator
az login --service-principal --username 5f0c2b1e-0000-4000-8000-000000000001 --password any-secret \
  --tenant contoso.example.com --allow-no-subscriptions --output none
profile="/providers/Microsoft.Billing/billingAccounts/70023418/billingProfiles/FBRK-0001-BG7-PGB?api-version=2019-10-01-preview"
az rest --method patch --url "$profile" --body '{"properties": {"poNumber": "PO-2041"}}'
sleep 3
az rest --method get --url "$profile" --query properties.poNumber

# prints: "PO-2041"
