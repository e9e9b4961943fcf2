//! The billing command.
