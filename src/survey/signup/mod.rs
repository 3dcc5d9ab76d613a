//! Ways to sign up: from where a user is created back to the handlers, and forward to the place after the creation.

pub mod capture;
pub mod decoy;
pub mod entry;
mod first_contact;
pub mod found;
pub mod given_back;
mod names;
pub mod site;
pub mod unseen;
mod variant;
