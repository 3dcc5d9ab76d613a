//! The target: the user's project as found on disk. It knows nothing of Cello, Stripe or any framework.

mod at;
mod beside;
mod error;
mod files;
mod front;
pub mod index;
mod lock;
mod manifest;
mod project;
mod redact;
mod root;
mod text;

pub use at::{At, by_place};
pub use error::TargetError;
pub use files::is_environment_example;
pub use front::{front_end, is_client_code};
pub use lock::{Lock, LockedPackage};
pub use manifest::{Dependency, Manifest};
pub use project::{Package, Target};
pub use redact::{redact, redact_lines};
pub use text::{SourceText, bom};
