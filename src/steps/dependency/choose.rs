//! What the module signs tokens with, sends events with and writes JSON with: what the application has, else what
//! adds least.
//!
//! Near misses: jsonwebtoken 10 and 11, which compile without a backend and then panic; a crate that is only
//! somebody else's dependency, which code can't name; reqwest without TLS.

use super::{Wanted, satisfies};
use crate::target::{LockedPackage, Package, Target};

/// How the token is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signing {
    /// With the application's own jsonwebtoken 8 or 9.
    Jsonwebtoken {
        /// Its name in code.
        name: String,
        /// Its version.
        version: String,
    },
    /// With hmac, sha2 and base64.
    Hmac {
        /// hmac, sha2 and base64 at the versions that fit.
        wanted: Vec<Wanted>,
        /// True for hmac 0.13, whose `KeyInit` has to be imported.
        key_init: bool,
    },
}

impl Signing {
    /// The crates it needs.
    pub fn wanted(&self) -> &[Wanted] {
        match self {
            Self::Jsonwebtoken { .. } => &[],
            Self::Hmac { wanted, .. } => wanted,
        }
    }
}

/// Chooses what tokens are signed with.
pub fn choose(target: &Target, package: &Package) -> Signing {
    if let Some((name, dependency)) = package.depends_on("jsonwebtoken")
        && let Some(version) = target.version_of(package, "jsonwebtoken")
        && !dependency.optional
        && name == "jsonwebtoken"
        && (satisfies("8", &version) || satisfies("9", &version))
    {
        return Signing::Jsonwebtoken { name: name.clone(), version };
    }
    let newer = newer_hmac(target, package);
    let (hmac, sha2) = if newer { ("0.13", "0.11") } else { ("0.12", "0.10") };
    let why = "to sign the token with HS512";
    let wanted = vec![
        Wanted::new("base64", base64(target, package), "to write the token"),
        Wanted::new("hmac", hmac, why),
        Wanted::new("sha2", sha2, why),
    ];
    Signing::Hmac { wanted, key_init: newer }
}

/// True if hmac 0.13 with sha2 0.11 fits better than 0.12 with 0.10.
fn newer_hmac(target: &Target, package: &Package) -> bool {
    let direct = |name: &str, requirement: &str| {
        target.version_of(package, name).is_some_and(|version| satisfies(requirement, &version))
    };
    let (old, new) =
        (direct("hmac", "0.12") || direct("sha2", "0.10"), direct("hmac", "0.13") || direct("sha2", "0.11"));
    match (old, new) {
        (true, _) => false,
        (false, true) => true,
        (false, false) => {
            is_locked(target, "hmac", "0.13")
                && is_locked(target, "sha2", "0.11")
                && !is_locked(target, "hmac", "0.12")
                && !is_locked(target, "sha2", "0.10")
        }
    }
}

fn base64(target: &Target, package: &Package) -> &'static str {
    let direct = target.version_of(package, "base64");
    match direct {
        Some(version) if satisfies("0.21", &version) => "0.21",
        Some(_) => "0.22",
        None if !is_locked(target, "base64", "0.22") && is_locked(target, "base64", "0.21") => "0.21",
        None => "0.22",
    }
}

fn is_locked(target: &Target, name: &str, requirement: &str) -> bool {
    locked(target, name).iter().any(|package| satisfies(requirement, &package.version))
}

fn locked<'t>(target: &'t Target, name: &str) -> Vec<&'t LockedPackage> {
    target.lock.iter().flat_map(|lock| &lock.packages).filter(|package| package.name == name).collect()
}

/// serde_json, at the major that everybody has.
pub fn json() -> Wanted {
    Wanted::new("serde_json", "1", "to read and write JSON")
}

/// What events are sent with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HttpClient {
    /// The application's own reqwest, TLS on.
    Own {
        /// Its name in code.
        name: String,
        /// Its version.
        version: String,
    },
    /// reqwest, to be added, or to get TLS that the application has through other crates already.
    Add(Wanted),
    /// The application's own reqwest can't be used as it is.
    ByHand(String),
}

/// Versions of reqwest that the inserted module is tested with.
const KNOWN_CLIENTS: [&str; 3] = ["0.11", "0.12", "0.13"];

/// Chooses what events are sent with.
pub fn http_client(target: &Target, package: &Package) -> HttpClient {
    if let Some((name, dependency)) = package.depends_on("reqwest") {
        let tls = dependency.features.iter().any(|feature| {
            ["rustls", "native-tls", "default-tls"].iter().any(|start| feature.starts_with(start))
        });
        return match target.version_of(package, "reqwest") {
            _ if dependency.optional => {
                HttpClient::ByHand("reqwest is an optional dependency here".to_string())
            }
            // The module calls it `reqwest`.
            _ if name != "reqwest" => HttpClient::ByHand(format!("reqwest is called `{name}` here")),
            // Older ones run on another runtime: that compiles, and fails at the first event.
            Some(version) if !KNOWN_CLIENTS.iter().any(|known| satisfies(known, &version)) => {
                HttpClient::ByHand(format!(
                    "the module works with reqwest 0.11 to 0.13, and this is {version}"
                ))
            }
            Some(version) if dependency.default_features || tls => {
                HttpClient::Own { name: name.clone(), version }
            }
            version => match version.and_then(|version| Some((tls_of_others(target, &version)?, version))) {
                Some((feature, version)) => HttpClient::Add(Wanted {
                    features: dependency.features.iter().cloned().chain([feature.to_string()]).collect(),
                    default_features: false,
                    ..Wanted::new("reqwest", &version, "to tell Cello of sign-ups")
                }),
                None => HttpClient::ByHand(
                    "reqwest is there without default features and without a TLS feature of its own"
                        .to_string(),
                ),
            },
        };
    }
    let mut candidates = locked(target, "reqwest");
    candidates.retain(|package| KNOWN_CLIENTS.iter().any(|known| satisfies(known, &package.version)));
    candidates.sort_by_key(|package| std::cmp::Reverse(semver::Version::parse(&package.version).ok()));
    let found = candidates.into_iter().find_map(|package| Some((package, tls_feature(package)?)));
    let why = "to tell Cello of sign-ups";
    let (requirement, feature) = match found {
        Some((package, feature)) => {
            let major: Vec<&str> = package.version.split('.').take(2).collect();
            (major.join("."), feature)
        }
        None => ("0.12".to_string(), "rustls-tls"),
    };
    HttpClient::Add(Wanted {
        features: vec![feature.to_string()],
        default_features: false,
        ..Wanted::new("reqwest", &requirement, why)
    })
}

/// The feature by which other crates have a version of reqwest with TLS, where naming it brings nothing new.
fn tls_of_others(target: &Target, version: &str) -> Option<&'static str> {
    let mut same = locked(target, "reqwest").into_iter().filter(|package| package.version == version);
    let feature = tls_feature(same.next()?).filter(|_| same.next().is_none())?;
    let provider = if satisfies("0.13", version) { "aws-lc-rs" } else { "ring" };
    (!feature.starts_with("rustls") || !locked(target, provider).is_empty()).then_some(feature)
}

/// The feature by which a locked reqwest has its TLS, read off its locked dependencies.
fn tls_feature(package: &LockedPackage) -> Option<&'static str> {
    let has = |name: &str| package.dependencies.iter().any(|line| line.split(' ').next() == Some(name));
    let version = &package.version;
    if satisfies("0.13", version) {
        return if has("rustls") { Some("rustls") } else { has("native-tls").then_some("native-tls") };
    }
    if !satisfies("0.11", version) && !satisfies("0.12", version) {
        return None;
    }
    match () {
        () if has("webpki-roots") => Some("rustls-tls"),
        () if has("rustls-native-certs") => Some("rustls-tls-native-roots"),
        () if has("native-tls") => Some("native-tls"),
        () => None,
    }
}
