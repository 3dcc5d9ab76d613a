//! Getters: methods through which a type shows what its fields keep to themselves.
//!
//! `pub fn user_id(&self) -> i64` of `Ctx { user_id: i64 }` is one. Near misses: a method that takes the value away, that
//! wants arguments, that has to be awaited, that is a trait's, that can't be seen, that may have nothing.

use crate::target::index::{FunctionId, Index, ModuleId, Ty, Visibility};

/// The getter of a type by this name, with what it returns.
pub fn getter(
    index: &Index,
    ty: &Ty,
    name: &str,
    seen: &dyn Fn(Visibility, ModuleId) -> bool,
) -> Option<(FunctionId, Ty)> {
    let owner = index.type_of(ty)?;
    let mut found = index.functions_at(&format!("{}::{name}", owner.path)).iter().filter(|&&id| {
        let function = &index.functions[id];
        function.lends_self
            && function.of_trait.is_none()
            && function.params.is_empty()
            && !function.is_async
            && !function.test
            && seen(function.visibility, function.module)
    });
    let &id = found.next()?;
    // Several by one name differ in what they are compiled for.
    found.next().is_none().then_some(())?;
    let returned = index.field_type(ty, owner, index.functions[id].module, &index.functions[id].returns);
    Some((id, returned))
}

/// A getter as it is seen from a module.
pub fn getter_from(index: &Index, module: ModuleId, ty: &Ty, name: &str) -> Option<Ty> {
    let seen = |visibility: Visibility, owner: ModuleId| index.visible(visibility, owner, module);
    getter(index, ty, name, &seen).map(|(_, returned)| returned)
}

/// A getter as it is seen from a new module at the root of a crate.
pub fn getter_from_root(index: &Index, krate: &str, ty: &Ty, name: &str) -> Option<Ty> {
    let seen = |visibility: Visibility, owner: ModuleId| {
        index.seen_from_root(visibility, &index.modules[owner].path, krate)
    };
    getter(index, ty, name, &seen).map(|(_, returned)| returned)
}
