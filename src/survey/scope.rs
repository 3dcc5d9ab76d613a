//! What is in scope at a place in a function, with the types that can be read off: parameters, annotated and
//! constructor-initialised lets, struct fields, extractor patterns, match arms. No inference beyond that: what can't be
//! read off is [`Ty::Unknown`].

mod infer;

pub use infer::COMMON_METHODS;

use syn::Pat;

use crate::target::index::{FunctionId, Index, ModuleId, Ty};

/// A name in scope.
#[derive(Debug, Clone, PartialEq)]
pub struct Local {
    /// Its name.
    pub name: String,
    /// Its type, resolved.
    pub ty: Ty,
    /// Whether it can be changed.
    pub mutable: bool,
}

/// The names in scope while a function's body is walked.
#[derive(Clone)]
pub struct Scope<'a> {
    /// Where names resolve.
    pub index: &'a Index,
    /// Module of the function.
    pub module: ModuleId,
    /// Type of the `impl` the function stands in, resolved.
    pub self_ty: Option<Ty>,
    frames: Vec<Vec<Local>>,
}

impl<'a> Scope<'a> {
    /// The scope at the start of a function's body.
    pub fn of_function(index: &'a Index, id: FunctionId, sig: &syn::Signature) -> Self {
        let function = &index.functions[id];
        let self_ty = function.self_ty.as_ref().map(|ty| index.resolve_ty(function.module, ty));
        let mut scope =
            Self { index, module: function.module, self_ty: self_ty.clone(), frames: vec![Vec::new()] };
        for input in &sig.inputs {
            match input {
                syn::FnArg::Receiver(receiver) => {
                    // `self` by value is as good as a reference for reading fields.
                    let ty = Ty::Ref(Box::new(self_ty.clone().unwrap_or(Ty::Unknown)));
                    scope.declare("self".into(), ty, receiver.mutability.is_some());
                }
                syn::FnArg::Typed(typed) => {
                    let ty = scope.resolve(&Ty::from_syn(&typed.ty));
                    scope.bind(&typed.pat, &ty);
                }
            }
        }
        scope
    }

    /// Enters a block.
    pub fn push(&mut self) {
        self.frames.push(Vec::new());
    }

    /// Leaves a block.
    pub fn pop(&mut self) {
        self.frames.pop();
    }

    /// Names in scope, innermost first, without those that are shadowed.
    pub fn locals(&self) -> Vec<Local> {
        let mut seen = Vec::new();
        let all = self.frames.iter().rev().flat_map(|frame| frame.iter().rev());
        let visible = all.filter(|local| {
            let new = !seen.contains(&local.name);
            seen.push(local.name.clone());
            new
        });
        visible.cloned().collect()
    }

    /// Type of a name.
    pub fn type_of(&self, name: &str) -> Option<&Ty> {
        let mut all = self.frames.iter().rev().flat_map(|frame| frame.iter().rev());
        all.find(|local| local.name == name).map(|local| &local.ty)
    }

    /// True if a name stands for one thing only, from the start of the function on.
    pub fn is_single(&self, name: &str) -> bool {
        self.frames.iter().flatten().filter(|local| local.name == name).count() == 1
    }

    fn declare(&mut self, name: String, ty: Ty, mutable: bool) {
        if let Some(frame) = self.frames.last_mut() {
            frame.push(Local { name, ty, mutable });
        }
    }

    /// A type as written here, resolved; `Self` is the type of the `impl`.
    pub fn resolve(&self, ty: &Ty) -> Ty {
        match (ty, &self.self_ty) {
            (Ty::Path { path, .. }, Some(own)) if path.as_slice() == ["Self"] => own.clone(),
            (Ty::Path { path, args }, _) if args.is_empty() => {
                self.index.resolve_ty(self.module, &Ty::Path { path: path.clone(), args: Vec::new() })
            }
            (Ty::Path { path, args }, _) => {
                let args = args.iter().map(|arg| self.resolve(arg)).collect();
                self.index.resolve_ty(self.module, &Ty::Path { path: path.clone(), args })
            }
            (Ty::Ref(inner), _) => Ty::Ref(Box::new(self.resolve(inner))),
            (Ty::Tuple(items), _) => Ty::Tuple(items.iter().map(|item| self.resolve(item)).collect()),
            (Ty::Unknown, _) => Ty::Unknown,
        }
    }

    /// Binds the names of a pattern that matches a value of this type.
    pub fn bind(&mut self, pat: &Pat, ty: &Ty) {
        match pat {
            Pat::Ident(ident) => {
                // `None` and unit variants look like bindings.
                let name = ident.ident.to_string();
                if !name.starts_with(|c: char| c.is_ascii_uppercase()) {
                    self.declare(name, ty.clone(), ident.mutability.is_some());
                }
            }
            Pat::Type(typed) => {
                let ty = self.resolve(&Ty::from_syn(&typed.ty));
                self.bind(&typed.pat, &ty);
            }
            Pat::Reference(reference) => self.bind(&reference.pat, ty.behind_pointers()),
            Pat::Paren(paren) => self.bind(&paren.pat, ty),
            Pat::Tuple(tuple) => {
                let items = match ty.behind_pointers() {
                    Ty::Tuple(items) => items.clone(),
                    _ => Vec::new(),
                };
                for (i, pat) in tuple.elems.iter().enumerate() {
                    self.bind(pat, items.get(i).unwrap_or(&Ty::Unknown));
                }
            }
            Pat::TupleStruct(inner) => self.bind_tuple_struct(inner, ty),
            Pat::Struct(inner) => {
                for field in &inner.fields {
                    let name = match &field.member {
                        syn::Member::Named(name) => name.to_string(),
                        syn::Member::Unnamed(index) => index.index.to_string(),
                    };
                    let written = self.resolve(&Ty::from_path(&inner.path));
                    let ty = self.index.field(&written, &name).or_else(|| self.index.field(ty, &name));
                    self.bind(&field.pat, &ty.unwrap_or(Ty::Unknown));
                }
            }
            Pat::Or(or) => {
                if let Some(first) = or.cases.first() {
                    self.bind(first, ty);
                }
            }
            Pat::Guard(guard) => self.bind(&guard.pat, ty),
            _ => {}
        }
    }

    /// `Some(x)`, `Ok(x)`, extractors (`State(x): State<T>`) and own tuple structs.
    fn bind_tuple_struct(&mut self, pat: &syn::PatTupleStruct, ty: &Ty) {
        let written = self.resolve(&Ty::from_path(&pat.path));
        let last = written.name().unwrap_or_default().to_string();
        for (i, inner) in pat.elems.iter().enumerate() {
            let from_struct =
                self.index.field(ty, &i.to_string()).or_else(|| self.index.field(&written, &i.to_string()));
            let from_argument = || match last.as_str() {
                "Err" => ty.behind_pointers().args().get(1).cloned(),
                _ => ty.behind_pointers().args().first().cloned(),
            };
            let inner_ty = from_struct.or_else(from_argument).unwrap_or(Ty::Unknown);
            self.bind(inner, &inner_ty);
        }
    }

    /// Binds what a `let` declares.
    pub fn declare_let(&mut self, local: &syn::Local) {
        let ty = local.init.as_ref().map_or(Ty::Unknown, |init| self.infer(&init.expr));
        self.bind(&local.pat, &ty);
    }
}
