//! What can be named from where, and by which path.

use super::Index;
use super::items::{ModuleId, Visibility};

impl Index {
    /// True if an item with this visibility in `owner` can be named from `user`.
    pub fn visible(&self, visibility: Visibility, owner: ModuleId, user: ModuleId) -> bool {
        let (owner, user) = (&self.modules[owner], &self.modules[user]);
        let within = |outer: &str| user.path == outer || user.path.starts_with(&format!("{outer}::"));
        match visibility {
            Visibility::Public => true,
            Visibility::Crate => owner.krate == user.krate,
            Visibility::Parent => parent(&owner.path).is_some_and(|parent| within(&parent)),
            Visibility::Private => within(&owner.path),
        }
    }

    /// How a new module at the root of a crate names an item of the project, such as `crate::auth::User`, or
    /// `accounts::User` of a library it depends on: by the path of its definition, else by a re-export. `None` if a
    /// private module is in the way, or the crate doesn't depend on the item's.
    pub fn path_from_root(&self, canonical: &str, krate: &str) -> Option<String> {
        let (owner, name) = canonical.rsplit_once("::")?;
        let home = &self.modules[self.module_around(owner)?].krate;
        let called = self.name_of_crate(home, krate)?;
        let spelled = |path: &str| path.strip_prefix(home.as_str()).map(|rest| format!("{called}{rest}"));
        if self.reachable(owner, krate) && self.seen_from_root(self.item_visibility(canonical), owner, krate)
        {
            return spelled(canonical);
        }
        let by_glob = match self.item_visibility(canonical) {
            Visibility::Public => true,
            Visibility::Crate => home == krate,
            _ => false,
        };
        self.modules
            .iter()
            .filter(|module| module.krate == *home && self.reachable(&module.path, krate))
            .find_map(|module| {
                let here = self.module(&module.path)?;
                let import = module.uses.iter().find(|import| {
                    let last = import.path.last().map(String::as_str);
                    // What a glob brings has the name it was given.
                    let brings = match import.name.as_str() {
                        "*" if by_glob => owner,
                        other if other == name || last == Some(name) => canonical,
                        _ => return false,
                    };
                    self.seen_from_root(import.visibility, &module.path, krate)
                        && self.resolve(here, &import.path).as_deref() == Some(brings)
                })?;
                let called = if import.name == "*" { name } else { &import.name };
                spelled(&format!("{}::{called}", module.path))
            })
    }

    /// What code of a crate calls another: `crate` for itself, else the dependency's name.
    pub fn name_of_crate(&self, other: &str, krate: &str) -> Option<String> {
        if other == krate {
            return Some("crate".to_string());
        }
        let package = self.modules[self.module(krate)?].package;
        let named = self.externs[package].iter().find(|(_, stands_for)| *stands_for == other);
        named.map(|(name, _)| name.clone())
    }

    /// The module with this path, or the one that holds the type with it.
    fn module_around(&self, path: &str) -> Option<ModuleId> {
        self.module(path).or_else(|| self.types.get(path).map(|ty| ty.module))
    }

    /// True if every module on the way is visible from a module at a crate's root.
    fn reachable(&self, module_path: &str, krate: &str) -> bool {
        let mut path = module_path.to_string();
        while path.contains("::") {
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
        let same_crate = owner_path == krate || owner_path.starts_with(&format!("{krate}::"));
        match visibility {
            Visibility::Public => true,
            _ if !same_crate => false,
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
            None => Visibility::Public,
        }
    }
}

/// The module around a module or item.
pub(super) fn parent(path: &str) -> Option<String> {
    path.rsplit_once("::").map(|(parent, _)| parent.to_string())
}
