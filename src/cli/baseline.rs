//! What is told when a project does not compile here, without the plan already: what is missing, what would help, and the
//! choice that is left.

use super::cards::{self, Card};
use crate::apply::Missing;

pub(super) fn card(missing: Missing) -> Card {
    match missing {
        Missing::Database => cards::NEEDS_DATABASE,
        Missing::Native => cards::NEEDS_NATIVE,
        Missing::Toolchain => cards::NEEDS_TOOLCHAIN,
        Missing::Dependency => cards::NEEDS_DEPENDENCY,
        Missing::Generated => cards::NEEDS_GENERATED,
        Missing::Code => cards::BASELINE,
    }
}

/// What would help, then the choice.
pub(super) fn help(missing: Missing) -> String {
    let helps = match missing {
        Missing::Database => {
            "Its queries are checked against a database while compiling. Start it and set DATABASE_URL (in `.env`, which \
             the copy has too); or run `cargo sqlx prepare` where there is one, and keep the `.sqlx` folder it makes."
        }
        Missing::Native => {
            "Install what the message names: a C linker (`build-essential`), `pkg-config` with the library's `-dev` \
             package, `protoc`, `cmake`."
        }
        Missing::Toolchain => {
            "Install the toolchain that `rust-toolchain.toml` or a package asks for: `rustup toolchain install VERSION`, or \
             `rustup target add TARGET`. The project's own choice is not overridden. Where a dependency itself fails, `cargo update -p NAME` may \
             bring one that this compiler takes."
        }
        Missing::Dependency => {
            "A dependency can't be had: check its path, its branch or revision, and that you may read its repository."
        }
        Missing::Generated => {
            "A file or setting that is made before compiling is missing: run the project's own build step for it first."
        }
        Missing::Code => "Make `cargo check` pass in the project first.",
    };
    format!(
        "Nothing was written. {helps} Then apply again. Or apply without the proof: `--no-verify`; run `cargo check` later, \
         where it can work, and `cello-scaffold undo` if it fails."
    )
}
