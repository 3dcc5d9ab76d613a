//! SurrealDB: `db.create("user").content(…)`, `CREATE user SET …`, `db.signup(…)`.
//!
//! Near misses: `CREATE TABLE`, PostgreSQL's `CREATE USER name WITH …`, `create` of something else, rows that belong to
//! a person (`("user_settings", id)`).

use syn::Expr;

use super::{Made, fields, links, made, string};
use crate::survey::store::backend::{Backend, backend};
use crate::survey::store::sql::{Insert, Through};
use crate::survey::walk::Place;
use crate::target::index::Ty;

/// `db.create("user")`, `db.create(("user", id))`, `db.insert("user")`, `db.upsert(("user", id))`, `db.signup(…)`.
pub fn of_method(call: &syn::ExprMethodCall, place: &Place<'_, '_>) -> Option<Made> {
    if call.args.len() != 1 {
        return None;
    }
    let ty = place.scope.infer(&call.receiver);
    let links = links(&place.parsed.range(call), place);
    let content = links.iter().find(|link| link.method == "content").and_then(|link| link.args.first());
    match backend(&ty) {
        Some(Backend::Surreal) => {}
        // A static, or a field behind something foreign: what follows tells.
        None if ty == Ty::Unknown && content.is_some() => {}
        _ => return None,
    }
    if call.method == "signup" {
        // The record's own access method creates the person.
        return Some(made(Through::Surreal, "user".into(), Vec::new()));
    }
    let table = match call.args.first()? {
        Expr::Tuple(pair) => string(pair.elems.first()?, place)?,
        name => string(name, place)?,
    };
    let table = table.split(':').next().unwrap_or_default().to_string();
    let columns = content.map(|content| fields(content, place)).unwrap_or_default();
    let mut made = made(Through::Surreal, table, columns);
    made.insert.upsert = call.method == "upsert";
    made.insert.returning = vec!["*".into()];
    Some(made)
}

/// `CREATE user SET email = $email, …`, also as one of several statements.
pub fn of_query(text: &str) -> Option<Insert> {
    text.split(';').find_map(|statement| {
        let spaced: String = statement.chars().map(|c| if "{},()".contains(c) { ' ' } else { c }).collect();
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let start = words
            .iter()
            .position(|word| word.eq_ignore_ascii_case("create") || word.eq_ignore_ascii_case("upsert"))?;
        // `LET $user = CREATE …`, `RETURN CREATE …`; anything else before it is prose.
        let opens = start == 0 || words[start - 1] == "=" || words[start - 1].eq_ignore_ascii_case("return");
        let mut rest = words[start + 1..].iter().filter(|word| !word.eq_ignore_ascii_case("only"));
        let first = *rest.next().filter(|_| opens)?;
        let table = match first {
            "type::thing" | "type::record" | "type::table" => rest.next()?.trim_matches(['"', '\'']),
            named => named.split(':').next()?,
        };
        let follows: Vec<&str> = rest.copied().collect();
        let position = |name: &str| follows.iter().position(|word| word.eq_ignore_ascii_case(name));
        let (set, content) = (position("set"), position("content"));
        let stores = set.or(content).or(position("merge"))?;
        // `SET a = …, b = …` and `CONTENT { a: …, b: … }`
        let columns = follows[stores + 1..].windows(2).filter_map(|pair| match pair {
            [name, "="] => Some(name.to_ascii_lowercase()),
            [name, _] if content.is_some() => name.strip_suffix(':').map(str::to_ascii_lowercase),
            _ => None,
        });
        Some(Insert {
            through: Through::Surreal,
            table: table.to_ascii_lowercase(),
            columns: columns.collect(),
            parameters: Vec::new(),
            returning: vec!["*".into()],
            upsert: words[start].eq_ignore_ascii_case("upsert"),
            may_do_nothing: false,
            known_id: false,
            converts: false,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_that_create_are_read() {
        let one = of_query("CREATE user SET email = $email, password = crypto::argon2::generate($password)")
            .unwrap();
        assert_eq!((one.table.as_str(), one.upsert), ("user", false));
        assert_eq!(one.columns, ["email", "password"]);
        assert!(one.creates_a_person() && one.has_credentials());
        let content =
            of_query("CREATE ONLY person CONTENT { email: $email, name: $name } RETURN id;").unwrap();
        assert_eq!(
            (content.table.as_str(), content.columns),
            ("person", vec!["email".into(), "name".into()])
        );
        let thing = of_query("LET $u = CREATE type::thing('user', $id) SET email = $e; RETURN $u").unwrap();
        assert_eq!(thing.table, "user");
        assert!(of_query("UPSERT user:ada SET email = $email").unwrap().upsert);
    }

    #[test]
    fn what_only_sounds_like_one_is_none() {
        for other in [
            "CREATE TABLE user (id INT)",
            "CREATE USER ada WITH PASSWORD 'x'",
            "Please create user set one",
            "UPDATE user SET email = $email",
            "DEFINE TABLE user",
        ] {
            assert_eq!(of_query(other), None, "{other}");
        }
    }
}
