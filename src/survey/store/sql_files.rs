//! Statements in files of their own: `query_file_as!(User, "queries/insert.sql", …)`, `query(include_str!("insert.sql"))`.
//!
//! The first is told from the package's folder, the second from the file that includes it. Near misses: what is included
//! and is no SQL, a file outside of the project.

use std::ops::Range;

use syn::{Expr, Lit};

use crate::survey::literals::normal;
use crate::survey::walk::Place;
use crate::target::Target;
use crate::target::index::Function;

/// A file that a macro names.
#[derive(Debug, Clone)]
pub struct SqlFile {
    /// As it is written.
    path: String,
    /// Whether it is told from the package's folder.
    of_package: bool,
    /// Bytes of the literal that names it, which stands for the statement.
    pub at: Range<usize>,
}

/// The file of SQL that a macro names.
pub fn named(mac: &syn::Macro, place: &Place<'_, '_>) -> Option<SqlFile> {
    let name = mac.path.segments.last()?.ident.to_string();
    let of_package = name.starts_with("query_file");
    if !of_package && name != "include_str" {
        return None;
    }
    let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
    let args = mac.parse_body_with(parser).ok()?;
    args.iter().find_map(|arg| match arg {
        Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) if text.value().ends_with(".sql") => {
            Some(SqlFile { path: text.value(), of_package, at: place.parsed.bytes(text.span()) })
        }
        _ => None,
    })
}

impl SqlFile {
    /// What is in it, as a function of this file of the project sees it.
    pub fn text<'t>(&self, target: &'t Target, function: &Function) -> Option<&'t str> {
        let folder = if self.of_package {
            target.packages[target.index.modules[function.module].package].dir.as_str()
        } else {
            function.file.rsplit_once('/').map_or("", |(folder, _)| folder)
        };
        let path = normal(format!("{folder}/{}", self.path).trim_start_matches('/'))?;
        target.text(&path).map(|file| file.text.as_str())
    }
}
