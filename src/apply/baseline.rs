//! Why a project does not compile here although nothing was changed: what is missing is read from the compiler's words.

use serde::Serialize;

/// What a project needs to compile that this machine, or this moment, does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// A database to check queries against (`sqlx::query!`), or its answers kept in `.sqlx`.
    Database,
    /// A program or library that building needs: a linker, OpenSSL, `protoc`, `cmake`.
    Native,
    /// A compiler version, channel or platform.
    Toolchain,
    /// A dependency that is gone, or not to be had in the version asked for.
    Dependency,
    /// A generated file or a setting that is read at compile time.
    Generated,
    /// Nothing known: the code itself is wrong.
    Code,
}

/// What the words of cargo and the compiler tell of, most telling first.
const SIGNS: [(Missing, &[&str]); 5] = [
    (
        Missing::Database,
        &[
            "`DATABASE_URL` must be set",
            "set `DATABASE_URL`",
            "error communicating with database",
            "error returned from database",
            "no cached data for this query",
            "cargo sqlx prepare",
            "unable to open database file",
        ],
    ),
    (
        Missing::Toolchain,
        &[
            "is not installed",
            "requires rustc",
            "requires at least rustc",
            "is not supported by the following package",
            "feature `edition",
            "target may not be installed",
            "may not be used on the stable release channel",
            "could not choose a version of cargo",
            "override toolchain",
            "invalid toolchain",
            "error: rustup could not",
        ],
    ),
    (
        Missing::Dependency,
        &[
            "failed to load source for dependency",
            "as a dependency of package",
            "no matching package",
            "failed to select a version",
            "failed to load manifest for dependency",
            "failed to read `",
            "failed to authenticate",
            "revspec",
            "which is not there",
        ],
    ),
    (
        Missing::Native,
        &[
            "linker `",
            "linking with `",
            "pkg-config",
            "Could not find directory of OpenSSL",
            "Could not find `protoc`",
            "is `cmake` not installed",
            "unable to find library",
            "failed to find tool",
            "libclang",
            "failed to run custom build command",
        ],
    ),
    (Missing::Generated, &["couldn't read `", "not defined at compile time", "file not found for module"]),
];

/// What is missing, by what cargo and the compiler say.
pub(super) fn missing(errors: &[String]) -> Missing {
    let says = |sign: &&str| errors.iter().any(|error| error.contains(*sign));
    let found = SIGNS.iter().find(|(_, signs)| signs.iter().any(&says));
    found.map_or(Missing::Code, |(missing, _)| *missing)
}

#[cfg(test)]
mod tests {
    use super::{Missing, missing};

    #[test]
    fn what_is_missing_is_read_from_the_words() {
        for (words, expected) in [
            (
                "error: `DATABASE_URL` must be set, or `cargo sqlx prepare` must have been run",
                Missing::Database,
            ),
            (
                "error: error communicating with database: Connection refused (os error 111)",
                Missing::Database,
            ),
            ("error: linker `cc` not found", Missing::Native),
            ("error: failed to run custom build command for `openssl-sys v0.9.1`", Missing::Native),
            ("error: toolchain '1.70.0-x86_64-unknown-linux-gnu' is not installed", Missing::Toolchain),
            (
                "error: rustc 1.70.0 is not supported by the following package:\n  a@1.0 requires rustc 1.80",
                Missing::Toolchain,
            ),
            ("error: failed to get `gone` as a dependency of package `tiny v0.1.0`", Missing::Dependency),
            ("error: couldn't read `src/assets.css`: No such file or directory", Missing::Generated),
            ("error: environment variable `BUILD_ID` not defined at compile time", Missing::Generated),
            ("error[E0425]: cannot find value `x` in this scope", Missing::Code),
        ] {
            assert_eq!(missing(&[words.to_string()]), expected, "{words}");
        }
    }
}
