//! Types as far as they can be read off: paths with arguments, references, tuples.

/// A type, as written or with its path resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ty {
    /// A named type with its type arguments; trait objects and `impl Trait` count as their first trait, slices as `[]`.
    Path {
        /// Segments of the path.
        path: Vec<String>,
        /// Type arguments of the last segment.
        args: Vec<Ty>,
    },
    /// A reference.
    Ref(Box<Ty>),
    /// A tuple; empty for `()`.
    Tuple(Vec<Ty>),
    /// Anything that can't be read off.
    Unknown,
}

impl Ty {
    /// A type without arguments from a `::`-separated path.
    pub fn named(path: &str) -> Self {
        Self::Path { path: path.split("::").map(str::to_string).collect(), args: Vec::new() }
    }

    /// Reads a type from its syntax.
    pub fn from_syn(ty: &syn::Type) -> Self {
        match ty {
            syn::Type::Path(path) if path.qself.is_none() => Self::from_path(&path.path),
            syn::Type::Reference(reference) => Self::Ref(Box::new(Self::from_syn(&reference.elem))),
            syn::Type::Tuple(tuple) => Self::Tuple(tuple.elems.iter().map(Self::from_syn).collect()),
            syn::Type::Paren(paren) => Self::from_syn(&paren.elem),
            syn::Type::Group(group) => Self::from_syn(&group.elem),
            syn::Type::Slice(slice) => {
                Self::Path { path: vec!["[]".into()], args: vec![Self::from_syn(&slice.elem)] }
            }
            syn::Type::ImplTrait(bounds) => Self::from_bounds(bounds.bounds.iter()),
            syn::Type::TraitObject(bounds) => Self::from_bounds(bounds.bounds.iter()),
            _ => Self::Unknown,
        }
    }

    /// Reads a path with the arguments of its last segment.
    pub fn from_path(path: &syn::Path) -> Self {
        let args = path.segments.last().map(|segment| &segment.arguments);
        let args = match args {
            Some(syn::PathArguments::AngleBracketed(args)) => args
                .args
                .iter()
                .filter_map(|arg| match arg {
                    syn::GenericArgument::Type(ty) => Some(Self::from_syn(ty)),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        Self::Path { path: segments(path), args }
    }

    fn from_bounds<'a>(bounds: impl Iterator<Item = &'a syn::TypeParamBound>) -> Self {
        for bound in bounds {
            let syn::TypeParamBound::Trait(bound) = bound else {
                continue;
            };
            // `impl Future<Output = T>` is what an `async fn` returning `T` is.
            if let Some(output) = future_output(&bound.path) {
                return output;
            }
            return Self::from_path(&bound.path);
        }
        Self::Unknown
    }

    /// Last segment of a named type.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Path { path, .. } => path.last().map(String::as_str),
            _ => None,
        }
    }

    /// Path of a named type, `::`-separated.
    pub fn path(&self) -> Option<String> {
        match self {
            Self::Path { path, .. } => Some(path.join("::")),
            _ => None,
        }
    }

    /// Type arguments of a named type.
    pub fn args(&self) -> &[Ty] {
        match self {
            Self::Path { args, .. } => args,
            _ => &[],
        }
    }

    /// True if this is a named type with this last segment.
    pub fn is(&self, name: &str) -> bool {
        self.name() == Some(name)
    }

    /// The type behind references and smart pointers, as method calls and fields see it; actix-web's extractors are such
    /// pointers too.
    pub fn behind_pointers(&self) -> &Ty {
        match self {
            Self::Ref(inner) => inner.behind_pointers(),
            Self::Path { args, .. }
                if args.len() == 1
                    && (["Arc", "Rc", "Box"].contains(&self.name().unwrap_or("")) || self.is_extractor()) =>
            {
                args[0].behind_pointers()
            }
            other => other,
        }
    }

    /// True for actix-web's `web::Data<T>`, `web::Json<T>` and their kin, which are what they hold to whoever uses them.
    pub fn is_extractor(&self) -> bool {
        const NAMES: [&str; 6] = ["Data", "Form", "Json", "Path", "Query", "ReqData"];
        let Self::Path { path, .. } = self else { return false };
        matches!(path.as_slice(), [krate, web, name] if krate == "actix_web" && web == "web" && NAMES.contains(&name.as_str()))
    }

    /// What `?` or a match on `Ok`/`Some` yields: the first argument of `Result` or `Option`.
    pub fn success(&self) -> Ty {
        match self.name() {
            Some("Result" | "Option") => self.args().first().cloned().unwrap_or(Ty::Unknown),
            _ => Ty::Unknown,
        }
    }
}

impl std::fmt::Display for Ty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let list = |f: &mut std::fmt::Formatter<'_>, items: &[Ty]| {
            for (i, item) in items.iter().enumerate() {
                write!(f, "{}{item}", if i > 0 { ", " } else { "" })?;
            }
            Ok(())
        };
        match self {
            Self::Path { path, args } => {
                f.write_str(path.last().map_or("", String::as_str))?;
                if args.is_empty() {
                    return Ok(());
                }
                f.write_str("<")?;
                list(f, args)?;
                f.write_str(">")
            }
            Self::Ref(inner) => write!(f, "&{inner}"),
            Self::Tuple(items) => {
                f.write_str("(")?;
                list(f, items)?;
                f.write_str(")")
            }
            Self::Unknown => f.write_str("?"),
        }
    }
}

/// Segments of a path without arguments; raw identifiers keep their `r#`.
pub fn segments(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

fn future_output(path: &syn::Path) -> Option<Ty> {
    let last = path.segments.last().filter(|segment| segment.ident == "Future")?;
    let syn::PathArguments::AngleBracketed(args) = &last.arguments else {
        return None;
    };
    args.args.iter().find_map(|arg| match arg {
        syn::GenericArgument::AssocType(assoc) if assoc.ident == "Output" => Some(Ty::from_syn(&assoc.ty)),
        _ => None,
    })
}
