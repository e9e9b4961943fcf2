//! How to use an emulator that has started: variables for a shell, and a text for people.

use billing_emulator::{
    Emulator, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_ACCOUNT, SAMPLE_OTHER_CUSTOMER_ID,
    SAMPLE_OTHER_PROFILE, SAMPLE_PROFILE,
};

use crate::args::emulator::EnvShell;

/// Returns the environment variables of the other commands.
fn settings(emulator: &Emulator) -> [(&'static str, &str); 3] {
    [
        ("BILLING_PARTNER_ENDPOINT", emulator.partner_url()),
        ("BILLING_ARM_ENDPOINT", emulator.arm_url()),
        ("BILLING_TOKEN", emulator.token().reveal()),
    ]
}

/// Returns the lines that set the variables, the process id to stop included.
pub(super) fn variables(emulator: &Emulator, shell: EnvShell) -> String {
    let process = std::process::id().to_string();
    let settings = settings(emulator).into_iter();
    let all = settings.chain([
        ("BILLING_EMULATOR_CONTROL", emulator.control_url()),
        ("BILLING_EMULATOR_AUTHORITY", emulator.authority_url()),
        ("BILLING_EMULATOR_PID", process.as_str()),
    ]);
    // Addresses and the token contain no quotes.
    let lines = all.map(|(name, value)| match shell {
        EnvShell::Sh => format!("export {name}='{value}'"),
        EnvShell::Powershell => format!("$env:{name} = '{value}'"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the first steps for people. Lines that begin with a space are to be copied.
pub(super) fn usage(emulator: &Emulator, is_tls: bool) -> String {
    let mut lines = vec!["In another terminal:".to_owned()];
    let exports = settings(emulator).map(|(name, value)| format!("  export {name}='{value}'"));
    lines.extend(exports);
    let customers = [SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_CUSTOMER_ID]
        .into_iter()
        .filter(|id| emulator.customer_effective_writes(id).is_some());
    let profiles = [
        (SAMPLE_ACCOUNT, SAMPLE_PROFILE),
        (SAMPLE_OTHER_ACCOUNT, SAMPLE_OTHER_PROFILE),
    ]
    .into_iter()
    .filter(|(account, name)| {
        let writes = emulator.billing_profile_effective_writes(account, name);
        writes.is_some()
    });
    lines.extend(customers.map(|id| format!("  billing partner get {id}")));
    lines.extend(profiles.map(|(account, name)| format!("  billing arm get {account} {name}")));
    if is_tls {
        let note = "The certificate has to be trusted first: --ca-file writes it to a file.";
        lines.push(note.to_owned());
    }
    lines.push(format!("In a browser: {}", emulator.control_url()));
    lines.push("Ctrl-C stops it.".to_owned());
    lines.join("\n")
}
