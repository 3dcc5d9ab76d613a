//! The Rust that a project keeps to, where it says so: what is inserted must be known there.
//!
//! `rust-version = "1.75"` in the manifest or its workspace, `channel = "1.75.0"` of `rust-toolchain.toml`. Near misses:
//! `stable` and `nightly`, which are no version.

use super::basis::Basis;

/// A feature and the Rust it came with, major and minor.
#[derive(Debug, Clone, Copy)]
pub struct Since(&'static str, (u64, u64));

/// What the module needs: `OnceLock` and `Option::is_some_and`.
pub const MODULE: Since = Since("the module", (1, 70));

/// `Result::inspect`, for a line that goes into a chain of calls.
pub const INSPECT: Since = Since("`Result::inspect`, which the line would be in,", (1, 76));

/// Why something can't be used in a project that keeps to an older Rust, as the end of a sentence.
pub fn too_old(basis: &Basis, since: Since) -> Option<String> {
    let (version, file) = kept_to(basis)?;
    let Since(what, (major, minor)) = since;
    (version < (major, minor)).then(|| {
        format!("it keeps to Rust {}.{} ({file}), and {what} needs {major}.{minor}", version.0, version.1)
    })
}

/// The oldest Rust that a manifest or the toolchain's file names, and where.
fn kept_to(basis: &Basis) -> Option<((u64, u64), String)> {
    let manifests = [basis.package, basis.home].map(|package| {
        Some((number(package.manifest.rust_version.as_deref()?)?, package.path("Cargo.toml")))
    });
    let toolchain = ["rust-toolchain", "rust-toolchain.toml"].map(|name| {
        let text = &basis.target.text(name)?.text;
        let channel = text.lines().find_map(|line| line.trim().strip_prefix("channel"));
        let channel = channel.map_or(text.as_str(), |rest| rest.trim_start_matches([' ', '=']));
        let channel = channel.split('#').next()?;
        Some((number(channel.trim().trim_matches(['"', '\'']))?, name.to_string()))
    });
    manifests.into_iter().chain(toolchain).flatten().min()
}

/// `1.75` or `1.75.0`.
fn number(version: &str) -> Option<(u64, u64)> {
    let mut parts = version.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbers_and_channels_are_none() {
        assert_eq!(number("1.75"), Some((1, 75)));
        assert_eq!(number("1.70.0"), Some((1, 70)));
        for channel in ["stable", "nightly-2024-05-01", "1", ""] {
            assert_eq!(number(channel), None, "{channel}");
        }
    }

    /// What clippy holds the inserted code to is what the module is said to need.
    #[test]
    fn the_inserted_code_is_held_to_it() {
        let clippy = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inserted/clippy.toml");
        let text = fs_err::read_to_string(clippy).unwrap();
        let Since(_, (major, minor)) = MODULE;
        assert!(text.contains(&format!("msrv = \"{major}.{minor}.0\"")), "{text}");
    }
}
