//! From the extractor to the person Cello is told about: statements, and expressions for id, e-mail and name.

use serde::Serialize;

use super::basis::{Basis, Variant};
use super::details::{before_getters, details, is_shown, own_id, shown_as, text_of};
use super::{guests, means};
use crate::survey::{Call, IdentitySite, Means, Reach, is_copy, works_with};
use crate::target::index::{Index, Ty};

/// How the inserted module learns who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Binding {
    /// Statements, one line each.
    pub lets: Vec<String>,
    /// Expressions of type `String`.
    pub id: String,
    /// Likewise; `String::new()` for what is not known.
    pub email: String,
    /// Likewise.
    pub name: String,
    /// Whether the statements use the state.
    pub uses_state: bool,
    /// Whether they call `from_request_parts`.
    pub extractor: bool,
    /// `use` lines they need.
    #[serde(skip)]
    pub imports: Vec<String>,
}

/// Why there is no binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoBinding {
    /// A decision is open.
    Ask(&'static str),
    /// It can't be done by rule; the reason as the end of a sentence.
    Cannot(String),
}

/// Names the inserted module has itself; a type of such a name is used by its path.
const TAKEN: [&str; 32] = [
    "Cello",
    "DatabaseConnection",
    "DbBackend",
    "DbErr",
    "Delivery",
    "Display",
    "FromQueryResult",
    "FromRequest",
    "FromRequestParts",
    "HashMap",
    "HeaderMap",
    "HttpRequest",
    "HttpResponse",
    "HttpResponseBuilder",
    "IntoResponse",
    "Json",
    "Next",
    "Parts",
    "Person",
    "Request",
    "Response",
    "Router",
    "ServiceRequest",
    "ServiceResponse",
    "State",
    "Statement",
    "StatusCode",
    "UCC",
    "Value",
    "Arc",
    "protocol",
    "web",
];

/// How a type is named in the module: its last segment and the import that brings it, or its path.
pub fn named(path_from_root: &str) -> (String, Option<String>) {
    let last = path_from_root.rsplit("::").next().unwrap_or(path_from_root);
    if TAKEN.contains(&last) {
        return (path_from_root.to_string(), None);
    }
    (last.to_string(), Some(format!("use {path_from_root};")))
}

/// What leads from the request to the user.
pub struct Start {
    /// Statements that end with a value `user`, or with nobody.
    pub lets: Vec<String>,
    /// The user's id, as it is.
    pub id: String,
    /// `use` lines they need.
    pub imports: Vec<String>,
    /// Whether they call `from_request_parts`.
    pub extractor: bool,
    /// Whether they use the state.
    pub uses_state: bool,
}

/// Statements for what is extracted, or taken out of the request.
fn itself(basis: &Basis, site: &IdentitySite) -> Result<Start, NoBinding> {
    let index = &basis.target.index;
    let cannot = |reason: String| NoBinding::Cannot(reason);
    let canonical = site.ty.path().unwrap_or_default();
    let path = index
        .path_from_root(&canonical, &basis.app.krate)
        .ok_or_else(|| cannot(format!("`{}` can't be named from the crate's root", site.ty)))?;
    if let Some(state) = basis.state().filter(|_| site.guard.is_none()) {
        works_with(index, &site.ty, state).map_err(cannot)?;
    }
    let (name, import) = named(&path);
    let lets = lets(site, &name, &holder(basis, site)?);
    let id = format!("user.{}", site.id_field).trim_end_matches('.').to_string();
    let extractor = site.guard.is_none();
    Ok(Start { lets, id, imports: import.into_iter().collect(), extractor, uses_state: extractor })
}

/// `.0?` or `.user` from what tells who is signed in to the user.
pub fn holder(basis: &Basis, site: &IdentitySite) -> Result<String, NoBinding> {
    visible_path(&basis.target.index, site, &basis.app.krate)
        .ok_or_else(|| NoBinding::Cannot(format!("the user in `{}` is private to its module", site.ty)))
}

/// The binding for what tells who is signed in.
pub fn binding(basis: &Basis, site: &IdentitySite) -> Result<Binding, NoBinding> {
    let cannot = |reason: String| NoBinding::Cannot(reason);
    if site.needs_layer && site.guard.is_none() && !site.covered && !layers_cover_routes(basis) {
        return Err(cannot(format!(
            "`{}` reads what a layer puts into the request, and it can't be told that this layer covers new routes",
            site.ty
        )));
    }
    let start = match &site.means {
        Means::Itself => itself(basis, site)?,
        Means::Session { alias, backend, user } => {
            means::session(basis, site, alias.as_ref(), backend, user)?
        }
        Means::Call(function) => means::called(basis, site, *function)?,
    };
    let pool = basis.app.pool.as_ref().and_then(|pool| match (&pool.reach, pool.path.as_str()) {
        (Reach::Nowhere, _) => None,
        (Reach::Kept(_), _) => Some("DB.get()?".to_string()),
        (Reach::State, "") => Some("state".to_string()),
        (Reach::State, path) => Some(format!("&state.{path}")),
    });
    if basis.variant == Variant::B && basis.app.pool.is_some() && pool.is_none() {
        return Err(cannot("no database can be reached where the token is asked for".into()));
    }
    person(basis, site, start, pool.as_deref())
}

/// The person, once statements have led to their id: told by the identity itself, or loaded by the application's own
/// function, to which `pool` is given.
pub fn person(
    basis: &Basis,
    site: &IdentitySite,
    mut start: Start,
    pool: Option<&str>,
) -> Result<Binding, NoBinding> {
    let index = &basis.target.index;
    let cannot = |reason: &str| NoBinding::Cannot(reason.to_string());
    let id = start.id.clone();
    let owner = index.type_of(&site.user_ty);
    let krate = &basis.app.krate;
    let told = site.guest_field.as_deref();
    let no_guests =
        |ty: &Ty, told: Option<&str>| guests::keep_out(basis, ty, told).map_err(NoBinding::Cannot);
    if let Some(owner) = owner.filter(|_| shown_as(index, &site.user_ty, "email", krate).is_some()) {
        start.lets.extend(no_guests(&site.user_ty, told)?);
        let details = details(index, owner, &site.user_ty, krate);
        return Ok(finish(start, text_of(index, &id, &site.id_ty), details));
    }
    // The identity has no e-mail: the application's own function loads the person.
    let choice = basis.answer("person-details");
    if choice == Some("none") {
        start.lets.extend(no_guests(&site.user_ty, told)?);
        let none = ("String::new()".to_string(), "String::new()".to_string());
        return Ok(finish(start, text_of(index, &id, &site.id_ty), none));
    }
    let loaders = &basis.app.loaders;
    let loader = match (choice, loaders.as_slice()) {
        (Some(call), _) => loaders.iter().find(|loader| loader.call == call),
        (None, [only]) => Some(only),
        _ => None,
    };
    let (Some(loader), Some(pool)) = (loader, pool) else {
        return Err(NoBinding::Ask("person-details"));
    };
    let (module, function) = loader.call.rsplit_once("::").unwrap_or(("", &loader.call));
    let module_name = module.rsplit("::").next().unwrap_or(module);
    if module != "crate" {
        start.imports.push(format!("use {module};"));
    }
    let by_copy = if is_copy(index, &site.id_ty) || loader.call.contains("&{id}") {
        id.to_string()
    } else {
        format!("{id}.clone()")
    };
    let call = function.replace("{pool}", pool).replace("{id}", &by_copy);
    start.lets.push(format!("let user = {module_name}::{call}.await;"));
    start.lets.push(format!("let user = user{};", loader.unwrap));
    start.lets.extend(no_guests(&loader.person, told)?);
    let owner = index.type_of(&loader.person).ok_or_else(|| cannot("the person's type is not known"))?;
    let (id_path, id_ty) =
        own_id(index, &loader.person, krate).ok_or_else(|| cannot("the person loaded shows no id"))?;
    let details = details(index, owner, &loader.person, krate);
    let id = text_of(index, &format!("user.{id_path}"), &id_ty);
    Ok(Binding { uses_state: true, ..finish(start, id, details) })
}

/// Statements that lead to a value `user`, or end with nobody.
fn lets(site: &IdentitySite, name: &str, holder: &str) -> Vec<String> {
    if site.guard.is_none() {
        return vec![
            format!("let user = {name}::from_request_parts(parts, state).await;"),
            format!("let user = user.ok()?{holder};"),
        ];
    }
    // A chain of two links may be no longer than this to stand on one line.
    let mut lets = match name.len() {
        0..=33 => vec![format!("let user = parts.extensions.get::<{name}>();")],
        _ => vec![
            "let extensions = &parts.extensions;".to_string(),
            format!("let user = extensions.get::<{name}>();"),
        ],
    };
    // A guest is nobody to Cello.
    let guest = site.guest_field.as_deref();
    lets.extend(
        guest
            .filter(|_| holder.is_empty())
            .map(|guest| format!("let user = user.filter(|user| !user.{guest});")),
    );
    lets.push("let user = user.cloned()?;".to_string());
    if !holder.is_empty() {
        lets.push(format!("let user = user{holder};"));
        lets.extend(guest.map(|guest| format!("let user = Some(user).filter(|user| !user.{guest})?;")));
    }
    lets
}

/// True if the only layers are those around the whole application, so that what they bring is there for new routes.
fn layers_cover_routes(basis: &Basis) -> bool {
    let Ok(place) = &basis.app.place else { return false };
    let around = basis.app.chains.iter().enumerate().filter(|(_, chain)| {
        chain.calls.iter().any(|call| call.method == "layer" || call.method == "route_layer")
    });
    let around: Vec<usize> = around.map(|(number, _)| number).collect();
    let sooner = |call: &Call| call.layer.is_some() && call.bytes.start < place.at;
    around == [place.chain] && !basis.app.chains[place.chain].calls.iter().any(sooner)
}

fn finish(start: Start, id: String, (email, name): (String, String)) -> Binding {
    let Start { lets, imports, extractor, uses_state, .. } = start;
    let (id, email) = before_getters(id, email, &name);
    Binding { lets, id, email, name, uses_state, extractor, imports }
}

/// `.0?` or `.user` from the extractor to the user's struct, if every field on the way, and the id, can be seen.
pub fn visible_path(index: &Index, site: &IdentitySite, krate: &str) -> Option<String> {
    let mut ty = site.ty.clone();
    let mut path = String::new();
    let fields = site.to_user.iter().flat_map(|step| step.split('.').map(str::to_string).collect::<Vec<_>>());
    for step in fields {
        let name = step.trim_end_matches('?');
        is_shown(index, &ty, name, krate).then_some(())?;
        path.push('.');
        path.push_str(&step);
        let inner = index.field(&ty, name)?;
        ty = if step.ends_with('?') { inner.success() } else { inner };
    }
    for field in [Some(&site.id_field).filter(|field| !field.is_empty()), site.guest_field.as_ref()] {
        field.is_none_or(|field| is_shown(index, &ty, field, krate)).then_some(())?;
    }
    Some(path)
}
