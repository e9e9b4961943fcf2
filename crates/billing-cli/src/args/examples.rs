//! Examples for the help of each verb.

/// A whole resource id.
const ID: &str = "/providers/Microsoft.Billing/billingAccounts/ACCOUNT/billingProfiles/PROFILE";

/// The commands that a verb's help shows, such as those of `arm list`.
pub(super) fn of(verb: &str) -> Vec<String> {
    let all: &[&str] = match verb {
        "" => &[
            "billing demo",
            "billing partner list --filter Contoso",
            "billing arm update ACCOUNT PROFILE --set poNumber=PO-2041 --dry-run",
        ],
        "demo" => &["billing demo"],
        "partner" => &["billing partner list", "billing partner get CUSTOMER"],
        "partner list" => &[
            "billing partner list --filter Contoso --limit 20",
            "billing partner list -o json | jq -r '.[].id'",
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
        "arm get" => {
            return vec![
                "billing arm get ACCOUNT PROFILE".to_owned(),
                format!("billing arm get {ID}"),
            ];
        }
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
    };
    all.iter().map(|&one| one.to_owned()).collect()
}

/// The end of a verb's help.
pub(super) fn text(verb: &str) -> String {
    let lines = of(verb).into_iter().map(|command| format!("\n  {command}"));
    format!("Examples:{}", lines.collect::<String>())
}

/// Where the options are that the short help leaves out.
pub(super) fn where_global_options_are(verb: &str) -> String {
    let space = if verb.is_empty() { "" } else { " " };
    format!("Global options, such as --output and --context: billing{space}{verb} --help")
}

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory as _};

    use super::super::{Cli, shown};
    use super::of;

    fn verbs(command: &Command, verb: &str, all: &mut Vec<String>) {
        all.push(verb.to_owned());
        for inner in command
            .get_subcommands()
            .filter(|inner| inner.get_name() != "help")
        {
            verbs(
                inner,
                format!("{verb} {}", inner.get_name()).trim_start(),
                all,
            );
        }
    }

    #[test]
    fn each_verb_has_one_to_three_examples_that_are_commands() {
        let mut all = Vec::new();
        verbs(&shown(Cli::command()), "", &mut all);
        assert!(all.len() > 15, "{all:?}");
        for verb in all {
            let examples = of(&verb);
            assert!((1..=3).contains(&examples.len()), "{verb}: {examples:?}");
            let own = examples
                .iter()
                .filter(|example| example.contains(&format!("billing {verb}")));
            assert!(own.count() > 0, "{verb}: {examples:?}");
            for example in examples
                .iter()
                .filter(|example| example.starts_with("billing "))
            {
                let command = example.split(['|', '<', '>']).next().unwrap_or_default();
                // What is in quotes is one word, whose space does not matter here.
                let words = command.split('\'').enumerate().flat_map(|(at, part)| {
                    let is_quoted = at % 2 == 1;
                    if is_quoted {
                        vec![part]
                    } else {
                        part.split_whitespace().collect()
                    }
                });
                let parsed = shown(Cli::command()).try_get_matches_from(words);
                assert!(parsed.is_ok(), "{example}: {}", parsed.unwrap_err());
            }
        }
    }
}
