//! Where a program runs migrations, and from which folder: `sqlx::migrate!("./migrations_v2")`, `Migrator::new(Path::new(…))`,
//! diesel's and refinery's `embed_migrations!`, diesel's `FileBasedMigrations`.
//!
//! Folders are relative to the package. One that leaves the project (`migrate!("../db/migrations")`) is told apart, since
//! nothing is read or written there. Near misses: calls in tests.

use syn::visit::Visit;

use crate::survey::literals::{is_test, normal, rust_files, strings, way_out};
use crate::target::index::{Parsed, finish};
use crate::target::{At, Package, SourceText, Target};

/// A place where the program runs migrations.
pub(super) struct Call {
    pub dir: String,
    pub at: At,
    pub embedded: bool,
}

/// A place where it runs migrations that lie outside of the project.
#[derive(Debug, Clone)]
pub struct Outside {
    /// The way there from the root, such as `../db/migrations`.
    pub dir: String,
    /// Where it does.
    pub at: At,
}

/// The places of a package, by where the migrations lie.
#[derive(Default)]
pub(super) struct Calls {
    pub inside: Vec<Call>,
    pub outside: Vec<Outside>,
}

/// The first folder outside of the project whose migrations are run, by the package or by those that it depends on.
pub fn outside(target: &Target, package: &Package) -> Option<Outside> {
    let own = std::iter::once(package).chain(depended_on(target, package));
    own.flat_map(|package| calls_in(target, package).outside).next()
}

/// The calls of the package, else of the workspace's packages that it depends on.
pub(super) fn calls(target: &Target, package: &Package) -> Vec<Call> {
    let own = calls_in(target, package).inside;
    if !own.is_empty() {
        return own;
    }
    depended_on(target, package).flat_map(|other| calls_in(target, other).inside).collect()
}

fn depended_on<'t>(target: &'t Target, package: &Package) -> impl Iterator<Item = &'t Package> {
    target.packages.iter().filter(|other| {
        let dependency = package.depends_on(&other.name);
        dependency.is_some_and(|(_, dependency)| dependency.path.is_some())
    })
}

pub(super) fn calls_in(target: &Target, package: &Package) -> Calls {
    let mut calls = Calls::default();
    for file in rust_files(target, package) {
        const NEEDLES: [&str; 4] = ["migrate!", "Migrator::new", "embed_migrations!", "FileBasedMigrations"];
        if !NEEDLES.iter().any(|needle| file.text.contains(needle)) {
            continue;
        }
        if let Ok(parsed) = Parsed::new(&file.text) {
            Reader { package, file, parsed: &parsed, calls: &mut calls }.visit_file(&parsed.file);
        }
        finish();
    }
    calls
}

struct Reader<'a> {
    package: &'a Package,
    file: &'a SourceText,
    parsed: &'a Parsed,
    calls: &'a mut Calls,
}

impl Reader<'_> {
    fn call(&mut self, written: &str, span: &impl syn::spanned::Spanned, embedded: bool) {
        let path = self.package.path(written);
        let at = self.file.at(self.parsed.range(span));
        match normal(&path) {
            Some(dir) => self.calls.inside.push(Call { dir, at, embedded }),
            None => self.calls.outside.push(Outside { dir: way_out(&path), at }),
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            syn::visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_test(&item.attrs) {
            syn::visit::visit_item_fn(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !is_test(&item.attrs) {
            syn::visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        if mac
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == "migrate" || last.ident == "embed_migrations")
        {
            let path = strings(mac.tokens.clone()).first().map(syn::LitStr::value);
            self.call(path.as_deref().unwrap_or("migrations"), mac, true);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let syn::Expr::Path(path) = &*call.func {
            let names: Vec<String> =
                path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            if let [.., owner, new] = names.as_slice()
                && owner == "Migrator"
                && new == "new"
                && let Some(arg) = call.args.first()
                && let Some(literal) = strings(quote::ToTokens::to_token_stream(arg)).first()
            {
                self.call(&literal.value(), call, false);
            }
            if let [.., owner, find] = names.as_slice()
                && owner == "FileBasedMigrations"
                && find == "find_migrations_directory"
            {
                self.call("migrations", call, false);
            }
        }
        syn::visit::visit_expr_call(self, call);
    }
}
