//! Renders every variant of the templates into the hosts, as `src/variants/<name>/cello.rs` and so on.

mod actix;

use std::fmt::Write;
use std::fs;
use std::path::Path;

use handlebars::Handlebars;
use serde_json::{Value, json};

fn main() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let templates = here.join("../../templates/app");
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    handlebars.register_escape_fn(handlebars::no_escape);
    for name in [
        "actix.rs",
        "axum.rs",
        "protocol.rs",
        "purchases.rs",
        "purchased.rs",
        "migration.sql",
        "migration.rs",
    ] {
        let file = templates.join(format!("{name}.hbs"));
        handlebars.register_template_file(name, file).unwrap();
    }
    // What the adapters take in.
    for name in ["signups", "store/sqlx", "store/diesel", "store/sea_orm", "store/statements"] {
        let part = fs::read_to_string(templates.join(format!("{name}.rs.hbs"))).unwrap();
        handlebars.register_partial(name, part).unwrap();
    }
    render_store(&here.join("diesel"), &templates, &handlebars, diesel());
    render_store(&here.join("mysql"), &templates, &handlebars, mysql());
    for host in ["sea_orm1", "sea_orm2"] {
        render_store(&here.join(host), &templates, &handlebars, sea_orm());
        render_migrations(&here.join(host), &handlebars);
    }

    for (host, key_init) in [("axum06", false), ("axum07", false), ("axum08", true), ("actix4", false)] {
        let adapter = if host == "actix4" {
            "actix.rs"
        } else {
            "axum.rs"
        };
        let all = if host == "actix4" {
            actix::variants()
        } else {
            variants()
        };
        let root = here.join(host).join("src/variants");
        let _ = fs::remove_dir_all(&root);
        let mut modules = String::new();
        let mut uses = String::new();
        for (name, mut context) in all {
            context["hmac_key_init"] = json!(key_init);
            context["body_generic"] = json!(host == "axum06");
            let inner = root.join(&name).join("cello");
            fs::create_dir_all(&inner).unwrap();
            let write = |template: &str, file: &Path| {
                let text = handlebars.render(template, &context).unwrap();
                fs::write(file, text).unwrap();
            };
            write(adapter, &root.join(&name).join("cello.rs"));
            write("protocol.rs", &inner.join("protocol.rs"));
            fs::copy(templates.join("client.js"), inner.join("client.js")).unwrap();
            // What a person adds where payments go another way than by Stripe.
            if name.starts_with("purchases") {
                let add = |template: &str, file: &Path| {
                    let text = fs::read_to_string(file).unwrap()
                        + &handlebars.render(template, &context).unwrap();
                    fs::write(file, text).unwrap();
                };
                add("purchases.rs", &inner.join("protocol.rs"));
                add("purchased.rs", &root.join(&name).join("cello.rs"));
                let db = match context["db_kept"] == true {
                    true => String::new(),
                    false => format!("{}, ", context["database"].as_str().unwrap_or_default()),
                };
                writeln!(
                    uses,
                    "    let amount = {name}::cello::Amount {{ minor: 4999, currency: \"EUR\" }};\n    \
                     let purchase = {name}::cello::Purchase {{ invoice_id: \"1\", interval: \"monthly\", product: \"pro\", \
                     amount, paid_at: \"\" }};\n    \
                     {name}::cello::purchased({db}String::new(), String::new(), &purchase).await;"
                )
                .unwrap();
            }
            if context["case"] == "B" {
                write("migration.sql", &root.join(&name).join("migration.sql"));
            }
            let db = context["database"].as_str().unwrap_or_default();
            writeln!(modules, "pub mod {name} {{\n    pub mod cello;\n}}").unwrap();
            let guarded = context["guarded"] == true;
            for routes in ["routes", "token_routes"]
                .into_iter()
                .take(1 + usize::from(guarded))
            {
                let mounted = match context["state_type"].as_str() {
                    Some(state) => {
                        format!("let _: axum::Router<{state}> = {name}::cello::{routes}();")
                    }
                    None => {
                        format!("let _ = actix_web::App::new().configure({name}::cello::{routes});")
                    }
                };
                writeln!(uses, "    {mounted}").unwrap();
            }
            if context["db_kept"] == true {
                writeln!(uses, "    {name}::cello::use_database({db});").unwrap();
            }
            if context["calls"]["token"] == true {
                let db = if db.is_empty() { String::new() } else { format!("{db}, ") };
                writeln!(
                    uses,
                    "    let _ = {name}::cello::token({db}parts, None::<{name}::cello::Person>);"
                )
                .unwrap();
            }
            match context["case"].as_str().unwrap() {
                _ if name.starts_with("uncalled") => {}
                "A" => {
                    let around = match host {
                        "actix4" => "actix_web::App::new().wrap(actix_web",
                        _ => "axum::Router::<()>::new().layer(axum",
                    };
                    writeln!(
                        uses,
                        "    let _ = {around}::middleware::from_fn({name}::cello::remember_code));"
                    )
                    .unwrap();
                    writeln!(uses, "    let _ = {name}::cello::customer_metadata(1);").unwrap();
                    if context["calls"]["form"] == true {
                        writeln!(uses, "    let _ = {name}::cello::customer_form(1);").unwrap();
                    }
                }
                "B" => {
                    let db = match context["db_kept"] == true {
                        true => String::new(),
                        false => format!("{db}, "),
                    };
                    writeln!(uses, "    {name}::cello::signed_up({db}1).await;").unwrap();
                    writeln!(
                        uses,
                        "    let _ = {name}::cello::customer_metadata({db}\"1\").await;"
                    )
                    .unwrap();
                    if context["calls"]["form"] == true {
                        writeln!(
                            uses,
                            "    let _ = {name}::cello::customer_form({db}1).await;"
                        )
                        .unwrap();
                    }
                }
                _ => {}
            }
        }
        let states = match host {
            "actix4" => "",
            _ => "#![allow(clippy::wildcard_imports)]\n\nuse std::sync::Arc;\n\nuse crate::app::*;\n\n",
        };
        let parts = match host {
            "actix4" => "",
            _ => ", parts: &axum::http::request::Parts",
        };
        let text = format!(
            "{states}{modules}\n/// Uses what an application uses, so that the compiler tells of anything else.\n\
             #[allow(clippy::too_many_lines)]\n\
             pub async fn use_all(sqlite: &sqlx::SqlitePool, postgres: &sqlx::PgPool{parts}) {{\n{uses}}}\n"
        );
        fs::write(root.join("mod.rs"), text).unwrap();
    }

    // Types of every length, for rustfmt alone.
    for length in 1..=45 {
        actix::width(&handlebars, &here.join("target/widths"), length);
        let mut context = context("B", "sqlite", "hmac", "tracing");
        for field in ["state_type", "db_type", "setting_fn"] {
            context[field] = json!("T".repeat(length));
        }
        if length % 2 == 0 {
            context["user_key"]["param"] = json!("CAST($1 AS bigint)");
        }
        context["hmac_key_init"] = json!(true);
        context["calls"]["form"] = json!(true);
        let inner = here
            .join("target/widths")
            .join(length.to_string())
            .join("cello");
        fs::create_dir_all(&inner).unwrap();
        let protocol = handlebars.render("protocol.rs", &context).unwrap();
        fs::write(inner.join("protocol.rs"), protocol).unwrap();
        for case in ["A", "B"] {
            context["case"] = json!(case);
            context["identity"]["uses_state"] = json!(case == "B");
            context["guarded"] = json!(length % 2 == 1);
            let adapter = handlebars.render("axum.rs", &context).unwrap();
            // In files of one name, as each looks for its own `cello/protocol.rs`.
            let folder = inner.with_file_name(case);
            if case == "B" {
                let mysql = json!({ "sql_type": "BINARY(16)", "param": "UNHEX(REPLACE(?, '-', ''))", "references": null, "apart": null });
                let mut stores = vec![("mysql", "sqlx", "")];
                stores.extend([("diesel", "r2d2"), ("diesel", "deadpool"), ("diesel", "async"), ("sea_orm", "")].map(|(client, pooled)| (client, client, pooled)));
                for (name, client, pooled) in stores {
                    let mut other = context.clone();
                    if name == "mysql" {
                        (other["database"], other["user_key"]) = (json!("mysql"), mysql.clone());
                    }
                    (other["client"], other["pooled"]) = (json!(client), json!(pooled));
                    let folder = inner.with_file_name(format!("B_{name}{pooled}"));
                    fs::create_dir_all(folder.join("cello")).unwrap();
                    fs::copy(inner.join("protocol.rs"), folder.join("cello/protocol.rs")).unwrap();
                    fs::write(folder.join("cello.rs"), handlebars.render("axum.rs", &other).unwrap()).unwrap();
                }
            }
            fs::create_dir_all(folder.join("cello")).unwrap();
            fs::copy(inner.join("protocol.rs"), folder.join("cello/protocol.rs")).unwrap();
            fs::write(folder.join("cello.rs"), adapter).unwrap();
        }
    }
}

/// The variants for a store that has hosts of its own.
fn render_store(host: &Path, templates: &Path, handlebars: &Handlebars, variants: Vec<(&str, Value)>) {
    let root = host.join("src/variants");
    let _ = fs::remove_dir_all(&root);
    let mut modules = String::new();
    for (name, mut context) in variants {
        context["hmac_key_init"] = json!(true);
        let inner = root.join(name).join("cello");
        fs::create_dir_all(&inner).unwrap();
        let write = |template: &str, file: &Path| {
            fs::write(file, handlebars.render(template, &context).unwrap()).unwrap();
        };
        let adapter = if name.starts_with("actix") { "actix.rs" } else { "axum.rs" };
        write(adapter, &root.join(name).join("cello.rs"));
        write("protocol.rs", &inner.join("protocol.rs"));
        write("migration.sql", &root.join(name).join("migration.sql"));
        fs::copy(templates.join("client.js"), inner.join("client.js")).unwrap();
        writeln!(modules, "pub mod {name} {{\n    pub mod cello;\n}}").unwrap();
    }
    fs::write(root.join("mod.rs"), modules).unwrap();
}

/// The migration as a module of Rust, as `src/migrations/<database>/m20240301_000002_cello_signups.rs`.
fn render_migrations(host: &Path, handlebars: &Handlebars) {
    for (database, quote) in [("sqlite", ""), ("postgres", "\"")] {
        let key = json!({ "sql_type": "INTEGER", "references": format!("{quote}users{quote}(id)"), "apart": null });
        let sql = json!({ "database": database, "user_key": key });
        let up = handlebars.render("migration.sql", &sql).unwrap();
        let (about, table) = up.strip_prefix("-- ").and_then(|up| up.split_once('\n')).unwrap();
        let hashes = if quote.is_empty() { "" } else { "#" };
        let raw = if quote.is_empty() { "" } else { "r" };
        let context = json!({
            "about": about,
            "up": format!("{raw}{hashes}\"{}\"{hashes}", table.trim_end().trim_end_matches(';')),
            "down": "DROP TABLE IF EXISTS cello_signups",
        });
        let folder = host.join("src/migrations").join(database);
        fs::create_dir_all(&folder).unwrap();
        let text = handlebars.render("migration.rs", &context).unwrap();
        fs::write(folder.join("m20240301_000002_cello_signups.rs"), text).unwrap();
    }
}

/// What is the same for every store's host: a module that nothing calls yet, and one for Customers made at sign-up.
fn uncalled(mut context: Value) -> Value {
    context["calls"] = json!({ "signed_up": false, "customer_metadata": false, "form": true, "customer_form": false, "remember_code": false });
    context
}

fn at_signup() -> Value {
    let mut context = context("A", "", "hmac", "stderr");
    context["imports"] = json!(["use crate::app::{AppState, CurrentUser};"]);
    context
}

fn for_other_sites(mut context: Value) -> Value {
    context["allow_cross_site"] = json!(true);
    context
}

fn on_postgres(mut context: Value) -> Value {
    (context["database"], context["jwt"]) = (json!("postgres"), json!("jsonwebtoken"));
    context["user_key"] = json!({ "sql_type": "BIGINT", "param": "CAST($1 AS bigint)", "references": "users(id)", "apart": null });
    context
}

/// The variants for diesel.
fn diesel() -> Vec<(&'static str, Value)> {
    let blocking = |pooled: &str, pool: &str, state: &str| {
        let mut context = context("B", "sqlite", "hmac", "stderr");
        context["client"] = json!("diesel");
        context["pooled"] = json!(pooled);
        context["state_type"] = json!(state);
        context["db_type"] = json!(pool);
        context["imports"] = json!([
            "use crate::app::CurrentUser;",
            format!("use crate::pools::{{{pool}, {state}}};"),
        ]);
        context["user_key"]["param"] = json!("?1");
        context
    };
    let usual = || blocking("r2d2", "BlockingPool", "BlockingState");
    let mut alias = blocking("r2d2", "Db", "BlockingState");
    alias["imports"] = json!(["use crate::app::CurrentUser;", "use crate::pools::BlockingState;"]);
    alias["db_alias"] = json!("diesel::r2d2::Pool<diesel::r2d2::ConnectionManager<diesel::SqliteConnection>>");
    vec![
        ("actix_alias", actix::diesel("r2d2", "Db")),
        ("actix_async", actix::diesel("async", "AsyncPool")),
        ("actix_r2d2", actix::diesel("r2d2", "BlockingPool")),
        ("a_hmac_stderr", at_signup()),
        ("alias", alias),
        ("b_postgres_jsonwebtoken_tracing", on_postgres(blocking("async", "AsyncPool", "AsyncState"))),
        ("b_sqlite_hmac_stderr", usual()),
        ("deadpool", blocking("deadpool", "ThreadedPool", "ThreadedState")),
        ("guarded", below_a_guard(usual())),
        ("other_sites", for_other_sites(usual())),
        ("uncalled", uncalled(usual())),
    ]
}

/// The variants for MySQL, one for each type of key among them.
fn mysql() -> Vec<(&'static str, Value)> {
    let keyed = |sql_type: &str, param: &str, references: Value| {
        let mut context = context("B", "mysql", "hmac", "stderr");
        context["user_key"] = json!({
            "sql_type": sql_type,
            "param": param,
            "apart": if references.is_null() { json!("the type of the users' key is not known") } else { Value::Null },
            "references": references,
        });
        context
    };
    let usual = || keyed("BIGINT", "CAST(? AS SIGNED)", json!("users(id)"));
    let mut kept = usual();
    (kept["db_expr"], kept["db_kept"]) = (json!("DB.get()?"), json!(true));
    let text = "CHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci";
    let name = "VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin";
    let own = "VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
    let mut guarded = below_a_guard(usual());
    guarded["token_prefix"] = json!("/cello");
    vec![
        ("actix", actix::mysql(usual(), false)),
        ("actix_kept", actix::mysql(usual(), true)),
        ("apart", keyed(own, "?", Value::Null)),
        ("bytes", keyed("BINARY(16)", "UNHEX(REPLACE(?, '-', ''))", json!("users(id)"))),
        ("b_mysql_hmac_stderr", usual()),
        ("guarded", guarded),
        ("hyphenated", keyed(text, "?", json!("`users`(id)"))),
        ("kept", kept),
        ("named", keyed(name, "?", json!("users(`Name`)"))),
        ("uncalled", uncalled(usual())),
        ("unsigned", keyed("INT UNSIGNED", "CAST(? AS UNSIGNED)", json!("users(id)"))),
    ]
}

/// The variants for SeaORM.
fn sea_orm() -> Vec<(&'static str, Value)> {
    let held = |db_type: &str, state: &str, imports: Value| {
        let mut context = context("B", "sqlite", "hmac", "stderr");
        context["client"] = json!("sea_orm");
        context["state_type"] = json!(state);
        context["db_type"] = json!(db_type);
        context["imports"] = imports;
        context["user_key"]["param"] = json!("?1");
        context
    };
    let usual = || {
        let imports = json!(["use crate::app::CurrentUser;", "use crate::held::HeldState;"]);
        held("DatabaseConnection", "HeldState", imports)
    };
    let imports = json!(["use crate::app::CurrentUser;", "use crate::held::{Db, HeldState};"]);
    let alias = held("Db", "HeldState", imports);
    let mut bare = held("DatabaseConnection", "DatabaseConnection", json!(["use crate::app::CurrentUser;"]));
    bare["db_expr"] = json!("state");
    vec![
        ("actix", actix::sea_orm()),
        ("a_hmac_stderr", at_signup()),
        ("alias", alias),
        ("bare", bare),
        ("b_postgres_jsonwebtoken_tracing", on_postgres(usual())),
        ("b_sqlite_hmac_stderr", usual()),
        ("guarded", below_a_guard(usual())),
        ("other_sites", for_other_sites(usual())),
        ("uncalled", uncalled(usual())),
    ]
}

/// The variant whose user a middleware brings.
fn below_a_guard(mut context: Value) -> Value {
    context["guarded"] = json!(true);
    context["token_prefix"] = json!("/cello");
    context["identity"]["lets"] = json!([
        "let user = parts.extensions.get::<CurrentUser>();",
        "let user = user.filter(|user| !user.is_guest);",
        "let user = user.cloned()?;",
    ]);
    context["identity"]["uses_state"] = json!(false);
    context["identity"]["extractor"] = json!(false);
    context
}

fn variants() -> Vec<(String, Value)> {
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

    let mut long = context("B", "postgres", "hmac", "tracing");
    long["state_type"] = json!("std::sync::Arc<crate::app::LongNamedApplicationState>");
    long["imports"] = json!([
        "use crate::app::authentication::extractors::AuthenticatedApplicationUserExtractor;",
        "use crate::app::persistence::repositories::find_user_by_its_identifier;",
    ]);
    long["db_type"] = json!("crate::app::persistence::LongNamedDatabasePool");
    long["db_expr"] = json!("state.persistence.connection_pool");
    long["user_key"] = json!({ "sql_type": "UUID", "param": "CAST($1 AS uuid)", "references": "application_users(id)", "apart": null });
    long["identity"] = json!({
        "lets": [
            "let user = AuthenticatedApplicationUserExtractor::from_request_parts(parts, state).await;",
            "let user = user.ok()?;",
            "let pool = &state.persistence.connection_pool;",
            "let user = find_user_by_its_identifier(pool, user.user_id).await;",
            "let user = user.ok()??;",
        ],
        "id": "user.id.to_string()",
        "email": "user.email_address.clone().unwrap_or_default()",
        "name": "format!(\"{} {}\", user.first_name, user.last_name)",
        "uses_state": true,
        "extractor": true,
    });
    all.push(("long_b".to_string(), long.clone()));
    long["case"] = json!("A");
    all.push(("long_a".to_string(), long));

    for case in ["A", "B"] {
        let mut uncalled = context(case, "sqlite", "hmac", "tracing");
        uncalled["calls"] = json!({ "signed_up": false, "customer_metadata": false, "form": true, "customer_form": false, "remember_code": false });
        all.push((format!("uncalled_{case}").to_lowercase(), uncalled));
    }

    // Payments that Stripe doesn't take.
    for (database, kept) in [("sqlite", false), ("postgres", true)] {
        let mut purchases = context("B", database, "hmac", "log");
        if kept {
            (purchases["db_expr"], purchases["db_kept"]) = (json!("DB.get()?"), json!(true));
        }
        all.push((format!("purchases_{database}"), purchases));
    }

    // Handed the database at the start, as no state has it.
    for (database, in_arc) in [("sqlite", false), ("postgres", true)] {
        let mut kept = context("B", database, "hmac", "tracing");
        (kept["db_expr"], kept["db_kept"]) = (json!("DB.get()?"), json!(true));
        if in_arc {
            kept["state_in_arc"] = json!(true);
            kept["state_type"] = json!("Arc<PgState>");
        }
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
        let guarded = below_a_guard(context(case, database, "hmac", "tracing"));
        all.push((
            format!("guarded_{case}_{database}")
                .to_lowercase()
                .replace("__", "_")
                .trim_end_matches('_')
                .to_string(),
            guarded,
        ));
    }

    for (case, database) in [("A", ""), ("widget", ""), ("B", "sqlite"), ("B", "postgres")] {
        for called in [true, false] {
            let mut manual = context(case, database, "jsonwebtoken", "log");
            manual["identity"] = Value::Null;
            manual["imports"] = if case == "B" && database == "sqlite" { json!(["use sqlx::SqlitePool;"]) } else { json!([]) };
            manual["calls"]["token"] = json!(called);
            let name = format!("manual_{case}_{database}_{called}").to_lowercase().replace("__", "_");
            all.push((name, manual));
        }
    }

    let mut short = context("B", "sqlite", "hmac", "log");
    short["state_type"] = json!("S");
    short["imports"] = json!(["use crate::app::{Db, S, U};"]);
    short["db_type"] = json!("Db");
    short["db_expr"] = json!("state.d");
    short["route_prefix"] = json!("/cello");
    short["allow_cross_site"] = json!(true);
    short["user_key"] = json!({ "sql_type": "TEXT", "param": "$1", "references": null, "apart": null });
    short["identity"] = json!({
        "lets": ["let u = parts.extensions.get::<U>()?;"],
        "id": "u.i.to_string()", "email": "u.e.clone()", "name": "String::new()",
        "uses_state": false, "extractor": false,
    });
    all.push(("short_b".to_string(), short.clone()));
    short["case"] = json!("A");
    short["imports"] = json!(["use crate::app::{S, U};"]);
    all.push(("short_a".to_string(), short));
    all
}

/// The context of an axum application.
fn context(case: &str, database: &str, jwt: &str, log: &str) -> Value {
    let (state, db) = match database {
        "postgres" => ("PgState", "sqlx::PgPool"),
        "mysql" => ("AppState", "sqlx::MySqlPool"),
        _ => ("AppState", "SqlitePool"),
    };
    let mut imports = vec![format!("use crate::app::{{CurrentUser, {state}}};")];
    if state == "AppState" {
        imports = vec!["use crate::app::{AppState, CurrentUser};".to_string()];
    }
    if (case, database) == ("B", "sqlite") {
        imports.push("use sqlx::SqlitePool;".to_string());
    }
    let macros = |level: &str| match log {
        "stderr" => "eprintln".to_string(),
        facade => format!("{facade}::{level}"),
    };
    json!({
        "case": case,
        "database": database,
        "jwt": jwt,
        "log": { "info": macros("info"), "warn": macros("warn"), "error": macros("error") },
        "setting_fn": "std::env::var",
        "route_prefix": "/api/cello",
        "guarded": false,
        "token_prefix": "",
        "allow_cross_site": false,
        "body_generic": false,
        "imports": imports,
        "client": "sqlx",
        "pooled": "",
        "db_alias": null,
        "state_in_arc": false,
        "state_type": state,
        "db_type": db,
        "db_expr": "state.db",
        "db_kept": false,
        "calls": {
            "signed_up": true,
            "customer_metadata": true,
            "form": log == "log",
            "customer_form": true,
            "remember_code": true,
            "token": Value::Null,
        },
        "user_key": if database == "postgres" {
            json!({ "sql_type": "BIGINT", "param": "CAST($1 AS bigint)", "references": "users(id)", "apart": null })
        } else {
            json!({ "sql_type": "INTEGER", "param": "$1", "references": "users(id)", "apart": null })
        },
        "identity": {
            "lets": [
                "let user = CurrentUser::from_request_parts(parts, state).await;",
                "let user = user.ok()?;",
            ],
            "id": "user.id.to_string()",
            "email": "user.email",
            "name": "user.name.unwrap_or_default()",
            "uses_state": true,
            "extractor": true,
        },
    })
}
