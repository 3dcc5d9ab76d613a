//! How inserted code is laid out, so that rustfmt would leave it as it is.

/// rustfmt's default width of a line.
const WIDTH: usize = 100;

/// rustfmt's default width of a call's arguments on one line.
const ARGUMENTS: usize = 60;

/// A call as a statement: `path(a, b).await;`, on several lines if one is too narrow. `tail` is `.await;` or `;`.
pub fn statement(indent: &str, eol: &str, path: &str, arguments: &[&str], tail: &str, unit: &str) -> String {
    let joined = arguments.join(", ");
    let line = format!("{path}({joined}){tail}");
    if indent_width(indent) + line.chars().count() <= WIDTH && joined.chars().count() <= ARGUMENTS {
        return line;
    }
    let mut text = format!("{path}(");
    for argument in arguments {
        text.push_str(&format!("{eol}{indent}{unit}{argument},"));
    }
    // What is awaited goes below; a `;` stays where it is.
    let tail = if tail == ";" { tail.to_string() } else { format!("{eol}{indent}{tail}") };
    text.push_str(&format!("{eol}{indent}){tail}"));
    text
}

/// `head(argument)` with a tail, the argument on a line of its own if one line is too narrow.
pub fn wrap(indent: &str, eol: &str, head: &str, argument: &str, tail: &str, unit: &str) -> String {
    let line = format!("{head}{argument}{tail}");
    if indent_width(indent) + line.chars().count() <= WIDTH && argument.chars().count() <= ARGUMENTS {
        return line;
    }
    format!("{head}{eol}{indent}{unit}{argument},{eol}{indent}{tail}")
}

/// `let name = path(arguments).await;`, on several lines if one is too narrow.
pub fn binding(indent: &str, eol: &str, name: &str, call: &str, unit: &str) -> String {
    let line = format!("let {name} = {call};");
    let inner = format!("{indent}{unit}");
    let (path, rest) = call.split_once('(').unwrap_or((call, ""));
    let (arguments, wait) = rest.rsplit_once(')').unwrap_or((rest, ""));
    let fits = arguments.chars().count() <= ARGUMENTS;
    if fits && indent_width(indent) + line.chars().count() <= WIDTH {
        return line;
    }
    if fits && indent_width(&inner) + call.chars().count() < WIDTH {
        return format!("let {name} ={eol}{inner}{call};");
    }
    let split: String = arguments.split(", ").map(|argument| format!("{eol}{inner}{argument},")).collect();
    let wait = if wait.is_empty() { String::new() } else { format!("{eol}{indent}{wait}") };
    format!("let {name} = {path}({split}{eol}{indent}){wait};")
}

/// `.merge(routes.route_layer(layer))` as a call of a chain, on as many lines as it takes.
pub fn merged(
    indent: &str,
    eol: &str,
    routes: &str,
    (layer, arguments): (&str, &[String]),
    unit: &str,
) -> String {
    let inner = format!("{indent}{unit}");
    let joined = arguments.join(", ");
    let fits = |indent: &str, text: &str| {
        joined.chars().count() <= ARGUMENTS && indent_width(indent) + text.chars().count() <= WIDTH
    };
    let link = format!(".route_layer({layer}({joined}))");
    let line = format!(".merge({routes}{link})");
    if fits(indent, &line) {
        return line;
    }
    let whole = format!("{routes}{link},");
    if fits(&inner, &whole) {
        return format!(".merge({eol}{inner}{whole}{eol}{indent})");
    }
    let below = format!("{inner}{unit}");
    if fits(&below, &format!("{link},")) {
        return format!(".merge({eol}{inner}{routes}{eol}{below}{link},{eol}{indent})");
    }
    let split: String = arguments.iter().map(|argument| format!("{eol}{below}{argument},")).collect();
    format!(".merge({eol}{inner}{routes}.route_layer({layer}({split}{eol}{inner})),{eol}{indent})")
}

/// Columns an indentation takes; a tab counts four, as rustfmt counts it.
fn indent_width(indent: &str) -> usize {
    indent.chars().map(|c| if c == '\t' { 4 } else { 1 }).sum()
}

/// Sorts `use` lines as rustfmt does for an edition.
pub fn sort_imports(imports: &mut Vec<String>, edition: &str) {
    // From edition 2024 on, names sort by their letters alone; before, `snake` comes before `Camel` before `SHOUT`.
    let by_letters = edition == "2024";
    imports.sort_by_key(|line| {
        line.trim_end_matches(';')
            .split("::")
            .map(|part| {
                let class = match part {
                    "use crate" => -1,
                    _ if by_letters => 0,
                    part if part.chars().all(|c| !c.is_lowercase()) => 2,
                    part if part.starts_with(|c: char| c.is_uppercase()) => 1,
                    _ => 0,
                };
                (class, part.to_string())
            })
            .collect::<Vec<_>>()
    });
    imports.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_does_not_fit_gets_a_line_per_argument() {
        let short =
            statement("    ", "\n", "crate::cello::signed_up", &["&state.db", "user.id"], ".await;", "    ");
        assert_eq!(short, "crate::cello::signed_up(&state.db, user.id).await;");
        let name = "a_database_pool_whose_name_is_long.and_then_some";
        let long = statement(
            "    ",
            "\n",
            "crate::cello::signed_up",
            &[name, "registered.user.id"],
            ".await;",
            "    ",
        );
        assert_eq!(
            long,
            format!(
                "crate::cello::signed_up(\n        {name},\n        registered.user.id,\n    )\n    .await;"
            )
        );
    }

    #[test]
    fn imports_sort_by_edition() {
        let lines = || vec!["use crate::AppState;".to_string(), "use crate::auth::User;".to_string()];
        let mut old = lines();
        sort_imports(&mut old, "2021");
        assert_eq!(old[0], "use crate::auth::User;");
        let mut new = lines();
        sort_imports(&mut new, "2024");
        assert_eq!(new[0], "use crate::AppState;");
    }
}
