//! Routers that describe an interface, and layers around single routes.

use super::harness::SIGNS_UP;
use super::{Case, Planned};
use crate::plan::{Status, Verdict};

const FROM: &str = "    Router::new()\n        .route(\"/signup\", post(signup::signup))\n        .route(\"/me\", get(auth::me))\n        .route(\"/checkout\", post(billing::checkout))\n        .with_state(state)\n";

/// utoipa's attribute before a handler.
fn described(case: Case, file: &str, handler: &str, method: &str, path: &str) -> Case {
    let function = format!("pub async fn {handler}(");
    case.replace(
        file,
        &function,
        &format!("#[utoipa::path({method}, path = \"{path}\", responses((status = 200, description = \"done\")))]\n{function}"),
    )
}

/// An application with this in place of its router.
fn utoipa(router: &str) -> Case {
    let case = Case::new()
        .file("src/signup.rs", SIGNS_UP)
        .replace("Cargo.toml", "uuid = ", "utoipa = \"5\"\nutoipa-axum = \"0.2\"\nuuid = ")
        .replace("src/main.rs", FROM, router)
        .replace(
            "src/main.rs",
            "use axum::routing::{get, post};\n",
            "use utoipa_axum::router::OpenApiRouter;\nuse utoipa_axum::routes;\n",
        )
        .any_format();
    let case = described(case, "src/signup.rs", "signup", "post", "/join");
    described(case, "src/auth.rs", "me", "get", "/me")
}

fn signup(planned: &Planned) -> &str {
    let (status, reason) = planned.state("signup:signup::signup");
    assert_eq!(status, Status::Ready, "{reason}");
    let router = &planned.plan.survey.apps[0].routers;
    assert!(!router.is_empty());
    planned.text("src/main.rs")
}

#[test]
fn a_router_that_is_split() {
    let planned = utoipa("    let (router, api) = OpenApiRouter::with_openapi(docs())\n        .routes(routes!(signup::signup))\n        .routes(routes!(auth::me))\n        .split_for_parts();\n    router.merge(swagger(api)).with_state(state)\n").plan();
    let text = signup(&planned);
    assert!(text.contains(".routes(routes!(auth::me))\n        .merge(crate::cello::routes().into())\n        .split_for_parts()"), "{text}");
    assert_eq!(planned.state("routes").0, Status::Ready);
}

#[test]
fn one_that_holds_others_from_functions() {
    let planned = utoipa("    let (router, _api) = OpenApiRouter::new()\n        .nest(\"/api\", api())\n        .split_for_parts();\n    router.layer(trace()).with_state(state)\n}\n\nfn api() -> OpenApiRouter<AppState> {\n    OpenApiRouter::new().routes(routes!(auth::me, signup::signup))\n").plan();
    let text = signup(&planned);
    assert!(
        text.contains(".nest(\"/api\", api())\n        .merge(crate::cello::routes().into())\n"),
        "{text}"
    );
}

#[test]
fn the_description_is_added_to_an_ordinary_one() {
    let planned = utoipa("    let (api, _docs) = api().split_for_parts();\n    Router::new()\n        .nest(\"/api\", api)\n        .with_state(state)\n}\n\nfn api() -> OpenApiRouter<AppState> {\n    OpenApiRouter::new()\n        .routes(routes!(auth::me))\n        .routes(routes!(signup::signup))\n").plan();
    let text = signup(&planned);
    assert!(
        text.contains(".nest(\"/api\", api)\n        .merge(crate::cello::routes())\n        .with_state"),
        "{text}"
    );
}

#[test]
fn paths_and_guards_count_as_elsewhere() {
    let case = |attribute: &str, layer: &str| {
        let router = format!(
            "    let (router, _api) = OpenApiRouter::new()\n        .routes(routes!(signup::signup){layer})\n        .routes(routes!(auth::me))\n        .split_for_parts();\n    router.with_state(state)\n"
        );
        utoipa(&router).replace("src/signup.rs", "/join", attribute).plan()
    };
    assert_eq!(case("/join", "").state("signup:").0, Status::Ready);
    let admin = case("/admin/join", "");
    assert_eq!(admin.verdict("signup:signup::signup").0, Verdict::NotApplicable);
    let guarded = case("/join", ".layer(axum::middleware::from_fn(require_admin))");
    let (verdict, reason) = guarded.verdict("signup:signup::signup");
    assert_eq!(verdict, Verdict::NotApplicable);
    assert!(reason.contains("require_admin"), "{reason}");
}

#[test]
fn aides_router_takes_any_other() {
    let planned = Case::new()
        .file("src/signup.rs", SIGNS_UP)
        .replace("Cargo.toml", "anyhow = ", "aide = { version = \"0.14\", features = [\"axum\"] }\nanyhow = ")
        .replace("src/main.rs", "use axum::routing::{get, post};\n", "use aide::axum::routing::{get, post};\nuse aide::axum::ApiRouter;\n")
        .replace("src/main.rs", FROM, "    let mut api = docs();\n    ApiRouter::new()\n        .api_route(\"/signup\", post(signup::signup))\n        .api_route(\"/me\", get(auth::me))\n        .finish_api(&mut api)\n        .layer(trace())\n        .with_state(state)\n")
        .plan();
    let text = signup(&planned);
    assert!(
        text.contains(
            ".api_route(\"/me\", get(auth::me))\n        .merge(crate::cello::routes())\n        .finish_api"
        ),
        "{text}"
    );
}

/// Another crate's macro of that name lists no handlers of axum's.
#[test]
fn other_macros_list_nothing() {
    let planned = utoipa("    let (router, _api) = OpenApiRouter::new()\n        .routes(listed!(signup::signup))\n        .routes(routes!(auth::me))\n        .split_for_parts();\n    router.with_state(state)\n").plan();
    let found = planned.plan.accounting.iter().find(|account| account.site.starts_with("signup:")).unwrap();
    assert_ne!(found.verdict, Verdict::Edit, "{}", found.reason);
}

/// One route of an ordinary router with a layer of its own.
fn layered(route: &str) -> Planned {
    Case::new()
        .file("src/signup.rs", SIGNS_UP)
        .replace("src/main.rs", ".route(\"/signup\", post(signup::signup))", route)
        .any_format()
        .plan()
}

#[test]
fn a_layer_around_one_handler_guards_it() {
    let guard = "route_layer(axum::middleware::from_fn(require_login))";
    let planned = layered(&format!(".route(\"/signup\", post(signup::signup).{guard})"));
    let (verdict, reason) = planned.verdict("signup:signup::signup");
    assert_eq!(verdict, Verdict::NotApplicable);
    assert!(reason.contains("require_login"), "{reason}");
    // What is added behind it stands outside, and a limit on the rate guards nobody.
    for route in [
        format!(".route(\"/signup\", get(auth::me).{guard}.post(signup::signup))"),
        ".route(\"/signup\", post(signup::signup).layer(axum::middleware::from_fn(rate_limit)))".to_string(),
    ] {
        let planned = layered(&route);
        assert_eq!(planned.state("signup:").0, Status::Ready, "{route}: {}", planned.state("signup:").1);
    }
}
