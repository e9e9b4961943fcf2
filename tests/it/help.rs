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
async fn the_whole_command_tree_explains_itself() {
    let mut tree = String::new();
    let mut waiting = vec![Vec::new()];
    while let Some(path) = waiting.pop() {
        let args = path.iter().map(String::as_str).chain(["--help"]);
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
    insta::assert_snapshot!(tree);
}

#[tokio::test]
async fn the_version_is_printed() {
    let shown = billing(["--version"]).run().await;
    assert_eq!(shown.code, Some(0));
    assert_eq!(
        shown.stdout,
        format!("billing {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[tokio::test]
async fn without_a_command_the_help_goes_to_stderr_as_a_usage_error() {
    for args in [&[][..], &["partner"], &["arm"]] {
        let shown = billing(args.iter().copied()).run().await;
        assert_eq!((shown.code, shown.stdout.as_str()), (Some(2), ""));
        assert!(shown.stderr.contains("Usage: billing"), "{}", shown.stderr);
    }
}
