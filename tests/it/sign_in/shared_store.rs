//! Several processes that share one refresh token.

use std::fs;

use billing_emulator::{Emulator, SAMPLE_CUSTOMER_ID};
#[cfg(unix)]
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};

use super::app_user::Profile;
use super::{CLIENT, SECRET, TENANT};
#[cfg(unix)]
use crate::interrupt::{connection, signal, silent_server};
#[cfg(unix)]
use crate::support::Transcript;
use crate::support::{Billing, sample};

/// An emulator whose refresh tokens work once.
async fn emulator() -> Emulator {
    let builder = sample().single_use_refresh_tokens(true);
    builder.start().await.unwrap()
}

fn get(profile: &Profile, emulator: &Emulator) -> Billing {
    get_at(profile, emulator.partner_url(), emulator.authority_url())
}

fn get_at(profile: &Profile, partner: &str, authority: &str) -> Billing {
    let args = ["partner", "get", SAMPLE_CUSTOMER_ID];
    let endpoint = ["--partner-endpoint", partner];
    let run = profile.billing(args.into_iter().chain(endpoint));
    run.env("AZURE_AUTHORITY_HOST", authority)
        .env("AZURE_TENANT_ID", TENANT)
        .env("AZURE_CLIENT_ID", CLIENT)
        .env("AZURE_CLIENT_SECRET", SECRET)
}

async fn keep(profile: &Profile, emulator: &Emulator) {
    let token = emulator.refresh_token(TENANT, CLIENT).unwrap();
    let run = profile.billing(["config", "refresh-token"]);
    let kept = run.stdin(token.reveal()).run().await;
    assert_eq!(kept.code, Some(0), "{}", kept.stderr);
}

/// Returns the status of each token request.
fn exchanges(emulator: &Emulator) -> Vec<u16> {
    let all = emulator.requests();
    let exchanges = all
        .iter()
        .filter(|one| one.service.to_string() == "authority");
    exchanges.map(|one| one.status).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn five_commands_at_once_share_one_refresh_token() {
    let emulator = emulator().await;
    let profile = Profile::new();
    keep(&profile, &emulator).await;
    let running: Vec<_> = (0..5)
        .map(|_| tokio::spawn(get(&profile, &emulator).run()))
        .collect();
    for run in running {
        let shown = run.await.unwrap();
        assert_eq!((shown.code, shown.stderr.as_str()), (Some(0), ""));
    }
    assert_eq!(exchanges(&emulator), [200; 5]);
    let shown = get(&profile, &emulator).run().await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
}

#[tokio::test]
async fn token_used_elsewhere_needs_a_new_sign_in() {
    let emulator = emulator().await;
    let profile = Profile::new();
    keep(&profile, &emulator).await;
    let used = fs::read(profile.kept()).unwrap();
    assert_eq!(get(&profile, &emulator).run().await.code, Some(0));
    fs::write(profile.kept(), used).unwrap();
    let shown = get(&profile, &emulator).run().await.refused(1);
    assert!(shown.contains("AADSTS50173"), "{shown}");
    assert!(
        shown.ends_with("billing config refresh-token < FILE"),
        "{shown}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn token_file_is_private_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt as _;

    for umask in ["000", "022", "277", "777"] {
        let profile = Profile::new();
        let run = profile.billing(["config", "refresh-token"]);
        let shown = run.under_umask(umask).stdin("one").run().await;
        assert_eq!(shown.code, Some(0), "{umask}: {}", shown.stderr);
        let folder = profile.kept().parent().unwrap().to_owned();
        let lock = folder.join("refresh-token.lock");
        for (path, expected) in [(profile.kept(), 0o600), (lock, 0o600), (folder, 0o700)] {
            let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, expected, "{umask}: {}", path.display());
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn interrupted_exchange_saves_its_new_token() {
    let (authority, url) = silent_server().await;
    let profile = Profile::new();
    let kept = profile.billing(["config", "refresh-token"]);
    assert_eq!(kept.stdin("refresh-1").run().await.code, Some(0));
    let mut child = get_at(&profile, &url, &url).hearing_signals().spawn();
    let mut exchange = connection(&authority, &mut child).await;
    assert_ne!(exchange.read(&mut [0; 4096]).await.unwrap(), 0);
    signal(&child, "INT").await;
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    stderr.read_line(&mut said).await.unwrap();
    assert_eq!(said, "error: interrupted\n");
    let answer = super::token(r#","refresh_token":"refresh-2""#);
    exchange.write_all(answer.as_bytes()).await.unwrap();
    let ended = Transcript::of(child).await;
    assert_eq!((ended.code, ended.signal), (None, Some(2)));
    assert_eq!(fs::read_to_string(profile.kept()).unwrap(), "refresh-2\n");
}
