//! The target: the user's project as found on disk. It knows nothing of Cello, Stripe or any framework.

mod at;

pub use at::{At, by_place};
