//! What names of actix-web and of the crates around it stand for.

use crate::survey::scope::Scope;
use crate::target::index::{Index, ModuleId, Ty};

/// Crates whose `App`, `scope` and `resource` are actix-web's: itself, and those that make an OpenAPI document of it.
const FAMILY: [&str; 4] = ["actix_web", "apistos", "paperclip", "utoipa_actix_web"];

/// Canonical path of a path that names something of actix-web's family, also through `use actix_web::*`.
pub fn canonical(scope: &Scope<'_>, path: &[String]) -> Option<String> {
    of_family(scope.index, scope.module, path)
}

/// The same, in a module.
pub fn of_family(index: &Index, module: ModuleId, path: &[String]) -> Option<String> {
    match index.resolve(module, path) {
        Some(found) => is_family(&found).then_some(found),
        None => {
            let globs = index.modules[module].uses.iter().filter(|import| import.name == "*");
            let mut crates = globs.filter_map(|import| {
                index.resolve(module, &import.path).or_else(|| Some(import.path.join("::")))
            });
            crates.find(|from| is_family(from)).map(|from| format!("{from}::{}", path.join("::")))
        }
    }
}

fn is_family(canonical: &str) -> bool {
    canonical.split("::").next().is_some_and(|krate| FAMILY.contains(&krate))
}

/// True for `web::ServiceConfig`, which `configure` functions take.
pub fn is_service_config(ty: &Ty) -> bool {
    let ty = ty.behind_pointers();
    ty.is("ServiceConfig")
        && ty
            .path()
            .is_some_and(|path| is_family(&path) || path == "ServiceConfig" || path == "web::ServiceConfig")
}

/// True for a resolved type of actix-web itself with this last segment.
pub fn is_actix(ty: &Ty, name: &str) -> bool {
    ty.is(name) && ty.path().is_some_and(|path| is_family(&path))
}

/// What `web::ReqData<T>` brings; any other type as it is.
pub fn req_data(ty: Ty) -> Ty {
    if is_actix(&ty, "ReqData") { ty.args().first().cloned().unwrap_or(Ty::Unknown) } else { ty }
}

/// Words of a name, in lower case: `RequireApiKey`, `require_api_key` and `RequireAPIKey` are all three.
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut before = '_';
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        let goes_on = rest.peek().is_some_and(|next| next.is_lowercase());
        let starts = c.is_uppercase() && (before.is_lowercase() || before.is_uppercase() && goes_on);
        if starts || !c.is_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_words() {
        assert_eq!(words("RequireApiKey"), ["require", "api", "key"]);
        assert_eq!(words("APIVersion"), ["api", "version"]);
        assert_eq!(words("reject_anonymous_users"), ["reject", "anonymous", "users"]);
        assert_eq!(words("auth::JWTGuard2"), ["auth", "jwt", "guard2"]);
    }
}
