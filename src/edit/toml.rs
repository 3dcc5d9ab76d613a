//! One more entry for a table of a TOML file, as an insertion: its neighbours, comments and line ends stay.
//!
//! toml_edit tells where things are; nothing it prints is used.

use toml_edit::{Document, Item, Table, Value};

use super::splice::{Edit, splice};

/// What an entry says: its fields and their values in TOML, such as `("version", "\"0.12\"")`.
pub type Fields = Vec<(&'static str, String)>;

/// The insertion of `key` into the table at `path`. It goes after the last smaller key if the keys are sorted, else
/// after the last entry; where there is no such table with a header of its own, a sub-table goes to the end.
///
/// # Errors
/// With the reason if the file is no TOML, the key is there, or the table is written in a way that can't be extended.
pub fn entry(text: &str, path: &[&str], key: &str, fields: &Fields) -> Result<Edit, String> {
    let shift = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let body = &text[shift..];
    let doc = Document::parse(body).map_err(|error| error.to_string())?;
    let (at, new) = match find(&doc, path)? {
        Some(table) if table.contains_key(key) => return Err(format!("`{key}` is there already")),
        Some(table) if !table.is_implicit() && !table.is_dotted() && table.span().is_some() => {
            let at = end_of_line(body, place(body, table, key));
            (at, format!("{}{key}{}", eol(body), inline(fields)))
        }
        _ => (body.len(), sub_table(body, path, key, fields)),
    };
    let edit = Edit { at: at + shift..at + shift, text: new };
    let after = splice(text.as_bytes(), std::slice::from_ref(&edit)).map_err(|error| error.to_string())?;
    let after = String::from_utf8(after).map_err(|error| error.to_string())?;
    let again = Document::parse(&after[shift..]).map_err(|error| error.to_string())?;
    let there = find(&again, path)?.is_some_and(|table| table.contains_key(key));
    there.then_some(edit).ok_or_else(|| format!("`{key}` would not end up in [{}]", path.join(".")))
}

/// The insertion of features into an entry that is there, in the table at `path`: after its last feature, else after its
/// last field.
///
/// # Errors
/// With the reason if the file is no TOML, or the entry is written in a way that can't be extended.
pub fn features(text: &str, path: &[&str], key: &str, features: &[String]) -> Result<Edit, String> {
    let shift = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let doc = Document::parse(&text[shift..]).map_err(|error| error.to_string())?;
    let unread = || format!("`{key}` is written in a way that can't be extended");
    let item = find(&doc, path)?.and_then(|table| table.get(key)).ok_or_else(unread)?;
    let listed = item.get("features").and_then(Item::as_array);
    let quoted: Vec<String> = features.iter().map(|feature| format!("\"{feature}\"")).collect();
    let quoted = quoted.join(", ");
    let span_end = |value: &Value| value.span().map(|span| span.end);
    let (at, new) = match (item, listed) {
        (_, Some(list)) => match list.iter().last() {
            Some(last) => (span_end(last), format!(", {quoted}")),
            None => (list.span().map(|span| span.start + 1), quoted),
        },
        (Item::Value(Value::InlineTable(table)), None)
            if !table.is_dotted() && !table.contains_key("features") =>
        {
            let last = table.iter().filter_map(|(_, value)| span_end(value)).max();
            (last, format!(", features = [{quoted}]"))
        }
        _ => (None, String::new()),
    };
    let at = at.ok_or_else(unread)? + shift;
    Ok(Edit { at: at..at, text: new })
}

/// The table at a path, if there is one with a header or from sub-tables.
fn find<'a>(doc: &'a Document<&str>, path: &[&str]) -> Result<Option<&'a Table>, String> {
    let mut table = doc.as_table();
    for part in path {
        table = match table.get(part) {
            None => return Ok(None),
            Some(Item::Table(table)) => table,
            Some(_) => return Err(format!("[{}] is not written as a table", path.join("."))),
        };
    }
    Ok(Some(table))
}

/// A byte on the line after which the key goes.
fn place(body: &str, table: &Table, key: &str) -> usize {
    let own = table.iter().filter(|(_, item)| !matches!(item, Item::Table(table) if !table.is_dotted()));
    let mut entries: Vec<(&str, usize)> =
        own.filter_map(|(key, item)| Some((key, end_of_item(item)?))).collect();
    entries.sort_by_key(|(_, end)| *end);
    let header = table.span().map_or(0, |span| span.start);
    let header = body[header..].find(']').map_or(header, |i| header + i);
    let last = if entries.is_sorted_by(|a, b| a.0 <= b.0) {
        entries.iter().rev().find(|(have, _)| *have < key)
    } else {
        entries.last()
    };
    last.map_or(header, |(_, end)| *end)
}

fn end_of_item(item: &Item) -> Option<usize> {
    match item {
        Item::Value(Value::InlineTable(table)) if table.is_dotted() => {
            table.iter().filter_map(|(_, value)| Some(value.span()?.end)).max()
        }
        Item::Value(value) => Some(value.span()?.end),
        Item::Table(table) => table.iter().filter_map(|(_, item)| end_of_item(item)).max(),
        _ => None,
    }
}

fn end_of_line(body: &str, at: usize) -> usize {
    let end = body[at..].find('\n').map_or(body.len(), |i| at + i);
    if body[..end].ends_with('\r') { end - 1 } else { end }
}

fn eol(body: &str) -> &'static str {
    if body.matches("\r\n").count() * 2 > body.matches('\n').count() { "\r\n" } else { "\n" }
}

/// ` = "0.12"`, `.workspace = true` or ` = { version = "0.12", … }`.
fn inline(fields: &Fields) -> String {
    match fields.as_slice() {
        [("version", version)] => format!(" = {version}"),
        [(".workspace", value)] => format!(".workspace = {value}"),
        _ => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("{} = {value}", name.trim_start_matches('.')))
                .collect();
            format!(" = {{ {} }}", fields.join(", "))
        }
    }
}

fn sub_table(body: &str, path: &[&str], key: &str, fields: &Fields) -> String {
    let eol = eol(body);
    let gap = match body {
        "" => String::new(),
        _ if body.ends_with('\n') => eol.to_string(),
        _ => format!("{eol}{eol}"),
    };
    let lines: String = fields
        .iter()
        .map(|(name, value)| format!("{} = {value}{eol}", name.trim_start_matches('.')))
        .collect();
    format!("{gap}[{}.{key}]{eol}{lines}", path.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(text: &str, key: &str) -> String {
        let fields = vec![("version", "\"1\"".to_string())];
        let edit = entry(text, &["dependencies"], key, &fields).unwrap();
        String::from_utf8(splice(text.as_bytes(), &[edit]).unwrap()).unwrap()
    }

    #[test]
    fn a_sorted_table_stays_sorted_and_comments_stay_with_what_they_are_about() {
        let text = "[dependencies]\n# web\naxum   = \"0.8\" # pinned\nserde = { version = \"1\", features = [\n  \"derive\",\n] } # end\n\n# last\ntokio.version = \"1\"\n";
        assert!(add(text, "hmac").contains("# pinned\nhmac = \"1\"\nserde"));
        assert!(add(text, "sha2").contains("] } # end\nsha2 = \"1\"\n\n# last\ntokio"));
        assert!(add(text, "aaa").starts_with("[dependencies]\naaa = \"1\"\n# web"));
        assert!(add(text, "zzz").ends_with("tokio.version = \"1\"\nzzz = \"1\"\n"));
    }

    #[test]
    fn an_unsorted_table_gets_it_last_with_marks_and_line_ends_kept() {
        let text = "\u{feff}[dependencies]\r\ntokio = \"1\"\r\naxum = \"0.8\"\r\n\r\n[features]\r\n";
        assert!(add(text, "hmac").contains("axum = \"0.8\"\r\nhmac = \"1\"\r\n\r\n[features]"));
        assert_eq!(
            add("[dependencies]\naxum = \"0.8\"", "hmac"),
            "[dependencies]\naxum = \"0.8\"\nhmac = \"1\""
        );
        assert_eq!(
            add("[dependencies] # none yet\n\n[features]\n", "hmac"),
            "[dependencies] # none yet\nhmac = \"1\"\n\n[features]\n"
        );
    }

    #[test]
    fn without_a_header_it_becomes_a_table_of_its_own() {
        assert_eq!(
            add("[package]\nname = \"x\"", "hmac"),
            "[package]\nname = \"x\"\n\n[dependencies.hmac]\nversion = \"1\"\n"
        );
        assert!(
            add("[dependencies.axum]\nversion = \"0.8\"\n", "hmac")
                .ends_with("\n[dependencies.hmac]\nversion = \"1\"\n")
        );
        let fields = vec![("version", "\"1\"".to_string())];
        assert!(entry("dependencies = { axum = \"0.8\" }\n", &["dependencies"], "hmac", &fields).is_err());
        assert!(entry("[dependencies]\nhmac = \"1\"\n", &["dependencies"], "hmac", &fields).is_err());
    }

    #[test]
    fn features_go_after_those_that_are_there() {
        let add = |entry: &str| {
            let text = format!("[dependencies]\naxum = \"0.8\"\n{entry}\n");
            let edit = features(&text, &["dependencies"], "a", &["x".to_string()])?;
            let after = splice(text.as_bytes(), &[edit]).map_err(|error| error.to_string())?;
            Ok::<_, String>(String::from_utf8(after).unwrap().split_off(28).trim_end().to_string())
        };
        for (before, after) in [
            ("a = { version = \"1\" }", "a = { version = \"1\", features = [\"x\"] }"),
            (
                "a = { features = [\"b\"], version = \"1\" }",
                "a = { features = [\"b\", \"x\"], version = \"1\" }",
            ),
            ("a = { features = [\n  \"b\", # so\n] }", "a = { features = [\n  \"b\", \"x\", # so\n] }"),
            ("a = { features = [] }", "a = { features = [\"x\"] }"),
            ("[dependencies.a]\nfeatures = [\"b\"]", "[dependencies.a]\nfeatures = [\"b\", \"x\"]"),
        ] {
            assert_eq!(add(before).as_deref(), Ok(after));
        }
        for other in ["a = \"1\"", "a.workspace = true", "[dependencies.a]\nversion = \"1\"", "b = \"1\""] {
            assert!(add(other).is_err(), "{other}");
        }
    }

    #[test]
    fn inherited_entries_take_the_style_asked_for() {
        let dotted = vec![(".workspace", "true".to_string())];
        let edit = entry("[dependencies]\n", &["dependencies"], "a", &dotted).unwrap();
        assert_eq!(edit.text, "\na.workspace = true");
        let with = vec![(".workspace", "true".to_string()), ("features", "[\"x\"]".to_string())];
        let edit = entry("[dependencies]\n", &["dependencies"], "a", &with).unwrap();
        assert_eq!(edit.text, "\na = { workspace = true, features = [\"x\"] }");
    }
}
