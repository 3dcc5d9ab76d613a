//! How a script is written: its quotes, and whether statements end in semicolons.

/// The import lines of a text, which tell best how it is written.
fn imports(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| line.starts_with("import ") && line.contains(['"', '\''])).collect()
}

/// True if strings have double quotes.
pub fn double_quotes(text: &str) -> bool {
    let imports = imports(text);
    let double = imports.iter().filter(|line| line.contains('"')).count();
    if imports.is_empty() {
        text.matches('"').count() > text.matches('\'').count()
    } else {
        double * 2 > imports.len()
    }
}

/// True if statements end in semicolons.
pub fn semicolons(text: &str) -> bool {
    let imports = imports(text);
    let with = imports.iter().filter(|line| line.ends_with(';')).count();
    if imports.is_empty() { text.contains(";\n") || text.contains(";\r\n") } else { with * 2 > imports.len() }
}
