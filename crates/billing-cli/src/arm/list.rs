//! `billing arm list`.

use super::open;
use crate::args::{Format, Global};
use crate::failure::Failure;
use crate::hint::{Call, command_line};
use crate::output::{one_line, print, say, show};
use crate::render::{self, Page, print_preview};

pub(super) async fn run(account: &str, global: &Global) -> Result<(), Failure> {
    let target = open(global).await?;
    let subject = format!("billing account {}", one_line(account));
    let call = Call {
        target: &target,
        doing: format!("list the billing profiles of {subject}"),
        look: command_line("arm list", &[account], target.options()),
        subject,
        list: None,
    };
    let mut pager = target.arm()?.list_billing_profiles(account);
    if let Some(id) = global.request_id {
        pager = pager.with_request_id(id);
    }
    let format = global.output.unwrap_or_default();
    if global.dry_run {
        let preview = pager.preview().map_err(|error| call.failed(error))?;
        return print_preview(&preview, format);
    }
    let profiles = pager
        .collect_all()
        .await
        .map_err(|error| call.failed(error))?;
    match format {
        Format::Json => print(&render::json(&profiles)?),
        Format::Table if profiles.is_empty() => {
            say(format!("there are no billing profiles in {}", call.subject));
            Ok(())
        }
        Format::Table => show(render::billing_profiles(&profiles, Page::stdout())),
    }
}
