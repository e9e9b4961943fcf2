//! `billing bulk`: plans, runs that are stopped and resumed, and what they print.

mod apply;
mod control;
#[cfg(target_os = "linux")]
mod disks;
#[cfg(target_os = "linux")]
mod documents;
mod export;
mod generations;
mod help;
mod input;
#[cfg(unix)]
mod interrupt;
#[cfg(unix)]
mod kill;
mod limits;
#[cfg(unix)]
mod outside;
mod plan;
mod postgres;
mod receipts;
mod reconcile;
mod report;
#[cfg(unix)]
mod scenario;
mod schema;
mod setup;
#[cfg(target_os = "linux")]
mod sign_in;
mod status;
mod undo;
mod versions;
mod wrong_files;
