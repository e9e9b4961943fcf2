//! Importing, reading and comparing documents of the services.

mod checked_in;
mod diff;
mod emit;
mod overlay;
mod pages;
mod upstream;
