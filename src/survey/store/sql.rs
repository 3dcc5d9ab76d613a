//! SQL in string literals, as far as finding out where users are created needs it.

use super::words::{assigned, list, parameters, tokens};

/// In what a creation is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Through {
    /// SQL, whatever runs it.
    Sql,
    /// `diesel::insert_into`.
    Diesel,
    /// SeaORM's active models and entities.
    SeaOrm,
    /// SurrealDB's builders and statements.
    Surreal,
    /// MongoDB's collections.
    Mongo,
}

/// An `INSERT` statement, or what amounts to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insert {
    /// In what it is written.
    pub through: Through,
    /// The table, lower case, without schema and quotes.
    pub table: String,
    /// The columns, lower case.
    pub columns: Vec<String>,
    /// For each column the number of the parameter it gets, from 0; `None` for any other value.
    pub parameters: Vec<Option<usize>>,
    /// Columns after `RETURNING`, lower case; `*` as itself.
    pub returning: Vec<String>,
    /// True with `ON CONFLICT … DO UPDATE` or `INSERT OR REPLACE`: new and known rows can't be told apart.
    pub upsert: bool,
    /// True with `ON CONFLICT DO NOTHING`, `OR IGNORE` or `IGNORE`: perhaps nothing is created.
    pub may_do_nothing: bool,
    /// True with `ON CONFLICT (id)`: the id is one that somebody may come with again.
    pub known_id: bool,
    /// True for an `UPDATE` that makes a member of a guest.
    pub converts: bool,
}

impl Insert {
    /// Reads the `INSERT` of a statement, if it has one.
    pub fn read(sql: &str) -> Option<Self> {
        let words = tokens(sql);
        let is = |i: usize, word: &str| words.get(i).is_some_and(|found| found.eq_ignore_ascii_case(word));
        let start = (0..words.len()).find(|&i| is(i, "insert"))?;
        // `insert` in the middle of a sentence is prose; a statement starts with it or with `WITH`.
        if start != 0 && !is(0, "with") {
            return None;
        }
        let into = (start..words.len().min(start + 4)).find(|&i| is(i, "into"))?;
        let or_replace = is(start + 1, "or") && is(start + 2, "replace");
        // MySQL writes it without the `OR`, perhaps after a priority.
        let or_ignore = (start + 1..into).any(|i| is(i, "ignore"));
        let mut next = into + 1;
        let mut table = words.get(next)?.clone();
        while is(next + 1, ".") {
            next += 2;
            table = words.get(next)?.clone();
        }
        let assigned = is(next + 1, "set").then(|| assigned(&words[next + 2..]));
        let columns = assigned.as_ref().map_or_else(
            || list(&words, next + 1),
            |assigned| assigned.iter().map(|(column, _)| column.clone()).collect(),
        );
        let rest: Vec<String> = words[next + 1..].iter().map(|word| word.to_ascii_lowercase()).collect();
        let has = |phrase: &[&str]| {
            rest.windows(phrase.len()).any(|window| window.iter().zip(phrase).all(|(a, b)| a == b))
        };
        let values = rest.iter().position(|word| word == "values");
        let parameters = match assigned {
            Some(assigned) => assigned.into_iter().map(|(_, parameter)| parameter).collect(),
            None => values.map_or_else(Vec::new, |at| parameters(&rest[at + 1..])),
        };
        let returning = rest.iter().position(|word| word == "returning");
        Some(Self {
            through: Through::Sql,
            table: table.to_ascii_lowercase(),
            columns,
            parameters,
            returning: returning.map_or_else(Vec::new, |at| {
                rest[at + 1..]
                    .iter()
                    .filter(|word| *word != ",")
                    .take_while(|word| *word != ";" && *word != ")")
                    .cloned()
                    .collect()
            }),
            upsert: has(&["do", "update"]) || has(&["duplicate", "key"]) || or_replace,
            may_do_nothing: has(&["do", "nothing"]) || or_ignore,
            known_id: has(&["on", "conflict", "(", "id", ")"]),
            converts: false,
        })
    }

    /// True if this creates a row of people who can log in: a table that is called after them, or one with a hashed
    /// password and a log-in. Rows that belong to somebody (`user_id`) create nobody.
    pub fn creates_a_person(&self) -> bool {
        const TABLES: [&str; 11] = [
            "account",
            "accounts",
            "member",
            "members",
            "person",
            "people",
            "persons",
            "profiles",
            "useraccount",
            "useraccounts",
            "user_info",
        ];
        const USERS: [&str; 10] = [
            "user",
            "users",
            "app_user",
            "app_users",
            "auth_user",
            "auth_users",
            "user_account",
            "user_accounts",
            "tbl_user",
            "tbl_users",
        ];
        /// What conventions put before a table's name; any other word makes other people of them.
        const PREFIXES: [&str; 11] =
            ["tb", "t", "tbl", "tab", "app", "auth", "sys", "core", "base", "site", "web"];
        let prefixed = self
            .table
            .split_once('_')
            .is_some_and(|(prefix, rest)| PREFIXES.contains(&prefix) && ["user", "users"].contains(&rest));
        if prefixed || USERS.contains(&self.table.as_str()) {
            return true;
        }
        let has = |names: &[&str]| self.columns.iter().any(|column| names.contains(&column.as_str()));
        let belongs = has(&["user_id", "owner_id", "account_id", "member_id", "person_id", "users_id"]);
        const HASHES: [&str; 7] = [
            "password_hash",
            "hashed_password",
            "pass_hash",
            "pw_hash",
            "password_digest",
            "encrypted_password",
            "passwordhash",
        ];
        !belongs && (TABLES.contains(&self.table.as_str()) || (has(&HASHES) && self.has_credentials()))
    }

    /// True if this creates a row of the project's own users: `shop_users` in a crate called `shop_web`. What joins two
    /// tables has ids of both.
    pub fn creates_a_user_of(&self, krate: &str) -> bool {
        let first = krate.split(['_', '-', ':']).next().unwrap_or(krate);
        let own = self.table.split_once('_').is_some_and(|(prefix, rest)| {
            prefix == first && prefix.len() > 2 && ["user", "users"].contains(&rest)
        });
        own && !self.columns.iter().any(|column| column.ends_with("_id"))
    }

    /// True if this may create a row of people who can log in: a table of some users, as `registry_user`, with what they
    /// sign in with.
    pub fn may_create_a_person(&self) -> bool {
        // Those who run it, programs, and what is kept of people who are gone or not there yet.
        const OTHERS: [&str; 26] = [
            "admin", "staff", "super", "root", "bot", "guest", "anon", "test", "demo", "service", "system",
            "api", "deleted", "banned", "blocked", "pending", "external", "remote", "shadow", "invited",
            "former", "beta", "wait", "news", "by_", "_to_",
        ];
        let of = self.table.strip_suffix('s').unwrap_or(&self.table).strip_suffix("user");
        let named = of.is_some_and(|of| !of.is_empty() && !OTHERS.iter().any(|other| of.contains(other)));
        const SIGNS: [&str; 4] = ["email", "email_address", "login", "username"];
        let signs = self.columns.iter().any(|column| SIGNS.contains(&column.as_str()));
        named && signs && !self.columns.iter().any(|column| column.ends_with("_id"))
    }

    /// True if the row has what a person signs in with.
    pub fn has_credentials(&self) -> bool {
        const SIGNS: [&str; 11] = [
            "mail", "username", "login", "phone", "github", "google", "oauth", "provider", "password",
            "handle", "subject",
        ];
        // `INSERT INTO users VALUES (…)` names no columns: then the table has to say it.
        self.columns.is_empty()
            || self.columns.iter().any(|column| SIGNS.iter().any(|sign| column.contains(sign)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_insert_is_read_with_table_columns_and_returning() {
        let insert = Insert::read(
            "\n  INSERT INTO public.\"users\" (id, email, -- unique\n password_hash) VALUES ($1, 'a)', $2) RETURNING id, created_at",
        )
        .unwrap();
        assert_eq!(insert.table, "users");
        assert_eq!(insert.columns, ["id", "email", "password_hash"]);
        assert_eq!(insert.returning, ["id", "created_at"]);
        assert!(insert.creates_a_person() && insert.has_credentials() && !insert.upsert);
    }

    #[test]
    fn upserts_and_ignored_conflicts_are_told_apart() {
        let upsert =
            "INSERT INTO users (email) VALUES (?) ON CONFLICT (email) DO UPDATE SET name = excluded.name";
        assert!(Insert::read(upsert).unwrap().upsert);
        for ignore in ["INSERT OR IGNORE", "INSERT IGNORE", "insert low_priority ignore"] {
            assert!(Insert::read(&format!("{ignore} INTO users (email) VALUES (?)")).unwrap().may_do_nothing);
        }
        let mysql = "INSERT INTO users (email) VALUES (?) ON DUPLICATE KEY UPDATE name = VALUES(name)";
        assert!(Insert::read(mysql).unwrap().upsert);
        let set = Insert::read("INSERT INTO `users` SET `email` = ?, hash = SHA2(?, 256), id = ?").unwrap();
        assert_eq!(
            (set.columns.join(" "), set.parameters),
            ("email hash id".to_string(), vec![Some(0), None, Some(2)])
        );
        let set = Insert::read("INSERT INTO users SET id=? ON DUPLICATE KEY UPDATE email = ?").unwrap();
        assert_eq!((set.columns.join(" "), set.upsert), ("id".to_string(), true));
    }

    #[test]
    fn a_table_of_some_users_may_be_of_people_who_sign_up() {
        let may = |sql: &str| {
            let insert = Insert::read(sql).unwrap();
            insert.may_create_a_person() && !insert.creates_a_person()
        };
        assert!(may("INSERT INTO RegistryUser (email, login) VALUES ($1, $2)"));
        assert!(may("INSERT INTO portal_users (username) VALUES ($1)"));
        assert!(!may("INSERT INTO admin_users (email) VALUES ($1)"));
        assert!(!may("INSERT INTO project_users (project_id, email) VALUES ($1, $2)"));
        assert!(!may("INSERT INTO portal_users (name) VALUES ($1)"));
        assert!(!may("INSERT INTO useruploads (login) VALUES ($1)"));
    }

    #[test]
    fn what_creates_nobody_is_not_a_person() {
        assert!(!Insert::read("INSERT INTO subscribers (email) VALUES ($1)").unwrap().creates_a_person());
        assert!(!Insert::read("INSERT INTO user_sessions (user_id) VALUES ($1)").unwrap().creates_a_person());
        assert!(
            Insert::read("insert into staff (login, password_hash) values ($1, $2)")
                .unwrap()
                .creates_a_person()
        );
        assert_eq!(Insert::read("Please insert into users your data"), None);
        let guest = Insert::read("INSERT INTO users (id, is_guest) VALUES ($1, TRUE)").unwrap();
        assert!(guest.creates_a_person() && !guest.has_credentials());
    }
}
