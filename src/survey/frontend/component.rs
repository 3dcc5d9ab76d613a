//! Single-file components: the script block of a `.vue` or `.svelte` file, and the state in the application's root that
//! says who is signed in.
//!
//! `const user = ref(null)` in the `<script setup>` of `App.vue`, `let user = $state(null)` in `App.svelte`, and what a
//! SvelteKit layout is given by its `load`. Near misses: a component that is not the root, an options component, a block
//! in a comment or for the module, a value that nothing sets.

use std::ops::Range;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};
use tree_sitter::Node;

use super::script::{Script, statement, within};
use super::signed_in::{Follow, State, says};
use crate::target::SourceText;

/// The block of a component's script that holds its state.
pub struct Block {
    /// Its bytes, between the tags.
    pub bytes: Range<usize>,
    /// True for TypeScript.
    pub typescript: bool,
    /// True if it may hold elements, as `lang="tsx"` says.
    pub elements: bool,
}

/// True for a file that holds a component.
pub fn is_component(path: &str) -> bool {
    path.ends_with(".vue") || path.ends_with(".svelte")
}

/// The block with a component's own state: `<script setup>` of Vue, Svelte's without `module`. One only.
pub fn block(file: &SourceText) -> Option<Block> {
    let vue = file.path.ends_with(".vue");
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut found: Vec<Block> = Vec::new();
    let mut open: Option<Block> = None;
    for token in Tokenizer::new_with_emitter(file.text.as_str(), emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) if tag.name.as_slice() == b"script" && !tag.self_closing => {
                let attribute = |name: &[u8]| {
                    let (_, value) = tag.attributes.iter().find(|(key, _)| key.as_slice() == name)?;
                    Some(String::from_utf8_lossy(value.value.as_slice()).into_owned())
                };
                let module = attribute(b"module").is_some() || attribute(b"context").is_some();
                let own = if vue { attribute(b"setup").is_some() } else { !module };
                let lang = attribute(b"lang").unwrap_or_default();
                let typescript = matches!(lang.as_str(), "ts" | "tsx" | "typescript");
                open = (own && attribute(b"src").is_none()).then_some(Block {
                    bytes: tag.span.end..tag.span.end,
                    typescript,
                    elements: lang == "tsx" || !typescript,
                });
            }
            Token::EndTag(tag) if tag.name.as_slice() == b"script" => {
                found.extend(
                    open.take().map(|block| Block { bytes: block.bytes.start..tag.span.start, ..block }),
                );
            }
            _ => {}
        }
    }
    if found.len() == 1 { found.pop() } else { None }
}

/// A file with nothing but a block in it, of the same length and lines.
pub fn masked(text: &str, block: &Range<usize>) -> String {
    let blank = |part: &str| -> String {
        part.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' }).collect()
    };
    let inside = text.get(block.clone()).unwrap_or_default();
    let before = text.get(..block.start).unwrap_or_default();
    let after = text.get(block.end..).unwrap_or_default();
    format!("{}{inside}{}", blank(before), blank(after))
}

/// The state in a root component, from a declaration at the top of its script.
pub fn root_state(script: &Script<'_>, declarator: Node<'_>) -> Option<Follow> {
    let name = script.file.path.rsplit('/').next()?;
    let own = statement(declarator)?.parent()?.kind() == "program";
    let variable = script.field(declarator, "name");
    match name {
        _ if !own => None,
        "App.vue" => {
            let call = declarator.child_by_field_name("value")?;
            let made = script.field(call, "function");
            let makes = matches!(made, "ref" | "shallowRef") && script.import_of(made) == Some("vue");
            let value = format!("{variable}.value");
            (makes && is_set(script, &value)).then(|| says(variable, &value).map(Follow::Watch))?
        }
        "App.svelte" => {
            let is_let = script.text(declarator.parent()?).starts_with("let ");
            let call =
                declarator.child_by_field_name("value").filter(|value| value.kind() == "call_expression");
            let rune =
                call.is_some_and(|call| matches!(script.field(call, "function"), "$state" | "$state.raw"));
            let says = says(variable, variable).filter(|_| is_let && is_set(script, variable))?;
            match (rune, with_runes(script)) {
                (true, _) => Some(Follow::Rune(says)),
                // Beside runes, a plain variable tells nobody that it changed.
                (false, false) if call.is_none() => Some(Follow::Reactive(says)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// What the layout at the root of a SvelteKit application is given of its user by a `load` beside it.
pub fn layout_state(script: &Script<'_>, load: &Script<'_>) -> Option<State> {
    let mut known: Vec<String> = Vec::new();
    for object in load.all("return_statement").into_iter().filter_map(|node| node.named_child(0)) {
        let mut cursor = object.walk();
        for part in object.named_children(&mut cursor).filter(|_| object.kind() == "object") {
            let key = if part.kind() == "pair" { load.field(part, "key") } else { load.text(part) };
            known.extend(says(key, &format!("data.{key}")));
        }
    }
    known.sort_unstable();
    known.dedup();
    let [says] = known.as_slice() else { return None };
    let declared = script.all("variable_declarator").into_iter().find(|declarator| {
        let Some(name) = declarator.child_by_field_name("name") else { return false };
        let parts = within(name, "shorthand_property_identifier_pattern");
        let given = script.field(*declarator, "value") == "$props()"
            && parts.iter().any(|part| script.text(*part) == "data");
        let exported = statement(*declarator).is_some_and(|node| node.kind() == "export_statement");
        given || exported && script.text(name) == "data"
    })?;
    let rune = script.field(declared, "value") == "$props()";
    if !rune && with_runes(script) {
        return None;
    }
    let statement =
        statement(declared).filter(|node| node.parent().is_some_and(|parent| parent.kind() == "program"))?;
    let follow = if rune { Follow::Rune(says.clone()) } else { Follow::Reactive(says.clone()) };
    Some(State { follow, after: statement.end_byte(), from: statement.start_byte() })
}

/// True if a script gives a variable another value.
pub fn is_set(script: &Script<'_>, variable: &str) -> bool {
    script.all("assignment_expression").into_iter().any(|node| script.field(node, "left") == variable)
}

/// True for a component of Svelte 5 that uses runes.
fn with_runes(script: &Script<'_>) -> bool {
    script.all("call_expression").into_iter().any(|call| script.field(call, "function").starts_with('$'))
}

#[cfg(test)]
mod tests;
