//! Which crates the module needs, and the steps that bring them: one for each, and one for the lock file.
//!
//! A module that is there needs what its text names, so that one which was applied without its lock file, or lost a
//! dependency, is completed. One that somebody else wrote needs nothing from here.

use super::basis::{Basis, Variant};
use super::dependency::{HttpClient, Wanted, choose, dependency, http_client, json};
use super::draft::Draft;
use super::lockfile::lockfile;
use crate::plan::{HandWork, Status};

/// The dependencies and the lock file.
pub fn crates(basis: &Basis) -> Vec<Draft> {
    let written = basis.written_module();
    if basis.module_is_there() && written.is_none() {
        return Vec::new();
    }
    let mut wanted = choose(basis.target, basis.home).wanted().to_vec();
    wanted.push(json());
    wanted.extend(tokio(basis));
    let mut trouble = None;
    if basis.variant == Variant::B {
        match http_client(basis.target, basis.home) {
            HttpClient::Own { version, .. } => wanted.extend(own(basis, &version)),
            HttpClient::Add(client) => wanted.push(client),
            HttpClient::ByHand(reason) => trouble = Some(reason),
        }
    }
    if let Some(text) = &written {
        wanted.retain(|one| text.contains(&format!("{}::", one.name.replace('-', "_"))));
    }
    let mut drafts = dependency(basis.target, basis.home, &wanted);
    if let Some(reason) = trouble {
        let mut draft = Draft::new("dependency", "reqwest", Status::ByHand, reason);
        draft.by_hand.push(HandWork {
            todo: "Let the module have a reqwest that it can call by this name and that speaks TLS, such as:"
                .into(),
            place: None,
            text: "reqwest = { version = \"0.12\", default-features = false, features = [\"rustls-tls\"] }"
                .into(),
            turns_green: None,
        });
        drafts.push(draft);
    }
    drafts.push(lockfile(basis.target, basis.home, &wanted));
    drafts
}

/// tokio for actix-web, which has it with what the module needs, so that an application may do without it by itself.
fn tokio(basis: &Basis) -> Option<Wanted> {
    let feature = match basis.variant {
        Variant::A => "rt",
        Variant::B => "sync",
        Variant::Widget => return None,
    };
    basis.app.actix.as_ref()?;
    let wanted = Wanted::new("tokio", "1", "to wait with");
    Some(match basis.home.depends_on("tokio") {
        Some((_, have)) => {
            Wanted { features: have.features.clone(), default_features: have.default_features, ..wanted }
        }
        None => Wanted { features: vec![feature.into()], ..wanted },
    })
}

/// The application's own client, as it is.
fn own(basis: &Basis, version: &str) -> Option<Wanted> {
    let (_, have) = basis.home.depends_on("reqwest")?;
    Some(Wanted {
        features: have.features.clone(),
        default_features: have.default_features,
        ..Wanted::new("reqwest", version, "to tell Cello of sign-ups")
    })
}
