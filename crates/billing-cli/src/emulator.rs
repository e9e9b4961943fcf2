//! `billing emulator`: both services on loopback until somebody stops them.

use billing_emulator::{Emulator, Error};

use crate::args::EmulatorArgs;
use crate::failure::{Exit, Failure};
use crate::interrupt::Interrupt;
use crate::output::{print, say};

pub(crate) async fn run(args: EmulatorArgs, interrupt: &Interrupt) -> Result<(), Failure> {
    let builder = Emulator::builder().sample_data().listen(args.listen);
    let emulator = builder.start().await.map_err(refuse)?;
    print(&ready_line(&emulator))?;
    interrupt.asked(1).await;
    say("stopping when the requests in flight are answered; once more stops at once");
    tokio::select! {
        () = emulator.shutdown() => {}
        () = interrupt.asked(2) => {}
    }
    Ok(())
}

/// The one line on stdout that says where everything is.
fn ready_line(emulator: &Emulator) -> String {
    let text = serde_json::Value::from;
    // By hand, as the order of a map's members depends on a feature that any crate may switch on.
    format!(
        r#"{{"partner":{},"arm":{},"control":{},"token":{}}}"#,
        text(emulator.partner_url()),
        text(emulator.arm_url()),
        text(emulator.control_url()),
        text(emulator.token().reveal()),
    )
}

fn refuse(error: Error) -> Failure {
    let hint = match &error {
        Error::NotLoopback { .. } => {
            "an emulator is for this machine alone; reach it from another through a tunnel"
        }
        Error::Bind { .. } => "with --listen 127.0.0.1:0 each service takes a free port",
        _ => "nothing is listening",
    };
    let exit = match &error {
        Error::NotLoopback { .. } | Error::Bind { .. } => Exit::Usage,
        _ => Exit::Failed,
    };
    Failure::new(exit, error).hint(hint)
}
