//! Partner Center's customer billing profile, with what one needs around it, and Azure Resource
//! Manager's billing profile, served on loopback with state, for tests and demonstrations.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use billing_emulator::{Emulator, SAMPLE_CUSTOMER_ID};
//!
//! let emulator = Emulator::builder().sample_data().start().await?;
//! // Give a client `emulator.partner_url()`, `emulator.arm_url()` and `emulator.token()`, let it
//! // work, and then look at what is really stored:
//! assert!(emulator.customer_billing_profile(SAMPLE_CUSTOMER_ID).is_some());
//! assert_eq!(emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID), Some(0));
//! emulator.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! Where the services' documents and recordings say what happens, the emulator does that; where
//! they are silent it takes the plainest choice, and the code says so. Partner Center takes JSON, XML and forms, and
//! answers in JSON or XML as `Accept` says; XML is read as .NET reads it, so an element out of its order is lost in silence.
//! Time never passes in here: a long-running update advances by being polled, not by waiting.

mod arm;
mod builder;
mod call;
mod clock;
mod contract;
mod control;
mod emulator;
mod error;
mod numbers;
mod partner;
mod sample;
mod server;
mod state;
mod throttle;
mod token;

pub use builder::{Builder, LocationStyle, ReadOnlyMembers};
pub use emulator::Emulator;
pub use error::Error;
pub use sample::{
    SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_ACCOUNT, SAMPLE_OTHER_CUSTOMER_ID,
    SAMPLE_OTHER_PROFILE, SAMPLE_PROFILE,
};
pub use state::{LoggedRequest, Service};
pub use token::Token;
