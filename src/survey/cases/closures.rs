//! Middleware written as a closure in its layer: whether it refuses people is read off what it does.

use super::{Case, Planned};
use crate::plan::Status;

/// The application with this around its `/me`, in a group of its own.
fn grouped(body: &str) -> Planned {
    let layer = format!(
        "axum::middleware::from_fn(|request: axum::extract::Request, next: axum::middleware::Next| async move {{ {body} }})"
    );
    Case::new()
        .any_format()
        .file("src/signup.rs", super::harness::SIGNS_UP)
        .replace(
            "src/main.rs",
            "    Router::new()\n        .route(\"/signup\"",
            &format!("    let own = Router::new().route(\"/own\", get(auth::me)).layer({layer});\n    Router::new()\n        .merge(own)\n        .route(\"/signup\""),
        )
        .plan()
}

fn guard(planned: &Planned) -> Option<String> {
    let routers = &planned.plan.survey.apps[0].routers;
    let own = routers.iter().min_by_key(|router| router.at.bytes[0]).unwrap();
    own.guard.clone()
}

#[test]
fn one_that_refuses_is_a_guard() {
    for body in [
        "if request.headers().get(\"cookie\").is_none() { return axum::http::StatusCode::UNAUTHORIZED.into_response(); } next.run(request).await",
        "match known(&request) { Some(_) => next.run(request).await, None => axum::response::Redirect::to(\"/login\").into_response() }",
    ] {
        let planned = grouped(body);
        assert!(guard(&planned).is_some(), "{body}");
        assert_eq!(planned.state("routes").0, Status::Ready);
    }
}

#[test]
fn one_that_lets_everybody_pass_is_none() {
    for body in [
        "let answer = next.run(request).await; tracing::info!(\"{}\", answer.status()); answer",
        "next.run(request).await",
    ] {
        assert_eq!(guard(&grouped(body)), None, "{body}");
    }
}
