//! Where an application answers with the widget's token, as browsers address it, and of whom.

use crate::target::Target;

use super::tags::scripts;

/// The path, if the source leaves no doubt: beside this tool's own script, else the only route of such a name.
pub fn token_path(target: &Target) -> Option<String> {
    let pages = target.files.values().filter(|file| super::is_page(&file.path));
    let own = pages.flat_map(|file| scripts(&file.text)).find_map(|tag| {
        let source = tag.attribute("src")?.split('?').next()?.to_string();
        source
            .strip_suffix("client.js")
            .filter(|folder| folder.ends_with("/cello/"))
            .map(|folder| format!("{folder}token"))
    });
    own.or_else(|| {
        let mut routes: Vec<String> =
            super::rust::read(target).literals.into_iter().map(|literal| literal.text).collect();
        routes.retain(|text| is_token_route(text));
        routes.sort();
        routes.dedup();
        let only = routes.len() == 1;
        routes.into_iter().next().filter(|_| only)
    })
}

/// The type of the field that the token's productUserId comes from, if all tokens have it from one.
pub fn user_id_type(target: &Target) -> Option<String> {
    let code = super::rust::read(target);
    let ids =
        code.shapes.iter().flat_map(|shape| &shape.what.entries).filter(|entry| entry.key == "productUserId");
    let mut found: Vec<Option<String>> = ids
        .map(|id| {
            let (owner, field) = code.field_of(&id.value)?;
            let owner = target.index.types.values().find(|ty| ty.path == owner)?;
            let field = owner.fields.iter().find(|known| known.name == field)?;
            target.index.resolve_ty(owner.module, &field.ty).name().map(str::to_string)
        })
        .collect();
    found.dedup();
    match found.as_slice() {
        [only] => only.clone(),
        _ => None,
    }
}

fn is_token_route(text: &str) -> bool {
    let plain = text.starts_with('/') && !text.contains([' ', '{', ':', '*', '<']);
    let about = ["cello", "referral"].iter().any(|word| text.contains(word));
    plain
        && about
        && ["token", "session", "boot", "config"].iter().any(|word| text.contains(word))
        && !text.contains(".cello.so")
}

#[cfg(test)]
mod tests {
    use super::is_token_route;

    #[test]
    fn routes_of_the_token_are_known_by_their_words() {
        assert!(is_token_route("/v1/me/referral-session") && is_token_route("/api/cello/token"));
        for other in ["/cello/{id}/token", "/referrals", "/token", "https://api.cello.so/token"] {
            assert!(!is_token_route(other), "{other}");
        }
    }
}
