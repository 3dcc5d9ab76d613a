//! `Cargo.toml`, read with its byte positions.
//!
//! toml_edit is used as a source of spans only: printing its document would change line ends and lose a BOM.

use std::collections::BTreeMap;
use std::ops::Range;

use toml_edit::{Document, Item, TableLike, Value};

use super::text::bom;

/// One package's manifest.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Path from the project's root.
    pub path: String,
    /// `package.name`, if it has a package.
    pub package: Option<String>,
    /// Rust edition; inherited ones are resolved by the project.
    pub edition: Option<String>,
    /// True if the edition is the workspace's.
    pub edition_inherited: bool,
    /// `rust-version`, the oldest Rust it promises to be built with; inherited ones are resolved by the project.
    pub rust_version: Option<String>,
    /// True if that is the workspace's.
    pub rust_version_inherited: bool,
    /// Normal dependencies, by the name code uses (`-` as `_`).
    pub dependencies: BTreeMap<String, Dependency>,
    /// `[workspace.dependencies]`, likewise.
    pub workspace_dependencies: BTreeMap<String, Dependency>,
    /// `workspace.members`, `None` without a `[workspace]`.
    pub members: Option<Vec<String>>,
    /// `workspace.exclude`.
    pub exclude: Vec<String>,
    /// `workspace.package.edition`.
    pub workspace_edition: Option<String>,
    /// `workspace.package.rust-version`.
    pub workspace_rust_version: Option<String>,
    /// `lib.path`.
    pub lib_path: Option<String>,
    /// `lib.name`.
    pub lib_name: Option<String>,
    /// `[[bin]]` paths.
    pub bin_paths: Vec<String>,
    /// Where a plain `[dependencies]` table can be extended: byte after its last entry.
    pub dependencies_end: Option<usize>,
}

/// One dependency.
#[derive(Debug, Clone)]
pub struct Dependency {
    /// Key in the manifest.
    pub key: String,
    /// Name of the package, which differs from the key if renamed.
    pub package: String,
    /// Version requirement; empty if there is none.
    pub requirement: String,
    /// Features asked for.
    pub features: Vec<String>,
    /// Whether default features are on.
    pub default_features: bool,
    /// Whether it is optional.
    pub optional: bool,
    /// Whether it inherits from the workspace.
    pub workspace: bool,
    /// `path`, if it is a local package.
    pub path: Option<String>,
    /// Bytes of its value in the file.
    pub at: Range<usize>,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// With the parser's words if it isn't TOML.
    pub fn read(path: &str, text: &str) -> Result<Self, String> {
        let shift = bom(text);
        let body = &text[shift..];
        let doc = Document::parse(body).map_err(|error| error.to_string())?;
        let root: &dyn TableLike = doc.as_table();
        let package = table(root, "package");
        let workspace = table(root, "workspace");
        let lib = table(root, "lib");
        let edition_item = package.and_then(|package| package.get("edition"));
        let rust_item = package.and_then(|package| package.get("rust-version"));
        let of_workspace = workspace.and_then(|workspace| table(workspace, "package"));
        let bins = root.get("bin").and_then(Item::as_array_of_tables);
        Ok(Self {
            path: path.to_string(),
            package: package.and_then(|package| string(package, "name")),
            edition: edition_item.and_then(Item::as_str).map(str::to_string),
            edition_inherited: edition_item.is_some_and(|item| item.as_str().is_none()),
            rust_version: rust_item.and_then(Item::as_str).map(str::to_string),
            rust_version_inherited: rust_item.is_some_and(|item| item.as_str().is_none()),
            dependencies: dependencies(table(root, "dependencies"), shift),
            workspace_dependencies: dependencies(
                workspace.and_then(|workspace| table(workspace, "dependencies")),
                shift,
            ),
            members: workspace.map(|workspace| strings(workspace, "members")),
            exclude: workspace.map(|workspace| strings(workspace, "exclude")).unwrap_or_default(),
            workspace_edition: of_workspace.and_then(|package| string(package, "edition")),
            workspace_rust_version: of_workspace.and_then(|package| string(package, "rust-version")),
            lib_path: lib.and_then(|lib| string(lib, "path")),
            lib_name: lib.and_then(|lib| string(lib, "name")),
            bin_paths: bins
                .map(|bins| bins.iter().filter_map(|bin| string(bin, "path")).collect())
                .unwrap_or_default(),
            dependencies_end: dependencies_end(&doc, body).map(|at| at + shift),
        })
    }
}

fn table<'a>(parent: &'a dyn TableLike, key: &str) -> Option<&'a dyn TableLike> {
    parent.get(key)?.as_table_like()
}

fn string(table: &dyn TableLike, key: &str) -> Option<String> {
    table.get(key)?.as_str().map(str::to_string)
}

fn strings(table: &dyn TableLike, key: &str) -> Vec<String> {
    let Some(array) = table.get(key).and_then(Item::as_array) else {
        return Vec::new();
    };
    array.iter().filter_map(|value| value.as_str().map(str::to_string)).collect()
}

fn dependencies(from: Option<&dyn TableLike>, shift: usize) -> BTreeMap<String, Dependency> {
    let Some(from) = from else {
        return BTreeMap::new();
    };
    from.iter().map(|(key, item)| (key.replace('-', "_"), dependency(key, item, shift))).collect()
}

fn dependency(key: &str, item: &Item, shift: usize) -> Dependency {
    let span = item.span().or_else(|| value_span(item)).unwrap_or(0..0);
    let fields = item.as_table_like();
    let text = |name: &str| fields.and_then(|fields| string(fields, name));
    let flag = |name: &str| fields.and_then(|fields| fields.get(name)).and_then(Item::as_bool);
    Dependency {
        key: key.to_string(),
        package: text("package").unwrap_or_else(|| key.to_string()),
        requirement: item.as_str().map(str::to_string).or_else(|| text("version")).unwrap_or_default(),
        features: fields.map(|fields| strings(fields, "features")).unwrap_or_default(),
        default_features: flag("default-features").or_else(|| flag("default_features")).unwrap_or(true),
        optional: flag("optional").unwrap_or(false),
        workspace: flag("workspace").unwrap_or(false),
        path: text("path"),
        at: span.start + shift..span.end + shift,
    }
}

fn value_span(item: &Item) -> Option<Range<usize>> {
    match item {
        Item::Value(value) => value.span(),
        // A dotted key (`axum.version = "0.8"`) has no span of its own.
        Item::Table(table) => table.iter().find_map(|(_, item)| value_span(item)),
        _ => None,
    }
}

/// Byte after the last entry written directly under a plain `[dependencies]` header, at the end of its line.
fn dependencies_end(doc: &Document<&str>, body: &str) -> Option<usize> {
    let Some(Item::Table(table)) = doc.get("dependencies") else {
        return None;
    };
    if table.is_dotted() || table.is_implicit() {
        return None;
    }
    let last = table
        .iter()
        .filter(|(_, item)| !matches!(item, Item::Table(table) if !table.is_dotted()))
        .filter_map(|(_, item)| item_end(item))
        .max()
        .or_else(|| table.span().map(|span| span.end))?;
    let end = body[last..].find('\n').map_or(body.len(), |i| last + i);
    Some(if body[..end].ends_with('\r') { end - 1 } else { end })
}

fn item_end(item: &Item) -> Option<usize> {
    match item {
        Item::Value(Value::InlineTable(table)) if table.is_dotted() => {
            table.iter().filter_map(|(_, value)| Some(value.span()?.end)).max()
        }
        Item::Value(value) => Some(value.span()?.end),
        Item::Table(table) => table.iter().filter_map(|(_, item)| item_end(item)).max(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Manifest {
        Manifest::read("Cargo.toml", text).unwrap()
    }

    #[test]
    fn renamed_inherited_and_dotted_dependencies_are_read() {
        let manifest = read(
            "[package]\nname = \"x\"\n[dependencies]\nstripe = { package = \"async-stripe\", version = \"0.41\", default-features = false, features = [\"checkout\"] }\nserde.workspace = true\nreqwest = { version = \"0.12\" }\n",
        );
        let stripe = &manifest.dependencies["stripe"];
        assert_eq!(stripe.package, "async-stripe");
        assert_eq!(stripe.requirement, "0.41");
        assert!(!stripe.default_features);
        assert!(manifest.dependencies["serde"].workspace);
    }

    #[test]
    fn the_end_of_the_table_is_the_end_of_its_last_line_whatever_the_line_ends() {
        let plain = "[package]\nname = \"x\"\n\n[dependencies]\naxum = \"0.8\" # web\n\n[features]\n";
        assert_eq!(
            &plain[..read(plain).dependencies_end.unwrap()],
            plain.split("\n\n[features]").next().unwrap()
        );
        let crlf = format!("\u{feff}{}", plain.replace('\n', "\r\n"));
        assert!(crlf[..read(&crlf).dependencies_end.unwrap()].ends_with("# web"));
        assert_eq!(read("[dependencies.axum]\nversion = \"0.8\"\n").dependencies_end, None);
        assert!(Manifest::read("Cargo.toml", "[dependencies").is_err());
    }
}
