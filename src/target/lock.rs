//! `Cargo.lock`, read for versions and extended by whole lines.

use std::ops::Range;

/// A lock file's packages, in its order.
#[derive(Debug, Clone, Default)]
pub struct Lock {
    /// Path from the project's root.
    pub path: String,
    /// The packages.
    pub packages: Vec<LockedPackage>,
}

/// One `[[package]]` of a lock file.
#[derive(Debug, Clone)]
pub struct LockedPackage {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where it comes from; none for packages of the project itself.
    pub source: Option<String>,
    /// Lines of its `dependencies`, such as `axum` or `hmac 0.12.1`.
    pub dependencies: Vec<String>,
    /// Bytes of the whole entry, from `[[package]]` to the end of its last line.
    pub at: Range<usize>,
    /// Bytes between the brackets of `dependencies`, if it has any.
    pub list: Option<Range<usize>>,
}

impl Lock {
    /// Reads a lock file of version 3 or 4. Cargo writes these files, so their layout is known; anything else gives
    /// `None`.
    pub fn read(path: &str, text: &str) -> Option<Self> {
        let mut packages = Vec::new();
        let mut entries: Vec<usize> = text
            .match_indices("[[package]]")
            .map(|(at, _)| at)
            .filter(|&at| at == 0 || text.as_bytes()[at - 1] == b'\n')
            .collect();
        entries.push(text.len());
        for pair in entries.windows(2) {
            packages.push(entry(text, pair[0]..pair[1])?);
        }
        Some(Self { path: path.to_string(), packages })
    }

    /// Versions of a package, in the file's order.
    pub fn versions<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a LockedPackage> {
        self.packages.iter().filter(move |package| package.name == name)
    }
}

fn entry(text: &str, range: Range<usize>) -> Option<LockedPackage> {
    let body = &text[range.clone()];
    let value = |key: &str| {
        body.lines().find_map(|line| {
            let value = line.strip_prefix(key)?.strip_prefix(" = \"")?;
            value.trim_end().strip_suffix('"').map(str::to_string)
        })
    };
    let list = body.find("\ndependencies = [").map(|at| {
        let start = range.start + at + "\ndependencies = [".len();
        let end = text[start..range.end].find(']').map_or(range.end, |i| start + i);
        start..end
    });
    let dependencies = list.clone().map_or_else(Vec::new, |list| {
        text[list]
            .lines()
            .filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","))
            .map(str::to_string)
            .collect()
    });
    let end = range.start + body.trim_end().len();
    Some(LockedPackage {
        name: value("name")?,
        version: value("version")?,
        source: value("source"),
        dependencies,
        at: range.start..end,
        list,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n \"axum\",\n \"hmac 0.12.1\",\n]\n\n[[package]]\nname = \"axum\"\nversion = \"0.8.4\"\nsource = \"registry+x\"\nchecksum = \"00\"\n";

    #[test]
    fn packages_and_their_dependencies_are_read() {
        let lock = Lock::read("Cargo.lock", LOCK).unwrap();
        assert_eq!(lock.packages.len(), 2);
        assert_eq!(lock.packages[0].dependencies, ["axum", "hmac 0.12.1"]);
        assert_eq!(&LOCK[lock.packages[0].list.clone().unwrap()], "\n \"axum\",\n \"hmac 0.12.1\",\n");
        assert_eq!(lock.versions("axum").next().unwrap().version, "0.8.4");
        assert!(LOCK[lock.packages[1].at.clone()].ends_with("\"00\""));
    }
}
