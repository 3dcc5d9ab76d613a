//! The index: items, imports, signatures, fields and impls of every crate in the project, as plain data without
//! bodies, and what names mean in it.

mod attributes;
mod bounds;
mod crates;
mod imports;
mod items;
mod opened;
mod outline;
mod parse;
mod read;
mod resolve;
#[cfg(test)]
mod tests;
mod ty;
mod visibility;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

pub use items::*;
pub use parse::{Parsed, finish};
pub use ty::{Ty, segments};

use super::project::Package;
use super::text::SourceText;
use crates::{child_file, externs, roots};
use read::FileItems;

/// All crates of a project.
#[derive(Debug, Default)]
pub struct Index {
    /// Modules of all crates.
    pub modules: Vec<Module>,
    /// Types by canonical path.
    pub types: BTreeMap<String, Type>,
    /// Aliases by canonical path.
    pub aliases: BTreeMap<String, Alias>,
    /// Constants and statics whose text can be read off, by canonical path; associated ones behind their type's, if it
    /// stands in the same module.
    pub constants: BTreeMap<String, Constant>,
    /// Functions and methods.
    pub functions: Vec<Function>,
    /// Implementations of traits.
    pub impls: Vec<TraitImpl>,
    /// Files that could not be parsed, with line and reason.
    pub unparsed: Vec<(String, String)>,
    /// Files of each package's crates, by path.
    pub files: BTreeMap<String, Vec<ModuleId>>,
    /// Dependency names in code, by package: what each stands for (`std::…` need no entry).
    externs: Vec<BTreeMap<String, String>>,
    by_module_path: BTreeMap<String, ModuleId>,
    by_function_path: BTreeMap<String, Vec<FunctionId>>,
    by_method_name: BTreeMap<String, Vec<FunctionId>>,
    by_body: BTreeMap<(String, usize), FunctionId>,
    /// Methods in `impl`s of the project's traits, by the path of the trait's own method.
    implementations: BTreeMap<String, Vec<FunctionId>>,
    memory: resolve::Memory,
}

/// A program or library of a package: where its module tree starts.
struct Root {
    key: String,
    package: usize,
    file: String,
}

/// A file whose items are to be taken into the tree.
struct Step {
    file: String,
    path: String,
    test: bool,
    debug_only: bool,
    visibility: Visibility,
}

impl Index {
    /// Reads every crate of the packages.
    pub fn build(packages: &[Package], files: &BTreeMap<String, SourceText>) -> Self {
        let roots: Vec<Root> =
            packages.iter().enumerate().flat_map(|(i, package)| roots(i, package, files)).collect();
        let mut parsed = parse_all(packages, files);
        let mut index = Self {
            externs: packages.iter().map(|package| externs(package, packages)).collect(),
            ..Self::default()
        };
        for (path, items) in &parsed {
            if let Some(error) = &items.error {
                index.unparsed.push((path.clone(), error.clone()));
            }
        }
        for root in &roots {
            index.link(root, &mut parsed);
        }
        index.name_functions();
        index
    }

    /// The module a file stands for in the first crate that has it.
    pub fn module_of_file(&self, file: &str) -> Option<ModuleId> {
        self.files.get(file)?.first().copied()
    }

    /// The function whose body starts at this byte of a file.
    pub fn function_at(&self, file: &str, body_start: usize) -> Option<FunctionId> {
        self.by_body.get(&(file.to_string(), body_start)).copied()
    }

    /// A function and, if it is declared in a trait of the project, what implements it there.
    pub fn with_implementations(&self, id: FunctionId) -> Vec<FunctionId> {
        let function = &self.functions[id];
        let declared_in = function.self_ty.as_ref().filter(|_| function.of_trait.is_none());
        let owner = declared_in.map(|ty| self.resolve_ty(function.module, ty)).and_then(|ty| ty.path());
        let others = owner.and_then(|owner| self.implementations.get(&format!("{owner}::{}", function.name)));
        std::iter::once(id).chain(others.into_iter().flatten().copied()).collect()
    }

    /// A module by its path, crate key first.
    pub fn module(&self, path: &str) -> Option<ModuleId> {
        self.by_module_path.get(path).copied()
    }

    /// A function's path from its crate root, such as `auth::Service::register`.
    pub fn symbol(&self, id: FunctionId) -> String {
        let function = &self.functions[id];
        let module = &self.modules[function.module];
        let inside = module.path[module.krate.len()..].trim_start_matches("::");
        let own = function.self_ty.as_ref().and_then(Ty::name);
        [inside, own.unwrap_or(""), &function.name]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("::")
    }

    /// Takes the items of a file into the module tree, and goes on with its `mod name;`s.
    fn link(&mut self, root: &Root, parsed: &mut BTreeMap<String, FileItems>) {
        let mut todo = vec![Step {
            file: root.file.clone(),
            path: root.key.clone(),
            test: false,
            debug_only: false,
            visibility: Visibility::Public,
        }];
        let mut seen = BTreeSet::new();
        while let Some(Step { file, path, test, debug_only, visibility }) = todo.pop() {
            let Some(items) = parsed.get(&file) else {
                continue;
            };
            if !seen.insert(file.clone()) {
                continue;
            }
            let first = self.modules.len();
            for (number, module) in items.modules.iter().enumerate() {
                let full = join(&path, &module.path);
                let id = self.modules.len();
                self.by_module_path.entry(full.clone()).or_insert(id);
                for child in &module.children {
                    let found = child_file(&file, &root.file, &module.path, child, parsed);
                    if let Some(found) = found {
                        todo.push(Step {
                            file: found,
                            path: format!("{full}::{}", child.name),
                            test: test || module.test || child.test,
                            debug_only: debug_only || module.debug_only || child.debug_only,
                            visibility: child.visibility,
                        });
                    }
                }
                self.modules.push(Module {
                    path: full,
                    krate: root.key.clone(),
                    package: root.package,
                    file: file.clone(),
                    test: test || module.test,
                    debug_only: debug_only || module.debug_only,
                    visibility: if number == 0 { visibility } else { module.visibility },
                    uses: module.uses.clone(),
                });
            }
            self.files.entry(file.clone()).or_default().push(first);
            self.take(items, first, test);
        }
    }

    fn take(&mut self, items: &FileItems, first: ModuleId, test: bool) {
        for item in &items.types {
            let module = first + item.module;
            let path = format!("{}::{}", self.modules[module].path, item.path);
            let item = Type { path: path.clone(), module, test: test || item.test, ..item.clone() };
            // The first of two cfg'd twins wins; both have the same name for the reader.
            self.types.entry(path).or_insert(item);
        }
        for alias in &items.aliases {
            let module = first + alias.module;
            let path = format!("{}::{}", self.modules[module].path, alias.path);
            self.aliases.entry(path.clone()).or_insert(Alias { path, module, ..alias.clone() });
        }
        for constant in &items.constants {
            let module = first + constant.module;
            let path = format!("{}::{}", self.modules[module].path, constant.path);
            let test = test || constant.test;
            self.constants.entry(path.clone()).or_insert(Constant { path, module, test, ..constant.clone() });
        }
        for function in &items.functions {
            let id = self.functions.len();
            let module = first + function.module;
            self.by_body.entry((function.file.clone(), function.body.start)).or_insert(id);
            self.functions.push(Function { module, test: test || function.test, ..function.clone() });
        }
        for item in &items.impls {
            self.impls.push(TraitImpl {
                module: first + item.module,
                test: test || item.test,
                ..item.clone()
            });
        }
    }

    fn name_functions(&mut self) {
        for id in 0..self.functions.len() {
            let function = &self.functions[id];
            let path = match &function.self_ty {
                None => format!("{}::{}", self.modules[function.module].path, function.name),
                Some(ty) => {
                    let owner = self.resolve_ty(function.module, ty);
                    let owner = owner.path().unwrap_or_default();
                    self.by_method_name.entry(function.name.clone()).or_default().push(id);
                    format!("{owner}::{}", self.functions[id].name)
                }
            };
            self.by_function_path.entry(path).or_default().push(id);
        }
        for id in 0..self.functions.len() {
            let function = &self.functions[id];
            let Some(of_trait) = &function.of_trait else { continue };
            let owner = self.resolve_ty(function.module, of_trait).path().unwrap_or_default();
            if self.types.get(&owner).is_some_and(|ty| ty.kind == TypeKind::Trait) {
                let declared = format!("{owner}::{}", self.functions[id].name);
                self.implementations.entry(declared).or_default().push(id);
            }
        }
        self.memory = resolve::Memory::of(self.modules.len());
    }
}

fn join(path: &str, rest: &[String]) -> String {
    rest.iter().fold(path.to_string(), |path, part| format!("{path}::{part}"))
}

/// Parses the Rust files of all packages, on all cores with large stacks.
fn parse_all(packages: &[Package], files: &BTreeMap<String, SourceText>) -> BTreeMap<String, FileItems> {
    let wanted: Vec<&SourceText> = files
        .values()
        .filter(|file| file.path.ends_with(".rs"))
        .filter(|file| {
            packages.iter().filter(|package| package.holds(&file.path)).any(|package| {
                let inside = file.path[package.dir.len()..].trim_start_matches('/');
                inside.starts_with("src/")
                    || package.manifest.bin_paths.iter().any(|path| path == inside)
                    || package.manifest.lib_path.as_deref() == Some(inside)
            })
        })
        .collect();
    let parse = || {
        wanted
            .par_iter()
            .map(|file| {
                let items = read::read(&file.path, &file.text);
                finish();
                (file.path.clone(), items)
            })
            .collect()
    };
    on_deep_stack(parse)
}

/// Runs something that parses on a thread with a stack deep enough for nested code.
pub fn on_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match pool() {
        Some(pool) => pool.install(work),
        None => work(),
    }
}

/// Threads with stacks deep enough for nested code; made once. `None` if the system gives none.
fn pool() -> Option<&'static rayon::ThreadPool> {
    static POOL: std::sync::OnceLock<Option<rayon::ThreadPool>> = std::sync::OnceLock::new();
    POOL.get_or_init(|| rayon::ThreadPoolBuilder::new().stack_size(parse::STACK).build().ok()).as_ref()
}
