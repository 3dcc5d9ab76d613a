//! The rules of the club.

pub mod accounts;
pub mod bookings;
pub mod memberships;
