//! Completions and manual pages.

use crate::support::billing;

#[tokio::test]
async fn completions_have_all_verbs_and_options() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let shown = billing(["completions", shell]).run().await;
        assert_eq!(
            (shown.code, shown.stderr.as_str()),
            (Some(0), ""),
            "{shell}"
        );
        for word in ["partner", "wait", "emulator", "if-match"] {
            assert!(shown.stdout.contains(word), "{shell}: {word}");
        }
    }
    let shown = billing(["completions", "tcsh"]).run().await;
    insta::assert_snapshot!(shown.refused(2), @"
    error: invalid value 'tcsh' for '<SHELL>'
      [possible values: bash, elvish, fish, powershell, zsh]

      tip: a similar value exists: 'zsh'

    For more information, try '--help'.
    ");
}

#[tokio::test]
async fn completions_have_the_api_versions() {
    for shell in ["bash", "fish", "zsh"] {
        let shown = billing(["completions", shell]).run().await;
        for version in ["2019-10-01-preview", "2020-05-01", "2024-04-01"] {
            assert!(shown.stdout.contains(version), "{shell}: {version}");
        }
    }
}

/// Runs the script in bash, as pressing the tab key after `--api-version 20` does.
#[cfg(unix)]
#[tokio::test]
async fn bash_completes_an_api_version() {
    let script = billing(["completions", "bash"]).run().await.stdout;
    let press = "COMP_WORDS=(billing arm get --api-version 2020)\nCOMP_CWORD=4\n\
                 _billing billing 2020 --api-version\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("completions");
    std::fs::write(&file, format!("{script}\n{press}")).unwrap();
    let bash = std::process::Command::new("bash").arg(&file).output();
    let bash = bash.unwrap();
    assert_eq!(String::from_utf8_lossy(&bash.stdout), "2020-05-01\n");
}

#[tokio::test]
async fn manual_is_a_page_or_a_folder_of_pages() {
    let shown = billing(["man"]).run().await;
    assert_eq!(shown.code, Some(0));
    assert!(shown.stdout.contains(".TH billing 1"), "{}", shown.stdout);

    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man1");
    let args = ["man", "--out", pages.to_str().unwrap()];
    let shown = billing(args).run().await;
    let written = shown.stderr.replace(pages.to_str().unwrap(), "<folder>");
    assert_eq!((shown.code, shown.stdout.as_str()), (Some(0), ""));
    insta::assert_snapshot!(written, @"wrote the manual pages to <folder>");
    let names = std::fs::read_dir(&pages).unwrap();
    let mut names: Vec<_> = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    insta::assert_snapshot!(names.join("\n"), @"
    billing-arm-get.1
    billing-arm-list.1
    billing-arm-update.1
    billing-arm-wait.1
    billing-arm.1
    billing-bulk-abort.1
    billing-bulk-apply.1
    billing-bulk-erase.1
    billing-bulk-explain.1
    billing-bulk-export.1
    billing-bulk-pause.1
    billing-bulk-plan.1
    billing-bulk-receipts.1
    billing-bulk-reconcile.1
    billing-bulk-report.1
    billing-bulk-resume.1
    billing-bulk-rows.1
    billing-bulk-schema.1
    billing-bulk-set-concurrency.1
    billing-bulk-set-rate.1
    billing-bulk-show.1
    billing-bulk-status.1
    billing-bulk-undo.1
    billing-bulk-verify.1
    billing-bulk.1
    billing-completions.1
    billing-config-init.1
    billing-config-path.1
    billing-config-refresh-token.1
    billing-config-show.1
    billing-config.1
    billing-demo-bulk.1
    billing-demo.1
    billing-emulator.1
    billing-man.1
    billing-partner-check.1
    billing-partner-customer.1
    billing-partner-get.1
    billing-partner-list.1
    billing-partner-update.1
    billing-partner.1
    billing.1
    ");
    let update = std::fs::read_to_string(pages.join("billing-partner-update.1")).unwrap();
    assert!(update.contains("\\-\\-if\\-match"), "{update}");
}

#[tokio::test]
async fn invalid_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let shown = billing(["man", "--out", file.to_str().unwrap()])
        .run()
        .await;
    let said = shown.refused(1).replace(file.to_str().unwrap(), "<file>");
    insta::assert_snapshot!(said, @"
    error: could not write the manual pages to <file>: File exists (os error)

    hint: give a folder with --out that you can write to
    ");
}
