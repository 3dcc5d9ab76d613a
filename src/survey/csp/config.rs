//! Policies in a front end's configuration: Next.js' `headers()`, or a constant that they name.
//!
//! `{ key: 'Content-Security-Policy', value: "default-src 'self'" }`, also a template string or `[…].join('; ')`. Near
//! misses: a value with escapes, or put together from parts that can't be read.

use tree_sitter::Node;

use super::policy::Policy;
use super::{Csp, CspSite};
use crate::survey::frontend::script::{Script, arguments, within};
use crate::survey::literals::belongs;
use crate::survey::mapped::Mapped;
use crate::target::{Package, SourceText, Target};

/// The policies in a package's front-end configurations, without their ids.
pub fn policies(target: &Target, package: &Package) -> Vec<CspSite> {
    let mut sites = Vec::new();
    for (path, file) in &target.files {
        let name = path.rsplit('/').next().unwrap_or(path);
        let script = [".js", ".mjs", ".ts"].iter().any(|ending| name.ends_with(ending));
        let config = script
            && (name.starts_with("next.config")
                || matches!(name, "middleware.ts" | "middleware.js" | "proxy.ts"));
        if config
            && belongs(target, package, path)
            && file.text.to_ascii_lowercase().contains("content-security-policy")
        {
            sites.extend(Script::read(file).map(|script| in_script(package, &script)).unwrap_or_default());
        }
    }
    sites
}

fn in_script(package: &Package, script: &Script<'_>) -> Vec<CspSite> {
    let mut values: Vec<(Node<'_>, bool)> = Vec::new();
    for object in script.all("object") {
        let pairs: Vec<Node<'_>> = {
            let mut cursor = object.walk();
            object.named_children(&mut cursor).filter(|node| node.kind() == "pair").collect()
        };
        let field = |name: &str| {
            pairs.iter().find(|pair| script.field(**pair, "key").trim_matches(['"', '\'']) == name)
        };
        if let (Some(key), Some(value)) = (field("key"), field("value")) {
            let value = value.child_by_field_name("value");
            values.extend(
                header(script.field(*key, "value")).zip(value).map(|(reports, value)| (value, reports)),
            );
        }
    }
    for call in script.all("call_expression") {
        let arguments = arguments(call);
        if let [name, value] = arguments.as_slice()
            && script.field(call, "function").ends_with(".set")
            && let Some(reports) = header(script.text(*name))
        {
            values.push((*value, reports));
        }
    }
    let whole = script.is_whole();
    let mut sites: Vec<CspSite> = Vec::new();
    for (value, report_only) in values {
        let found = mapped(script, value, 0);
        let Some((mapped, at, parts)) = found else {
            continue;
        };
        let file: &SourceText = script.file;
        let Some(policy) = Policy::read(&mapped, &file.text) else {
            continue;
        };
        let at = file.at(at);
        if sites.iter().any(|site| site.csp.at == at) {
            continue;
        }
        let by_hand = match (whole, parts) {
            (false, _) => Some("its file has syntax that is not understood".to_string()),
            (true, true) => Some("it is put together from parts".to_string()),
            (true, false) => None,
        };
        sites.push(CspSite {
            id: String::new(),
            csp: Csp {
                app: package.name.clone(),
                at,
                kind: "framework-config".to_string(),
                directives: policy.facts(),
                decoy: None,
            },
            policy,
            report_only,
            by_hand,
        });
    }
    sites
}

/// Whether a name is the header's, and if so whether it only reports.
fn header(name: &str) -> Option<bool> {
    match name.trim_matches(['"', '\'', '`']).to_ascii_lowercase().as_str() {
        "content-security-policy" => Some(false),
        "content-security-policy-report-only" => Some(true),
        _ => None,
    }
}

type Text = (Mapped, std::ops::Range<usize>, bool);

/// The text of a value with its places, and whether parts of it could not be read.
fn mapped(script: &Script<'_>, value: Node<'_>, depth: usize) -> Option<Text> {
    if depth > 4 {
        return None;
    }
    match value.kind() {
        "string" | "template_string" => {
            let range = value.start_byte() + 1..value.end_byte() - 1;
            let source = script.file.text.get(range.clone())?;
            Some((Mapped::plain(source, range.start), range, source.contains('\\')))
        }
        "identifier" => {
            let (declared, _) = script.top_level(script.text(value)).or_else(|| {
                // A constant of the function around, if there is only one of that name.
                let all = script.all("variable_declarator").into_iter();
                let mut own = all.filter(|node| script.field(*node, "name") == script.text(value));
                own.next().filter(|_| own.next().is_none()).map(|node| (node, false))
            })?;
            mapped(script, declared.child_by_field_name("value")?, depth + 1)
        }
        "parenthesized_expression" => mapped(script, value.named_child(0)?, depth + 1),
        "call_expression" => {
            let callee = value.child_by_field_name("function")?;
            let object = callee.child_by_field_name("object")?;
            match script.field(callee, "property") {
                // `policy.replace(/\s{2,}/g, ' ').trim()` only takes white space out.
                "trim" => mapped(script, object, depth + 1),
                "replace" | "replaceAll" if takes_space(script, value) => mapped(script, object, depth + 1),
                "join" => joined(script, object, arguments(value).first().copied()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// True for a replacement of white space by white space.
fn takes_space(script: &Script<'_>, call: Node<'_>) -> bool {
    let arguments = arguments(call);
    let [pattern, with] = arguments.as_slice() else {
        return false;
    };
    let pattern = script.text(*pattern);
    let with = script.text(*with).trim_matches(['"', '\'', '`']);
    let space = pattern.starts_with('/') && (pattern.contains("\\s") || pattern.contains("\\n"));
    space && !pattern.contains(|c: char| c.is_ascii_uppercase() || c == ';') && with.trim().is_empty()
}

fn joined(script: &Script<'_>, list: Node<'_>, separator: Option<Node<'_>>) -> Option<Text> {
    let separator = separator.map(|node| script.text(node).trim_matches(['"', '\'', '`']).to_string())?;
    let list = match list.kind() {
        "identifier" => script.top_level(script.text(list))?.0.child_by_field_name("value")?,
        _ => list,
    };
    if list.kind() != "array" || separator.contains('\\') {
        return None;
    }
    let mut cursor = list.walk();
    let mut whole: Option<Text> = None;
    for item in list.named_children(&mut cursor).filter(|node| node.kind() != "comment") {
        let plain = matches!(item.kind(), "string" | "template_string");
        let Some((text, range, parts)) = mapped(script, item, 3).filter(|_| plain) else {
            // A part that is computed: its place is known, its text is not.
            if let Some(whole) = &mut whole {
                whole.2 = true;
            }
            continue;
        };
        match &mut whole {
            None => whole = Some((text, range, parts || !within(list, "spread_element").is_empty())),
            Some((mapped, at, all)) => {
                mapped.append(&separator, text);
                at.end = range.end;
                *all |= parts;
            }
        }
    }
    whole
}
