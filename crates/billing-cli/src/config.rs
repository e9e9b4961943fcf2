//! `billing config`: the settings, and the file that keeps them.

mod init;
mod show;

use crate::args::cli::ConfigVerb;
use crate::args::global::Global;
use crate::credential::store::keep;
use crate::failure::Result;
use crate::output::stderr::say;
use crate::output::stdout::print;
use crate::settings::load::Settings;
use crate::settings::location;

pub(crate) async fn run(verb: ConfigVerb, global: &Global) -> Result {
    match verb {
        ConfigVerb::Init => init::run(global),
        ConfigVerb::Path => {
            let location = location::find(global)?;
            if !location.exists {
                say("there is no such file; `billing config init` writes one");
            }
            print(&location.path.display().to_string())
        }
        ConfigVerb::Show => show::run(global).await,
        ConfigVerb::RefreshToken => keep::run(&Settings::load(global).await?).await,
    }
}
