//! `billing config refresh-token`: saves the refresh token on stdin.

use std::io::{self, IsTerminal as _};

use billing_core::Secret;

use crate::credential::store::open;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::input::{self, InputError, Limit};
use crate::output::stderr::say;
use crate::settings::key::Key;
use crate::settings::load::Settings;
use crate::settings::refresh_token_store::{REFRESH_TOKEN_VARIABLE, RefreshTokenLocation};

/// Saves the refresh token on stdin.
///
/// # Errors
/// A usage failure for a terminal as stdin, which would show the token, for no token, and for a
/// location that keeps none; a failure of the store.
pub(crate) async fn run(settings: &Settings) -> Result {
    let location = settings.refresh_token_location()?;
    if location == RefreshTokenLocation::Environment {
        return Err(Failure::usage(
            "the refresh token cannot be saved: refresh-token-store is environment",
            format!(
                "set refresh-token-store to keyring or file:PATH in a context, or set \
                 {REFRESH_TOKEN_VARIABLE} to the token"
            ),
        ));
    }
    if location == RefreshTokenLocation::Keyring {
        for key in [Key::TenantId, Key::ClientId] {
            if settings.get(key).is_none() {
                return Err(Failure::usage(
                    format!(
                        "the keyring needs the tenant and the application: {} is not set",
                        key.name()
                    ),
                    "set tenant-id and client-id in the context",
                ));
            }
        }
    }
    let store = open(&location, settings)?;
    let token = read_stdin().await?;
    let cannot_keep =
        |error| Failure::new(Exit::Failed, error).during("could not save the refresh token");
    let _lock = store.lock().await.map_err(cannot_keep)?;
    store.save(&token).await.map_err(cannot_keep)?;
    say(match location {
        RefreshTokenLocation::File(path) => {
            format!("saved the refresh token in {}", path.display())
        }
        _ => "saved the refresh token in the keyring".to_owned(),
    });
    Ok(())
}

async fn read_stdin() -> Result<Secret> {
    let hint = "give it as a file or through a pipe, so that it is not shown:\n  billing config \
                refresh-token < FILE";
    if io::stdin().is_terminal() {
        return Err(Failure::usage("a refresh token cannot be typed", hint));
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
            "give the refresh token alone, not the response that it came in",
        )),
    }
}
