//! Where the refresh token is, and where each new one goes.

mod file;
#[cfg(feature = "keyring")]
mod keyring;

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use billing_core::{BoxFuture, RefreshTokenStore, Secret, StoreError, SystemClock};
use tokio::sync::watch;

use self::file::TokenFile;
use super::{Problem, secret};
use crate::config::{Key, Settings};
use crate::failure::{Exit, Failure};
use crate::input::{self, InputError, Limit};
use crate::nearest::did_you_mean;
use crate::output::say;

/// The variable that holds the refresh token where the environment is the place for it.
pub(crate) const VARIABLE: &str = "BILLING_REFRESH_TOKEN";

/// How long the end of the command waits for an exchange that is under way.
const LAST_EXCHANGE: Duration = Duration::from_secs(5);

/// How many refresh tokens this process is exchanging.
static EXCHANGES: LazyLock<watch::Sender<usize>> = LazyLock::new(watch::Sender::default);

/// An exchange of a refresh token, which is under way until this is dropped.
struct ExchangeUnderWay;

impl ExchangeUnderWay {
    fn begin() -> Self {
        EXCHANGES.send_modify(|count| *count = count.saturating_add(1));
        Self
    }
}

impl Drop for ExchangeUnderWay {
    fn drop(&mut self) {
        EXCHANGES.send_modify(|count| *count = count.saturating_sub(1));
    }
}

/// Waits until the exchanges under way are done and their refresh tokens saved, for 5 seconds at
/// most: a process that ends meanwhile would lose the only token that still works.
pub(crate) async fn finish_exchanges() {
    let mut count = EXCHANGES.subscribe();
    let done = count.wait_for(|count| *count == 0);
    // Nothing is left to do if it takes longer.
    let _ = tokio::time::timeout(LAST_EXCHANGE, done).await;
}

/// What `refresh-token-store` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Environment,
    Keyring,
    File(PathBuf),
}

impl Place {
    /// # Errors
    /// A usage failure for a text that is none of the places. It is not repeated: it may be the token.
    pub(crate) fn of(settings: &Settings) -> Result<Self, Failure> {
        let Some(setting) = settings.get(Key::RefreshTokenStore) else {
            return Ok(Self::Environment);
        };
        match setting.text() {
            "environment" => Ok(Self::Environment),
            "keyring" => Ok(Self::Keyring),
            text => match text.strip_prefix("file:").filter(|path| !path.is_empty()) {
                Some(path) => Ok(Self::File(absolute(path, settings.file()))),
                None => {
                    let names = ["environment", "keyring", "file:PATH"];
                    let near = did_you_mean(text, &names);
                    let hint = format!("the places are {}{near}", names.join(", "));
                    Err(setting.refuse("is no place", hint))
                }
            },
        }
    }

    pub(super) fn open(&self, settings: &Settings) -> Result<Arc<dyn RefreshTokenStore>, Problem> {
        Ok(match self {
            Self::Environment => Arc::new(Environment),
            Self::File(path) => {
                let clock = Arc::new(SystemClock::new());
                Arc::new(TokenFile::new(path.clone(), clock))
            }
            Self::Keyring => keyring_of(settings)?,
        })
    }
}

/// A path that is relative to the folder of the config file; `~` is the home folder.
fn absolute(path: &str, config: &Path) -> PathBuf {
    if let (Some(rest), Ok(home)) = (path.strip_prefix("~/"), etcetera::home_dir()) {
        return home.join(rest);
    }
    let folder = config.parent().unwrap_or_else(|| Path::new(""));
    folder.join(path)
}

#[cfg(feature = "keyring")]
fn keyring_of(settings: &Settings) -> Result<Arc<dyn RefreshTokenStore>, Problem> {
    let text = |key| settings.text(key).unwrap_or_default();
    let account = format!("{}/{}", text(Key::TenantId), text(Key::ClientId));
    Ok(Arc::new(keyring::Keyring::of_the_system(account)))
}

#[cfg(not(feature = "keyring"))]
fn keyring_of(_: &Settings) -> Result<Arc<dyn RefreshTokenStore>, Problem> {
    let (what, _) = crate::features::left_out("keyring", "keyring");
    let hint = "build it with --features keyring, or choose file:PATH as refresh-token-store";
    Err(Problem {
        what,
        hint: hint.to_owned(),
    })
}

/// `billing config refresh-token`: takes the token on stdin into custody.
///
/// # Errors
/// A usage failure for a terminal as stdin, which would show the token, for no token, and for a place that
/// keeps none; a failure of the place itself.
pub(crate) async fn keep_refresh_token(settings: &Settings) -> Result<(), Failure> {
    let place = Place::of(settings)?;
    if place == Place::Environment {
        return Err(Failure::usage(
            "there is nowhere to keep it: refresh-token-store is environment",
            format!(
                "set refresh-token-store to keyring or file:PATH in a context, or put the token into \
                 {VARIABLE}"
            ),
        ));
    }
    if place == Place::Keyring {
        for key in [Key::TenantId, Key::ClientId] {
            if settings.get(key).is_none() {
                return Err(Failure::usage(
                    format!(
                        "the keyring keeps it by tenant and application: {} is not set",
                        key.name()
                    ),
                    "set tenant-id and client-id in the context",
                ));
            }
        }
    }
    let store = place.open(settings);
    let store = store.map_err(|Problem { what, hint }| Failure::usage(what, hint))?;
    let token = read_stdin().await?;
    let cannot_keep = |error| {
        Failure::new(Exit::Failed, anyhow::Error::from_boxed(error))
            .during("could not keep the refresh token")
    };
    let _lock = store.lock().await.map_err(cannot_keep)?;
    store.save(&token).await.map_err(cannot_keep)?;
    say(match place {
        Place::File(path) => format!("the refresh token is in {}", path.display()),
        _ => "the refresh token is in the keyring".to_owned(),
    });
    Ok(())
}

async fn read_stdin() -> Result<Secret, Failure> {
    let hint = "give it as a file or through a pipe, so that nobody sees it:\n  \
                billing config refresh-token < FILE";
    if io::stdin().is_terminal() {
        return Err(Failure::usage("a refresh token is not for typing", hint));
    }
    let source = "standard input";
    let text = input::stdin(Limit::VALUE).await;
    let text = text.map_err(|error| error.refuse(source, hint))?;
    match input::word_of(&text) {
        Ok(token) => Ok(Secret::new(token)),
        Err(InputError::Empty) => Err(Failure::usage(
            "there is no refresh token on standard input",
            hint,
        )),
        Err(error) => Err(error.refuse(
            source,
            "put the refresh token alone into it, not the answer that it came with",
        )),
    }
}

/// Work that may wait for a disk, a lock, or a person who opens the keyring.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await?
}

/// What keeps a place from giving or taking a refresh token. The trouble is its cause, so that it can be found
/// whatever is wrapped around.
#[derive(Debug, thiserror::Error)]
#[error("{place}")]
struct Failed {
    place: String,
    #[source]
    trouble: Trouble,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error("there is no refresh token")]
    Absent,
    #[error("{0}")]
    Broken(String),
    /// Another process uses it.
    #[error("{0}")]
    Busy(String),
}

impl Trouble {
    /// It, in this place.
    fn at(self, place: impl Into<String>) -> StoreError {
        let place = place.into();
        Box::new(Failed {
            place,
            trouble: self,
        })
    }
}

impl From<InputError> for Trouble {
    fn from(error: InputError) -> Self {
        match error {
            InputError::Read(error) => error.into(),
            InputError::Empty => Self::Absent,
            error => Self::Broken(format!("what is there {error}")),
        }
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Absent,
            _ => Self::Broken(error.to_string()),
        }
    }
}

/// The environment of this process: it gives a token and takes none.
struct Environment;

impl RefreshTokenStore for Environment {
    fn load(&self) -> BoxFuture<'_, Result<Secret, StoreError>> {
        Box::pin(async {
            let token = secret(VARIABLE).map_err(|error| Trouble::from(error).at(VARIABLE))?;
            token.ok_or_else(|| Trouble::Absent.at(VARIABLE))
        })
    }

    fn save<'a>(&'a self, _: &'a Secret) -> BoxFuture<'a, Result<(), StoreError>> {
        // The old one goes on being good until it expires ("Refresh tokens: expiration"), so that there is
        // no reason to refuse the access token that came with the new one.
        say(format!(
            "warning: a new refresh token came and is lost, as {VARIABLE} cannot be written back; the one in \
             it ends at its own time. With refresh-token-store = \"keyring\" or \"file:PATH\" the new ones are kept"
        ));
        Box::pin(async { Ok(()) })
    }
}
