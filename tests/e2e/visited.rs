//! People in a real browser at the patched application: `tests/browser/visit.mjs` goes the whole way of one who was
//! referred, and of one whose browser blocks Cello.

use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::browser::PASSWORD;
use crate::cello_stub::CelloStub;
use crate::token::TOKEN;
use crate::world::{PRODUCT_ID, PRODUCT_SECRET, Scene};

/// Where and how people sign up, in and out, for `visit.mjs`; `EMAIL` in a field stands for theirs.
pub struct Recipe {
    pub name: &'static str,
    pub sign_up: Value,
    pub sign_in: Value,
    pub sign_out: &'static str,
    /// What only those see who are signed in, and what who has just signed out.
    pub signed_in: &'static str,
    pub signed_out: &'static str,
}

impl Recipe {
    /// Goes to pages at one origin whose tokens come from that one or another. Cello hears of the one sign-up that came
    /// with a code, once.
    #[track_caller]
    pub fn goes_well(&self, pages: SocketAddr, api: SocketAddr, cello: &CelloStub) {
        let id = self.id_of_the_referred(&format!("http://{pages}"), &format!("http://{api}"));
        let arrivals = cello.has_exactly(1);
        let payload = &arrivals[0].event["payload"];
        assert_eq!((&payload["ucc"], &payload["newUserId"]), (&json!("test"), &json!(id)));
    }

    #[track_caller]
    fn id_of_the_referred(&self, pages: &str, api: &str) -> String {
        let recipe = json!({
            "name": self.name,
            "productId": PRODUCT_ID,
            "secret": PRODUCT_SECRET,
            "origin": pages,
            "token": format!("{api}{TOKEN}"),
            "landing": "/",
            "signUp": self.sign_up,
            "signIn": self.sign_in,
            "signOut": self.sign_out,
            "signedIn": self.signed_in,
            "signedOut": self.signed_out,
        });
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        let pictures = repository.join("target/visits");
        fs::create_dir_all(&pictures).expect("a folder for the pictures");
        let mut command = Command::new("node");
        command.arg(repository.join("tests/browser/visit.mjs")).arg(pictures);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("node runs");
        let mut input = child.stdin.take().expect("its input");
        input.write_all(recipe.to_string().as_bytes()).expect("it reads the recipe");
        drop(input);
        let output = child.wait_with_output().expect("it ends");
        let problem = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "the visit of {} went wrong:\n{problem}", self.name);
        let seen: Value = serde_json::from_slice(&output.stdout).expect("who was there");
        seen["referred"]["id"].as_str().expect("a user").to_string()
    }
}

#[test]
fn pagewatch_whose_pages_are_askamas_under_a_policy() {
    let scene = Scene::new();
    let recipe = Recipe {
        name: "pagewatch",
        sign_up: json!({
            "path": "/signup",
            "button": "Create account",
            "fields": { "name": "Ada", "email": "EMAIL", "password": PASSWORD },
        }),
        sign_in: json!({
            "path": "/login",
            "button": "Log in",
            "fields": { "email": "EMAIL", "password": PASSWORD },
        }),
        sign_out: "Log out",
        signed_in: "Your pages",
        signed_out: "Stop reloading.",
    };
    recipe.goes_well(scene.address, scene.address, &scene.cello);
}
