//! A verb without a change touches no file, and its output is the same on every machine.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use xtask::codegen;
use xtask::codegen::write::Mode;
use xtask::layout::Layout;
use xtask::spec::add_version::{self, AddVersion};
use xtask::spec::diff::{self, Arguments};
use xtask::spec::document::Documents;
use xtask::spec::page::import::{self, ImportPage};

/// What the verbs read and write.
const PARTS: [&str; 6] = [
    "specs",
    "crates/billing-models/src",
    "crates/billing-models/benches/codec/before_passes",
    "crates/billing-models/tests/it/support",
    "crates/billing-edit/src/generated",
    "crates/billing-emulator/openapi",
];

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
fn checkout() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut left: Vec<PathBuf> = PARTS.iter().map(PathBuf::from).collect();
    left.push("crates/billing-emulator/openapi.json".into());
    while let Some(path) = left.pop() {
        let from = root().join(&path);
        if from.is_dir() {
            let entries = fs::read_dir(&from).unwrap();
            left.extend(entries.map(|entry| path.join(entry.unwrap().file_name())));
        } else {
            let to = folder.path().join(&path);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            let text = fs::read_to_string(from).unwrap();
            fs::write(to, with_carriage_returns(&text)).unwrap();
        }
    }
    folder
}

/// Returns the files of a folder with the times at which they were changed.
fn times(folder: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(times(&path));
        } else {
            let time = fs::metadata(&path).unwrap().modified().unwrap();
            found.insert(path, time);
        }
    }
    found
}

#[test]
fn codegen_touches_no_file_of_a_checkout_on_windows() {
    let checkout = checkout();
    let layout = Layout::of_repository(checkout.path());
    let before = times(checkout.path());
    let stale = codegen::run(&layout, Mode::Write, &[]).unwrap();
    assert!(stale.is_empty(), "{stale:?}");
    assert_eq!(times(checkout.path()), before);
}

#[test]
fn a_version_that_is_refused_leaves_no_file() {
    let checkout = checkout();
    let layout = Layout::of_repository(checkout.path());
    let add = AddVersion {
        face: "arm".to_owned(),
        api_version: "2031-01-01".to_owned(),
        document: test_data("documents/split/main.json"),
        retrieved: Some("2031-01".to_owned()),
        ..AddVersion::default()
    };
    let before = times(checkout.path());
    let error = add_version::run(&layout, &add).unwrap_err().to_string();
    assert!(error.starts_with("members without words"), "{error}");
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
