//! What can be named from where, and by which path.

use super::Index;
use super::items::{ModuleId, Visibility};

impl Index {
    /// True if an item with this visibility in `owner` can be named from `user`.
    pub fn visible(&self, visibility: Visibility, owner: ModuleId, user: ModuleId) -> bool {
        let (owner, user) = (&self.modules[owner], &self.modules[user]);
        let within = |outer: &str| user.path == outer || user.path.starts_with(&format!("{outer}::"));
        match visibility {
            Visibility::Crate => true,
            Visibility::Parent => parent(&owner.path).is_some_and(|parent| within(&parent)),
            Visibility::Private => within(&owner.path),
        }
    }

    /// How a new module at the root of a crate names an item of that crate, such as `crate::auth::User`: by the path
    /// of its definition, else by a re-export. `None` if a private module is in the way, or it is another crate's.
    pub fn path_from_root(&self, canonical: &str, krate: &str) -> Option<String> {
        let spelled = |path: &str| path.strip_prefix(krate).map(|rest| format!("crate{rest}"));
        let (owner, name) = canonical.rsplit_once("::")?;
        if !canonical.starts_with(&format!("{krate}::")) {
            return None;
        }
        if self.reachable(owner, krate) && self.seen_from_root(self.item_visibility(canonical), owner, krate)
        {
            return spelled(canonical);
        }
        self.modules
            .iter()
            .filter(|module| module.krate == krate && self.reachable(&module.path, krate))
            .find_map(|module| {
                let import = module.uses.iter().find(|import| {
                    (import.public || module.path == krate)
                        && (import.name == name || import.path.last().is_some_and(|last| last == name))
                        && self.module(&module.path).and_then(|id| self.resolve(id, &import.path)).as_deref()
                            == Some(canonical)
                })?;
                spelled(&format!("{}::{}", module.path, import.name))
            })
    }

    /// True if every module on the way is visible from a module at the crate's root.
    fn reachable(&self, module_path: &str, krate: &str) -> bool {
        let mut path = module_path.to_string();
        while path != krate {
            let Some((parent, visibility)) =
                parent(&path).zip(self.module(&path).map(|id| self.modules[id].visibility))
            else {
                return false;
            };
            if !self.seen_from_root(visibility, &parent, krate) {
                return false;
            }
            path = parent;
        }
        true
    }

    /// True if an item of this visibility in a module can be used from a module at the crate's root.
    pub fn seen_from_root(&self, visibility: Visibility, owner_path: &str, krate: &str) -> bool {
        match visibility {
            Visibility::Crate => true,
            Visibility::Parent => owner_path == krate || parent(owner_path).as_deref() == Some(krate),
            Visibility::Private => owner_path == krate,
        }
    }

    fn item_visibility(&self, canonical: &str) -> Visibility {
        if let Some(item) = self.types.get(canonical) {
            return item.visibility;
        }
        if let Some(alias) = self.aliases.get(canonical) {
            return alias.visibility;
        }
        match self.functions_at(canonical).first() {
            Some(&id) => self.functions[id].visibility,
            None => Visibility::Crate,
        }
    }
}

/// The module around a module or item.
pub(super) fn parent(path: &str) -> Option<String> {
    path.rsplit_once("::").map(|(parent, _)| parent.to_string())
}
