//! The tables that SQL migrations leave behind, and their primary keys.
//!
//! `CREATE TABLE IF NOT EXISTS "app"."users" (id UUID PRIMARY KEY DEFAULT …, …)`. Near misses: the same in a comment or
//! a string; keys of several columns, which are none here; a table that is dropped, renamed or changed later.

use std::collections::BTreeMap;

use super::tokens::{Token, tokens};

/// A primary key of one column: its name and its type, as written.
pub type Key = Option<(String, String)>;

/// Tables by name in lower case, without schema.
pub type Tables = BTreeMap<String, Key>;

/// Applies the statements of a migration.
pub fn apply(sql: &str, tables: &mut Tables) {
    let tokens = tokens(sql);
    for statement in tokens.split(|token| token.text == ";") {
        let word = |i: usize| statement.get(i).map(Token::lower).unwrap_or_default();
        match word(0).as_str() {
            "create" => create(statement, tables),
            "drop" if word(1) == "table" => {
                let mut at = 2;
                if word(at) == "if" {
                    at += 2;
                }
                for part in statement[at.min(statement.len())..].split(|token| token.text == ",") {
                    if let Some((name, _)) = name(part, 0) {
                        tables.remove(&name);
                    }
                }
            }
            "alter" if word(1) == "table" => alter(statement, tables),
            _ => {}
        }
    }
}

fn create(statement: &[Token], tables: &mut Tables) {
    let Some(table) = statement.iter().take(4).position(|token| token.lower() == "table") else {
        return;
    };
    let mut at = table + 1;
    if statement.get(at).is_some_and(|token| token.lower() == "if") {
        at += 3;
    }
    let Some((name, after)) = name(statement, at) else {
        return;
    };
    let exists = at > table + 1 && tables.contains_key(&name);
    if exists || statement.get(after).is_none_or(|token| token.text != "(") {
        return;
    }
    tables.insert(name, key(&statement[after + 1..]));
}

/// The key in a list of columns and constraints, which starts after its bracket.
fn key(list: &[Token]) -> Key {
    let mut keys: Vec<(String, Option<String>)> = Vec::new();
    let mut columns: Vec<(String, String)> = Vec::new();
    for part in top_level(list) {
        let Some(first) = part.first() else {
            continue;
        };
        let constraint = matches!(
            first.lower().as_str(),
            "primary" | "constraint" | "unique" | "foreign" | "check" | "exclude" | "key" | "index" | "like"
        );
        let primary =
            part.windows(2).position(|pair| pair[0].lower() == "primary" && pair[1].lower() == "key");
        if constraint && !first.quoted {
            if let Some(at) = primary {
                let open = part[at..].iter().position(|token| token.text == "(").map(|i| at + i + 1);
                let names = open.map(|open| top_level(&part[open..])).unwrap_or_default();
                match names.as_slice() {
                    [one] if !one.is_empty() => keys.push((one[0].text.clone(), None)),
                    _ => return None,
                }
            }
            continue;
        }
        let ty = type_of(&part[1..]);
        columns.push((first.text.clone(), ty.clone()));
        if primary.is_some() {
            keys.push((first.text.clone(), Some(ty)));
        }
    }
    let [(name, ty)] = keys.as_slice() else {
        return None;
    };
    let of_column =
        columns.iter().find(|(column, _)| column.eq_ignore_ascii_case(name)).map(|(_, ty)| ty.clone());
    Some((name.clone(), ty.clone().or(of_column)?))
}

/// A column's type: all up to its first constraint.
fn type_of(tokens: &[Token]) -> String {
    const ENDS: [&str; 15] = [
        "primary",
        "not",
        "null",
        "default",
        "unique",
        "references",
        "check",
        "generated",
        "collate",
        "constraint",
        "auto_increment",
        "autoincrement",
        "comment",
        "on",
        "as",
    ];
    let mut out = String::new();
    for token in tokens.iter().take_while(|token| !ENDS.contains(&token.lower().as_str())) {
        let glued = matches!(token.text.as_str(), "(" | ")" | "," | "[" | "]")
            || out.ends_with('(')
            || out.ends_with(',');
        if !out.is_empty() && !glued {
            out.push(' ');
        }
        out.push_str(&token.text);
    }
    out
}

fn alter(statement: &[Token], tables: &mut Tables) {
    let lower: Vec<String> = statement.iter().map(Token::lower).collect();
    let mut at = 2;
    while matches!(lower.get(at).map(String::as_str), Some("if" | "exists" | "only")) {
        at += 1;
    }
    let Some((table, after)) = name(statement, at) else {
        return;
    };
    let Some(key) = tables.get(&table).cloned() else {
        return;
    };
    let rest = &statement[after.min(statement.len())..];
    let words: Vec<&str> = lower[after.min(lower.len())..].iter().map(String::as_str).collect();
    match words.as_slice() {
        ["rename", "to", ..] => {
            if let Some((new, _)) = name(rest, 2) {
                tables.remove(&table);
                tables.insert(new, key);
            }
        }
        ["rename", "column", ..] | ["rename", ..] => {
            let from = usize::from(words.get(1) == Some(&"column")) + 1;
            if let (Some((column, ty)), Some(old), Some(new)) = (&key, rest.get(from), rest.get(from + 2))
                && old.text.eq_ignore_ascii_case(column)
            {
                tables.insert(table, Some((new.text.clone(), ty.clone())));
            }
        }
        _ => {
            // A new key, another type, or no key any more: not followed, so not known.
            let about_key = words.windows(2).any(|pair| pair == ["primary", "key"])
                || (words.contains(&"drop")
                    && words.contains(&"constraint")
                    && words.iter().any(|word| word.ends_with("_pkey")));
            let about_column = key.as_ref().is_some_and(|(column, _)| {
                words.windows(2).any(|pair| {
                    matches!(pair[0], "column" | "alter" | "modify" | "drop" | "change")
                        && pair[1].eq_ignore_ascii_case(column)
                }) && (words.contains(&"type")
                    || words.contains(&"modify")
                    || words.contains(&"drop") && !words.contains(&"default")
                    || words.contains(&"change"))
            });
            if about_key || about_column {
                tables.insert(table, None);
            }
        }
    }
}

/// A table's name without its schema, in lower case, and the number of the token after it.
fn name(tokens: &[Token], at: usize) -> Option<(String, usize)> {
    let mut at = at;
    let mut name = tokens.get(at)?.lower();
    while tokens.get(at + 1).is_some_and(|token| token.text == ".") {
        name = tokens.get(at + 2)?.lower();
        at += 2;
    }
    name.chars().next().is_some_and(|first| first.is_alphanumeric() || first == '_').then_some((name, at + 1))
}

/// Parts between commas up to the closing bracket.
fn top_level(tokens: &[Token]) -> Vec<&[Token]> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0usize, 0);
    for (i, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "(" => depth += 1,
            ")" if depth == 0 => {
                parts.push(&tokens[start..i]);
                return parts;
            }
            ")" => depth -= 1,
            "," if depth == 0 => {
                parts.push(&tokens[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_of(sql: &str) -> Key {
        let mut tables = Tables::new();
        apply(sql, &mut tables);
        tables.get("users").cloned().flatten()
    }

    fn some(name: &str, ty: &str) -> Key {
        Some((name.to_string(), ty.to_string()))
    }

    #[test]
    fn keys_are_read_however_the_table_is_written() {
        assert_eq!(
            key_of(
                "-- CREATE TABLE users (x INT PRIMARY KEY);\nCREATE TABLE IF NOT EXISTS \"public\".\"users\" (\n  -- the id\n  \"id\" UUID NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY,\n  name VARCHAR(255) DEFAULT 'a, PRIMARY KEY');"
            ),
            some("id", "UUID")
        );
        assert_eq!(
            key_of("create table users (email text, user_id varchar(36) not null, primary key (user_id));"),
            some("user_id", "varchar(36)")
        );
        assert_eq!(
            key_of("CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT)"),
            some("id", "INTEGER")
        );
        assert_eq!(
            key_of(
                "CREATE TABLE `users` (`id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT, CONSTRAINT pk PRIMARY KEY (`id`));"
            ),
            some("id", "BIGINT UNSIGNED")
        );
    }

    #[test]
    fn composite_keys_and_changed_ones_are_none() {
        assert_eq!(key_of("CREATE TABLE users (a INT, b INT, PRIMARY KEY (a, b));"), None);
        assert_eq!(key_of("CREATE TABLE users (a INT);"), None);
        assert_eq!(
            key_of("CREATE TABLE users (id INT PRIMARY KEY); ALTER TABLE users ALTER COLUMN id TYPE BIGINT;"),
            None
        );
        assert_eq!(key_of("CREATE TABLE users (id INT PRIMARY KEY); DROP TABLE IF EXISTS users;"), None);
    }

    #[test]
    fn renames_are_followed_and_other_changes_leave_the_key() {
        let sql = "CREATE TABLE users (id INT PRIMARY KEY); CREATE TABLE users_new (id TEXT PRIMARY KEY NOT NULL); DROP TABLE users; ALTER TABLE users_new RENAME TO users; ALTER TABLE users RENAME COLUMN id TO uid; ALTER TABLE users ADD COLUMN name TEXT; ALTER TABLE users ALTER COLUMN name DROP DEFAULT;";
        assert_eq!(key_of(sql), some("uid", "TEXT"));
        assert_eq!(
            key_of(
                "DO $$ BEGIN CREATE TABLE users (x INT PRIMARY KEY); END $$; CREATE TABLE users (id INT8 PRIMARY KEY);"
            ),
            some("id", "INT8")
        );
    }
}
