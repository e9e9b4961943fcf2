//! A verb without a change touches no file, and its output is the same on every machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use xtask::codegen;
use xtask::codegen::write::Mode;
use xtask::layout::Layout;
use xtask::spec::diff::{self, Arguments};
use xtask::spec::document::Documents;
use xtask::spec::page::import::{self, ImportPage};

use super::checkout::{checkout, times};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn test_data(name: &str) -> PathBuf {
    root().join("xtask/test_data").join(name)
}

fn with_carriage_returns(text: &str) -> String {
    text.replace('\n', "\r\n")
}

/// Returns a checkout as git makes it on Windows, without `.gitattributes`.
fn windows_checkout() -> TempDir {
    checkout(|text| with_carriage_returns(&text))
}

#[test]
fn codegen_touches_no_file_of_a_checkout_on_windows() {
    let checkout = windows_checkout();
    let layout = Layout::of_repository(checkout.path());
    let before = times(checkout.path());
    let stale = codegen::run(&layout, Mode::Write, &[]).unwrap();
    assert!(stale.is_empty(), "{stale:?}");
    assert_eq!(times(checkout.path()), before);
}

#[test]
fn a_second_import_of_a_page_touches_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let layout = Layout::of_repository(folder.path());
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    };
    let entry = "[[spec]]\nfile = \"things/v1/thing.json\"\npage = \"Things - Get\"\n";
    let manifest = write("specs/sources.toml", entry);
    fs::create_dir_all(folder.path().join("specs/things/v1")).unwrap();
    let text = fs::read_to_string(test_data("pages/text.txt")).unwrap();
    let mut manifests = Vec::new();
    for page in [text.clone(), with_carriage_returns(&text)] {
        let import = ImportPage {
            page: write("page.txt", &page),
            overlay: None,
            out: Some(folder.path().join("specs/things/v1/thing.json")),
            dry_run: false,
        };
        import::verb(&layout, &import).unwrap();
        let before = times(folder.path());
        import::verb(&layout, &import).unwrap();
        assert_eq!(times(folder.path()), before);
        manifests.push(fs::read_to_string(&manifest).unwrap());
    }
    assert!(manifests[0].contains("page_sha256"), "{}", manifests[0]);
    assert_eq!(manifests[0], manifests[1]);
}

#[test]
fn line_ends_are_no_change_of_a_document() {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(test_data("documents/operations.yaml")).unwrap();
    let paths = [
        ("a.yaml", text.clone()),
        ("b.yaml", with_carriage_returns(&text)),
    ];
    let paths = paths.map(|(name, text)| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    });
    let sums = paths.clone().map(|path| {
        let (documents, _) = Documents::open(&path, Vec::new()).unwrap();
        documents.read_files().remove(0).sha256
    });
    assert_eq!(sums[0], sums[1]);
    let [a, b] = paths;
    let arguments = Arguments {
        a: Some(a),
        b: Some(b),
        words: true,
        ..Arguments::default()
    };
    let before = times(folder.path());
    let report = diff::report(folder.path(), &arguments).unwrap();
    assert_eq!(report.changes, []);
    assert_eq!(report.a.sha256, report.b.sha256);
    assert_eq!(times(folder.path()), before);
}

#[test]
fn locale_and_time_zone_change_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    let base = fs::read_to_string(test_data("diff/base.json")).unwrap();
    let newer = base.replace(
        "\"title\": { \"type\": \"string\"",
        "\"Iıİi\": { \"type\": \"integer\"",
    );
    fs::write(folder.path().join("a.json"), base).unwrap();
    fs::write(folder.path().join("b.json"), newer).unwrap();
    let page = test_data("pages/text.txt");
    let page = page.to_str().unwrap();
    let verbs: [&[&str]; 5] = [
        &["spec", "diff", "a.json", "b.json"],
        &["spec", "diff", "a.json", "b.json", "--output", "markdown"],
        &["spec", "diff", "a.json", "b.json", "--output", "json"],
        &["spec", "import", "--openapi", "b.json", "--dry-run"],
        &["spec", "import", "--page", page, "--dry-run"],
    ];
    let before = times(folder.path());
    for verb in verbs {
        let output = [
            ("C", "UTC"),
            ("tr_TR.UTF-8", "Asia/Kathmandu"),
            ("ar_EG", "Pacific/Apia"),
        ];
        let output = output.map(|(locale, zone)| {
            let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
            let run = xtask.args(verb).current_dir(folder.path());
            let run = run
                .env("LANG", locale)
                .env("LC_ALL", locale)
                .env("TZ", zone);
            let output = run.output().unwrap();
            assert!(output.status.success(), "{verb:?}: {output:?}");
            (output.stdout, output.stderr)
        });
        assert!(!output[0].0.is_empty(), "{verb:?}");
        assert!(output.iter().all(|one| *one == output[0]), "{verb:?}");
    }
    assert_eq!(times(folder.path()), before);
}
