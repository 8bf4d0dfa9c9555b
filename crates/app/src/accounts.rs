//! Users as an administrator looks after them: found, listed by the state of their contacts, disabled, given a new password.

mod access;
mod list;
mod permission;
mod search;

pub use access::{AccountEditError, AccountRefusal};
pub use list::{
    AccountCursor, AccountPage, AccountQuery, AccountRow, AccountState, ContactColumn, InvalidAccountCursor,
};

#[cfg(test)]
mod tests;
