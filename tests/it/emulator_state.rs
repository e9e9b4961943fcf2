//! `billing emulator`: data that is loaded, saved and invented.

use std::path::Path;

use billing_emulator::{SAMPLE_CUSTOMER_ID, Snapshot};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Child;

use crate::support::{Transcript, billing, in_time};

/// An emulator in another process, and its ready line.
pub(crate) struct Running {
    child: Child,
    ready: Value,
}

impl Running {
    pub(crate) async fn start<'a>(args: impl IntoIterator<Item = &'a str>) -> Self {
        let args = ["emulator"].into_iter().chain(args);
        let mut child = billing(args).hearing_signals().spawn();
        let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = in_time(stdout.next_line()).await.unwrap().unwrap();
        let ready = serde_json::from_str(&line).unwrap();
        Self { child, ready }
    }

    /// Discards the log, so that many requests do not fill its pipe.
    pub(crate) fn without_log(mut self) -> Self {
        let mut log = self.child.stderr.take().unwrap();
        tokio::spawn(async move { tokio::io::copy(&mut log, &mut tokio::io::sink()).await });
        self
    }

    pub(crate) fn member(&self, name: &str) -> &str {
        self.ready[name].as_str().unwrap()
    }

    /// Sets a customer's company name.
    async fn rename(&self, name: &str) {
        let set = format!("--set=companyName={name}");
        let endpoint = self.member("partner");
        let args = ["partner", "update", SAMPLE_CUSTOMER_ID, &set, "--yes"];
        let args = args.into_iter().chain(["--partner-endpoint", endpoint]);
        let updated = billing(args).token(self.member("token")).run().await;
        assert_eq!(updated.code, Some(0), "{}", updated.stderr);
    }

    #[cfg(unix)]
    async fn stop(self, signal: &str) -> Transcript {
        crate::interrupt::signal(&self.child, signal).await;
        Transcript::of(self.child).await
    }
}

fn company(file: &Path) -> String {
    let saved: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let name = &saved["customers"][SAMPLE_CUSTOMER_ID]["companyName"];
    name.as_str().unwrap().to_owned()
}

#[cfg(unix)]
#[tokio::test]
async fn data_is_saved_at_the_end_and_loaded_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let path = file.to_str().unwrap();
    for (signal, name) in [("INT", "First"), ("TERM", "Second")] {
        let args = ["--save", path, "--data", path];
        // At first there is nothing to read.
        let args = if file.exists() { &args[..] } else { &args[..2] };
        let emulator = Running::start(args.iter().copied()).await;
        emulator.rename(name).await;
        let ended = emulator.stop(signal).await;
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        assert_eq!(company(&file), name);
        let saved = Snapshot::from_json(&std::fs::read(&file).unwrap()).unwrap();
        assert_eq!(saved.to_json(), std::fs::read(&file).unwrap());
    }
    let others: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(others.len(), 1, "nothing is left beside it: {others:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn killed_emulator_does_not_change_the_file() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let path = file.to_str().unwrap();
    Running::start(["--save", path]).await.stop("TERM").await;
    let before = std::fs::read(&file).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();

    let emulator = Running::start(["--data", path, "--save", path]).await;
    emulator.rename("Changed").await;
    emulator.stop("KILL").await;
    assert_eq!(std::fs::read(&file).unwrap(), before);

    let emulator = Running::start(["--data", path, "--save", path]).await;
    emulator.rename("Changed").await;
    emulator.stop("TERM").await;
    assert_eq!(company(&file), "Changed");
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640, "it is as open as it was");
}

#[cfg(unix)]
#[tokio::test]
async fn failure_to_save_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("none").join("state.json");
    let mut seen = String::new();
    let link = folder.path().join("link");
    std::os::unix::fs::symlink("nowhere", &link).unwrap();
    for path in [folder.path(), Path::new("/dev/null"), &link, &missing] {
        let path = path.to_str().unwrap();
        let shown = billing(["emulator", "--save", path]).run().await;
        seen += &shown.refused(2);
        seen += "\n\n";
    }
    let inner = folder.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    let file = inner.join("state.json");
    let emulator = Running::start(["--save", file.to_str().unwrap()]).await;
    std::fs::remove_dir(&inner).unwrap();
    let ended = emulator.stop("TERM").await;
    assert_eq!(ended.code, Some(1));
    // After the seed and that it stops.
    let errors = ended.stderr.lines().skip(2).collect::<Vec<_>>();
    seen += &errors.join("\n");
    let seen = seen.replace(folder.path().to_str().unwrap(), "[folder]");
    let seen = regex::Regex::new(r"/\.tmp\w+")
        .unwrap()
        .replace_all(&seen, "/[new]");
    insta::assert_snapshot!(crate::support::redact(&seen), @r#"
    error: --save [folder]: it is not a regular file

    hint: name a regular file, or a new one

    error: --save /dev/null: it is not a regular file

    hint: name a regular file, or a new one

    error: --save [folder]/link: it is not a regular file

    hint: name a regular file, or a new one

    error: --save [folder]/none/state.json: No such file or directory (os error) at path "[folder]/none/[new]"

    hint: the folder must exist, and you need the permission to write to it

    error: --save [folder]/inner/state.json: No such file or directory (os error) at path "[folder]/inner/[new]"

    hint: the file was not changed, and the data of the emulator is lost
    "#);
}

#[cfg(unix)]
#[tokio::test]
async fn same_seed_makes_the_same_profiles() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = Vec::new();
    for name in ["first", "second"] {
        let file = folder.path().join(name);
        let save = format!("--save={}", file.display());
        let args = ["--seed=3", "--customers=40", "--profiles=12", &save];
        let ended = Running::start(args).await.stop("TERM").await;
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        seen.push(std::fs::read_to_string(&file).unwrap());
    }
    assert_eq!(seen[0], seen[1]);
    let saved: Value = serde_json::from_str(&seen[0]).unwrap();
    assert_eq!(saved["customers"].as_object().unwrap().len(), 40);
    let accounts = saved["billingAccounts"].as_object().unwrap().values();
    let profiles = accounts.map(|profiles| profiles.as_object().unwrap().len());
    assert_eq!(profiles.sum::<usize>(), 12);
}

/// The response to a request, unchanged.
pub(crate) async fn send(emulator: &Running, service: &str, request: &str, body: &str) -> String {
    let host = emulator.member(service).strip_prefix("http://").unwrap();
    let token = emulator.member("token");
    let request = format!(
        "{request} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    in_time(stream.read_to_string(&mut answer)).await.unwrap();
    answer
}

#[tokio::test]
async fn each_option_of_behaviour_reaches_the_services() {
    let profiles = "/providers/Microsoft.Billing/billingAccounts/70023418/billingProfiles";
    let get = format!("GET {profiles}?api-version=2019-10-01-preview");
    let patch = format!("PATCH {profiles}/FBRK-0001-BG7-PGB?api-version=2019-10-01-preview");
    let order = r#"{"properties":{"poNumber":"PO-1"}}"#;
    let currency = r#"{"properties":{"currency":"USD"}}"#;

    let emulator = Running::start([
        "--clock-at=2026-01-31T08:30:00Z",
        "--polls=0",
        "--read-only=refuse",
        "--no-bom",
        "--expand-on-request",
        "--partner-requests-per-minute=1",
        "--arm-reads-per-hour=5",
        "--arm-writes-per-hour=7",
    ])
    .await;
    let customer = format!("GET /v1/customers/{SAMPLE_CUSTOMER_ID}/profiles/billing");
    let answer = send(&emulator, "partner", &customer, "").await;
    assert!(
        answer.contains("Date: Sat, 31 Jan 2026 08:30:00 GMT"),
        "{answer}"
    );
    assert!(answer.contains("\r\n\r\n{"), "{answer}");
    let answer = send(&emulator, "partner", &customer, "").await;
    assert!(answer.starts_with("HTTP/1.1 429"), "{answer}");
    let answer = send(&emulator, "arm", &get, "").await;
    assert!(answer.contains("remaining-tenant-reads: 4"), "{answer}");
    assert!(!answer.contains("nextLink"), "{answer}");
    let answer = send(&emulator, "arm", &patch, order).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("remaining-tenant-writes: 6"), "{answer}");
    let answer = send(&emulator, "arm", &patch, currency).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");

    let emulator = Running::start(["--account=70077777=12", "--page-size=10"]).await;
    let account = "/providers/Microsoft.Billing/billingAccounts/70077777/billingProfiles";
    let get = format!("GET {account}?api-version=2019-10-01-preview");
    let answer = send(&emulator, "arm", &get, "").await;
    assert!(answer.contains("$skiptoken=10"), "{answer}");

    let emulator = Running::start([
        "--customers=1",
        "--profiles=450",
        "--page-size=10",
        "--location=async-operation",
        "--retry-after=7s",
        "--operation-time=0s",
        "--no-rate-limits",
    ])
    .await;
    let list = send(&emulator, "partner", "GET /v1/customers", "").await;
    assert!(
        list.contains("\r\n\r\n\u{feff}{\"totalCount\":1,"),
        "{list}"
    );
    let resources = send(&emulator, "control", "GET /api/resources?service=arm", "").await;
    let resources = resources.split_once("\r\n\r\n").unwrap().1;
    let resources: Vec<Value> = serde_json::from_str(resources).unwrap();
    assert_eq!(resources.len(), 450);
    let id = |profile: &Value| profile["id"].as_str().unwrap().to_owned();
    let last = id(resources.last().unwrap());
    let patch = format!("PATCH {last}?api-version=2019-10-01-preview");
    let answer = send(&emulator, "arm", &patch, order).await;
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    assert!(answer.contains("Retry-After: 7\r\n"), "{answer}");
    let location = format!("Location: {}/", emulator.member("arm"));
    assert!(answer.contains(&location), "{answer}");
    let get = format!("GET {last}?api-version=2019-10-01-preview");
    let answer = send(&emulator, "arm", &get, "").await;
    assert!(answer.contains(r#""poNumber":"PO-1""#), "{answer}");
    assert!(!answer.contains("ratelimit"), "{answer}");
    let large = resources.iter().map(id).find(|id| id.contains("-0011-"));
    let large = large.unwrap();
    let account = large.rsplit_once('/').unwrap().0;
    let get = format!("GET {account}?api-version=2019-10-01-preview");
    let answer = send(&emulator, "arm", &get, "").await;
    assert!(answer.contains("$skiptoken=10"), "{answer}");
}

#[tokio::test]
async fn rate_limits_are_those_of_the_options() {
    let emulator = Running::start([
        "--no-rate-limits",
        "--bucket=arm.write=200,10/s;headers=off;retry-after=x0.3",
        "--window=partner.write=500/60s,fixed",
        "--bucket=customer=5,1/m",
    ])
    .await;
    let limits = send(&emulator, "control", "GET /api/rate-limits", "").await;
    let expected = r#""limits":["bucket arm.write=200,10/s;headers=off;retry-after=x0.3","bucket customer=5,1/m","window partner.write=500/m,fixed"]"#;
    assert!(limits.contains(expected), "{limits}");
}

#[tokio::test]
async fn options_that_contradict_each_other_are_refused() {
    let mut seen = String::new();
    for args in [
        &["--data=state.json", "--customers=5"][..],
        &["--no-rate-limits", "--arm-reads-per-hour=5"],
        &["--location=elsewhere"],
        &["--clock-at=yesterday"],
        &["--polls=-1"],
        &["--operation-time=soon"],
        &["--account=5000"],
        &["--bucket=arm.write=200"],
        &["--window=partner.write=500/60s;headers=on"],
    ] {
        let args = ["emulator"].into_iter().chain(args.iter().copied());
        seen += &billing(args).run().await.refused(2);
        seen += "\n\n";
    }
    insta::assert_snapshot!(seen);
}
