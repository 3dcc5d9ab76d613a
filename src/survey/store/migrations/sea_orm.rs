//! SeaORM's migrations: modules of Rust, `m20240501_000001_users` and so on, listed by an `impl MigratorTrait`.
//!
//! Near misses: two such lists, a list that is put together, names without a version, a migrator of the tests.

use std::ops::Range;

use syn::visit::Visit;
use syn::{Expr, Stmt};

use super::Migrations;
use crate::survey::literals::{number, rust_files};
use crate::survey::module_anchor::{ModuleAnchor, module_anchor};
use crate::target::index::{Function, Index, Parsed, finish};
use crate::target::{At, Package, SourceText, Target};

/// The scheme's name.
pub const SCHEME: &str = "sea-orm";

/// Where a list of migrations takes one more.
#[derive(Debug, Clone)]
pub struct Migrator {
    /// Name of the new module, which is its version too.
    pub name: String,
    /// Its file.
    pub file: String,
    /// Where it is declared.
    pub declaration: ModuleAnchor,
    /// Bytes of the list that are replaced, in the file of the declaration.
    pub at: Range<usize>,
    /// What goes before the new entry.
    pub before: String,
    /// What goes after it.
    pub after: String,
}

/// The migrations of a package, its libraries, or else the one list of the workspace.
pub fn find(target: &Target, package: &Package) -> Option<Migrations> {
    let index = &target.index;
    let listed = |function: &&Function| {
        function.name == "migrations"
            && function.of_trait.as_ref().is_some_and(|of| of.is("MigratorTrait"))
            && !function.test
            && !index.modules[function.module].test
    };
    let all: Vec<&Function> = index.functions.iter().filter(listed).collect();
    let of_package = |function: &Function| index.modules[function.module].package;
    let own = number(target, package)?;
    let near = target.libraries(own);
    let is_near = |at: usize| at == own || near.contains(&at);
    let mut found: Vec<&Function> = all.iter().filter(|list| is_near(of_package(list))).copied().collect();
    if found.is_empty() {
        found = all;
    }
    // A library and its program may each declare the same file.
    found.dedup_by(|a, b| (&a.file, &a.body) == (&b.file, &b.body));
    let list = *found.first()?;
    let dir = list.file.rsplit_once('/').map_or("", |(dir, _)| dir).to_string();
    let (migrator, unsure) = match read(target, list) {
        _ if found.len() > 1 => (None, Some("there is more than one list of them".to_string())),
        Ok(migrator) => (Some(migrator), None),
        Err(why) => (None, Some(why)),
    };
    let at = runs(target, list);
    let makes_table = |file: &&SourceText| {
        let stem = file.path.rsplit('/').next().and_then(|name| name.strip_suffix(".rs"));
        stem.and_then(version).is_some() && file.text.contains("cello_signups")
    };
    let signups = target.files.values().find(makes_table);
    let beside = migrator.as_ref().and_then(|migrator| migrator.file.rsplit_once('/'));
    let dir = beside.map_or(dir, |(dir, _)| dir.to_string());
    Some(Migrations {
        dir,
        scheme: SCHEME.to_string(),
        embedded: at.is_some(),
        run_by_application: at.is_some(),
        at,
        reversible: true,
        schema: None,
        next_version: String::new(),
        signups: signups.map(|file| file.at(0..file.text.len())),
        others: Vec::new(),
        unsure,
        tables: super::Tables::new(),
        migrator,
    })
}

/// Where a list takes one more; else why that can't be told, as the end of a sentence.
fn read(target: &Target, list: &Function) -> Result<Migrator, String> {
    let unread = || format!("the list in {} can't be read off", list.file);
    let text = target.text(&list.file).ok_or_else(unread)?;
    let parsed = Parsed::new(&text.text).map_err(|_| unread())?;
    let read = entries(&parsed, list).ok_or_else(unread).and_then(|(inside, entries)| {
        let (name, file) = next(&target.index, list, &entries)?;
        let declaration = module_anchor(text, &name).ok_or_else(unread)?;
        let (at, before, after) = place(text, inside, &entries);
        Ok(Migrator { name, file, declaration, at, before, after })
    });
    drop(parsed);
    finish();
    read
}

/// One entry: the module of its migration, and its bytes.
type Entry = (String, Range<usize>);

/// `vec![Box::new(m20240501_000001_users::Migration), …]`, all that the function does: the bytes between the brackets,
/// and the entries.
fn entries(parsed: &Parsed, list: &Function) -> Option<(Range<usize>, Vec<Entry>)> {
    let mut body = Body { parsed, at: &list.body, mac: None };
    body.visit_file(&parsed.file);
    let mac = body.mac?;
    let syn::MacroDelimiter::Bracket(bracket) = &mac.delimiter else { return None };
    let inside = parsed.range(&bracket.span.open()).end..parsed.range(&bracket.span.close()).start;
    let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
    let listed = mac.parse_body_with(parser).ok()?;
    let entries: Option<Vec<Entry>> = listed
        .iter()
        .map(|entry| {
            let Expr::Call(call) = entry else { return None };
            let (Expr::Path(func), Some(Expr::Path(arg))) = (&*call.func, call.args.first()) else {
                return None;
            };
            let names = |path: &syn::Path| {
                path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>()
            };
            let [module, _] = <[String; 2]>::try_from(names(&arg.path)).ok()?;
            (names(&func.path) == ["Box", "new"]).then(|| (module, parsed.range(entry)))
        })
        .collect();
    entries.map(|entries| (inside, entries))
}

/// Looks for the function with a body, and the macro that is all of it.
struct Body<'a, 'p> {
    parsed: &'p Parsed,
    at: &'p Range<usize>,
    mac: Option<&'a syn::Macro>,
}

impl<'a> Visit<'a> for Body<'a, '_> {
    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        let macros = match item.block.stmts.as_slice() {
            [Stmt::Expr(Expr::Macro(inner), None)] => Some(&inner.mac),
            [Stmt::Macro(inner)] if inner.semi_token.is_none() => Some(&inner.mac),
            _ => None,
        };
        if self.parsed.range(&item.block) == *self.at {
            self.mac = macros.filter(|mac| mac.path.is_ident("vec"));
        }
    }
}

/// Name and file of the migration after the highest.
fn next(index: &Index, list: &Function, entries: &[Entry]) -> Result<(String, String), String> {
    let versions: Option<Vec<_>> =
        entries.iter().map(|(module, _)| Some((version(module)?, module))).collect();
    let Some((highest, module)) = versions.and_then(|versions| versions.into_iter().max()) else {
        return Err("their names have no versions that could be counted on".into());
    };
    let holder = format!("{}::{module}", index.modules[list.module].path);
    let file = index.module(&holder).map(|module| index.modules[module].file.as_str());
    let file = file.and_then(|file| file.strip_suffix(&format!("{module}.rs")));
    let folder = file.ok_or_else(|| format!("the file of {module} was not found"))?;
    let digits = format!("{:014}", highest + 1);
    let apart = if module.as_bytes().get(9) == Some(&b'_') { "_" } else { "" };
    let name = format!("m{}{apart}{}_cello_signups", &digits[..8], &digits[8..]);
    let file = format!("{folder}{name}.rs");
    Ok((name, file))
}

/// Day and time of `m20240501_000001_users` or `m20240501000001_users`, as one number.
fn version(name: &str) -> Option<u64> {
    let digits: String = match name.strip_prefix('m')?.split('_').collect::<Vec<_>>().as_slice() {
        [day, time, _, ..] if day.len() == 8 && time.len() == 6 => format!("{day}{time}"),
        [both, _, ..] if both.len() == 14 => (*both).to_string(),
        _ => return None,
    };
    digits.parse().ok()
}

/// Where the new entry goes in: after the last one. A list on one line is broken, as rustfmt does with so long a one.
fn place(text: &SourceText, inside: Range<usize>, entries: &[Entry]) -> (Range<usize>, String, String) {
    let (eol, unit) = (text.eol(), text.indent_unit());
    let written = &text.text[inside.clone()];
    let last = entries.last().map_or(inside.start, |(_, at)| at.end);
    if !written.contains('\n') {
        let outer = text.indentation(inside.start);
        let inner = format!("{eol}{outer}{unit}");
        let listed: String =
            entries.iter().map(|(_, at)| format!("{inner}{},", &text.text[at.clone()])).collect();
        return (inside, format!("{listed}{inner}"), format!(",{eol}{outer}"));
    }
    let indent = text.indentation(entries.last().map_or(inside.start, |(_, at)| at.start));
    let rest = &text.text[last..inside.end];
    match rest.find(',').filter(|at| rest[..*at].trim().is_empty()) {
        Some(comma) => {
            let end = text.past_trailing_comment(last + comma + 1);
            (end..end, format!("{eol}{indent}"), ",".to_string())
        }
        None => (last..last, format!(",{eol}{indent}"), String::new()),
    }
}

/// Where the program runs a list: `Migrator::up(&db, None)`, outside of tests.
fn runs(target: &Target, list: &Function) -> Option<At> {
    let migrator = list.self_ty.as_ref()?.name()?;
    let needle = format!("{migrator}::up(");
    let files = target.packages.iter().flat_map(|package| rust_files(target, package));
    files.filter(|file| file.text.contains(&needle)).find_map(|file| {
        let parsed = Parsed::new(&file.text).ok()?;
        let mut calls = Calls { parsed: &parsed, migrator, at: None };
        calls.visit_file(&parsed.file);
        let found = calls.at.take();
        drop(parsed);
        finish();
        Some(file.at(found?))
    })
}

struct Calls<'a> {
    parsed: &'a Parsed,
    migrator: &'a str,
    at: Option<Range<usize>>,
}

impl<'ast> Visit<'ast> for Calls<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !crate::survey::literals::is_test(&item.attrs) {
            syn::visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !crate::survey::literals::is_test(&item.attrs) {
            syn::visit::visit_item_fn(self, item);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(path) = &*call.func {
            let mut names = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
            if names.next().as_deref() == Some("up") && names.next().as_deref() == Some(self.migrator) {
                self.at.get_or_insert(self.parsed.range(call));
            }
        }
        syn::visit::visit_expr_call(self, call);
    }
}
