//! The fourth sample: pages in Rust strings, and a React front end on another origin, built with Vite. Planned, applied,
//! checked by both compilers, built, visited in a browser, taken back.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use serde_json::json;

use crate::browser::PASSWORD;
use crate::http::{Handler, Message, Server};
use crate::project::Project;
use crate::running::{self, Running};
use crate::visited::Recipe;
use crate::world::Settings;

#[test]
fn planned_applied_compiled_built_visited_and_undone() {
    let project = Project::of("kitelog", "kitelog");
    let before = project.tree();
    let (plan, digest) = project.plan(&[]);
    assert_eq!(plan["outcome"], "ready", "{:#}", plan["summary"]);
    let web = project.root.join("web");
    npm(&web, &["ci", "--silent", "--prefer-offline", "--no-audit", "--no-fund"], &[]);
    project.tool_succeeds(&["apply", "--approve", &digest]);
    project.cargo(&["fmt", "--check"]);
    npm(&web, &["exec", "--", "tsc", "-p", "."], &[]);
    let (again, _) = project.plan(&[]);
    assert_eq!(again["outcome"], "nothing-to-do", "{:#}", again["summary"]);
    let program = running::built(&project, "kitelog");

    let dist = Arc::new(web.join("dist"));
    let front_end = Server::start(files(Arc::clone(&dist)));
    let running = start(&program, &front_end);
    visited("kitelog").goes_well(running.address, running.address, &running.cello);

    let running = start(&program, &front_end);
    npm(&web, &["run", "build"], &[("VITE_API_URL", &format!("http://{}", running.address))]);
    visited("kitelog-web").goes_well(front_end.address, running.address, &running.cello);

    project.tool_succeeds(&["undo"]);
    assert_eq!(project.tree(), before);
}

fn start(program: &Path, front_end: &Server) -> Running {
    let own = [
        ("DATABASE_URL", "sqlite:kitelog.db?mode=rwc".to_string()),
        ("LISTEN", "127.0.0.1:0".into()),
        ("WEB_ORIGIN", format!("http://{}", front_end.address)),
        ("STRIPE_SECRET_KEY", "not asked for".into()),
        ("STRIPE_PRICE", "price_logs".into()),
        ("PUBLIC_URL", "http://kitelog.test".into()),
        ("RUST_LOG", "info".into()),
        ("NO_COLOR", "1".into()),
    ];
    Running::start(program, Settings::from(own))
}

/// The pages and the front end are for the same people, who find the same words there.
fn visited(name: &'static str) -> Recipe {
    Recipe {
        name,
        sign_up: json!({
            "path": "/signup",
            "button": "Begin",
            "fields": { "name": "Ada", "email": "EMAIL", "password": PASSWORD },
        }),
        sign_in: json!({
            "path": "/login",
            "button": "Log in",
            "fields": { "email": "EMAIL", "password": PASSWORD },
        }),
        sign_out: "Log out",
        signed_in: "Flights of Ada",
        signed_out: "Every flight, written down.",
    }
}

#[track_caller]
fn npm(folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) {
    let mut command = Command::new("npm");
    command.args(arguments).current_dir(folder).envs(settings.iter().copied());
    let output = command.output().expect("npm runs");
    let (text, problem) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "npm {arguments:?}: {text}\n{problem}");
}

/// Serves a folder as hosts of front ends do: what is no file is the first page.
fn files(folder: Arc<std::path::PathBuf>) -> Handler {
    Arc::new(move |request| {
        let (_, path) = request.target();
        let asset = path.strip_prefix("/assets/").map(|name| folder.join("assets").join(name));
        match asset.map(fs::read) {
            Some(Ok(script)) => Message::reply(200, "text/javascript", script),
            Some(Err(_)) => Message::reply(404, "text/plain", "nothing here"),
            None => {
                let page = fs::read(folder.join("index.html")).unwrap_or_default();
                Message::reply(200, "text/html", page)
            }
        }
    })
}
