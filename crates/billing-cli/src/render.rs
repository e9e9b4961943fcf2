//! Documents, differences and lists as tables, JSON or CSV.

pub(crate) mod csv;
pub(crate) mod excerpt;
pub(crate) mod list;
pub(crate) mod print;
pub(crate) mod table;

#[cfg(test)]
mod tests;
