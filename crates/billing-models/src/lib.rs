//! billing-models
