//! A table as `CREATE TABLE` describes it: its name, its key, how text is kept.
//!
//! `id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY`. Near misses: keys of several columns, `CHARACTER` of a
//! type, a word that is a name in quotes.

use std::collections::BTreeMap;

use super::tokens::Token;

/// A name in SQL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Name {
    /// As written, without quotes.
    pub text: String,
    /// True if it stands in quotes.
    pub quoted: bool,
}

/// A primary key of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The column.
    pub column: Name,
    /// Its type, as written.
    pub ty: String,
    /// True if the database is told to count it up.
    pub counted: bool,
    /// How its text is kept and compared, where the column or its table says so.
    pub text: Text,
}

/// How text is kept and compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// `utf8mb4`
    pub charset: Option<String>,
    /// `utf8mb4_unicode_ci`
    pub collation: Option<String>,
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// The schema it is said to be in.
    pub schema: Option<Name>,
    /// Its name.
    pub name: Name,
    /// Its key, where that is one column and known.
    pub key: Option<Key>,
    /// MySQL's engine for it, in lower case, where that is said.
    pub engine: Option<String>,
}

impl Table {
    /// A table of which only the key is known.
    pub fn with_key(table: &str, column: &str, ty: &str) -> Self {
        let name = |text: &str| Name { text: text.to_string(), quoted: false };
        let key = Key { column: name(column), ty: ty.to_string(), counted: false, text: Text::default() };
        Self { name: name(table), key: Some(key), ..Self::default() }
    }
}

/// Tables by name in lower case, without schema.
pub type Tables = BTreeMap<String, Table>;

/// The key in a list of columns and constraints.
pub fn key(parts: &[&[Token]]) -> Option<Key> {
    let mut keys: Vec<&Token> = Vec::new();
    let mut columns: Vec<&[Token]> = Vec::new();
    for part in parts {
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
                    [[one, ..]] => keys.push(one),
                    _ => return None,
                }
            }
            continue;
        }
        columns.push(part);
        if primary.is_some() {
            keys.push(first);
        }
    }
    let [name] = keys.as_slice() else {
        return None;
    };
    let column = columns.into_iter().find(|column| column[0].text.eq_ignore_ascii_case(&name.text))?;
    let said = &column[1..];
    let ty = type_of(said);
    let counts = ["auto_increment", "autoincrement", "identity"];
    let serial = ["serial", "bigserial", "smallserial", "serial4", "serial8"];
    Some(Key {
        column: named(&column[0]),
        counted: serial.contains(&ty.to_lowercase().as_str())
            || said.iter().any(|token| !token.quoted && counts.contains(&token.lower().as_str())),
        ty,
        text: text(said),
    })
}

/// A token as a name.
pub fn named(token: &Token) -> Name {
    Name { text: token.text.clone(), quoted: token.quoted }
}

/// The word after another, and perhaps an equals sign.
pub fn after_word<'t>(tokens: &'t [Token], word: &str) -> Option<&'t Token> {
    let at = tokens.iter().position(|token| !token.quoted && token.lower() == word)? + 1;
    let at = at + usize::from(tokens.get(at)?.text == "=");
    tokens.get(at)
}

/// `CHARACTER SET ascii`, `DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`
pub fn text(tokens: &[Token]) -> Text {
    let charset = after_word(tokens, "charset")
        .or_else(|| character_set(tokens).and_then(|at| after_word(&tokens[at..], "set")));
    let collation = after_word(tokens, "collate");
    Text { charset: charset.map(Token::lower), collation: collation.map(Token::lower) }
}

/// Where `CHARACTER SET` stands, which is not the `CHARACTER` of `CHARACTER VARYING(36)`.
fn character_set(tokens: &[Token]) -> Option<usize> {
    tokens.windows(2).position(|pair| pair[0].lower() == "character" && pair[1].lower() == "set")
}

/// A column's type: all up to its first constraint.
fn type_of(tokens: &[Token]) -> String {
    const ENDS: [&str; 16] = [
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
        "charset",
        "on",
        "as",
    ];
    let mut out = String::new();
    let set = character_set(tokens).unwrap_or(tokens.len());
    for token in tokens[..set].iter().take_while(|token| !ENDS.contains(&token.lower().as_str())) {
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

/// Parts between commas up to the closing bracket.
pub fn top_level(tokens: &[Token]) -> Vec<&[Token]> {
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
