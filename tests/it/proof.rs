//! The promises of both clients, checked against services that misbehave.
//!
//! `cases` is the table of misbehaviours, `hostile` serves them on a socket, and `run` sends the
//! three operations there: a read, Partner Center's PUT, Resource Manager's PATCH. The snapshots
//! have a line for each run, with its requests and outcome. `table` asserts the promises for each
//! run. Time is injected; only cases of a slow service wait, for about a second.

mod canary;
mod cases;
mod hostile;
mod links;
mod lost_response;
mod puts;
mod record;
mod reuse;
mod run;
mod spans;
mod table;
mod traps;
