//! Variants of the module for actix-web.

use std::fs;
use std::path::Path;

use handlebars::Handlebars;
use serde_json::{Value, json};

/// Every variant with its name.
pub fn variants() -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for jwt in ["hmac", "jsonwebtoken"] {
        for log in ["tracing", "log", "stderr"] {
            for (case, database) in [
                ("A", ""),
                ("widget", ""),
                ("B", "sqlite"),
                ("B", "postgres"),
            ] {
                let name = format!("{case}_{database}_{jwt}_{log}")
                    .to_lowercase()
                    .replace("__", "_");
                all.push((name, context(case, database, jwt, log)));
            }
        }
    }

    for case in ["A", "B"] {
        let mut uncalled = context(case, "sqlite", "hmac", "tracing");
        uncalled["calls"] =
            json!({ "signed_up": false, "customer_metadata": false, "remember_code": false });
        all.push((format!("uncalled_{case}").to_lowercase(), uncalled));
    }

    // Handed the database at the start, as it is no data of handlers.
    for database in ["sqlite", "postgres"] {
        let mut kept = context("B", database, "hmac", "tracing");
        kept["imports"] = json!(["use crate::app::CurrentUser;"]);
        kept["data"] = json!({ "name": "", "borrowed": "", "extracted": "", "in_arc": false, "db_expr": "DB.get()?" });
        kept["db_type"] = json!(if database == "sqlite" {
            "sqlx::SqlitePool"
        } else {
            "sqlx::PgPool"
        });
        kept["db_kept"] = json!(true);
        all.push((format!("kept_{database}"), kept));
    }

    // Known by a bearer token alone, so that pages of other sites get an answer.
    for (case, database) in [("A", ""), ("widget", ""), ("B", "sqlite")] {
        let mut other_sites = context(case, database, "hmac", "tracing");
        other_sites["allow_cross_site"] = json!(true);
        all.push((format!("other_sites_{case}").to_lowercase(), other_sites));
    }

    for (case, database) in [
        ("A", ""),
        ("widget", ""),
        ("B", "sqlite"),
        ("B", "postgres"),
    ] {
        let mut guarded = context(case, database, "hmac", "tracing");
        guarded["guarded"] = json!(true);
        guarded["token_prefix"] = json!("/cello");
        guarded["imports"] = json!(["use crate::app::CurrentUser;"]);
        if case == "B" {
            guarded["imports"] = json!([
                "use crate::app::{AppState, CurrentUser};",
                "use sqlx::SqlitePool;"
            ]);
        }
        if database == "postgres" {
            guarded["imports"] = json!(["use crate::app::CurrentUser;"]);
        }
        guarded["identity"]["lets"] = json!([
            "let user = web::ReqData::<CurrentUser>::extract(request).await;",
            "let user = user.ok()?.into_inner();",
            "let user = Some(user).filter(|user| !user.is_guest)?;",
        ]);
        all.push((
            format!("guarded_{case}_{database}")
                .to_lowercase()
                .trim_end_matches('_')
                .to_string(),
            guarded,
        ));
    }

    // Read off the request without an extractor, behind long names, in an `Arc`.
    let mut long = context("B", "postgres", "hmac", "tracing");
    long["imports"] = json!(["use crate::app::LongNamedApplicationState;"]);
    long["data"] = json!({
        "name": "state",
        "borrowed": "state: &LongNamedApplicationState",
        "extracted": "state: web::Data<Arc<LongNamedApplicationState>>",
        "in_arc": true,
        "db_expr": "state.persistence.connection_pool",
    });
    long["db_type"] = json!("crate::app::persistence::LongNamedDatabasePool");
    long["identity"] = json!({
        "lets": [
            "let user = crate::app::user_number(request)?;",
            "let pool = &state.persistence.connection_pool;",
            "let find = crate::app::persistence::repositories::find_user_by_its_identifier;",
            "let user = find(pool, user).await;",
            "let user = user.ok()??;",
        ],
        "id": "user.id.to_string()",
        "email": "user.email_address.clone().unwrap_or_default()",
        "name": "format!(\"{} {}\", user.first_name, user.last_name)",
        "uses_data": true,
        "extractor": false,
    });
    all.push(("long_b".to_string(), long.clone()));
    long["case"] = json!("A");
    all.push(("long_a".to_string(), long));
    all
}

/// A variant for diesel: a pool within a state, or data of its own, perhaps without a name.
pub fn diesel(pooled: &str, pool: &str) -> Value {
    let mut context = context("B", "sqlite", "hmac", "stderr");
    context["client"] = json!("diesel");
    context["pooled"] = json!(pooled);
    context["db_type"] = json!(pool);
    context["user_key"]["param"] = json!("?1");
    context["calls"]["form"] = json!(true);
    context["imports"] = json!(["use crate::actix_app::CurrentUser;", format!("use crate::pools::{pool};")]);
    context["data"] = json!({
        "name": "db",
        "borrowed": format!("db: &{pool}"),
        "extracted": format!("db: web::Data<{pool}>"),
        "in_arc": false,
        "db_expr": "db",
    });
    if pool == "Db" {
        context["imports"] = json!(["use crate::actix_app::CurrentUser;"]);
        context["db_alias"] =
            json!("diesel::r2d2::Pool<diesel::r2d2::ConnectionManager<diesel::SqliteConnection>>");
    }
    if pooled == "async" {
        context["database"] = json!("postgres");
        context["user_key"]["param"] = json!("CAST($1 AS bigint)");
        context["imports"] =
            json!(["use crate::actix_app::CurrentUser;", "use crate::pools::{AsyncPool, AsyncState};"]);
        context["data"] = json!({
            "name": "state",
            "borrowed": "state: &AsyncState",
            "extracted": "state: web::Data<AsyncState>",
            "in_arc": false,
            "db_expr": "state.db",
        });
    }
    context
}

/// A variant for MySQL, the pool as data of its own or handed over at the start.
pub fn mysql(of_axum: Value, kept: bool) -> Value {
    let mut context = context("B", "mysql", "hmac", "stderr");
    context["user_key"] = of_axum["user_key"].clone();
    context["imports"] = json!(["use crate::app::CurrentUser;"]);
    context["data"] = match kept {
        true => json!({ "name": "", "borrowed": "", "extracted": "", "in_arc": false, "db_expr": "DB.get()?" }),
        false => json!({
            "name": "db",
            "borrowed": "db: &sqlx::MySqlPool",
            "extracted": "db: web::Data<sqlx::MySqlPool>",
            "in_arc": false,
            "db_expr": "db",
        }),
    };
    context["db_kept"] = json!(kept);
    context
}

/// A variant for SeaORM, its connection as data of its own.
pub fn sea_orm() -> Value {
    let mut context = context("B", "sqlite", "hmac", "stderr");
    context["client"] = json!("sea_orm");
    context["db_type"] = json!("DatabaseConnection");
    context["user_key"]["param"] = json!("?1");
    context["imports"] = json!(["use crate::actix_app::CurrentUser;"]);
    context["data"] = json!({
        "name": "db",
        "borrowed": "db: &DatabaseConnection",
        "extracted": "db: web::Data<DatabaseConnection>",
        "in_arc": false,
        "db_expr": "db",
    });
    context
}

/// A context with names of one length, rendered for rustfmt alone.
pub fn width(handlebars: &Handlebars, widths: &Path, length: usize) {
    let name = "T".repeat(length);
    for (case, database) in [("A", ""), ("B", "postgres"), ("widget", "")] {
        let mut context = context(case, database, "hmac", "tracing");
        context["hmac_key_init"] = json!(true);
        context["db_type"] = json!(name);
        context["setting_fn"] = json!(name);
        let own = if length % 2 == 0 { "db" } else { "state" };
        context["data"] = json!({
            "name": own,
            "borrowed": format!("{own}: &{name}"),
            "extracted": format!("{own}: web::Data<{name}>"),
            "in_arc": length % 3 == 0,
            "db_expr": own,
        });
        context["identity"]["uses_data"] = json!(case != "widget");
        context["guarded"] = json!(length % 2 == 1);
        let folder = widths.join(format!("actix/{length}/{case}"));
        let write = |folder: &Path, context: &Value| {
            fs::create_dir_all(folder.join("cello")).unwrap();
            let text = |template| handlebars.render(template, context).unwrap();
            fs::write(folder.join("cello.rs"), text("actix.rs")).unwrap();
            fs::write(folder.join("cello/protocol.rs"), text("protocol.rs")).unwrap();
        };
        write(&folder, &context);
        let stores = [("diesel", "r2d2"), ("diesel", "deadpool"), ("diesel", "async"), ("sea_orm", "")];
        for (client, pooled) in stores.into_iter().filter(|_| case == "B") {
            let mut other = context.clone();
            (other["client"], other["pooled"]) = (json!(client), json!(pooled));
            write(&folder.with_file_name(format!("B_{client}{pooled}")), &other);
        }
    }
}

/// The context of an actix-web application: SQLite within a state, PostgreSQL as data of its own.
fn context(case: &str, database: &str, jwt: &str, log: &str) -> Value {
    let mut context = crate::context(case, database, jwt, log);
    if let Some(context) = context.as_object_mut() {
        for axums in ["state_type", "state_in_arc", "db_expr"] {
            context.remove(axums);
        }
    }
    let (mut imports, mut data) = (
        vec!["use crate::app::CurrentUser;"],
        json!({ "name": "", "borrowed": "", "extracted": "", "in_arc": false, "db_expr": "" }),
    );
    match (case, database) {
        ("B", "postgres") => {
            data = json!({
                "name": "db",
                "borrowed": "db: &sqlx::PgPool",
                "extracted": "db: web::Data<sqlx::PgPool>",
                "in_arc": false,
                "db_expr": "db",
            });
        }
        ("B", _) => {
            imports = vec![
                "use crate::app::{AppState, CurrentUser};",
                "use sqlx::SqlitePool;",
            ];
            data = json!({
                "name": "state",
                "borrowed": "state: &AppState",
                "extracted": "state: web::Data<AppState>",
                "in_arc": false,
                "db_expr": "state.db",
            });
        }
        _ => {}
    }
    context["crates"] = json!([]);
    context["imports"] = json!(imports);
    context["data"] = data;
    context["identity"] = json!({
        "lets": [
            "let user = CurrentUser::extract(request).await;",
            "let user = user.ok()?;",
        ],
        "id": "user.id.to_string()",
        "email": "user.email",
        "name": "user.name.unwrap_or_default()",
        "uses_data": false,
        "extractor": true,
    });
    context
}
