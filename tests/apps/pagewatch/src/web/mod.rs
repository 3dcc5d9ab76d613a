//! What visitors see.

pub mod account;
pub mod admin;
pub mod api;
pub mod assets;
pub mod billing;
pub mod dashboard;
#[cfg(debug_assertions)]
pub mod dev;
pub mod landing;
pub mod login;
pub mod signup;
pub mod webhooks;

use askama::Template;
use axum::{
    http::{header, HeaderValue},
    middleware,
    response::Html,
    routing::{get, post},
    Router,
};
use tower_http::{set_header::SetResponseHeaderLayer, trace::TraceLayer};

use crate::{auth, error::AppError, AppState};

// Browsers apply form-action to redirects as well, so the way to Stripe has to be listed.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
     frame-ancestors 'none'; \
     form-action 'self' https://checkout.stripe.com https://billing.stripe.com",
);

/// All of the application behind one router.
pub fn app(state: AppState) -> Router {
    let admin = Router::new()
        .route("/", get(admin::users))
        .route("/users", post(admin::create_user))
        .route_layer(middleware::from_fn_with_state(
            state.clone(),
            auth::extract::require_admin,
        ));

    let router = Router::new()
        .route("/", get(landing::show))
        .route("/signup", get(signup::form).post(signup::submit))
        .route("/login", get(login::form).post(login::submit))
        .route("/logout", post(login::logout))
        .route("/dashboard", get(dashboard::show))
        .route("/pages", post(dashboard::add_page))
        .route("/pages/{id}/delete", post(dashboard::remove_page))
        .route("/account", get(account::show))
        .route("/account/api-key", post(account::new_api_key))
        .route("/billing", get(billing::show))
        .route("/billing/checkout", post(billing::checkout))
        .route("/billing/portal", post(billing::portal))
        .route("/webhooks/stripe", post(webhooks::stripe))
        .route("/static/app.css", get(assets::css))
        .nest("/admin", admin)
        .nest("/api/v1", api::routes())
        .fallback(not_found);

    #[cfg(debug_assertions)]
    let router = router.route("/dev/login", get(dev::login));

    router
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CONTENT_SECURITY_POLICY,
            CONTENT_SECURITY_POLICY,
        ))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::REFERRER_POLICY,
            HeaderValue::from_static("same-origin"),
        ))
        .layer(TraceLayer::new_for_http())
        .with_state(state)
}

async fn not_found() -> AppError {
    AppError::NotFound
}

fn page(template: &impl Template) -> Result<Html<String>, AppError> {
    Ok(Html(template.render()?))
}
