//! The tables that SQL migrations leave behind, and their primary keys.
//!
//! `CREATE TABLE IF NOT EXISTS "app"."users" (id UUID PRIMARY KEY DEFAULT …, …)`. Near misses: the same in a comment or
//! a string; keys of several columns, which are none here; a table that is dropped, renamed or changed later.

use super::tables::{Name, Table, Tables, Text, after_word, key, named, text, top_level};
use super::tokens::{Token, tokens};

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
                        tables.remove(&name.text.to_lowercase());
                    }
                }
            }
            "rename" if word(1) == "table" => {
                for part in statement[2..].split(|token| token.text == ",") {
                    let to = part.iter().position(|token| token.lower() == "to");
                    if let (Some((old, _)), Some((new, _))) =
                        (name(part, 0), to.and_then(|to| name(part, to + 1)))
                    {
                        rename(tables, &old.text.to_lowercase(), new);
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
    let exists = at > table + 1 && tables.contains_key(&name.text.to_lowercase());
    if exists || statement.get(after).is_none_or(|token| token.text != "(") {
        return;
    }
    let list = &statement[after + 1..];
    let parts = top_level(list);
    let inside: usize = parts.iter().map(|part| part.len() + 1).sum();
    let options = list.get(inside..).unwrap_or_default();
    let mut key = key(&parts);
    if let Some(key) = &mut key {
        let of_table = text(options);
        // A column's own character set has a collation of its own.
        if key.text == Text::default() {
            key.text = of_table;
        }
    }
    let engine = after_word(options, "engine").map(Token::lower);
    let schema = (after - at > 1).then(|| named(&statement[after - 3]));
    tables.insert(name.text.to_lowercase(), Table { schema, name, key, engine });
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
    let table = table.text.to_lowercase();
    let Some(known) = tables.get_mut(&table) else {
        return;
    };
    let rest = &statement[after.min(statement.len())..];
    let words: Vec<&str> = lower[after.min(lower.len())..].iter().map(String::as_str).collect();
    match words.as_slice() {
        ["rename", "to" | "as", ..] => {
            if let Some((new, _)) = name(rest, 2) {
                rename(tables, &table, new);
            }
        }
        ["rename", _] => {
            if let Some((new, _)) = name(rest, 1) {
                rename(tables, &table, new);
            }
        }
        ["rename", "column", ..] | ["rename", ..] => {
            let from = usize::from(words.get(1) == Some(&"column")) + 1;
            if let (Some(key), Some(old), Some(new)) = (&mut known.key, rest.get(from), rest.get(from + 2))
                && old.text.eq_ignore_ascii_case(&key.column.text)
            {
                key.column = named(new);
            }
        }
        _ => {
            // A new key, another type, or no key any more: not followed, so not known.
            let about_key = words.windows(2).any(|pair| pair == ["primary", "key"])
                || (words.contains(&"drop")
                    && words.contains(&"constraint")
                    && words.iter().any(|word| word.ends_with("_pkey")));
            let about_column = known.key.as_ref().is_some_and(|key| {
                words.windows(2).any(|pair| {
                    matches!(pair[0], "column" | "alter" | "modify" | "drop" | "change")
                        && pair[1].eq_ignore_ascii_case(&key.column.text)
                }) && (words.contains(&"type")
                    || words.contains(&"modify")
                    || words.contains(&"drop") && !words.contains(&"default")
                    || words.contains(&"change"))
            });
            if about_key || about_column {
                known.key = None;
            }
            if let Some(key) = &mut known.key
                && words.iter().any(|word| matches!(*word, "character" | "charset" | "collate"))
            {
                key.text = Text::default();
            }
            if let Some(engine) = after_word(rest, "engine") {
                known.engine = Some(engine.lower());
            }
        }
    }
}

/// Gives a table another name.
fn rename(tables: &mut Tables, old: &str, new: Name) {
    if let Some(table) = tables.remove(old) {
        tables.insert(new.text.to_lowercase(), Table { name: new, ..table });
    }
}

/// A table's name without its schema, and the number of the token after it.
fn name(tokens: &[Token], at: usize) -> Option<(Name, usize)> {
    let mut at = at;
    let mut name = tokens.get(at)?;
    while tokens.get(at + 1).is_some_and(|token| token.text == ".") {
        name = tokens.get(at + 2)?;
        at += 2;
    }
    let first = name.text.chars().next();
    first.is_some_and(|first| first.is_alphanumeric() || first == '_').then(|| (named(name), at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sql: &str) -> Option<Table> {
        let mut tables = Tables::new();
        apply(sql, &mut tables);
        tables.remove("users")
    }

    fn key_of(sql: &str) -> Option<(String, String)> {
        of(sql)?.key.map(|key| (key.column.text, key.ty))
    }

    fn some(name: &str, ty: &str) -> Option<(String, String)> {
        Some((name.to_string(), ty.to_string()))
    }

    /// Whether it is counted, its character set and collation.
    fn said(sql: &str) -> (bool, String, String) {
        let key = of(sql).and_then(|table| table.key).unwrap();
        (key.counted, key.text.charset.unwrap_or_default(), key.text.collation.unwrap_or_default())
    }

    fn saying(counted: bool, charset: &str, collation: &str) -> (bool, String, String) {
        (counted, charset.to_string(), collation.to_string())
    }

    #[test]
    fn what_mysql_says_of_a_table_is_read() {
        assert_eq!(
            said(
                "# it's\nCREATE TABLE `Users` (`id` INT(11) UNSIGNED NOT NULL AUTO_INCREMENT, name VARCHAR(9) COLLATE utf8mb4_bin, PRIMARY KEY (`id`)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='(x'"
            ),
            saying(true, "utf8mb4", "utf8mb4_unicode_ci")
        );
        let own = "CREATE TABLE users (id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY) DEFAULT CHARACTER SET = utf8mb4 COLLATE utf8mb4_0900_ai_ci;";
        assert_eq!(said(own), saying(false, "ascii", "ascii_bin"));
        assert_eq!(key_of(own), some("id", "CHAR(36)"));
        // Another collation of the column's than of its table, which isn't said.
        assert_eq!(
            said("CREATE TABLE users (id CHAR(36) CHARSET ascii PRIMARY KEY) COLLATE=utf8mb4_bin;"),
            saying(false, "ascii", "")
        );
        let plain = "CREATE TABLE users (id CHARACTER VARYING(36) PRIMARY KEY);";
        assert_eq!(
            (said(plain), key_of(plain)),
            (saying(false, "", ""), some("id", "CHARACTER VARYING(36)"))
        );
        assert_eq!(
            said(&format!("{own} ALTER TABLE users CONVERT TO CHARACTER SET latin1;")),
            saying(false, "", "")
        );
        let engine = |sql: &str| of(sql).unwrap().engine.unwrap_or_default();
        assert_eq!(engine("CREATE TABLE users (id INT PRIMARY KEY) ENGINE = MyISAM;"), "myisam");
        assert_eq!(
            engine("CREATE TABLE users (id INT PRIMARY KEY); ALTER TABLE users ENGINE=InnoDB"),
            "innodb"
        );
        let renamed = "CREATE TABLE `Members` (id BIGINT PRIMARY KEY); RENAME TABLE Members TO `Users`;";
        assert_eq!(
            (key_of(renamed), of(renamed).unwrap().name.text),
            (some("id", "BIGINT"), "Users".to_string())
        );
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
