//! The verb that imports a document as a spec, and what it records of the document.

use std::fs;
use std::path::{Path, PathBuf};

use xtask::layout::Layout;
use xtask::spec::import::{self, Import};
use xtask::spec::overlay::Overlay;

const MANIFEST: &str = r#"# Kept.
[[spec]]
file = "other.json"

[[spec]]
# Kept, too.
file = "things/v1/thing.json"
document = "old.json" # Kept as well.
readings = ["old"]
roots = [{ type = "Thing", role = "both" }]
"#;

struct Checkout {
    folder: tempfile::TempDir,
    layout: Layout,
}

impl Checkout {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout::of_repository(folder.path());
        let checkout = Self { folder, layout };
        checkout.write("specs/sources.toml", MANIFEST);
        checkout
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Imports the document of several files as a spec.
    fn import(&self, overlay: &str) -> Result<(), String> {
        self.write("specs/things/v1/thing.overlay.toml", overlay);
        let import = Import {
            document: document("split/main.json"),
            overlay: None,
            operations: vec!["Things_Get".to_owned()],
            out: Some(self.path("specs/things/v1/thing.json")),
            dry_run: false,
            allow: Vec::new(),
        };
        let done = import::verb(&self.layout, &import);
        done.map(|_| ()).map_err(|error| format!("{error:#}"))
    }
}

fn document(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("test_data/documents")
        .join(name)
}

const WORDS: &str = r#"
[words]
Error = "An error."
"Error.code" = "The code."
Local = "A local thing."
"Local.a" = "A letter."
Part = "A part."
"Part.code" = "The code."
Thing = "A thing."
"Thing.back" = "A way back."
"Thing.below" = "The code of a part."
"Thing.percent" = "A percentage."
"Thing.same_file" = "A part."
"Thing.slash" = "A slash."
"Thing.tilde" = "A tilde."
"#;

#[test]
fn an_import_writes_the_spec_and_its_provenance() {
    let checkout = Checkout::new();
    checkout.import(WORDS).unwrap();
    let spec = checkout.read("specs/things/v1/thing.json");
    assert!(spec.contains(r#""$id": "things/v1/thing.json""#), "{spec}");
    assert!(spec.contains("The code of a part."), "{spec}");
    let manifest = checkout.read("specs/sources.toml");
    let lines = [
        "# Kept.\n",
        "# Kept, too.\n",
        "document = \"main.json\" # Kept as well.\n",
        "document_sha256 = \"",
        "operations = [\n    \"Things_Get\",\n]\n",
        "document = \"common/types.yaml\"",
        "roots = [{ type = \"Thing\", role = \"both\" }]\n",
    ];
    for line in lines {
        assert!(manifest.contains(line), "{line} is not in\n{manifest}");
    }
    assert!(!manifest.contains("readings"), "{manifest}");
}

#[test]
fn a_second_import_touches_no_file() {
    let checkout = Checkout::new();
    checkout.import(WORDS).unwrap();
    let files = ["specs/things/v1/thing.json", "specs/sources.toml"];
    let times = || {
        files.map(|file| {
            fs::metadata(checkout.path(file))
                .unwrap()
                .modified()
                .unwrap()
        })
    };
    let before = times();
    checkout.import(WORDS).unwrap();
    assert_eq!(times(), before);
}

#[test]
fn a_spec_whose_members_have_no_words_is_not_written() {
    let checkout = Checkout::new();
    let error = checkout.import("").unwrap_err();
    assert!(!checkout.path("specs/things/v1/thing.json").exists());
    assert_eq!(checkout.read("specs/sources.toml"), MANIFEST);
    insta::assert_snapshot!(error);
}

#[test]
fn each_small_document_has_a_spec() {
    let names = [
        "additional.yaml",
        "all-of.yaml",
        "arrays.json",
        "beside.yaml",
        "circles.yaml",
        "discriminator.yaml",
        "enums.yaml",
        "limits.yaml",
        "names.yaml",
        "nullable.yaml",
        "openapi-3.0.yaml",
        "openapi-3.1.json",
        "operations.yaml",
        "read-only.json",
        "readings.json",
    ];
    for name in names {
        let path = document(name);
        let import = Import {
            document: path.clone(),
            overlay: None,
            operations: Vec::new(),
            out: None,
            dry_run: true,
            allow: Vec::new(),
        };
        let overlay = Overlay::default();
        let imported = import::spec(&import, &overlay, "thing.json", Path::new(""));
        let imported = imported.unwrap_or_else(|error| panic!("{name}: {error:#}"));
        insta::assert_snapshot!(format!("spec-{name}"), imported.spec);
    }
}
