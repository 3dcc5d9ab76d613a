//! Where a front end knows who is signed in: the one piece of state that every page asks.
//!
//! React: `const [user, setUser] = useState(null)` in the provider of a context for it, or in `App`. zustand: a store
//! with `user: null` or `isAuthenticated: false`. Vue: `const user = ref(null)` in a setup store, or shared by a composable. Svelte: an exported
//! `writable`. The root component of Vue or Svelte itself. Near misses: a form's own `user`, a hook whose every caller has a state of its own, an options store.

use tree_sitter::Node;

use super::component::{is_component, is_set, root_state};
use super::script::{Script, arguments, function_around, statement, within};

/// Names of what holds the user who is signed in.
const PERSON: [&str; 7] =
    ["user", "currentUser", "authUser", "me", "account", "session", "authenticatedUser"];

/// Names of what says whether somebody is.
const FLAG: [&str; 7] =
    ["isAuthenticated", "isLoggedIn", "loggedIn", "signedIn", "isSignedIn", "authenticated", "isAuthed"];

/// How the state tells of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Follow {
    /// A hook in a component: `useCello(Boolean(user))`.
    Hook(String),
    /// `watch` in a setup store: `followSignIn(() => Boolean(user.value))`.
    Watch(String),
    /// A variable of a Svelte component that is no store: `$: cello(Boolean(user))`.
    Reactive(String),
    /// The same with runes: `$effect(() => cello(Boolean(user)))`.
    Rune(String),
    /// A zustand store: the store and what its state says.
    Zustand(String, String),
    /// A Svelte store: the store, the name of its value, and what that says.
    Svelte(String, String, String),
}

/// A place that knows.
#[derive(Debug, Clone)]
pub struct State {
    /// How it is followed.
    pub follow: Follow,
    /// Byte after the statement that declares it.
    pub after: usize,
    /// First byte of that statement.
    pub from: usize,
}

/// The places of a script that know.
pub fn states(script: &Script<'_>) -> Vec<State> {
    let mut found = Vec::new();
    for declarator in script.all("variable_declarator") {
        if is_component(&script.file.path) {
            let follow = root_state(script, declarator).zip(statement(declarator));
            found.extend(follow.map(|(follow, statement)| State {
                follow,
                after: statement.end_byte(),
                from: statement.start_byte(),
            }));
            continue;
        }
        let Some(value) = declarator.child_by_field_name("value").map(unwrapped) else {
            continue;
        };
        let Some(statement) = statement(declarator).filter(|_| value.kind() == "call_expression") else {
            continue;
        };
        let follow = react(script, declarator, value)
            .or_else(|| zustand(script, declarator, value))
            .or_else(|| pinia(script, declarator, value))
            .or_else(|| shared(script, declarator, value))
            .or_else(|| svelte(script, declarator, value));
        if let Some(follow) = follow {
            found.push(State { follow, after: statement.end_byte(), from: statement.start_byte() });
        }
    }
    // `user` and `isAuthenticated` side by side say the same; the person is the one to ask.
    let text = |state: &State| match &state.follow {
        Follow::Hook(text) | Follow::Reactive(text) | Follow::Rune(text) | Follow::Watch(text) => {
            Some(text.starts_with("Boolean("))
        }
        Follow::Zustand(..) | Follow::Svelte(..) => None,
    };
    if found.iter().any(|state| text(state) == Some(true)) {
        found.retain(|state| text(state) != Some(false));
    }
    found
}

fn unwrapped(node: Node<'_>) -> Node<'_> {
    match node.kind() {
        "as_expression" | "satisfies_expression" | "parenthesized_expression" => {
            node.named_child(0).unwrap_or(node)
        }
        _ => node,
    }
}

/// What says whether somebody is signed in, from a name.
pub(super) fn says(name: &str, value: &str) -> Option<String> {
    if FLAG.contains(&name) {
        return Some(value.to_string());
    }
    PERSON.contains(&name).then(|| format!("Boolean({value})"))
}

fn react(script: &Script<'_>, declarator: Node<'_>, call: Node<'_>) -> Option<Follow> {
    if !matches!(script.field(call, "function"), "useState" | "React.useState") {
        return None;
    }
    let pattern = declarator.child_by_field_name("name").filter(|name| name.kind() == "array_pattern")?;
    let (value, setter) = (pattern.named_child(0)?, pattern.named_child(1)?);
    let name = script.text(value);
    let says = says(name, name)?;
    let component = function_around(declarator)?;
    // Hooks belong to the component's own statements.
    let own = statement(declarator)?.parent()?.id() == component.child_by_field_name("body")?.id();
    let set = uses(script, component, script.text(setter)) > 1;
    let read = uses(script, component, name) > 1;
    let title = component_name(script, component)?;
    let provides = provider(script, component) && read;
    let root =
        title == "App" && script.file.path.rsplit('/').next().is_some_and(|file| file.starts_with("App."));
    (own && set && (provides || root && read)).then_some(Follow::Hook(says))
}

/// The name of a component, which starts with a capital.
fn component_name<'a>(script: &Script<'a>, function: Node<'_>) -> Option<&'a str> {
    let own = script.field(function, "name");
    let declared = function.parent().filter(|parent| parent.kind() == "variable_declarator");
    let name = if own.is_empty() { declared.map_or("", |parent| script.field(parent, "name")) } else { own };
    name.starts_with(|first: char| first.is_ascii_uppercase()).then_some(name)
}

/// True if a component renders the provider of a context for who is signed in.
fn provider(script: &Script<'_>, component: Node<'_>) -> bool {
    let opening = within(component, "jsx_opening_element");
    let closed = within(component, "jsx_self_closing_element");
    opening.into_iter().chain(closed).any(|element| {
        let name = script.field(element, "name");
        let context = name.strip_suffix(".Provider").unwrap_or(name);
        let lower = context.to_ascii_lowercase();
        let about =
            ["auth", "user", "session", "account", "identity"].iter().any(|word| lower.contains(word));
        let made = || {
            script.top_level(context).is_some_and(|(declared, _)| {
                within(declared, "call_expression").into_iter().any(|call| {
                    matches!(script.field(call, "function"), "createContext" | "React.createContext")
                })
            })
        };
        about && (made() || name.ends_with(".Provider") && script.import_of(context).is_some())
    })
}

/// How often a name stands in a function.
fn uses(script: &Script<'_>, function: Node<'_>, name: &str) -> usize {
    let identifiers =
        within(function, "identifier").into_iter().chain(within(function, "shorthand_property_identifier"));
    identifiers.filter(|node| script.text(*node) == name).count()
}

fn zustand(script: &Script<'_>, declarator: Node<'_>, call: Node<'_>) -> Option<Follow> {
    // `create<T>()(…)` calls what a call gave.
    let callee = call.child_by_field_name("function")?;
    let first =
        if callee.kind() == "call_expression" { callee.child_by_field_name("function")? } else { callee };
    let name = script.text(first);
    if !matches!(name, "create" | "createStore") || script.import_of(name)? != "zustand" {
        return None;
    }
    let says = of_object(script, call, "state")?;
    exported(script, declarator).map(|store| Follow::Zustand(store, says))
}

/// What an object of a store's first state says, from the keys it has.
fn of_object(script: &Script<'_>, within_node: Node<'_>, state: &str) -> Option<String> {
    let pairs = within(within_node, "pair");
    let starts = |names: &[&str], wanted: &[&str]| {
        pairs.iter().find_map(|pair| {
            let (key, value) = (script.field(*pair, "key"), script.field(*pair, "value"));
            let value = value.split(" as ").next().unwrap_or_default();
            (names.contains(&key) && wanted.contains(&value)).then(|| key.to_string())
        })
    };
    let key = starts(&FLAG, &["false"]).or_else(|| starts(&PERSON, &["null", "undefined"]))?;
    says(&key, &format!("{state}.{key}"))
}

fn exported(script: &Script<'_>, declarator: Node<'_>) -> Option<String> {
    let name = script.field(declarator, "name");
    script.top_level(name).filter(|(declared, _)| declared.id() == declarator.id())?;
    let listed = || {
        script.all("export_specifier").into_iter().any(|node| script.field(node, "name") == name)
            || script.file.text.contains(&format!("export default {name}"))
    };
    let at_declaration =
        statement(declarator).is_some_and(|statement| statement.kind() == "export_statement");
    (at_declaration || listed()).then(|| name.to_string())
}

fn pinia(script: &Script<'_>, declarator: Node<'_>, call: Node<'_>) -> Option<Follow> {
    let name = script.field(declarator, "name");
    if !matches!(script.field(call, "function"), "ref" | "shallowRef") {
        return None;
    }
    let says = says(name, &format!("{name}.value"))?;
    let setup = function_around(declarator)?;
    let store = setup.parent()?.parent().filter(|node| node.kind() == "call_expression")?;
    let defines =
        script.field(store, "function") == "defineStore" && script.import_of("defineStore")? == "pinia";
    let own = statement(declarator)?.parent()?.id() == setup.child_by_field_name("body")?.id();
    (defines && own).then_some(Follow::Watch(says))
}

/// `const user = ref(null)` outside of every function: one for all who call the composable in the same file.
fn shared(script: &Script<'_>, declarator: Node<'_>, call: Node<'_>) -> Option<Follow> {
    let name = script.field(declarator, "name");
    let made = script.field(call, "function");
    let makes = matches!(made, "ref" | "shallowRef") && script.import_of(made) == Some("vue");
    if !makes {
        return None;
    }
    script.top_level(name).filter(|(declared, _)| declared.id() == declarator.id())?;
    let value = format!("{name}.value");
    is_set(script, &value).then(|| says(name, &value).map(Follow::Watch))?
}

fn svelte(script: &Script<'_>, declarator: Node<'_>, call: Node<'_>) -> Option<Follow> {
    // Most scripts have nothing to do with it, and what follows looks through all of one.
    if !script.written().contains("svelte/store") {
        return None;
    }
    let store = exported(script, declarator)?;
    let made = script.field(call, "function");
    let writable = |call: Node<'_>| {
        script.field(call, "function") == "writable" && script.import_of("writable") == Some("svelte/store")
    };
    if writable(call) {
        let first = arguments(call).first().copied();
        if let Some(says) = of_initial(script, first) {
            return Some(Follow::Svelte(store, "state".into(), says));
        }
        let plain = store.strip_suffix("Store").unwrap_or(&store);
        return says(plain, plain).map(|says| Follow::Svelte(store.clone(), plain.to_string(), says));
    }
    // `createAuthStore()`, whose function wraps a writable and hands on its `subscribe`.
    let functions = script.all("function_declaration");
    let maker = functions.into_iter().rfind(|function| script.field(*function, "name") == made)?;
    let call = within(maker, "call_expression").into_iter().find(|call| writable(*call))?;
    let hands_on = uses(script, maker, "subscribe") > 0;
    let says = of_initial(script, arguments(call).first().copied()).filter(|_| hands_on)?;
    Some(Follow::Svelte(store, "state".into(), says))
}

/// What a store's first value says: an object, or a constant with one.
fn of_initial(script: &Script<'_>, initial: Option<Node<'_>>) -> Option<String> {
    let initial = initial?;
    let object = match initial.kind() {
        "identifier" => {
            script.top_level(script.text(initial))?.0.child_by_field_name("value").map(unwrapped)?
        }
        _ => initial,
    };
    (object.kind() == "object").then(|| of_object(script, object, "state"))?
}
