//! Examples for the help of each verb.

/// Returns the examples of a verb, such as `arm list`.
pub(super) fn of(verb: &str) -> &'static [&'static str] {
    match verb {
        "" => &[
            "billing demo",
            "billing partner list --filter Contoso",
            "billing arm update ACCOUNT PROFILE --set poNumber=PO-2041 --dry-run",
        ],
        "demo" => &["billing demo", "billing demo bulk"],
        "demo bulk" => &["billing demo bulk", "billing demo bulk -o demo"],
        "partner" => &["billing partner list", "billing partner get CUSTOMER"],
        "partner list" => &[
            "billing partner list --filter Contoso --limit 20",
            "billing partner list -o json | jq -r '.[].id'",
            "billing partner list -o csv > customers.csv",
        ],
        "partner customer" => &["billing partner customer CUSTOMER"],
        "partner get" => &[
            "billing partner get CUSTOMER",
            "billing partner get CUSTOMER -o json > profile.json",
            "billing partner get CUSTOMER --emulator",
        ],
        "partner update" => &[
            "billing partner update CUSTOMER --set defaultAddress.city=Tacoma --clear lastName",
            "billing partner update CUSTOMER --set 'companyName=Fabrikam Werke' --check",
            "billing partner update CUSTOMER --body profile.json --yes",
        ],
        "partner check" => &["billing partner check CUSTOMER"],
        "arm" => &[
            "billing arm list ACCOUNT",
            "billing arm get ACCOUNT PROFILE",
        ],
        "arm get" => &[
            "billing arm get ACCOUNT PROFILE",
            "billing arm get /providers/Microsoft.Billing/billingAccounts/ACCOUNT/billingProfiles/PROFILE",
        ],
        "arm list" => &[
            "az billing account list --query '[].name' --output tsv",
            "billing arm list ACCOUNT",
            "billing arm list ACCOUNT -o json | jq -r '.[].id'",
        ],
        "arm update" => &[
            "billing arm update ACCOUNT PROFILE --set poNumber=PO-2041",
            "billing arm update ACCOUNT PROFILE --set 'displayName=Fabrikam Werke' --dry-run",
            "billing arm update ACCOUNT PROFILE --body change.json --yes --no-wait",
        ],
        "arm wait" => &["billing arm wait TOKEN", "billing arm wait - < token.txt"],
        "bulk" => &[
            "billing bulk plan profiles.csv -o run.plan",
            "billing bulk apply run.plan --journal run.db",
            "billing bulk status run.db",
        ],
        "bulk export" => &[
            "billing bulk export --all-customers -o customers.xlsx",
            "billing bulk export --account ACCOUNT --where status=Active --columns poNumber -o profiles.csv",
        ],
        "bulk plan" => &[
            "billing bulk plan profiles.csv -o run.plan --preflight",
            "billing bulk plan --all-customers --where language=en --set language=en-US -o run.plan",
            "billing bulk plan --account ACCOUNT --set poNumber=PO-2041 -o run.plan",
        ],
        "bulk show" => &[
            "billing bulk show run.plan",
            "billing bulk show run.plan --profile CUSTOMER",
            "billing bulk show run.plan --output csv > changes.csv",
        ],
        "bulk apply" => &[
            "billing bulk apply run.plan --journal run.db",
            "billing bulk apply run.plan --journal run.db --rate 5/s --yes",
            "billing bulk apply run.plan --journal run.db --yes --output json > events.jsonl",
        ],
        "bulk status" => &["billing bulk status run.db"],
        "bulk pause" => &["billing bulk pause run.db"],
        "bulk resume" => &["billing bulk resume run.db"],
        "bulk abort" => &["billing bulk abort run.db"],
        "bulk set-rate" => &["billing bulk set-rate 5/s run.db"],
        "bulk set-concurrency" => &["billing bulk set-concurrency 4 run.db"],
        "bulk reconcile" => &[
            "billing bulk reconcile run.db",
            "billing bulk reconcile run.db --settle 30m --resend",
        ],
        "bulk explain" => &["billing bulk explain run.db CUSTOMER"],
        "bulk verify" => &[
            "billing bulk verify run.db",
            "billing bulk verify run.db --output json > differences.jsonl",
        ],
        "bulk undo" => &[
            "billing bulk undo run.db -o undo.plan",
            "billing bulk undo run.db -o undo.plan --force CUSTOMER",
        ],
        "bulk report" => &[
            "billing bulk report run.db -o report.html",
            "billing bulk report run.db -o report.html --redact",
            "billing bulk report run.db --json | jq .counts",
        ],
        "bulk rows" => &[
            "billing bulk rows run.db -o failed.csv",
            "billing bulk rows run.db -o all.csv --plan run.plan",
            "billing bulk rows run.db -o - --state done,unchanged",
        ],
        "bulk receipts" => &[
            "billing bulk receipts run.db --profile CUSTOMER",
            "billing bulk receipts run.db --output csv > receipts.csv",
            "billing bulk receipts run.db --verify --head HASH",
        ],
        "bulk erase" => &["billing bulk erase run.db --profile CUSTOMER"],
        "bulk schema" => &["billing bulk schema events > events.schema.json"],
        "config" => &["billing config init", "billing config show"],
        "config init" => &[
            "billing config init",
            "billing config init --config ./billing.toml",
        ],
        "config show" => &[
            "billing config show",
            "billing config show --context fabrikam",
        ],
        "config path" => &["billing config path"],
        "config refresh-token" => &["billing config refresh-token < FILE"],
        "emulator" => &[
            "billing emulator",
            "billing emulator --data profiles.json --save profiles.json",
            "billing emulator --customers 20000 --seed 7 --faults faults.toml",
        ],
        "completions" => &[
            "source <(billing completions bash)",
            "billing completions fish > ~/.config/fish/completions/billing.fish",
        ],
        "man" => &[
            "billing man | man -l -",
            "billing man --out ~/.local/share/man/man1",
        ],
        _ => &[],
    }
}

/// Returns the text of the examples for the end of a verb's help.
pub(super) fn text(verb: &str) -> String {
    format!("Examples:\n  {}", of(verb).join("\n  "))
}

/// Returns the line of the short help that points to the global options.
pub(super) fn where_global_options_are(verb: &str) -> String {
    let space = if verb.is_empty() { "" } else { " " };
    format!("Global options, such as --output and --context: billing{space}{verb} --help")
}
