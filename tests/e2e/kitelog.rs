//! The fourth sample: pages in Rust strings, and two front ends on other origins, with React and with SvelteKit, built
//! with Vite. Planned, applied, checked by both compilers, built, visited in a browser, taken back.

use std::fs;
use std::path::{Path, PathBuf};
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
    let (web, club) = (project.root.join("web"), project.root.join("club"));
    for front_end in [&web, &club] {
        npm(front_end, &["ci", "--loglevel=error", "--prefer-offline", "--no-audit", "--no-fund"], &[]);
    }
    // As after the first start of its development server: the settings that its tsconfig.json builds on.
    npm(&club, &["exec", "--", "svelte-kit", "sync"], &[]);
    let applied = project.tool_succeeds(&["apply", "--approve", &digest]);
    let proven = applied["proof"]["front_ends"].as_array().expect("proofs");
    assert!(proven.len() == 2 && proven.iter().all(|one| one["command"].is_string()), "{proven:#?}");
    project.cargo(&["fmt", "--check"]);
    npm(&web, &["exec", "--", "tsc", "-p", "."], &[]);
    let (again, _) = project.plan(&[]);
    assert_eq!(again["outcome"], "nothing-to-do", "{:#}", again["summary"]);

    let program = running::built(&project, "kitelog");
    pages_in_rust(&program);
    front_end(&program, &web, "dist", "kitelog-web");
    front_end(&program, &club, "build", "kitelog-club");
    project.tool_succeeds(&["undo"]);
    assert_eq!(project.tree(), before);
}

fn pages_in_rust(program: &Path) {
    let running = start(program, "http://kitelog.test");
    visited("kitelog").goes_well(running.address, running.address, &running.cello);
}

/// Builds a front end for this server, and visits it on an origin of its own.
fn front_end(program: &Path, folder: &Path, built: &str, name: &'static str) {
    let server = Server::start(files(folder.join(built)));
    let running = start(program, &format!("http://{}", server.address));
    npm(folder, &["run", "build"], &[("VITE_API_URL", &format!("http://{}", running.address))]);
    visited(name).goes_well(server.address, running.address, &running.cello);
}

fn start(program: &Path, web_origin: &str) -> Running {
    let own = [
        ("DATABASE_URL", "sqlite:kitelog.db?mode=rwc".to_string()),
        ("LISTEN", "127.0.0.1:0".into()),
        ("WEB_ORIGIN", web_origin.into()),
        ("STRIPE_SECRET_KEY", "not asked for".into()),
        ("STRIPE_PRICE", "price_logs".into()),
        ("PUBLIC_URL", "http://kitelog.test".into()),
        ("RUST_LOG", "info".into()),
        ("NO_COLOR", "1".into()),
    ];
    Running::start(program, Settings::from(own))
}

/// The pages and the front ends are for the same people, who find the same words there.
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
fn files(folder: PathBuf) -> Handler {
    Arc::new(move |request| {
        let (_, path) = request.target();
        let types = [(".js", "text/javascript"), (".css", "text/css"), (".json", "application/json")];
        match types.iter().find(|(ending, _)| path.ends_with(ending)) {
            Some((_, kind)) => match fs::read(folder.join(path.trim_start_matches('/'))) {
                Ok(file) => Message::reply(200, kind, file),
                Err(_) => Message::reply(404, "text/plain", "nothing here"),
            },
            None => Message::reply(200, "text/html", fs::read(folder.join("index.html")).unwrap_or_default()),
        }
    })
}
