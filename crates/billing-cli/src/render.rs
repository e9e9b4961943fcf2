//! Documents, differences and lists as tables or JSON.

mod excerpt;
pub(crate) mod list;
pub(crate) mod print;
pub(crate) mod table;

#[cfg(test)]
mod tests;
