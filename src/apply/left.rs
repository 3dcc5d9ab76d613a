//! What compiling the copy leaves in the project's own target folder, removed again.
//!
//! Dependencies compiled there serve the project too and stay. The project's own packages, compiled from the copy, are
//! others for cargo than those in place; nobody would ever use them again, and with every run there would be more.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Artifacts of packages in the copy: the folder of their profile (`target/debug`) and their hash in file names.
#[derive(Debug, Default)]
pub(super) struct Left {
    units: BTreeSet<(PathBuf, String)>,
    /// cargo's ids of the copy's packages.
    packages: BTreeSet<String>,
}

impl Left {
    /// Takes down what a run of cargo built from the copy, from its messages.
    pub fn note(&mut self, output: &[u8], scratch: &Path) {
        for line in output.split(|byte| *byte == b'\n') {
            let Ok(message) = serde_json::from_slice::<Value>(line) else { continue };
            let Some(id) = message["package_id"].as_str() else { continue };
            // Not every message has it, but a package's first one has.
            if message["manifest_path"].as_str().is_some_and(|path| Path::new(path).starts_with(scratch)) {
                self.packages.insert(id.to_string());
            }
            if !self.packages.contains(id) {
                continue;
            }
            let files = message["filenames"].as_array().into_iter().flatten().chain([&message["out_dir"]]);
            self.units.extend(files.filter_map(|file| unit(Path::new(file.as_str()?))));
        }
    }
}

/// `…/debug/deps/libapp-0123456789abcdef.rmeta` and `…/debug/build/app-0123456789abcdef/out` as profile and hash.
fn unit(file: &Path) -> Option<(PathBuf, String)> {
    let kind = file.ancestors().find(|folder| folder.ends_with("deps") || folder.ends_with("build"))?;
    let name = file.strip_prefix(kind).ok()?.components().next()?.as_os_str().to_str()?;
    let stem = name.split('.').next()?;
    let hash = stem.rsplit('-').next().filter(|hash| is_hash(hash))?;
    Some((kind.parent()?.to_path_buf(), hash.to_string()))
}

fn is_hash(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl Drop for Left {
    fn drop(&mut self) {
        let profiles: BTreeSet<&PathBuf> = self.units.iter().map(|(profile, _)| profile).collect();
        for profile in profiles {
            for kind in ["deps", "build", ".fingerprint"] {
                let entries = fs::read_dir(profile.join(kind)).into_iter().flatten().flatten();
                for entry in entries {
                    let name = entry.file_name().to_string_lossy().into_owned();
                    let hash = name.split('.').next().and_then(|stem| stem.rsplit('-').next());
                    let ours =
                        hash.is_some_and(|hash| self.units.contains(&(profile.clone(), hash.to_string())));
                    // What can't be removed is in nobody's way.
                    if ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                        let _ = fs::remove_dir_all(entry.path());
                    } else if ours {
                        let _ = fs::remove_file(entry.path());
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn artifacts_are_known_by_profile_and_hash() {
        let unit =
            |path: &str| unit(Path::new(path)).map(|(profile, hash)| (profile.display().to_string(), hash));
        let expected = Some(("/t/debug".to_string(), "0123456789abcdef".to_string()));
        assert_eq!(unit("/t/debug/deps/libmy_app-0123456789abcdef.rmeta"), expected);
        assert_eq!(unit("/t/debug/build/my-app-0123456789abcdef/out"), expected);
        assert_eq!(unit("/t/debug/my-app"), None);
        assert_eq!(unit("/t/debug/deps/libmy_app-short.rmeta"), None);
    }
}
