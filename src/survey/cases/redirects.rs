//! Redirects that would lose a referral link's code, and all that only look like them.

use super::Case;
use crate::plan::Status;

/// Ids of the steps on redirects, with an item added to the program and a route to the router.
fn found(route: &str, item: &str) -> Vec<(String, String)> {
    let planned = Case::new()
        .replace(
            "src/main.rs",
            "        .with_state(state)\n",
            &format!("        {route}\n        .with_state(state)\n"),
        )
        .replace("src/main.rs", "#[tokio::main]", &format!("{item}\n\n#[tokio::main]"))
        .replace(
            "src/main.rs",
            "use axum::Router;\n",
            "use axum::response::{IntoResponse, Redirect};\nuse axum::Router;\n",
        )
        .any_format()
        .plan();
    let steps = planned.plan.steps.iter().filter(|step| step.id.starts_with("redirect:"));
    let steps = steps.inspect(|step| assert_eq!(step.status, Status::ByHand));
    steps.map(|step| (step.id.clone(), step.by_hand[0].text.clone())).collect()
}

#[test]
fn a_page_that_only_sends_visitors_on() {
    for (item, text) in [
        (
            "async fn index() -> Redirect {\n    Redirect::to(\"/pricing\")\n}",
            "Redirect::to(&query.map_or_else(|| \"/pricing\".to_string(), |query| format!(\"/pricing?{query}\")))",
        ),
        (
            "async fn index() -> impl IntoResponse {\n    tracing::debug!(\"visited\");\n    Redirect::permanent(\"/pricing\").into_response()\n}",
            "Redirect::permanent(&query.map_or_else(|| \"/pricing\".to_string(), |query| format!(\"/pricing?{query}\")))",
        ),
        (
            "async fn index() -> Result<Redirect, StatusCode> {\n    Ok(axum::response::Redirect::temporary(\"/pricing?from=home\"))\n}",
            "Redirect::temporary(&query.map_or_else(|| \"/pricing?from=home\".to_string(), |query| format!(\"/pricing?from=home&{query}\")))",
        ),
    ] {
        assert_eq!(
            found(".route(\"/\", get(index))", item),
            [("redirect:/".to_string(), text.to_string())],
            "{item}"
        );
    }
    for closure in [
        "|| async { Redirect::to(\"/start\") }",
        "|| async move { Redirect::to(\"/start\").into_response() }",
    ] {
        let route = format!(".nest(\"/app\", Router::new().route(\"/go\", get({closure})))");
        let found = found(&route, "");
        assert_eq!(found.len(), 1, "{closure}");
        assert_eq!(found[0].0, "redirect:/app/go");
        assert!(
            found[0].1.starts_with(
                "get(|axum::extract::RawQuery(query): axum::extract::RawQuery| async move { Redirect::to("
            ),
            "{found:?}"
        );
    }
}

#[test]
fn what_does_more_or_leads_elsewhere_is_no_such_page() {
    const PLAIN: &str = "async fn index() -> Redirect {\n    Redirect::to(\"/pricing\")\n}";
    for (route, item) in [
        (".route(\"/go\", post(index))", PLAIN),
        (".route(\"/logout\", get(index))", PLAIN),
        (".route(\"/old.html\", get(index))", PLAIN),
        (".route(\"/api/start\", get(index))", PLAIN),
        // Who isn't let in gets no redirect from here.
        (
            ".route(\"/\", get(index).route_layer(axum::middleware::from_fn(guard)))",
            "async fn index() -> Redirect {\n    Redirect::to(\"/pricing\")\n}\n\nasync fn guard(request: axum::extract::Request, next: axum::middleware::Next) -> Result<axum::response::Response, StatusCode> {\n    if request.headers().get(\"authorization\").is_none() {\n        return Err(StatusCode::UNAUTHORIZED);\n    }\n    Ok(next.run(request).await)\n}",
        ),
        (
            ".route(\"/\", get(index))",
            "async fn index() -> Redirect {\n    Redirect::to(\"https://example.org/\")\n}",
        ),
        (
            ".route(\"/\", get(index))",
            "async fn index() -> Redirect {\n    Redirect::to(\"//example.org/\")\n}",
        ),
        (
            ".route(\"/\", get(index))",
            "async fn index() -> Redirect {\n    Redirect::to(\"/swagger-ui/\")\n}",
        ),
        (
            ".route(\"/\", get(index))",
            "async fn index() -> Redirect {\n    Redirect::to(\"/static/index.html\")\n}",
        ),
        // It does something first, or depends on something.
        (
            ".route(\"/leave\", get(index))",
            "async fn index() -> Redirect {\n    forget().await;\n    Redirect::to(\"/pricing\")\n}\n\nasync fn forget() {}",
        ),
        (
            ".route(\"/\", get(index))",
            "async fn index(user: Option<auth::CurrentUser>) -> Redirect {\n    if user.is_some() { Redirect::to(\"/home\") } else { Redirect::to(\"/pricing\") }\n}",
        ),
        // The query goes along already.
        (
            ".route(\"/\", get(index))",
            "async fn index(axum::extract::RawQuery(query): axum::extract::RawQuery) -> Redirect {\n    Redirect::to(&query.map_or_else(|| \"/pricing\".to_string(), |query| format!(\"/pricing?{query}\")))\n}",
        ),
        // Of another crate, or nobody's handler.
        (
            ".route(\"/\", get(index))",
            "mod own {\n    pub struct Redirect;\n    impl Redirect {\n        pub fn to(_: &str) -> String {\n            String::new()\n        }\n    }\n}\n\nasync fn index() -> String {\n    own::Redirect::to(\"/pricing\")\n}",
        ),
        ("", PLAIN),
    ] {
        assert_eq!(found(route, item), [], "{route} {item}");
    }
}

const ACTIX_MAIN: &str = r#"use actix_web::http::header;
use actix_web::{get, post, web, App, HttpResponse, HttpServer, Responder};

ITEMS

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| App::new()SERVICES)
        .bind(("127.0.0.1", 8080))?
        .run()
        .await
}
"#;

fn found_with_actix(services: &str, items: &str) -> Vec<(String, String)> {
    let main = ACTIX_MAIN.replace("ITEMS", items).replace("SERVICES", services);
    let planned = Case::new()
        .replace("Cargo.toml", "axum = \"0.8\"", "actix-web = \"4\"")
        .without("src/auth.rs")
        .without("src/users.rs")
        .without("src/signup.rs")
        .without("src/billing.rs")
        .file("src/main.rs", &main)
        .any_format()
        .plan();
    let steps = planned.plan.steps.iter().filter(|step| step.id.starts_with("redirect:"));
    steps.map(|step| (step.id.clone(), step.by_hand[0].text.clone())).collect()
}

#[test]
fn the_same_with_actix_web() {
    let index = |body: &str| format!("#[get(\"/\")]\nasync fn index() -> impl Responder {{\n    {body}\n}}");
    for (body, text) in [
        (
            "HttpResponse::SeeOther().insert_header((header::LOCATION, \"/sign-up\")).finish()",
            "(header::LOCATION, format!(\"/sign-up?{}\", request.query_string()))",
        ),
        (
            "HttpResponse::Found().append_header((\"Location\", \"/sign-up\")).finish()",
            "(\"Location\", format!(\"/sign-up?{}\", request.query_string()))",
        ),
        (
            "web::Redirect::to(\"/sign-up\").see_other()",
            "Redirect::to(format!(\"/sign-up?{}\", request.query_string()))",
        ),
    ] {
        let found = found_with_actix(".service(index)", &index(body));
        assert_eq!(found, [("redirect:/".to_string(), text.to_string())], "{body}");
    }
    let service = found_with_actix(".service(web::redirect(\"/start\", \"/sign-up\"))", "");
    assert_eq!(service.len(), 1);
    assert_eq!(service[0].0, "redirect:/start");
    for (services, items) in [
        (".service(web::redirect(\"/swagger-ui\", \"/swagger-ui/\"))", String::new()),
        (
            ".service(index)",
            index("HttpResponse::Ok().insert_header((header::LOCATION, \"/sign-up\")).finish()"),
        ),
        (
            ".service(index)",
            index(
                "HttpResponse::SeeOther().insert_header((header::CONTENT_LOCATION, \"/sign-up\")).finish()",
            ),
        ),
        (
            ".service(index)",
            index(
                "HttpResponse::SeeOther().insert_header((header::LOCATION, \"https://example.org\")).finish()",
            ),
        ),
        (
            ".service(index)",
            "#[post(\"/\")]\nasync fn index() -> impl Responder {\n    web::Redirect::to(\"/sign-up\")\n}"
                .to_string(),
        ),
    ] {
        assert_eq!(found_with_actix(services, &items), [], "{services} {items}");
    }
}
