//! The help of all verbs.

use crate::support::billing;

/// The names under `Commands:`.
fn commands(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let lines = lines.take_while(|line| !line.is_empty());
    let names = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn help_of_the_whole_command_tree() {
    insta::assert_snapshot!(tree("--help").await);
}

#[tokio::test]
async fn short_help_has_only_options_of_the_verb() {
    let tree = tree("-h").await;
    for global in [
        "--arm-endpoint",
        "--color",
        "--verbose",
        "Global options:\n",
    ] {
        assert!(!tree.contains(global), "{global}");
    }
    // The long help shows the global options; here each verb tells how to see them.
    let verbs = tree.matches("===== billing ").count();
    assert_eq!(tree.matches("\nExamples:\n").count(), verbs);
    assert_eq!(
        tree.matches("\nGlobal options, such as --output").count(),
        verbs
    );
}

/// The help of each verb.
async fn tree(option: &str) -> String {
    let mut tree = String::new();
    let mut waiting = vec![Vec::new()];
    while let Some(path) = waiting.pop() {
        let args = path.iter().map(String::as_str).chain([option]);
        let shown = billing(args).run().await;
        assert_eq!(
            (shown.code, shown.stderr.as_str()),
            (Some(0), ""),
            "{path:?}"
        );
        tree += &format!("===== billing {}\n{}\n", path.join(" "), shown.stdout);
        for name in commands(&shown.stdout).into_iter().rev() {
            waiting.push([path.clone(), vec![name]].concat());
        }
    }
    tree
}

#[tokio::test]
async fn short_options_mean_the_long_ones() {
    for (short, long) in [("-o=json", "--output=json"), ("-ojson", "--output=json")] {
        let get = |option| billing(["config", "show", option]);
        assert_eq!(get(short).run().await.stdout, get(long).run().await.stdout);
    }
}

#[tokio::test]
async fn version_is_printed() {
    let shown = billing(["--version"]).run().await;
    assert_eq!(shown.code, Some(0));
    assert_eq!(
        shown.stdout,
        format!("billing {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[tokio::test]
async fn missing_verb_prints_help_as_a_usage_error() {
    for args in [&[][..], &["partner"], &["arm"]] {
        let shown = billing(args.iter().copied()).run().await;
        assert_eq!((shown.code, shown.stdout.as_str()), (Some(2), ""));
        assert!(shown.stderr.contains("Usage: billing"), "{}", shown.stderr);
    }
}

#[tokio::test]
async fn long_help_of_every_verb_has_global_options() {
    for verb in [
        &["partner", "get"][..],
        &["partner", "customer"],
        &["demo"],
        &["arm"],
    ] {
        let shown = billing(verb.iter().copied().chain(["--help"])).run().await;
        assert!(shown.stdout.contains("--color"), "{}", shown.stdout);
        let is_service = verb[0] != "demo";
        assert_eq!(
            shown.stdout.contains("--arm-endpoint"),
            is_service,
            "{verb:?}"
        );
    }
}
