//! What the names of values say: a new user's id, or the number of something else that came with it.

/// True for names of a user's id, or of a user.
pub fn names_a_user(name: &str) -> bool {
    const WORDS: [&str; 8] = ["id", "uid", "uuid", "user", "account", "member", "userid", "person"];
    name.split('_').any(|word| WORDS.contains(&word)) && !names_another(name)
}

/// True for names of something that is no user.
pub fn names_another(name: &str) -> bool {
    const WORDS: [&str; 20] = [
        "session",
        "token",
        "org",
        "organization",
        "organisation",
        "team",
        "tenant",
        "workspace",
        "company",
        "code",
        "key",
        "invite",
        "invitation",
        "request",
        "rows",
        "count",
        "customer",
        "project",
        "verification",
        "mail",
    ];
    name.split('_').any(|word| WORDS.contains(&word))
}
