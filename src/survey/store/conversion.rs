//! Guests who become members: `UPDATE users SET is_guest = FALSE, email = $2 … WHERE id = $1`.
//!
//! Near misses: a change of an address or a password, a guest whose time is extended.

use super::sql::{Insert, Through};
use super::words::tokens;

/// Reads the statement that makes a member of a guest.
pub fn read(sql: &str) -> Option<Insert> {
    let words: Vec<String> = tokens(sql).iter().map(|word| word.to_ascii_lowercase()).collect();
    let is = |i: usize, word: &str| words.get(i).is_some_and(|found| found == word);
    if !is(0, "update") {
        return None;
    }
    let set = words.iter().position(|word| word == "set")?;
    let table = words[1..set].iter().rev().find(|word| *word != "as")?;
    let end = words.iter().position(|word| word == "where").filter(|end| *end > set)?;
    const FLAGS: [&str; 6] = ["is_guest", "is_anonymous", "is_anon", "is_demo", "guest", "anonymous"];
    let clears = words[set + 1..end].windows(3).any(|window| {
        FLAGS.contains(&window[0].as_str())
            && window[1] == "="
            && ["false", "0"].contains(&window[2].as_str())
    });
    if !clears {
        return None;
    }
    let mut columns = Vec::new();
    let mut parameters = Vec::new();
    let mut marks = 0;
    for (i, word) in words.iter().enumerate().skip(set + 1) {
        let number = match word.strip_prefix(['$', '?']) {
            Some("") => {
                marks += 1;
                Some(marks - 1)
            }
            Some(written) => written.parse::<usize>().ok().and_then(|number| number.checked_sub(1)),
            None => None,
        };
        let assigned = i >= 2 && words[i - 1] == "=";
        if assigned && (i < end || words[i - 2] == "id") {
            columns.push(words[i - 2].clone());
            parameters.push(number);
        }
    }
    Some(Insert {
        through: Through::Sql,
        table: table.clone(),
        columns,
        parameters,
        returning: Vec::new(),
        upsert: false,
        may_do_nothing: false,
        known_id: false,
        converts: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statement_that_makes_a_member_is_read() {
        let found = read(
            "UPDATE users SET email = $2, password_hash = $3, is_guest = false, updated_at = NOW() WHERE id = $1",
        )
        .unwrap();
        assert_eq!(found.table, "users");
        let id = found.columns.iter().position(|column| column == "id").unwrap();
        assert_eq!(found.parameters[id], Some(0));
        assert!(found.creates_a_person() && found.converts);
        let marks = read("update users set email = ?, is_anonymous = 0 where id = ?").unwrap();
        let id = marks.columns.iter().position(|column| column == "id").unwrap();
        assert_eq!(marks.parameters[id], Some(1));
    }

    #[test]
    fn other_changes_are_none() {
        for other in [
            "UPDATE users SET email = $2, password_hash = $3 WHERE id = $1",
            "UPDATE users SET is_guest = TRUE WHERE id = $1",
            "UPDATE users SET guest_expires_at = $2 WHERE id = $1 AND is_guest = false",
            "INSERT INTO users (is_guest) VALUES (FALSE)",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
