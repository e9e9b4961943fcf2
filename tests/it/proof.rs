//! What both clients promise, against services that do everything wrong.
//!
//! `cases` is the table of what a service can do wrong, `hostile` does it on a socket, and `run`
//! lets the three operations meet it: a read, Partner Center's PUT, Resource Manager's PATCH. The
//! snapshots have the requests and the outcome, a line for each run. `table` asserts for each of
//! them what must hold for all. Time is injected: only what is slow on purpose waits, for a second
//! or so.

mod canary;
mod cases;
mod hostile;
mod links;
mod lost_answer;
mod puts;
mod record;
mod reuse;
mod run;
mod spans;
mod table;
mod traps;
