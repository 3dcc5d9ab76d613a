//! All SQL there is.

pub mod bookings;
pub mod members;
