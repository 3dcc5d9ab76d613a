//! What the index keeps of each item: plain data without bodies.

use std::ops::Range;

use super::ty::Ty;

/// Number of a module in the index.
pub type ModuleId = usize;
/// Number of a function in the index.
pub type FunctionId = usize;

/// A module of a crate.
#[derive(Debug, Clone)]
pub struct Module {
    /// Path with the crate's key first, such as `shop::auth`.
    pub path: String,
    /// Key of its crate: the library's name, or `bin NAME` for a program.
    pub krate: String,
    /// Index of its package in the target.
    pub package: usize,
    /// File that holds it.
    pub file: String,
    /// True under `#[cfg(test)]`.
    pub test: bool,
    /// True under `#[cfg(debug_assertions)]`.
    pub debug_only: bool,
    /// How far it can be seen.
    pub visibility: Visibility,
    /// Its imports.
    pub uses: Vec<Use>,
}

/// One name brought in by `use`.
#[derive(Debug, Clone)]
pub struct Use {
    /// Name in this module; `*` for a glob.
    pub name: String,
    /// Path it stands for.
    pub path: Vec<String>,
    /// How far it can be seen.
    pub visibility: Visibility,
}

/// A struct, enum or trait.
#[derive(Debug, Clone)]
pub struct Type {
    /// Canonical path.
    pub path: String,
    /// Module it stands in.
    pub module: ModuleId,
    /// `struct`, `enum` or `trait`.
    pub kind: TypeKind,
    /// Fields of a struct; tuple fields are named `0`, `1`, …
    pub fields: Vec<Field>,
    /// How far it can be seen.
    pub visibility: Visibility,
    /// Names in `#[derive(…)]`.
    pub derives: Vec<String>,
    /// Names of an enum's variants.
    pub variants: Vec<String>,
    /// Names of type parameters.
    pub generics: Vec<String>,
    /// Other attributes, as written without white space.
    pub attributes: Vec<String>,
    /// File that holds it.
    pub file: String,
    /// Bytes of its name.
    pub at: Range<usize>,
    /// True under `#[cfg(test)]`.
    pub test: bool,
}

/// Kinds of types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeKind {
    /// A struct.
    Struct,
    /// An enum.
    Enum,
    /// A trait.
    Trait,
}

/// A field of a struct.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name, or its number in a tuple struct.
    pub name: String,
    /// Its type as written.
    pub ty: Ty,
    /// How far it can be seen.
    pub visibility: Visibility,
    /// What is said of it to serde, clap and SeaORM, without white space.
    pub attributes: Vec<String>,
}

/// A constant or static whose text can be read off.
#[derive(Debug, Clone)]
pub struct Constant {
    /// Canonical path; behind its type's, if it is an associated one.
    pub path: String,
    /// Module it stands in.
    pub module: ModuleId,
    /// Its text.
    pub text: String,
    /// File that holds it.
    pub file: String,
    /// Bytes of its value.
    pub at: Range<usize>,
    /// True under `#[cfg(test)]`.
    pub test: bool,
}

/// How far an item or field can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Visibility {
    /// `pub`.
    #[default]
    Public,
    /// `pub(crate)`.
    Crate,
    /// `pub(super)`, `pub(in …)`: treated as private to the parent module.
    Parent,
    /// No `pub`.
    Private,
}

impl Visibility {
    /// True if all of its own crate can see it.
    pub fn in_crate(self) -> bool {
        matches!(self, Self::Public | Self::Crate)
    }
}

/// A type alias.
#[derive(Debug, Clone)]
pub struct Alias {
    /// Canonical path.
    pub path: String,
    /// Module it stands in.
    pub module: ModuleId,
    /// Names of type parameters.
    pub generics: Vec<String>,
    /// What it stands for, as written.
    pub ty: Ty,
    /// How far it can be seen.
    pub visibility: Visibility,
}

/// A function or method.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Module it stands in.
    pub module: ModuleId,
    /// Type of the `impl` or trait it stands in, as written.
    pub self_ty: Option<Ty>,
    /// Trait the `impl` is of, as written, with its arguments.
    pub of_trait: Option<Ty>,
    /// Whether it takes `self`.
    pub has_self: bool,
    /// Whether it takes it by a shared reference.
    pub lends_self: bool,
    /// Parameters other than `self`.
    pub params: Vec<Param>,
    /// What it returns, as written; for an `async fn` what awaiting it yields.
    pub returns: Ty,
    /// Whether it is async.
    pub is_async: bool,
    /// How far it can be seen.
    pub visibility: Visibility,
    /// Attributes, as written without white space.
    pub attributes: Vec<String>,
    /// File that holds it.
    pub file: String,
    /// Bytes from its first token to its body.
    pub at: Range<usize>,
    /// Bytes of its body with braces; empty in a trait without default.
    pub body: Range<usize>,
    /// True under `#[cfg(test)]` or `#[test]`.
    pub test: bool,
}

/// A parameter.
#[derive(Debug, Clone)]
pub struct Param {
    /// Its pattern as written.
    pub pattern: String,
    /// Its type as written.
    pub ty: Ty,
}

/// An `impl` of a trait.
#[derive(Debug, Clone)]
pub struct TraitImpl {
    /// The trait, as written.
    pub of_trait: Ty,
    /// The type, as written.
    pub self_ty: Ty,
    /// Associated types, as written.
    pub associated: Vec<(String, Ty)>,
    /// Names of its type parameters.
    pub generics: Vec<String>,
    /// What its `where` and its parameters demand, as written: `Store: FromRef<S>` is `(Store, FromRef<S>)`.
    pub bounds: Vec<(Ty, Ty)>,
    /// Module it stands in.
    pub module: ModuleId,
    /// File that holds it.
    pub file: String,
    /// Bytes from `impl` to the type.
    pub at: Range<usize>,
    /// Bytes of its braces and what they hold.
    pub body: Range<usize>,
    /// True under `#[cfg(test)]`.
    pub test: bool,
}
