//! Text input: each source accepts each encoding that common tools write.

use std::fs;
use std::path::Path;

use billing_emulator::{Emulator, SAMPLE_ACCOUNT, SAMPLE_PROFILE, Token};
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::support::stub::{Stub, response};
use crate::support::{Billing, Transcript, billing, in_time, sample};

/// An encoding of a text.
#[derive(Clone, Copy, Debug)]
enum Form {
    Plain,
    Utf8Mark,
    Utf16Little,
    Utf16Big,
    Quoted,
}

const OF_FILES: [Form; 4] = [
    Form::Plain,
    Form::Utf8Mark,
    Form::Utf16Little,
    Form::Utf16Big,
];

impl Form {
    fn of(self, text: &str) -> Vec<u8> {
        let units = || [0xFEFF].into_iter().chain(text.encode_utf16());
        match self {
            Self::Plain => text.as_bytes().to_vec(),
            Self::Utf8Mark => format!("\u{feff}{text}").into_bytes(),
            Self::Utf16Little => units().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16Big => units().flat_map(u16::to_be_bytes).collect(),
            Self::Quoted => format!("\"{text}\"\r\n").into_bytes(),
        }
    }
}

/// A source of a whole document.
#[derive(Clone, Copy, Debug)]
enum Document {
    BodyFile,
    BodyStdin,
    Config,
    Faults,
    Data,
}

const DOCUMENTS: [Document; 5] = [
    Document::BodyFile,
    Document::BodyStdin,
    Document::Config,
    Document::Faults,
    Document::Data,
];

impl Document {
    /// Returns a valid document.
    fn text(self) -> &'static str {
        match self {
            Self::BodyFile | Self::BodyStdin => r#"{"properties":{"poNumber":"Zürich"}}"#,
            Self::Config => "[contexts.default]\r\ntenant-id = \"Zürich\"\r\n",
            Self::Faults => "[[fault]]\npath = \"/Zürich/\"\nstatus = 503\n",
            Self::Data => r#"{"customers":{},"billingAccounts":{"a":{"Zürich":{}}}}"#,
        }
    }

    /// Returns the command that reads these bytes from the source.
    fn command(self, folder: &Path, bytes: &[u8]) -> Billing {
        let file = folder.join("given");
        fs::write(&file, bytes).unwrap();
        let file = file.to_str().unwrap();
        let update = [
            "arm",
            "update",
            SAMPLE_ACCOUNT,
            SAMPLE_PROFILE,
            "--emulator",
            "--dry-run",
            "--output=json",
            "--error-format=text",
            "--body",
        ];
        match self {
            Self::BodyFile => billing(update.into_iter().chain([file])),
            Self::BodyStdin => billing(update.into_iter().chain(["-"])).stdin(bytes),
            Self::Config => {
                let args = ["config", "show", "--output=json", "--error-format=text"];
                billing(args.into_iter().chain(["--config", file]))
            }
            Self::Faults => billing(["emulator", "--faults", file]),
            Self::Data => billing(["emulator", "--data", file]),
        }
    }
}

#[tokio::test]
async fn documents_are_read_in_every_encoding() {
    let folder = tempfile::tempdir().unwrap();
    for entrance in DOCUMENTS {
        for form in OF_FILES {
            let bytes = form.of(entrance.text());
            let command = entrance.command(folder.path(), &bytes);
            if let Document::Faults | Document::Data = entrance {
                // It prints its addresses when it has read the file, and continues to run.
                let mut child = command.spawn();
                let mut line = String::new();
                let mut stdout = BufReader::new(child.stdout.take().unwrap());
                in_time(stdout.read_line(&mut line)).await.unwrap();
                assert!(
                    line.starts_with("{\"partner\""),
                    "{entrance:?} {form:?}: {line}"
                );
                continue;
            }
            let shown = command.run().await;
            assert_eq!(
                shown.code,
                Some(0),
                "{entrance:?} {form:?}: {}",
                shown.stderr
            );
            assert!(shown.stdout.contains("Zürich"), "{entrance:?} {form:?}");
        }
    }
}

#[tokio::test]
async fn unreadable_documents_are_explained() {
    let folder = tempfile::tempdir().unwrap();
    for entrance in DOCUMENTS {
        for (bytes, expected) in [
            (&b"\xFF\xFE\0\0{\0\0\0"[..], " is UTF-32"),
            (
                b"{\0}\0",
                " has a zero byte: it is UTF-16 without a byte order mark, or not text",
            ),
            (b"# Z\xFCrich", " is not UTF-8: byte 3 is invalid"),
        ] {
            let shown = entrance.command(folder.path(), bytes).run().await;
            let said = shown.refused(2);
            let (error, hint) = said.split_once("\n\nhint: ").unwrap();
            assert!(error.contains(expected), "{entrance:?}: {said}");
            assert_eq!(
                hint, "save it as UTF-8 and run the command again",
                "{entrance:?}"
            );
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn endless_files_are_refused() {
    let update = ["arm", "update", "a", "p", "--body", "/dev/zero"];
    for (args, limit) in [
        (&update[..], "32 MiB"),
        (&["config", "show", "--config", "/dev/zero"], "32 MiB"),
        (&["emulator", "--faults", "/dev/zero"], "32 MiB"),
        (&["emulator", "--data", "/dev/zero"], "256 MiB"),
    ] {
        let said = billing(args.iter().copied()).run().await.refused(2);
        let expected = format!("/dev/zero is larger than {limit}\n\nhint: is it the right file?");
        assert!(said.contains(&expected), "{args:?}: {said}");
    }
}

/// A source of a text of one line.
#[derive(Clone, Copy, Debug)]
enum Value {
    Token,
    Setting,
    ClientSecret,
    RefreshToken,
    RefreshTokenStdin,
    RefreshTokenFile,
    WaitArgument,
    WaitStdin,
}

const VALUES: [Value; 8] = [
    Value::Token,
    Value::Setting,
    Value::ClientSecret,
    Value::RefreshToken,
    Value::RefreshTokenStdin,
    Value::RefreshTokenFile,
    Value::WaitArgument,
    Value::WaitStdin,
];

impl Value {
    /// Returns the encodings to test. The system decodes variables and arguments.
    fn forms(self) -> &'static [Form] {
        match self {
            Self::RefreshTokenStdin | Self::RefreshTokenFile | Self::WaitStdin => &[
                Form::Plain,
                Form::Utf8Mark,
                Form::Utf16Little,
                Form::Utf16Big,
                Form::Quoted,
            ],
            _ => &[Form::Plain, Form::Utf8Mark, Form::Quoted],
        }
    }

    /// Runs a command that reads the bytes, and returns what it did with them.
    async fn enter(self, world: &World, bytes: &[u8]) -> (Transcript, String) {
        let text = || std::str::from_utf8(bytes).unwrap();
        let authority = Stub::start([world.granted.as_str()]).await;
        let list = ["arm", "list", SAMPLE_ACCOUNT];
        let app = |credential| {
            let args = list.into_iter().chain(["--credential", credential]);
            billing(args.chain(["--arm-endpoint", world.emulator.arm_url()]))
                .env("AZURE_AUTHORITY_HOST", authority.url())
                .env("AZURE_TENANT_ID", "contoso.example.com")
                .env("AZURE_CLIENT_ID", "5f0c2b1e-0000-4000-8000-000000000001")
                .env("AZURE_CLIENT_SECRET", "client-secret-1")
        };
        let kept = world.folder.path().join("kept");
        let store = format!("file:{}", kept.display());
        let shown = match self {
            Self::Token => billing(list).at(&world.emulator).token(text()).run().await,
            Self::Setting => {
                let args = ["config", "show", "--output=json", "--error-format=text"];
                billing(args).env("AZURE_TENANT_ID", text()).run().await
            }
            Self::ClientSecret => {
                app("client-secret")
                    .env("AZURE_CLIENT_SECRET", text())
                    .run()
                    .await
            }
            Self::RefreshToken => {
                app("app-user")
                    .env("BILLING_REFRESH_TOKEN", text())
                    .run()
                    .await
            }
            Self::RefreshTokenStdin => {
                let run = billing(["config", "refresh-token"]).stdin(bytes);
                run.env("BILLING_REFRESH_TOKEN_STORE", &store).run().await
            }
            Self::RefreshTokenFile => {
                fs::write(&kept, bytes).unwrap();
                #[cfg(unix)]
                {
                    let own = std::os::unix::fs::PermissionsExt::from_mode(0o600);
                    fs::set_permissions(&kept, own).unwrap();
                }
                app("app-user")
                    .env("BILLING_REFRESH_TOKEN_STORE", &store)
                    .run()
                    .await
            }
            Self::WaitArgument => {
                billing(["arm", "wait", text()])
                    .at(&world.emulator)
                    .run()
                    .await
            }
            Self::WaitStdin => {
                billing(["arm", "wait", "-"])
                    .at(&world.emulator)
                    .stdin(bytes)
                    .run()
                    .await
            }
        };
        let did = match self {
            Self::Token | Self::WaitArgument | Self::WaitStdin => String::new(),
            Self::Setting => shown.stdout.clone(),
            Self::RefreshTokenStdin => fs::read_to_string(&kept).unwrap_or_default(),
            Self::ClientSecret | Self::RefreshToken | Self::RefreshTokenFile => {
                authority.requests().concat()
            }
        };
        (shown, did)
    }
}

struct World {
    emulator: Emulator,
    folder: tempfile::TempDir,
    granted: String,
    resume_token: String,
}

impl World {
    async fn new() -> Self {
        let emulator = sample()
            .token(Token::new("the-value-1"))
            .start()
            .await
            .unwrap();
        let update = [
            "arm",
            "update",
            SAMPLE_ACCOUNT,
            SAMPLE_PROFILE,
            "--set=poNumber=PO-2",
            "--yes",
            "--no-wait",
        ];
        let begun = billing(update).at(&emulator).run().await;
        let granted = r#"{"token_type":"Bearer","expires_in":3600,"access_token":"the-value-1"}"#;
        Self {
            emulator,
            folder: tempfile::tempdir().unwrap(),
            granted: response("200 OK", &["content-type: application/json"], granted),
            resume_token: begun.stdout.trim_end().to_owned(),
        }
    }
}

#[tokio::test]
async fn values_are_read_in_every_form() {
    let world = World::new().await;
    for entrance in VALUES {
        for form in entrance.forms() {
            let value = match entrance {
                Value::WaitArgument | Value::WaitStdin => &world.resume_token,
                _ => "the-value-1",
            };
            let (shown, did) = entrance.enter(&world, &form.of(value)).await;
            let said = &shown.stderr;
            assert_eq!(shown.code, Some(0), "{entrance:?} {form:?}: {said}");
            let is_seen = match entrance {
                Value::Token | Value::WaitArgument | Value::WaitStdin => true,
                Value::Setting => did.contains("\"the-value-1\""),
                Value::ClientSecret => did.ends_with("client_secret=the-value-1"),
                Value::RefreshToken | Value::RefreshTokenFile => {
                    did.contains("refresh_token=the-value-1&")
                }
                Value::RefreshTokenStdin => did == "the-value-1\n",
            };
            assert!(is_seen, "{entrance:?} {form:?}: {did}");
        }
    }
}

#[tokio::test]
async fn invalid_value_is_refused_and_not_repeated() {
    let world = World::new().await;
    for (entrance, source) in [
        (Value::Token, "the environment variable BILLING_TOKEN"),
        (
            Value::ClientSecret,
            "the environment variable AZURE_CLIENT_SECRET",
        ),
        (Value::RefreshToken, "BILLING_REFRESH_TOKEN"),
        (Value::RefreshTokenStdin, "standard input"),
        (Value::RefreshTokenFile, "kept"),
    ] {
        for (text, expected) in [
            ("hush hush", "contains more than one word"),
            ("hu\u{200b}sh", "contains the invisible character U+200B"),
            ("hu\u{1b}[2Jsh", "contains the invisible character U+001B"),
            (&"hush".repeat(20_000), "is larger than 64 KiB"),
        ] {
            let (shown, did) = entrance.enter(&world, text.as_bytes()).await;
            assert_ne!(shown.code, Some(0), "{entrance:?}: {did}");
            let said = &shown.stderr;
            assert!(
                said.contains(source) && said.contains(expected),
                "{entrance:?}: {said}"
            );
            assert!(said.contains("hint: "), "{entrance:?}: {said}");
            assert!(!said.contains("hush"), "{entrance:?}: {said}");
            assert!(!did.contains("hush"), "{entrance:?}: {did}");
        }
    }
}
