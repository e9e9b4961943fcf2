//! Documents, differences and lists as tables or JSON.

pub(crate) mod excerpt;
pub(crate) mod list;
pub(crate) mod print;
pub(crate) mod table;

#[cfg(test)]
mod tests;
