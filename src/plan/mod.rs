//! The plan: what `apply` may do, and everything a person needs to approve it.
//!
//! Plain data. It does not know how it was made; `steps` makes it, `report` shows it and `apply` replays it.

mod canonical;
mod compare;
mod demote;
mod digest;
mod handoff;
mod step;
mod strict;
mod subset;
mod types;

pub use canonical::canonical_json;
pub use compare::{Changed, Comparison, Kind, StepChange};
pub use demote::demote;
pub use digest::{PlanError, read, read_edited, seal, sha256_hex, verify};
pub use handoff::{HANDOFF, Handoff, HandoffItem};
pub use step::*;
pub use subset::subset;
pub use types::*;
