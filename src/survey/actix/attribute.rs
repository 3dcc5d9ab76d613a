//! Routes that stand as attributes on their handlers: `#[post("/x")]`, `#[actix_web::get("/y")]`,
//! `#[route("/", method = "GET", method = "HEAD")]`. They count once a `.service(handler)` registers them.
//!
//! Near misses: the same attributes of Rocket, `#[utoipa::path(post, path = "/x")]`.

use crate::survey::actix::arguments::HTTP_METHODS;
use crate::survey::actix::names::of_family;
use crate::target::index::{Function, Index};

/// A route from an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// `get`, `post`, …; empty for several.
    pub method: String,
    /// Its path.
    pub path: String,
    /// Name of a middleware in `wrap = "…"`.
    pub wrap: Option<String>,
}

/// The routes in a function's attributes.
pub fn routes(index: &Index, function: &Function) -> Vec<Attribute> {
    function.attributes.iter().filter_map(|attribute| read(index, function, attribute)).collect()
}

fn read(index: &Index, function: &Function, attribute: &str) -> Option<Attribute> {
    let (name, rest) = attribute.split_once('(')?;
    let names: Vec<String> = name.split("::").map(str::to_string).collect();
    let last = names.last()?.as_str();
    if last != "route" && !HTTP_METHODS.contains(&last) {
        return None;
    }
    // Of another framework: `#[rocket::get("/")]`.
    let resolved = index.resolve(function.module, &names);
    if resolved.is_some() && of_family(index, function.module, &names).is_none() {
        return None;
    }
    let path = rest.strip_prefix('"')?.split('"').next()?.to_string();
    let value = |key: &str| -> Vec<String> {
        let start = format!("{key}=\"");
        let parts = rest.split(start.as_str()).skip(1);
        parts.filter_map(|part| part.split('"').next()).map(str::to_string).collect()
    };
    let methods = value("method");
    let method = match (last, methods.as_slice()) {
        ("route", [only]) => only.to_ascii_lowercase(),
        ("route", _) => String::new(),
        (name, _) => name.to_string(),
    };
    Some(Attribute { method, path, wrap: value("wrap").into_iter().next() })
}
