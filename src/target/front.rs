//! What lies beside the Rust code and is shipped or configured with it: front-end sources, settings, deployment scripts.
//!
//! A plan doesn't depend on these, so they are read only where somebody asks. Near misses: bundles and minified files,
//! which nobody wrote; a front end's tests, which say wrong things on purpose; whatever git ignores.

use std::path::Path;

use super::error::TargetError;
use super::files::read_those;
use super::text::SourceText;

/// Endings of code that a browser runs, or that is compiled to such.
const CLIENT: [&str; 10] =
    [".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".tsx", ".vue", ".svelte", ".astro"];
/// Endings of what configures or deploys.
const SETTINGS: [&str; 5] = [".sh", ".tf", ".yml", ".yaml", "package.json"];
/// Endings of style sheets, those that a program wrote too: what they say of a page holds.
const STYLES: [&str; 3] = [".css", ".scss", ".less"];
/// A line longer than this was written by a program.
const LONGEST_LINE: usize = 4_000;

/// The files beside the Rust code, by path.
///
/// # Errors
/// If the root itself can't be read.
pub fn front_end(root: &Path) -> Result<Vec<SourceText>, TargetError> {
    let is_style = |path: &str| STYLES.iter().any(|ending| path.ends_with(ending));
    let wanted = |path: &str| (is_client_code(path) || is_settings(path)) && !is_made_or_test(path);
    let files = read_those(root, |path| wanted(path) || is_style(path))?;
    Ok(files
        .texts
        .into_iter()
        .filter(|file| is_style(&file.path) || file.text.lines().all(|line| line.len() <= LONGEST_LINE))
        .collect())
}

/// True for code that a browser runs, by its name.
pub fn is_client_code(path: &str) -> bool {
    CLIENT.iter().any(|ending| path.ends_with(ending)) && !path.ends_with(".d.ts")
}

fn is_settings(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with(".env") || SETTINGS.iter().any(|ending| name.ends_with(ending))
}

fn is_made_or_test(path: &str) -> bool {
    const FOLDERS: [&str; 7] = ["dist", "build", ".next", "__tests__", "__mocks__", "cypress", "coverage"];
    const NAMES: [&str; 5] = [".min.", ".test.", ".spec.", ".bundle.", ".stories."];
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    folder.split('/').any(|part| FOLDERS.contains(&part)) || NAMES.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_by_a_program_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("web/a.ts", "a();\n");
        write("web/.env.production", "A=1\n");
        write("web/a.test.ts", "a();\n");
        write("web/a.d.ts", "a();\n");
        write("dist/b.js", "b();\n");
        write("web/packed.js", &"b();".repeat(2_000));
        write("node_modules/c/c.js", "c();\n");
        write("secret/.env", "A=1\n");
        write(".gitignore", "secret\n");
        let read = front_end(dir.path()).unwrap();
        let paths: Vec<&str> = read.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["web/.env.production", "web/a.ts"]);
    }
}
