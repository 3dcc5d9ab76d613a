//! What a path means: local items, imports with aliases, globs and re-exports, other crates, type aliases.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::Index;
use super::crates::known_as;
use super::items::{Alias, FunctionId, ModuleId, Type};
use super::ty::Ty;
use super::visibility::parent;

/// Chains of type aliases longer than this are cycles.
const LONGEST_CHAIN: usize = 16;

/// What one question has led to so far, by module and name: what is being looked up already (`None`) is a cycle, and
/// what globs lead to by two ways is looked up once.
type Search = BTreeMap<(String, String), Option<String>>;

/// Answers that were given before, for each module by name.
#[derive(Debug, Default)]
pub(super) struct Memory(Vec<Mutex<BTreeMap<String, Option<String>>>>);

impl Memory {
    pub(super) fn of(modules: usize) -> Self {
        Self((0..modules).map(|_| Mutex::default()).collect())
    }

    fn recall(&self, module: ModuleId, name: &str) -> Option<Option<String>> {
        let known = self.0.get(module)?.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(name).cloned()
    }

    fn keep(&self, module: ModuleId, name: &str, answer: &Option<String>) {
        if let Some(known) = self.0.get(module) {
            let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(name.to_string(), answer.clone());
        }
    }
}

impl Index {
    /// Canonical path of a path written in a module: the crate's key and module path for items of the project, the
    /// package's name first for other crates. `None` for what is in neither: preludes, generics, macros' names.
    pub fn resolve(&self, module: ModuleId, path: &[String]) -> Option<String> {
        self.resolve_within(module, path, &mut Search::new()).map(known_as)
    }

    fn resolve_within(&self, module: ModuleId, path: &[String], search: &mut Search) -> Option<String> {
        let outermost = search.is_empty();
        let (first, rest) = path.split_first()?;
        let here = &self.modules[module];
        let (start, mut rest) = match first.as_str() {
            "crate" => (here.krate.clone(), rest),
            "self" => (here.path.clone(), rest),
            "super" => {
                let mut parent = parent(&here.path)?;
                let mut rest = rest;
                while let Some(("super", after)) =
                    rest.split_first().map(|(first, after)| (first.as_str(), after))
                {
                    parent = self::parent(&parent)?;
                    rest = after;
                }
                (parent, rest)
            }
            name => {
                let local = self.name_in(&here.path, name, search);
                let local = match local {
                    Some(own) if !rest.is_empty() && self.is_value(&own) => {
                        self.imported_beside(module, name, search).or(Some(own))
                    }
                    other => other,
                };
                let external = || self.externs[here.package].get(name).cloned();
                (local.or_else(external)?, rest)
            }
        };
        let mut canonical = start;
        while let Some((name, after)) = rest.split_first() {
            if outermost {
                search.clear();
            }
            canonical = match self.by_module_path.contains_key(&canonical) {
                true => self.name_in(&canonical, name, search)?,
                false => format!("{canonical}::{name}"),
            };
            rest = after;
        }
        Some(canonical)
    }

    /// What a name means in a module: its own items first, then imports, then glob imports.
    fn name_in(&self, module_path: &str, name: &str, search: &mut Search) -> Option<String> {
        let module = self.by_module_path.get(module_path).copied();
        // In the middle of a search an answer may be cut short by a cycle; only those of whole ones are kept.
        let whole = search.is_empty();
        if let Some(answer) = module.and_then(|module| self.memory.recall(module, name)) {
            return answer;
        }
        let key = (module_path.to_string(), name.to_string());
        if let Some(answer) = search.get(&key) {
            return answer.clone();
        }
        search.insert(key.clone(), None);
        let answer = self.look_up(module_path, name, search);
        if let Some(module) = module.filter(|_| whole) {
            self.memory.keep(module, name, &answer);
        }
        search.insert(key, answer.clone());
        answer
    }

    fn look_up(&self, module_path: &str, name: &str, search: &mut Search) -> Option<String> {
        let own = format!("{module_path}::{name}");
        let is_item = self.types.contains_key(&own)
            || self.aliases.contains_key(&own)
            || self.by_module_path.contains_key(&own)
            || self.constants.contains_key(&own)
            || self.has_function(&own);
        if is_item {
            return Some(own);
        }
        let module = self.by_module_path.get(module_path).copied()?;
        let uses = &self.modules[module].uses;
        if let Some(import) = uses.iter().find(|import| import.name == name) {
            // `use stripe::Client as stripe`-like self references would never end.
            return self.resolve_import(module, &import.path, search);
        }
        uses.iter().filter(|import| import.name == "*").find_map(|import| {
            let from = self.resolve_import(module, &import.path, search)?;
            match self.types.get(&from) {
                Some(ty) => {
                    ty.variants.iter().any(|variant| variant == name).then(|| format!("{from}::{name}"))
                }
                None if from != module_path => self.name_in(&from, name, search),
                None => None,
            }
        })
    }

    /// An import's path: since edition 2018 it may start with another crate's name or one in scope.
    fn resolve_import(&self, module: ModuleId, path: &[String], search: &mut Search) -> Option<String> {
        let first = path.first()?;
        let here = &self.modules[module];
        let shadowed =
            self.modules[module].uses.iter().any(|import| import.name == *first && import.path == path);
        if let Some(external) = self.externs[here.package].get(first)
            && (shadowed || !self.by_module_path.contains_key(&format!("{}::{first}", here.path)))
        {
            let mut canonical = external.clone();
            for name in &path[1..] {
                canonical = match self.by_module_path.contains_key(&canonical) {
                    true => self.name_in(&canonical, name, search)?,
                    false => format!("{canonical}::{name}"),
                };
            }
            return Some(canonical);
        }
        if shadowed && !matches!(first.as_str(), "crate" | "self" | "super") {
            return None;
        }
        self.resolve_within(module, path, search)
    }

    /// True for a function or constant by whose name nothing else goes.
    fn is_value(&self, path: &str) -> bool {
        let leads_on = self.types.contains_key(path)
            || self.aliases.contains_key(path)
            || self.by_module_path.contains_key(path);
        !leads_on && (self.constants.contains_key(path) || self.has_function(path))
    }

    /// `use crate::auth::routes as api;` beside `fn api()`: what a path that goes on starts from.
    fn imported_beside(&self, module: ModuleId, name: &str, search: &mut Search) -> Option<String> {
        let import = self.modules[module].uses.iter().find(|import| import.name == name)?;
        self.resolve_import(module, &import.path, search)
    }

    fn has_function(&self, path: &str) -> bool {
        if self.by_function_path.is_empty() {
            // While functions are being named, only types matter.
            return false;
        }
        self.by_function_path.contains_key(path)
    }

    /// A type with its paths resolved and aliases replaced by what they stand for.
    pub fn resolve_ty(&self, module: ModuleId, ty: &Ty) -> Ty {
        self.resolve_ty_within(module, ty, 0)
    }

    fn resolve_ty_within(&self, module: ModuleId, ty: &Ty, depth: usize) -> Ty {
        match ty {
            Ty::Ref(inner) => Ty::Ref(Box::new(self.resolve_ty_within(module, inner, depth))),
            Ty::Tuple(items) => {
                Ty::Tuple(items.iter().map(|item| self.resolve_ty_within(module, item, depth)).collect())
            }
            Ty::Unknown => Ty::Unknown,
            Ty::Path { path, args } => {
                let args: Vec<Ty> =
                    args.iter().map(|arg| self.resolve_ty_within(module, arg, depth)).collect();
                let Some(canonical) = self.resolve(module, path) else {
                    return known_alias(path, args);
                };
                if let Some(alias) = self.aliases.get(&canonical).filter(|_| depth < LONGEST_CHAIN) {
                    let target = self.resolve_ty_within(alias.module, &alias.ty, depth + 1);
                    return substitute(&target, alias, &args);
                }
                if canonical.starts_with("diesel::") && canonical.ends_with("::QueryResult") {
                    return known_alias(&["QueryResult".to_string()], args);
                }
                Ty::Path { path: canonical.split("::").map(str::to_string).collect(), args }
            }
        }
    }

    /// The type a resolved type names, behind references and smart pointers.
    pub fn type_of(&self, ty: &Ty) -> Option<&Type> {
        self.types.get(&ty.behind_pointers().path()?)
    }

    /// Type of a field, resolved where the struct is defined; generics of the struct are filled in.
    pub fn field(&self, ty: &Ty, name: &str) -> Option<Ty> {
        let owner = self.type_of(ty)?;
        let field = owner.fields.iter().find(|field| field.name == name)?;
        Some(self.field_type(ty, owner, owner.module, &field.ty))
    }

    /// A type as it is written in a struct or one of its methods, resolved, for a value of that struct.
    pub fn field_type(&self, ty: &Ty, owner: &Type, module: ModuleId, written: &Ty) -> Ty {
        let resolved = self.resolve_ty(module, written);
        replace_generics(&resolved, &owner.generics, ty.behind_pointers().args())
    }

    /// Functions a canonical path names: a free function, or the inherent and trait methods of a type.
    pub fn functions_at(&self, canonical: &str) -> &[FunctionId] {
        let direct = self.by_function_path.get(canonical).or_else(|| self.beside_module(canonical));
        direct.map_or(&[], Vec::as_slice)
    }

    /// `mod login; pub use login::login;`: the functions that an import brings under the name of a module, as modules
    /// and functions have names of their own.
    fn beside_module(&self, canonical: &str) -> Option<&Vec<FunctionId>> {
        self.by_module_path.get(canonical)?;
        let (parent, name) = canonical.rsplit_once("::")?;
        let module = *self.by_module_path.get(parent)?;
        let import = self.modules[module].uses.iter().find(|import| import.name == name)?;
        let meant = self.resolve_within(module, &import.path, &mut Search::new())?;
        self.by_function_path.get(&meant)
    }

    /// Methods of this name on any type of the project.
    pub fn methods_named(&self, name: &str) -> &[FunctionId] {
        self.by_method_name.get(name).map_or(&[], Vec::as_slice)
    }
}

/// What no path leads to; diesel's prelude has a `Result` of its own name.
fn known_alias(path: &[String], args: Vec<Ty>) -> Ty {
    let name = if path == ["QueryResult"] { vec!["Result".to_string()] } else { path.to_vec() };
    Ty::Path { path: name, args }
}

fn substitute(target: &Ty, alias: &Alias, args: &[Ty]) -> Ty {
    replace_generics(target, &alias.generics, args)
}

fn replace_generics(ty: &Ty, generics: &[String], args: &[Ty]) -> Ty {
    match ty {
        Ty::Path { path, args: inner } => {
            if let [name] = path.as_slice()
                && let Some(position) = generics.iter().position(|generic| generic == name)
            {
                return args.get(position).cloned().unwrap_or(Ty::Unknown);
            }
            Ty::Path {
                path: path.clone(),
                args: inner.iter().map(|arg| replace_generics(arg, generics, args)).collect(),
            }
        }
        Ty::Ref(inner) => Ty::Ref(Box::new(replace_generics(inner, generics, args))),
        Ty::Tuple(items) => {
            Ty::Tuple(items.iter().map(|item| replace_generics(item, generics, args)).collect())
        }
        Ty::Unknown => Ty::Unknown,
    }
}
