//! What a survey of the sample application says, written by hand.

use std::collections::BTreeMap;

use cello_scaffold::plan::Tool;
use cello_scaffold::survey::*;

use super::app::at;

/// The program, with a version that does not change.
pub fn tool() -> Tool {
    Tool { name: "cello-scaffold".into(), version: "0.1.0".into() }
}

/// The survey.
pub fn survey() -> Survey {
    Survey {
        schema: SCHEMA.into(),
        tool: tool(),
        apps: vec![application()],
        pages: vec![
            page("templates/admin/layout.html", "admin", Some("only admins see it: no referrals there")),
            page("templates/base.html", "both", None),
            page(
                "templates/emails/welcome.html",
                "email",
                Some("an e-mail, not a page: no <script> runs in it"),
            ),
        ],
        csp: vec![Csp {
            app: "pagewatch".into(),
            at: at(
                "src/web/mod.rs",
                "\"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \\",
            ),
            kind: "header".into(),
            directives: BTreeMap::from([
                ("default-src".into(), "'self'".into()),
                ("img-src".into(), "'self' data:".into()),
                ("object-src".into(), "'none'".into()),
            ]),
            decoy: None,
        }],
        outside_rust: Vec::new(),
        warnings: vec![Warning {
            id: "lockfile".into(),
            at: Some(at("Cargo.toml", "rand = \"0.8\"")),
            text: "hmac is not in Cargo.lock yet: the first build after applying adds it".into(),
        }],
    }
}

fn application() -> App {
    App {
        package: "pagewatch".into(),
        manifest: "Cargo.toml".into(),
        edition: "2021".into(),
        frameworks: vec![Framework {
            name: "axum".into(),
            version: "0.8.6".into(),
            at: at("Cargo.toml", "axum = \"0.8\""),
        }],
        routers: vec![
            router(
                "router:web::app",
                "let router = Router::new()",
                1,
                "top-level routes, before the first layer",
            ),
            router("router:web::app#1", "let admin = Router::new()", 0, "guarded by `require_admin`"),
        ],
        identity: vec![Identity {
            id: "identity:auth::extract::MaybeUser".into(),
            at: at("src/auth/extract.rs", "impl FromRequestParts<AppState> for MaybeUser {"),
            kind: "from-request-parts".into(),
            binding: "MaybeUser(user): MaybeUser".into(),
            type_path: "auth::extract::MaybeUser".into(),
            id_expr: "user.id".into(),
            id_type: "Uuid".into(),
            email: Some("user.email".into()),
            name: Some("user.name".into()),
            optional: true,
            anonymous: false,
            rank: 1,
            reason: "yields `Option<User>`, so a visitor is answered too".into(),
        }],
        signups: vec![
            signup(
                "signup:web::admin::create_user",
                "src/web/admin.rs",
                "pub async fn create_user(",
                "form",
                None,
            ),
            signup(
                "signup:web::dev::login",
                "src/web/dev.rs",
                "pub async fn login(",
                "service",
                Some("compiled into debug builds only (`#[cfg(debug_assertions)]`)"),
            ),
            signup("signup:web::signup::submit", "src/web/signup.rs", "pub async fn submit(", "form", None),
        ],
        stripe: vec![
            call("stripe:billing::service::ensure_customer", "Customer::create(", "customer", None),
            call(
                "stripe:billing::service::start_checkout",
                "CheckoutSession::create(client, params)",
                "checkout-session",
                None,
            ),
            call(
                "stripe:billing::service::portal_url",
                "BillingPortalSession::create(client, params)",
                "checkout-session",
                Some("a billing portal session: nothing is bought there | and nobody is created"),
            ),
        ],
        store: Some(Store {
            at: None,
            kind: "sqlx-sqlite".into(),
            handle: "crate::db::Db".into(),
            migrations: Some("migrations".into()),
            runs_by: "application".into(),
        }),
        config: Some(Config {
            kind: "struct-from-environment".into(),
            at: at("src/config.rs", "pub struct Config"),
        }),
        state: Some(State { type_text: "AppState".into(), at: at("src/lib.rs", "pub struct AppState {") }),
        existing: Vec::new(),
    }
}

fn router(id: &str, needle: &str, rank: u32, reason: &str) -> Router {
    Router {
        id: id.into(),
        at: at("src/web/mod.rs", needle),
        symbol: "web::app".into(),
        prefix: if rank == 0 { "/admin".into() } else { String::new() },
        guard: (rank == 0).then(|| "require_admin".into()),
        cors: None,
        rank,
        reason: reason.into(),
    }
}

fn signup(id: &str, file: &str, needle: &str, kind: &str, decoy: Option<&str>) -> Signup {
    Signup {
        id: id.into(),
        at: at(file, needle),
        symbol: id.trim_start_matches("signup:").into(),
        kind: kind.into(),
        create_site: None,
        user_id: Some("user.id".into()),
        email: Some("user.email".into()),
        decoy: decoy.map(String::from),
    }
}

fn call(id: &str, needle: &str, object: &str, decoy: Option<&str>) -> StripeCall {
    StripeCall {
        id: id.into(),
        at: at("src/billing/service.rs", needle),
        object: object.into(),
        call: "create".into(),
        client: "async-stripe-0".into(),
        params_at: None,
        metadata: Metadata {
            state: if object == "customer" { "present".into() } else { "absent".into() },
            keys: Vec::new(),
        },
        customer: (object != "customer").then(|| "explicit".into()),
        account: "own".into(),
        user: StripeUser { expr: Some("user.id".into()), via: "scope".into() },
        decoy: decoy.map(String::from),
    }
}

fn page(file: &str, audience: &str, decoy: Option<&str>) -> Page {
    Page {
        id: format!("page:{file}"),
        app: "pagewatch".into(),
        at: at(file, "<!doctype html>"),
        kind: "askama".into(),
        audience: audience.into(),
        head_end: None,
        body_end: None,
        decoy: decoy.map(String::from),
    }
}
