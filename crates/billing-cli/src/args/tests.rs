//! Tests of the whole argument tree.

use clap::{Command, CommandFactory as _};

use super::applicable::shown;
use super::cli::Cli;
use super::examples::of;

#[test]
fn the_argument_tree_holds_together() {
    shown(Cli::command()).debug_assert();
}

#[test]
fn each_command_of_the_readme_is_one() {
    let readme = include_str!("../../README.md");
    let lines = readme.lines().filter(|line| line.starts_with("billing "));
    let commands = lines.flat_map(|line| {
        let command = line.split('#').next().unwrap_or_default();
        command.split('|').collect::<Vec<_>>()
    });
    let mut count = 0;
    for command in commands {
        let parsed = shown(Cli::command()).try_get_matches_from(command.split_whitespace());
        assert!(parsed.is_ok(), "{command}: {}", parsed.unwrap_err());
        count += 1;
    }
    assert_eq!(count, 19);
}

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
