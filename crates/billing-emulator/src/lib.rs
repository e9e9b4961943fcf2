//! billing-emulator
