//! How a front end calls the server: where it is, and what says who calls.
//!
//! `import.meta.env.VITE_API_URL ?? '…'` in a constant, `fetch('/api/…')` without one; `Authorization: Bearer …` with
//! what stands behind it, `credentials: 'include'`. Near misses: two servers, a bearer token whose origin can't be
//! followed, examples in prose (`curl -H "Authorization: Bearer …"`).

use std::collections::BTreeSet;

use tree_sitter::Node;

use super::script::{Script, function_around, within};

/// How the server is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Api {
    /// Expression for the server's address; `None` if it is the page's own origin.
    pub origin: Option<String>,
    /// Expression for the bearer token; `None` with cookies.
    pub bearer: Option<String>,
}

/// How the scripts of a front end call the server.
///
/// # Errors
/// With what can't be told.
pub fn api(scripts: &[Script<'_>]) -> Result<Api, String> {
    let origin = origin(scripts)?;
    let bearer = bearer(scripts)?;
    if origin.is_none() {
        own_origin(scripts)?;
    }
    if origin.is_some() && bearer.is_none() && !sends_cookies(scripts) {
        return Err(
            "it calls another origin, and neither a bearer token nor cookies were seen to go with it".into(),
        );
    }
    Ok(Api { origin, bearer })
}

fn is_setting(name: &str) -> bool {
    let public =
        ["VITE_", "NEXT_PUBLIC_", "PUBLIC_", "REACT_APP_"].iter().any(|start| name.starts_with(start));
    let server = ["API", "BACKEND", "SERVER"].iter().any(|word| name.split('_').any(|part| part == *word));
    let address = ["URL", "BASE", "ORIGIN", "HOST", "ENDPOINT"]
        .iter()
        .any(|word| name.split('_').any(|part| part == *word));
    public && server && address
}

fn origin(scripts: &[Script<'_>]) -> Result<Option<String>, String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    for script in scripts {
        for member in script.all("member_expression") {
            let text = script.text(member);
            let name = text.strip_prefix("import.meta.env.").or_else(|| text.strip_prefix("process.env."));
            if !name.is_some_and(is_setting) {
                continue;
            }
            found.insert(with_fallback(script, member));
        }
    }
    let with_words: Vec<&String> = found.iter().collect();
    match with_words.as_slice() {
        [] => Ok(None),
        [one] if is_relative(one) => Ok(None),
        [one] => Ok(Some((*one).clone())),
        // The same setting with and without its fallback: the one with it says more.
        [..] => {
            let names: BTreeSet<&str> =
                found.iter().map(|text| text.split_whitespace().next().unwrap_or_default()).collect();
            let longest = found.iter().max_by_key(|text| text.len()).cloned();
            let fallbacks = found.iter().filter(|text| text.contains(' ')).count();
            match (names.len(), fallbacks, longest) {
                (1, 0 | 1, Some(one)) => Ok((!is_relative(&one)).then_some(one)),
                _ => Err("several settings name the server it calls".into()),
            }
        }
    }
}

/// Makes sure that calls go to the page's own origin.
fn own_origin(scripts: &[Script<'_>]) -> Result<(), String> {
    let mut seen = false;
    for script in scripts {
        for kind in ["variable_declarator", "pair"] {
            for node in script.all(kind) {
                let name =
                    script.field(node, if kind == "pair" { "key" } else { "name" }).to_ascii_lowercase();
                let value = script.field(node, "value").trim_start_matches(['"', '\'', '`']);
                let server = ["api", "backend", "server", "baseurl", "base_url"]
                    .iter()
                    .any(|word| name.contains(word));
                if server && (value.starts_with("http://") || value.starts_with("https://")) {
                    return Err(format!("{} writes the server's address out", script.file.path));
                }
            }
        }
        let texts = script.all("string").into_iter().chain(script.all("template_string"));
        seen |= texts
            .into_iter()
            .any(|text| script.text(text).trim_start_matches(['"', '\'', '`']).starts_with("/api"));
    }
    if seen { Ok(()) } else { Err("how it calls the server was not seen".into()) }
}

/// `a ?? 'b'` around a setting, else the setting.
fn with_fallback(script: &Script<'_>, setting: Node<'_>) -> String {
    let parent = setting.parent().filter(|parent| {
        parent.kind() == "binary_expression"
            && matches!(script.field(*parent, "operator"), "??" | "||")
            && parent.child_by_field_name("left").is_some_and(|left| left.id() == setting.id())
            && parent.child_by_field_name("right").is_some_and(|right| right.kind() == "string")
    });
    script.text(parent.unwrap_or(setting)).to_string()
}

/// True if the fallback is the page's own origin: empty, or a path.
fn is_relative(expression: &str) -> bool {
    let quoted = expression.find(['"', '\'']).map(|start| expression[start..].trim_matches(['"', '\'']));
    quoted.is_some_and(|fallback| !fallback.contains("://"))
}

fn sends_cookies(scripts: &[Script<'_>]) -> bool {
    scripts.iter().any(|script| {
        script.all("pair").into_iter().any(|pair| {
            let key = script.field(pair, "key").trim_matches(['"', '\'']);
            let value = script.field(pair, "value").trim_matches(['"', '\'']);
            matches!((key, value), ("credentials", "include") | ("withCredentials", "true"))
        })
    })
}

fn bearer(scripts: &[Script<'_>]) -> Result<Option<String>, String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    for script in scripts {
        for template in script.all("template_string") {
            let text = script.text(template);
            let inner = within(template, "template_substitution");
            // `Bearer ${token}` and no more; a longer text is an example in prose.
            if !text.starts_with("`Bearer ${") || inner.len() != 1 {
                continue;
            }
            let expression = inner[0].named_child(0).ok_or("a bearer token's expression is empty")?;
            found.insert(follow(script, expression, 0).ok_or_else(|| {
                format!("the bearer token in {} can't be followed to where it is kept", script.file.path)
            })?);
        }
    }
    match found.len() {
        0 => Ok(None),
        1 => Ok(found.into_iter().next()),
        _ => Err("it sends bearer tokens from several places".into()),
    }
}

/// Where a token is kept: `localStorage.getItem('…')`, by way of variables and methods of the same file.
fn follow(script: &Script<'_>, expression: Node<'_>, depth: usize) -> Option<String> {
    if depth > 4 {
        return None;
    }
    match expression.kind() {
        "parenthesized_expression" | "non_null_expression" | "as_expression" => {
            follow(script, expression.named_child(0)?, depth + 1)
        }
        "call_expression" => {
            let callee = expression.child_by_field_name("function")?;
            let name = script.text(callee);
            if matches!(
                name,
                "localStorage.getItem" | "sessionStorage.getItem" | "window.localStorage.getItem"
            ) {
                let key = super::script::arguments(expression).first().copied()?;
                let key = match key.kind() {
                    "string" => script.text(key).to_string(),
                    "identifier" => {
                        let (declared, _) = script.top_level(script.text(key))?;
                        let value = declared.child_by_field_name("value")?;
                        (value.kind() == "string").then(|| script.text(value).to_string())?
                    }
                    _ => return None,
                };
                return Some(format!("{}({key})", name.trim_start_matches("window.")));
            }
            let own = name.strip_prefix("this.").unwrap_or(name);
            let methods =
                script.all("method_definition").into_iter().chain(script.all("function_declaration"));
            let mut bodies = methods.filter(|method| script.field(*method, "name") == own);
            let body = bodies.next()?.child_by_field_name("body")?;
            returned(script, body, depth)
        }
        "identifier" => {
            let name = script.text(expression);
            let function = function_around(expression);
            let declared = script.all("variable_declarator").into_iter().filter(|declarator| {
                script.field(*declarator, "name") == name
                    && function_around(*declarator).map(|node| node.id()) == function.map(|node| node.id())
            });
            let declared: Vec<Node<'_>> = declared.collect();
            let [one] = declared.as_slice() else {
                return None;
            };
            follow(script, one.child_by_field_name("value")?, depth + 1)
        }
        _ => None,
    }
}

/// What a body returns, guards that return nothing aside.
fn returned(script: &Script<'_>, body: Node<'_>, depth: usize) -> Option<String> {
    let values: Vec<Node<'_>> = within(body, "return_statement")
        .into_iter()
        .filter_map(|node| node.named_child(0))
        .filter(|value| !matches!(script.text(*value), "null" | "undefined"))
        .collect();
    match values.as_slice() {
        [one] => follow(script, *one, depth + 1),
        _ => None,
    }
}
