//! Applications in which a middleware brings the user, from their text to the plan.

use std::collections::BTreeMap;

use super::{Answers, make_plan};
use crate::edit::{Edit, splice};
use crate::plan::{Plan, Status, Step};
use crate::survey::pages::tests::project;
use crate::survey::survey;
use crate::target::Target;

const MANIFEST: &str = "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\n\
    axum = \"0.7\"\ntokio = { version = \"1\", features = [\"full\"] }\nserde_json = \"1\"\nhmac = \"0.12\"\nsha2 = \"0.10\"\n\
    base64 = \"0.22\"\nlambda_http = \"0.13\"\ntracing = \"0.1\"\n";
const LOCK: &str =
    "version = 4\n\n[[package]]\nname = \"axum\"\nversion = \"0.7.9\"\nsource = \"registry+x\"\n";

const USER: &str = "#[derive(Clone)]\npub struct AuthUser { pub id: i64, pub email: String }\n";
const GUARD: &str = "pub async fn guard(mut request: Request, next: Next) -> Result<Response, StatusCode> {\n    \
    let user = find(request.headers()).ok_or(StatusCode::UNAUTHORIZED)?;\n    \
    request.extensions_mut().insert(user);\n    Ok(next.run(request).await)\n}\n";
const OPTIONAL: &str = "pub async fn guard(mut request: Request, next: Next) -> Response {\n    \
    if let Some(user) = find(request.headers()) {\n        request.extensions_mut().insert(user);\n    }\n    \
    next.run(request).await\n}\n";
const PAID: &str = "pub async fn paid(request: Request, next: Next) -> Result<Response, StatusCode> {\n    \
    if true { return Err(StatusCode::PAYMENT_REQUIRED); }\n    Ok(next.run(request).await)\n}\n";
const FIND: &str = "fn find(headers: &HeaderMap) -> Option<AuthUser> {\n    \
    headers.get(\"x-user\").map(|_| AuthUser { id: 1, email: String::new() })\n}\n";

/// The files of an application with this `auth` module and this body of its router's function.
fn files(auth: &[&str], router: &str) -> Vec<(&'static str, String)> {
    let imports = "use axum::extract::Request;\nuse axum::http::{HeaderMap, StatusCode};\nuse axum::middleware::Next;\n\
                   use axum::response::Response;\n\n";
    let main = format!(
        "mod auth;\n\nuse auth::{{guard, AuthUser}};\nuse axum::middleware::{{from_fn, from_fn_with_state}};\n\
         use axum::routing::get;\nuse axum::{{Extension, Router}};\n\n#[derive(Clone)]\npub struct AppState {{\n    \
         pub name: String,\n}}\n\nasync fn me(Extension(user): Extension<AuthUser>) -> String {{\n    user.email\n}}\n\n\
         async fn home() -> &'static str {{\n    \"home\"\n}}\n\nfn app(state: AppState) -> Router {{\n{router}}}\n\n\
         fn main() {{\n    let name = std::env::var(\"NAME\").unwrap();\n    lambda_http::run(app(AppState {{ name }}));\n}}\n"
    );
    vec![
        ("Cargo.toml", MANIFEST.to_string()),
        ("Cargo.lock", LOCK.to_string()),
        ("src/main.rs", main),
        ("src/auth.rs", format!("{imports}{}", auth.join("\n"))),
    ]
}

fn planned(files: &[(&str, String)]) -> (Plan, Target) {
    let borrowed: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let (_dir, target) = project(&borrowed);
    let plan = make_plan(&target, &survey(&target), &Answers::new());
    (plan, target)
}

fn step<'p>(plan: &'p Plan, id: &str) -> &'p Step {
    plan.steps.iter().find(|step| step.id == id).unwrap()
}

/// What the application's files become.
fn patched(plan: &Plan, files: &[(&'static str, String)]) -> BTreeMap<String, String> {
    let mut out: BTreeMap<String, String> =
        files.iter().map(|(path, text)| (path.to_string(), text.clone())).collect();
    let mut edits: BTreeMap<String, Vec<Edit>> = BTreeMap::new();
    for edit in plan.steps.iter().flat_map(|step| &step.edits) {
        let edit_at = Edit { at: edit.at[0]..edit.at[1], text: edit.text.clone() };
        edits.entry(edit.file.clone()).or_default().push(edit_at);
    }
    for (path, mut edits) in edits {
        edits.sort_by_key(|edit| edit.at.start);
        let before = out.get(&path).cloned().unwrap_or_default();
        out.insert(path, String::from_utf8(splice(before.as_bytes(), &edits).unwrap()).unwrap());
    }
    out
}

/// The router's function and the module after the plan; every step that can be ready is.
#[track_caller]
fn ready(auth: &[&str], router: &str) -> (String, String) {
    let files = files(auth, router);
    let (plan, _) = planned(&files);
    for id in ["module", "module-declaration", "routes"] {
        let step = step(&plan, id);
        assert_eq!(step.status, Status::Ready, "{id}: {}", step.reason);
    }
    let out = patched(&plan, &files);
    let main = &out["src/main.rs"];
    let start = main.find("fn app(").unwrap();
    let router = main[start..start + main[start..].find("\n}\n").unwrap()].to_string();
    // Planning again finds all of it.
    let again: Vec<(&str, String)> = out.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let (again, _) = planned(&again);
    for step in &again.steps {
        assert_ne!(step.status, Status::Ready, "{} again: {}", step.id, step.reason);
    }
    for id in ["module", "routes"] {
        assert_eq!(step(&again, id).status, Status::Done);
    }
    (router, out["src/cello.rs"].clone())
}

/// Why the module is for a person to write.
#[track_caller]
fn by_hand(auth: &[&str], router: &str) -> String {
    let (plan, _) = planned(&files(auth, router));
    let module = step(&plan, "module");
    assert_eq!(module.status, Status::ByHand, "{}", module.reason);
    assert!(plan.steps.iter().all(|step| step.status != Status::Ready || step.edits.is_empty()));
    module.reason.clone()
}

const ROUTE_LAYER: &str = "    Router::new()\n        .route(\"/me\", get(me))\n        .route_layer(from_fn(guard))\n        \
    .route(\"/\", get(home))\n        .with_state(state)\n";

#[test]
fn a_route_layer_guards_what_stands_before_it() {
    let (router, module) = ready(&[USER, GUARD, FIND], ROUTE_LAYER);
    assert!(
        router.contains(
            ".route(\"/me\", get(me))\n        .merge(crate::cello::token_routes())\n        .route_layer(from_fn(guard))\n        \
             .route(\"/\", get(home))\n        .merge(crate::cello::routes())\n        .with_state(state)"
        ),
        "{router}"
    );
    assert!(module.contains(
        "    let user = parts.extensions.get::<AuthUser>();\n    let user = user.cloned()?;\n    Some(Person {\n        \
         id: user.id.to_string(),\n        email: user.email,\n"
    ));
    assert!(module.contains("let path = \"/api/cello/client.js\";"));
    assert!(module.contains("let path = \"/api/cello/token\";"));
    assert!(module.contains("use crate::auth::AuthUser;"));
}

#[test]
fn a_group_bound_to_a_local_and_merged() {
    let (router, _) = ready(
        &[USER, GUARD, FIND],
        "    let members = Router::new()\n        .route(\"/me\", get(me))\n        \
         .layer(from_fn_with_state(state.clone(), guard));\n    Router::new().route(\"/\", get(home)).merge(members).with_state(state)\n",
    );
    assert!(router.contains(
        "get(me))\n        .merge(crate::cello::token_routes())\n        .layer(from_fn_with_state("
    ));
    assert!(router.contains(".merge(members).merge(crate::cello::routes()).with_state(state)"), "{router}");
}

#[test]
fn a_group_nested_under_a_path() {
    let nested = |path: &str| {
        format!(
            "    let api = Router::new().route(\"/me\", get(me)).route_layer(from_fn(guard));\n    \
             Router::new().nest(\"{path}\", api).with_state(state)\n"
        )
    };
    let paths = |module: &str| -> Vec<String> {
        module
            .lines()
            .filter(|line| line.contains("let path = "))
            .map(|line| line.trim().to_string())
            .collect()
    };
    let (_, module) = ready(&[USER, GUARD, FIND], &nested("/api"));
    assert_eq!(paths(&module), ["let path = \"/api/cello/client.js\";", "let path = \"/cello/token\";"]);
    let (_, module) = ready(&[USER, GUARD, FIND], &nested("/api/v1"));
    assert_eq!(paths(&module), ["let path = \"/api/v1/cello/client.js\";", "let path = \"/cello/token\";"]);
    let (plan, _) = planned(&files(&[USER, GUARD, FIND], &nested("/api/v1")));
    let page = step(&plan, "page-script");
    assert!(page.by_hand[0].text.contains("src=\"/api/v1/cello/client.js\""), "{:?}", page.by_hand);
    let reason = by_hand(&[USER, GUARD, FIND], &nested("/:team"));
    assert!(reason.contains("a path with a parameter"), "{reason}");
    let reason = by_hand(&[USER, GUARD, FIND], &nested("/api").replace("\"/api\"", "PREFIX"));
    assert!(reason.contains("a path that isn't written there"), "{reason}");
}

#[test]
fn a_group_of_a_function_with_its_own_layer() {
    let (router, _) = ready(
        &[USER, GUARD, FIND],
        "    Router::new().nest(\"/api\", api().layer(from_fn(guard))).with_state(state)\n}\n\n\
         fn api() -> Router<AppState> {\n    Router::new().route(\"/me\", get(me))\n",
    );
    assert!(router.contains("api().merge(crate::cello::token_routes()).layer(from_fn(guard))"), "{router}");
}

#[test]
fn one_that_lets_everybody_pass_needs_no_group() {
    // By another name: one that is called a guard is taken for one.
    let optional = OPTIONAL.replace("fn guard", "fn whoami");
    let (router, module) = ready(
        &[USER, &optional, FIND],
        "    Router::new()\n        .route(\"/me\", get(me))\n        .layer(from_fn(auth::whoami))\n        .with_state(state)\n",
    );
    assert!(
        router.contains(
            "get(me))\n        .merge(crate::cello::routes())\n        .layer(from_fn(auth::whoami))"
        ),
        "{router}"
    );
    assert!(!module.contains("token_routes"));
}

#[test]
fn a_guard_that_redirects_is_one() {
    let guard = "pub async fn guard(mut request: Request, next: Next) -> Response {\n    \
        let Some(user) = find(request.headers()) else {\n        return Redirect::to(\"/login\").into_response();\n    };\n    \
        request.extensions_mut().insert(AuthUser { id: user.id, email: user.email });\n    next.run(request).await\n}\n";
    let (_, module) = ready(&[USER, guard, FIND], ROUTE_LAYER);
    assert!(module.contains("token_routes"));
}

#[test]
fn among_groups_the_one_about_the_user_is_taken() {
    let (_, module) = ready(
        &[USER, GUARD, FIND],
        "    let orders = Router::new().route(\"/a\", get(me)).route(\"/b\", get(me)).route_layer(from_fn(guard));\n    \
         let account = Router::new().route(\"/me\", get(me)).route_layer(from_fn(guard));\n    \
         Router::new().nest(\"/v1/orders\", orders).nest(\"/v1/account\", account).with_state(state)\n",
    );
    assert!(module.contains("/v1/account/cello/client.js"), "{module}");
}

#[test]
fn guests_are_nobody() {
    let user = USER.replace("pub email", "pub is_guest: bool, pub email");
    let find = FIND.replace("id: 1,", "id: 1, is_guest: false,");
    let (_, module) = ready(&[&user, GUARD, &find], ROUTE_LAYER);
    assert!(module.contains(
        "get::<AuthUser>();\n    let user = user.filter(|user| !user.is_guest);\n    let user = user.cloned()?;"
    ));
}

#[test]
fn a_second_gate_is_not_passed() {
    let both = "    let free = Router::new().route(\"/me\", get(me)).route_layer(from_fn(guard));\n    \
        let paid = Router::new()\n        .route(\"/a\", get(me))\n        .route(\"/b\", get(me))\n        \
        .route_layer(from_fn(auth::paid))\n        .route_layer(from_fn(guard));\n    \
        Router::new().merge(paid).merge(free).with_state(state)\n";
    let (router, _) = ready(&[USER, GUARD, FIND, PAID], both);
    assert!(
        router.contains("get(me)).merge(crate::cello::token_routes()).route_layer(from_fn(guard));"),
        "{router}"
    );

    let only = both.replace(".merge(free)", "").replace("let free", "let _free");
    let reason = by_hand(&[USER, GUARD, FIND, PAID], &only);
    assert!(reason.contains("`paid` may refuse requests as well"), "{reason}");
    let around = ROUTE_LAYER.replace(".with_state", ".layer(from_fn(auth::paid))\n        .with_state");
    let reason = by_hand(&[USER, GUARD, FIND, PAID], &around);
    assert!(reason.contains("`paid` may refuse requests as well"), "{reason}");
    let closure = ROUTE_LAYER
        .replace(".with_state", ".layer(from_fn(|r: Request, n: Next| n.run(r)))\n        .with_state");
    let reason = by_hand(&[USER, GUARD, FIND], &closure);
    assert!(reason.contains("a middleware that can't be followed"), "{reason}");
}

#[test]
fn around_the_whole_application_the_script_stays_outside() {
    let (router, _) = ready(
        &[USER, GUARD, FIND],
        "    Router::new().route(\"/me\", get(me)).layer(from_fn(guard)).with_state(state)\n",
    );
    let expected = ".merge(crate::cello::token_routes()).layer(from_fn(guard)).merge(crate::cello::routes())";
    assert!(router.contains(expected), "{router}");
}

#[test]
fn what_can_not_be_told_is_for_a_person() {
    let refused = |auth: &[&str], router: &str, reason: &str| {
        let found = by_hand(auth, router);
        assert!(found.contains(reason), "{found}");
    };
    let keys = FIND.replace("\"x-user\"", "\"x-api-key\"");
    refused(&[USER, GUARD, &keys], ROUTE_LAYER, "also accepts API keys");
    refused(&[&USER.replace("(Clone)", "(Debug)"), GUARD, FIND], ROUTE_LAYER, "doesn't derive `Clone`");
    let handler = "async fn me(Extension(user): Extension<AuthUser>) -> String {\n    user.email\n}\n";
    let private = USER.replace("pub struct", "struct");
    let mut all = files(&[&private, GUARD, FIND, "use axum::Extension;\npub ", handler], ROUTE_LAYER);
    all[2].1 = all[2].1.replace(handler, "use auth::me;\n").replace("guard, AuthUser", "guard");
    let (plan, _) = planned(&all);
    let reason = &step(&plan, "module").reason;
    assert!(reason.contains("private to its module"), "{reason}");
    let hidden = USER.replace("pub id", "id");
    refused(&[&hidden, GUARD, FIND], ROUTE_LAYER, "no extractor tells who is signed in");
    let tenant = USER.replace("AuthUser", "Tenant").replace("pub email", "pub plan");
    let on_tenant = |text: &str| text.replace("AuthUser", "Tenant");
    let mut all =
        files(&[&tenant, &on_tenant(GUARD), &on_tenant(FIND).replace("email", "plan")], ROUTE_LAYER);
    all[2].1 = on_tenant(&all[2].1);
    let (plan, _) = planned(&all);
    let reason = &step(&plan, "module").reason;
    assert!(reason.contains("no extractor tells who is signed in"), "{reason}");
    let admin = GUARD.replace("fn guard", "fn admin_guard");
    let router = ROUTE_LAYER.replace("from_fn(guard)", "from_fn(auth::admin_guard)");
    refused(&[USER, &admin, FIND], &router, "administrators only");
    let closure = "    let guard = from_fn(|mut r: Request, n: Next| async move {\n        r.extensions_mut().insert(AuthUser { id: 1, \
        email: String::new() });\n        n.run(r).await\n    });\n    Router::new().route(\"/me\", get(me)).layer(guard).with_state(state)\n";
    refused(&[USER, FIND], closure, "something other than a middleware function");
    refused(
        &[USER, GUARD, FIND],
        "    Router::new().route(\"/me\", get(me)).with_state(state)\n",
        "no middleware",
    );
    let other = OPTIONAL.replace("fn guard", "fn maybe");
    let two = ROUTE_LAYER.replace(".with_state", ".layer(from_fn(auth::maybe))\n        .with_state");
    refused(&[USER, GUARD, FIND, &other], &two, "2 middlewares put it");
    let branch = "    let api = Router::new().route(\"/me\", get(me)).route_layer(from_fn(guard));\n    \
        let mut all = Router::new().route(\"/\", get(home));\n    if true {\n        all = all.merge(api);\n    }\n    \
        all.with_state(state)\n";
    refused(&[USER, GUARD, FIND], branch, "under a condition");
    let stateless = "    let api = Router::new().route(\"/me\", get(me)).with_state(()).route_layer(from_fn(guard));\n    \
        Router::new().merge(api).with_state(state)\n";
    refused(&[USER, GUARD, FIND], stateless, "have another state");
}

#[test]
fn an_extractor_of_their_own_comes_first() {
    let own = "pub struct CurrentUser { pub id: i64, pub email: String }\n\
        impl<S: Send + Sync> axum::extract::FromRequestParts<S> for CurrentUser {}\n";
    let (plan, _) = planned(&files(&[USER, GUARD, FIND, own], ROUTE_LAYER));
    let identity = &plan.survey.apps[0].identity;
    let rank = |kind: &str| identity.iter().find(|one| one.kind == kind).unwrap().rank;
    assert_eq!((rank("from-request-parts"), rank("extension")), (1, 2));
}
