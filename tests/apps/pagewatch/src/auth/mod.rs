//! Who is asking: sessions by cookie for people, keys for programs.

pub mod api_key;
pub mod extract;
pub mod session;

pub use api_key::ApiKey;
pub use extract::{AdminUser, CurrentUser, MaybeUser};

use rand::{distributions::Alphanumeric, rngs::OsRng, Rng};

/// 43 letters and digits are a little more than 256 bits.
fn random_token() -> String {
    OsRng
        .sample_iter(&Alphanumeric)
        .take(43)
        .map(char::from)
        .collect()
}
