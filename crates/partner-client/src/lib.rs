//! partner-client
