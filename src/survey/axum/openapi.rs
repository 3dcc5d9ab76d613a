//! Routers that write an interface's description: utoipa's `OpenApiRouter` with `routes!`, and aide's `ApiRouter`.
//!
//! `OpenApiRouter::new().routes(routes!(signup))` serves `signup` at what stands in its `#[utoipa::path(post, path =
//! "/signup")]`, and `.split_for_parts()` yields axum's own router; aide's `.api_route` is a `.route`, `.finish_api` its
//! end. Near misses: Rocket's `routes!`, a path that is no literal, an attribute of another macro.

use syn::punctuated::Punctuated;
use syn::{ExprMacro, Token};

use crate::survey::walk::Place;
use crate::target::index::{Function, FunctionId, Ty, segments};

const AXUM: &str = "axum::Router";
const UTOIPA: &str = "utoipa_axum::router::OpenApiRouter";
const AIDE: &str = "aide::axum::ApiRouter";

/// Routers by their paths.
pub const ROUTERS: [&str; 3] = [AXUM, UTOIPA, AIDE];

/// Functions that make one from nothing.
const MAKERS: [&str; 3] = ["new", "default", "with_openapi"];

/// The router that a path makes: `OpenApiRouter::with_openapi`.
pub fn made_by(canonical: &str) -> Option<&'static str> {
    let (owner, maker) = canonical.rsplit_once("::")?;
    ROUTERS.into_iter().find(|router| *router == owner && MAKERS.contains(&maker))
}

/// True for a router that takes another one only as its own kind.
pub fn takes_its_own_kind(ty: &Ty) -> bool {
    ty.path().as_deref() == Some(UTOIPA)
}

/// What a method call on a router yields: another kind of router where a description is finished.
pub fn yielded(receiver: &Ty, method: &str) -> Ty {
    let plain =
        || Ty::Path { path: AXUM.split("::").map(str::to_string).collect(), args: receiver.args().to_vec() };
    match method {
        "split_for_parts" => Ty::Tuple(vec![plain(), Ty::Unknown]),
        "finish_api" | "finish_api_with" => plain(),
        "into_openapi" | "to_openapi" | "get_openapi" | "get_openapi_mut" => Ty::Unknown,
        // `let routes: OpenApiRouter = router.into();` has its type from the `let`.
        "into" => Ty::Unknown,
        _ => receiver.clone(),
    }
}

/// The router in what a function yields: itself, or first beside the description.
pub fn router_of(ty: &Ty) -> Option<&Ty> {
    let ty = match ty {
        Ty::Tuple(items) => items.first()?,
        other => other,
    };
    ty.path().filter(|path| ROUTERS.contains(&path.as_str())).map(|_| ty)
}

/// The name of axum's own method for what these routers call otherwise.
pub fn plain_method(method: &str) -> &str {
    match method {
        "routes" | "api_route" | "api_route_with" | "api_route_docs" | "api_route_docs_with" => "route",
        "nest_api_service" => "nest_service",
        other => other,
    }
}

/// Handlers of a `routes!(…)`, each with its HTTP method, and the path they share.
pub fn listed(
    found: &ExprMacro,
    place: &Place<'_, '_>,
) -> (Vec<(FunctionId, Option<String>)>, Option<String>) {
    if found.mac.path.segments.last().is_none_or(|last| last.ident != "routes") {
        return (Vec::new(), None);
    }
    let parser = Punctuated::<syn::Path, Token![,]>::parse_terminated;
    let named = found.mac.parse_body_with(parser).unwrap_or_default();
    let mut path = None;
    let handlers = named.iter().filter_map(|named| {
        let id = *place.scope.functions_called(&segments(named)).first()?;
        let (method, at) = described(&place.scope.index.functions[id]);
        path = path.take().or(at);
        Some((id, method))
    });
    (handlers.collect(), path)
}

/// Method and path in a handler's `#[utoipa::path(post, path = "/signup")]`.
fn described(function: &Function) -> (Option<String>, Option<String>) {
    let text = function.attributes.iter().find_map(|text| {
        let rest = text.strip_prefix("utoipa::path(").or_else(|| text.strip_prefix("path("))?;
        rest.strip_suffix(')')
    });
    let Some(text) = text else { return (None, None) };
    const METHODS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];
    let method = text.split(',').find(|part| METHODS.contains(part)).map(str::to_string);
    let path = text.split_once("path=\"").and_then(|(_, rest)| Some(rest.split_once('"')?.0.to_string()));
    (method, path)
}
