//! Where the server may look: the folders it was started with, and what lies in them once links are followed.

use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::target::{Target, TargetError};

/// Folders, canonical.
pub(super) struct Roots(Vec<PathBuf>);

impl Roots {
    pub fn new(given: &[PathBuf]) -> Result<Self, Failure> {
        let folder = |path: &PathBuf| {
            let folder = path.canonicalize().ok().filter(|path| path.is_dir());
            folder.ok_or_else(|| TargetError::NotFound { path: path.clone() })
        };
        Ok(Self(given.iter().map(folder).collect::<Result<_, _>>()?))
    }

    pub fn list(&self) -> &[PathBuf] {
        &self.0
    }

    /// The one that calls mean which name none. The command line gives at least one.
    pub fn first(&self) -> &Path {
        self.0.first().map_or(Path::new("."), PathBuf::as_path)
    }

    /// The folder that a call names: absolute, or from the first root, which it is by default.
    pub fn folder(&self, project: Option<&str>) -> Result<PathBuf, Failure> {
        let path = self.first().join(project.unwrap_or_default());
        self.inside(&path)
    }

    /// The root of the project in a folder. A workspace may reach further up than the folder, but not out of the roots.
    pub fn project(&self, project: Option<&str>) -> Result<PathBuf, Failure> {
        let root = Target::root(&self.folder(project)?)?;
        self.inside(&root)
    }

    /// A file in a project, by the name it was given: whether a link will do is for the command to say.
    pub fn file(&self, project: &Path, file: &str) -> Result<PathBuf, Failure> {
        let path = project.join(file);
        if !path.exists() {
            return Err(Failure::NoPlan(path));
        }
        self.inside(&path)?;
        Ok(path)
    }

    /// Where a path leads, if that is in one of the roots.
    pub fn inside(&self, path: &Path) -> Result<PathBuf, Failure> {
        let real = path.canonicalize().map_err(|_| TargetError::NotFound { path: path.to_path_buf() })?;
        if self.0.iter().any(|root| real.starts_with(root)) {
            return Ok(real);
        }
        Err(Failure::OutsideRoots { path: real, roots: self.0.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id<T>(result: Result<T, Failure>) -> &'static str {
        result.err().map_or("allowed", |failure| failure.card().id)
    }

    #[test]
    fn nothing_outside_is_reached() {
        let outer = tempfile::tempdir().unwrap();
        let base = outer.path().canonicalize().unwrap();
        let write = |path: &str, text: &str| {
            let path = base.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("Cargo.toml", "[workspace]\nmembers = [\"in/member\"]\n");
        write("in/member/Cargo.toml", "[package]\nname = \"member\"\n");
        write("in/alone/Cargo.toml", "[package]\nname = \"alone\"\n[workspace]\n");
        write("in/alone/.cello/plan.json", "{}");
        write("inner/Cargo.toml", "[package]\nname = \"inner\"\n[workspace]\n");
        let roots = Roots::new(&[base.join("in")]).unwrap();
        assert_eq!(roots.folder(None).unwrap(), base.join("in"));
        assert_eq!(roots.project(Some("alone")).unwrap(), base.join("in/alone"));
        // Its workspace is outside, as is a folder whose name only begins alike.
        assert_eq!(id(roots.project(Some("member"))), "outside-roots");
        assert_eq!(id(roots.folder(Some("../inner"))), "outside-roots");
        assert_eq!(id(roots.folder(Some(base.join("inner").to_str().unwrap()))), "outside-roots");
        assert_eq!(id(roots.folder(Some("missing"))), "project-not-found");
        let project = base.join("in/alone");
        assert_eq!(id(roots.file(&project, ".cello/plan.json")), "allowed");
        assert_eq!(id(roots.file(&project, "../../inner/Cargo.toml")), "outside-roots");
        assert_eq!(id(roots.file(&project, "none.json")), "no-plan");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(base.join("inner"), base.join("in/link")).unwrap();
            assert_eq!(id(roots.folder(Some("link"))), "outside-roots");
        }
        assert_eq!(id(Roots::new(&[base.join("nowhere")])), "project-not-found");
    }
}
