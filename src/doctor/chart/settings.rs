//! Settings in files: `.env` of any kind, front-end ones included. Values stay here; reports name settings only.

use std::ops::Range;

use crate::target::{SourceText, Target};

/// A line `NAME=value`.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The file.
    pub file: String,
    /// Its name.
    pub name: String,
    /// Its value without quotes; perhaps a secret.
    pub value: String,
    /// Bytes of the name: what is shown of the line.
    pub at: Range<usize>,
}

/// Settings of all such files that git would keep, by file and line.
pub fn read(target: &Target, front: &[SourceText]) -> Vec<Setting> {
    let is_env = |path: &str| {
        path.rsplit('/').next().is_some_and(|name| name.contains("env") && !name.contains(".rs"))
    };
    let mut files: Vec<&SourceText> =
        target.files.values().chain(front).filter(|file| is_env(&file.path)).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    files
        .into_iter()
        .filter(|file| !file.path.ends_with(".md") && !is_code(&file.path))
        .flat_map(lines)
        .collect()
}

fn is_code(path: &str) -> bool {
    crate::target::is_client_code(path)
        || [".html", ".toml", ".sql", ".sh", ".tf"].iter().any(|end| path.ends_with(end))
}

fn lines(file: &SourceText) -> Vec<Setting> {
    let mut out = Vec::new();
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let from = start + (line.len() - line.trim_start().len());
        start += line.len();
        let bare = line.trim().strip_prefix("export ").unwrap_or(line.trim());
        let Some((name, value)) = bare.split_once('=') else { continue };
        let name = name.trim();
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !is_name || line.trim_start().starts_with('#') {
            continue;
        }
        let value = value.trim().trim_matches(['"', '\'']).to_string();
        let from = from + line.trim_start().find(name).unwrap_or(0);
        out.push(Setting { file: file.path.clone(), name: name.into(), value, at: from..from + name.len() });
    }
    out
}

impl Setting {
    /// True if something stands there that isn't a hint of what to fill in.
    pub fn is_set(&self) -> bool {
        const HINTS: [&str; 9] =
            ["your", "change", "xxx", "...", "<", "todo", "example", "secret", "placeholder"];
        let value = self.value.to_ascii_lowercase();
        value.len() >= 8 && !HINTS.iter().any(|hint| value.contains(hint)) && !value.starts_with('$')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_read_and_comments_are_not() {
        let text = "# A=1\nexport CELLO_PRODUCT_SECRET=\"4f9a2c77d1\"\r\nB=your-secret-here\nnot a setting\n";
        let found = lines(&SourceText::new(".env", text));
        assert_eq!(found.len(), 2);
        assert_eq!(&text[found[0].at.clone()], "CELLO_PRODUCT_SECRET");
        assert!(found[0].is_set() && !found[1].is_set());
    }
}
