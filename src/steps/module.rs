//! The new module: `src/cello.rs` (this application's side), `src/cello/protocol.rs` (Cello's side, the same
//! everywhere), and `src/cello/client.js` (what pages load).

use handlebars::Handlebars;
use serde_json::{Value, json};

use super::actix;
use super::basis::{Basis, Case, Variant};
use super::client_options::client;
use super::consent::consent_tool;
use super::dependency::{Signing, choose};
use super::draft::{Draft, FileEdit};
use super::identity::NoBinding;
use super::layout::sort_imports;
use super::rust_version::{MODULE, too_old};
use super::store::{Store, store};
use super::store_handle::is_kept;
use super::template_values::{calls, database_name, log, state_type};
use super::token::{Known, known_if_of_use};
use crate::plan::{Evidence, HandWork, Status};
use crate::survey::Identity;

const ACTIX: &str = include_str!("../../templates/app/actix.rs.hbs");
const AXUM: &str = include_str!("../../templates/app/axum.rs.hbs");
const PARTS: [(&str, &str); 5] = [
    ("signups", include_str!("../../templates/app/signups.rs.hbs")),
    ("store/sqlx", include_str!("../../templates/app/store/sqlx.rs.hbs")),
    ("store/diesel", include_str!("../../templates/app/store/diesel.rs.hbs")),
    ("store/sea_orm", include_str!("../../templates/app/store/sea_orm.rs.hbs")),
    ("store/statements", include_str!("../../templates/app/store/statements.rs.hbs")),
];
const PROTOCOL: &str = include_str!("../../templates/app/protocol.rs.hbs");

/// The step that creates the module.
pub fn module(basis: &Basis) -> Draft {
    // Half of one that this tool wrote is completed; one that somebody else wrote is theirs.
    let half = basis.written_module().is_some();
    if basis.module_is_there() && !half {
        return Draft::new("module", "", Status::Done, "The module is there.");
    }
    match context(basis) {
        Ok((context, evidence)) => {
            let reason = format!("{}{}", reason(basis), other_sites(basis));
            let mut draft = Draft::new("module", "", Status::Ready, reason);
            draft.edits = files(basis, &context);
            if basis.module_is_there() {
                draft.edits.retain(|edit| !is_there(basis, &edit.file));
                if draft.edits.is_empty() {
                    return Draft::new("module", "", Status::Done, "The module is there.");
                }
            }
            draft.evidence = evidence;
            draft
        }
        Err(_) if basis.module_is_there() => Draft::new("module", "", Status::Done, "The module is there."),
        Err(NoBinding::Ask(decision)) => {
            let reason = match decision {
                "customer-made" => {
                    "It is not known when the Stripe Customer is made, which decides what the module does."
                }
                _ => "It is not decided who is signed in, and as whom.",
            };
            let mut draft = Draft::new("module", "", Status::Decide, reason);
            draft.needs.push(decision.to_string());
            draft
        }
        Err(NoBinding::Cannot(reason)) => {
            let by_hand = basis.app.by_hand.as_ref();
            let user = by_hand.and_then(|by_hand| by_hand.user.as_ref()).or(basis.app.hint.as_ref());
            let text = match by_hand {
                Some(by_hand) => format!(
                    "The module can't be written by rule: {}. {}",
                    reason.trim_end_matches('.'),
                    by_hand.reason
                ),
                None => format!(
                    "The module can't be written for this application: {}.",
                    reason.trim_end_matches('.')
                ),
            };
            let mut draft = Draft::new("module", "", Status::ByHand, text);
            draft.by_hand.push(HandWork {
                todo: "Write a module with a token endpoint at `GET /api/cello/token` (HS512, ids as text), a script \
                       that loads Cello's two scripts, a note of each new user, and the metadata for the Customer."
                    .into(),
                place: user.map(|user| user.at.clone()),
                text: user.map(bound).unwrap_or_default(),
                turns_green: Some("qa-04".into()),
            });
            draft
        }
    }
}

/// How a handler gets at the user, for a person to write.
fn bound(user: &Identity) -> String {
    format!("{} // the id: {}", user.binding, user.id_expr)
}

/// Why the token's route answers pages of other sites, if it does.
fn other_sites(basis: &Basis) -> &'static str {
    if basis.answers_other_sites() {
        " People are known by a bearer token alone, which no other site's page can make a browser send, so the token's \
         route answers front ends on any domain that the application's CORS lets in."
    } else {
        ""
    }
}

fn reason(basis: &Basis) -> String {
    match (basis.case, basis.variant) {
        (Case::AtSignup, _) => {
            "Customers are made at sign-up, so Stripe tells Cello of both; nothing is kept here.".into()
        }
        (Case::Nowhere, Variant::B) => {
            "Sign-ups are noted and told to Cello by an event; no call to Stripe was found in this application.".into()
        }
        (_, Variant::B) => {
            "Customers are made at purchase, so sign-ups are noted and told to Cello by an event.".into()
        }
        _ => {
            "There is no sign-up and no Stripe in this application: it gets the widget and attribution only."
                .into()
        }
    }
}

/// What the templates need, with what it rests on.
fn context(basis: &Basis) -> Result<(Value, Vec<Evidence>), NoBinding> {
    match &basis.app.actix {
        Some(Ok(ready)) => return actix::context(basis, ready),
        Some(Err(reason)) => return Err(NoBinding::Cannot(reason.clone())),
        None => {}
    }
    let place = basis.app.place.as_ref().map_err(|reason| NoBinding::Cannot(reason.clone()))?;
    supported(basis)?;
    let (identity, bound) = match known_if_of_use(basis)? {
        Known::By(identity, bound) => (Some(identity), Some(bound)),
        // The script alone, for an application in which nothing else was found, is not worth a module.
        Known::ByHandler(reason) if basis.variant == Variant::Widget => {
            return Err(NoBinding::Cannot(reason));
        }
        Known::ByHandler(_) => (None, None),
    };
    if basis.app.environment.is_none() {
        return Err(NoBinding::Cannot(no_environment(basis)));
    }
    let mut imports = bound.as_ref().map_or_else(Vec::new, |bound| bound.imports.clone());
    // Without the application's own way to know the user, nothing of the module looks into the state.
    let (state_type, state_in_arc) = match bound {
        Some(_) => state_type(basis, &place.state, &mut imports)?,
        None => (String::new(), false),
    };
    let database = store(basis, &mut imports)?;
    still_open(basis)?;
    sort_imports(&mut imports, &basis.home.edition);
    let mut evidence: Vec<Evidence> = identity
        .iter()
        .map(|identity| Evidence {
            at: identity.identity.at.clone(),
            fact: format!("tells who is signed in: {}", identity.identity.reason),
        })
        .collect();
    evidence.push(Evidence {
        at: basis.app.chains[place.chain].at.clone(),
        fact: "the router, whose state the module shares".into(),
    });
    let context = json!({
        "case": match basis.variant { Variant::A => "A", Variant::B => "B", Variant::Widget => "widget" },
        "database": database_name(&database),
        "client": database.as_ref().map_or("sqlx", Store::client),
        "pooled": database.as_ref().map_or("", Store::pooled),
        "db_alias": database.as_ref().and_then(|store| store.alias.clone()),
        "jwt": if matches!(choose(basis.target, basis.home), Signing::Jsonwebtoken { .. }) { "jsonwebtoken" } else { "hmac" },
        "hmac_key_init": matches!(choose(basis.target, basis.home), Signing::Hmac { key_init: true, .. }),
        "log": log(basis),
        "setting_fn": if basis.app.environment == Some("dotenvy") { "dotenvy::var" } else { "std::env::var" },
        "route_prefix": basis.folder(),
        "guarded": bound.is_some() && basis.guarded().is_some(),
        "token_prefix": basis.guarded_folder(),
        "allow_cross_site": basis.answers_other_sites(),
        "body_generic": basis.target.version_of(basis.home, "axum").is_some_and(|version| version.starts_with("0.6")),
        "imports": imports,
        "state_in_arc": state_in_arc,
        "state_type": state_type,
        "db_type": database.as_ref().map_or("", |store| &store.pool_type),
        "db_expr": database.as_ref().map_or("", |store| &store.pool_expr),
        "db_kept": is_kept(basis),
        "calls": calls(basis),
        "user_key": database.as_ref().map_or(Value::Null, |store| json!(store.key)),
        "identity": bound,
    });
    Ok((context, evidence))
}

/// What has to be known of the application as a whole before there is a module.
pub fn still_open(basis: &Basis) -> Result<(), NoBinding> {
    if let Some(reason) = too_old(basis, MODULE) {
        return Err(NoBinding::Cannot(reason));
    }
    if let Some(doubt) = basis.doubt().filter(|_| basis.variant == Variant::Widget) {
        return Err(NoBinding::Cannot(format!("neither a sign-up nor Stripe was found. {doubt}")));
    }
    // Asked last: an answer is of use only if everything else is known.
    if basis.case == Case::Unknown {
        return Err(NoBinding::Ask("customer-made"));
    }
    Ok(())
}

/// Why the module, which reads the environment, would find no settings.
pub fn no_environment(basis: &Basis) -> String {
    match &basis.app.config {
        Some(config) => format!(
            "the application reads no settings from the environment, but from another source ({}, {}:{}), which a new \
             module doesn't reach",
            config.kind, config.at.file, config.at.line
        ),
        None => {
            "the application reads no settings from the environment, and another source is not known".into()
        }
    }
}

/// axum 0.6 to 0.8, with an async runtime that can spawn.
fn supported(basis: &Basis) -> Result<(), NoBinding> {
    let version = basis.target.version_of(basis.home, "axum").unwrap_or_default();
    if !["0.6", "0.7", "0.8"].iter().any(|known| version.starts_with(known)) {
        let text = format!(
            "its axum is {}, and only 0.6 to 0.8 are covered",
            if version.is_empty() { "missing" } else { &version }
        );
        return Err(NoBinding::Cannot(text));
    }
    if basis.home.depends_on("tokio").is_none() {
        return Err(NoBinding::Cannot("it has no direct dependency on tokio, which the module needs".into()));
    }
    Ok(())
}

/// True if a file of the module is there, the adapter in either of its places.
fn is_there(basis: &Basis, path: &str) -> bool {
    let other = match path.strip_suffix("cello/mod.rs") {
        Some(folder) => format!("{folder}cello.rs"),
        None => path.strip_suffix("cello.rs").map_or(String::new(), |folder| format!("{folder}cello/mod.rs")),
    };
    [path, &other].iter().any(|path| basis.target.exists(path))
}

/// The module's files, in their way of laying out modules and indenting.
fn files(basis: &Basis, context: &Value) -> Vec<FileEdit> {
    let root_folder = basis.app.root_file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let at =
        |name: &str| if root_folder.is_empty() { name.to_string() } else { format!("{root_folder}/{name}") };
    let uses_mod_rs =
        basis.target.files.keys().any(|path| path.starts_with(root_folder) && path.ends_with("/mod.rs"));
    let uses_named = basis.target.files.keys().any(|path| {
        path.strip_suffix(".rs").is_some_and(|stem| {
            stem.starts_with(root_folder)
                && basis.target.files.keys().any(|other| other.starts_with(&format!("{stem}/")))
        })
    });
    let adapter = if uses_mod_rs && !uses_named { at("cello/mod.rs") } else { at("cello.rs") };
    let template = if basis.app.actix.is_some() { ACTIX } else { AXUM };
    let create = |path: String, text: String| FileEdit { file: path, at: None, text };
    vec![
        create(adapter, indented(basis, render(template, context))),
        create(at("cello/client.js"), client(basis.answers, consent_tool(basis))),
        create(at("cello/protocol.rs"), indented(basis, render(PROTOCOL, context))),
    ]
}

/// Renders a built-in template; a test renders each variant, so it can't fail on one.
pub fn render(template: &str, context: &Value) -> String {
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    handlebars.register_escape_fn(handlebars::no_escape);
    for (name, part) in PARTS {
        handlebars.register_partial(name, part).expect("the built-in templates can be read");
    }
    handlebars
        .render_template(template, context)
        .expect("the built-in templates render with every context made here")
}

/// Rust text with the application's indentation: tabs, if its `rustfmt.toml` or its root file has them.
fn indented(basis: &Basis, text: String) -> String {
    let root = basis.target.text(&basis.app.root_file);
    let by_settings = ["rustfmt.toml", ".rustfmt.toml"]
        .iter()
        .filter_map(|name| basis.target.text(&basis.home.path(name)).or_else(|| basis.target.text(name)))
        .any(|file| file.text.lines().any(|line| line.replace(' ', "") == "hard_tabs=true"));
    if !by_settings && root.is_none_or(|file| file.indent_unit() != "\t") {
        return text;
    }
    text.lines()
        .map(|line| {
            let blank = line.len() - line.trim_start_matches(' ').len();
            format!("{}{}{}\n", "\t".repeat(blank / 4), " ".repeat(blank % 4), &line[blank..])
        })
        .collect()
}
