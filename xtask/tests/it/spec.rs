//! Importing, reading and comparing documents of the services.

mod checked_in;
mod diff;
mod documents;
mod emit;
mod import;
mod outline;
mod overlay;
mod pages;
mod survey;
mod upstream;
