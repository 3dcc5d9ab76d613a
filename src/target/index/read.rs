//! From the syntax tree of one file to the items the index keeps.

use quote::ToTokens;
use syn::visit::Visit;
use syn::{Attribute, Item};

use super::items::{Alias, Field, Function, Param, TraitImpl, Type, TypeKind, Use, Visibility};
use super::parse::Parsed;
use super::ty::Ty;

/// Items of one file, before it is known where in a crate it stands. Module numbers count from the file's own module,
/// which is 0.
#[derive(Debug, Default)]
pub struct FileItems {
    /// The file's module and those inline in it.
    pub modules: Vec<FileModule>,
    pub types: Vec<Type>,
    pub aliases: Vec<Alias>,
    pub functions: Vec<Function>,
    pub impls: Vec<TraitImpl>,
    /// Why it could not be read, if it could not.
    pub error: Option<String>,
}

/// A module as its file shows it.
#[derive(Debug, Default)]
pub struct FileModule {
    /// Path from the file's own module, empty for that one.
    pub path: Vec<String>,
    pub uses: Vec<Use>,
    pub test: bool,
    pub debug_only: bool,
    pub visibility: Visibility,
    /// The `mod name;`s it has.
    pub children: Vec<Child>,
}

/// A `mod name;`.
#[derive(Debug)]
pub struct Child {
    pub name: String,
    /// Its `#[path]`.
    pub place: Option<String>,
    pub test: bool,
    pub debug_only: bool,
    pub visibility: Visibility,
}

/// Reads a file's items.
pub fn read(path: &str, text: &str) -> FileItems {
    let parsed = match Parsed::new(text) {
        Ok(parsed) => parsed,
        Err(error) => {
            return FileItems {
                modules: vec![FileModule::default()],
                error: Some(error),
                ..FileItems::default()
            };
        }
    };
    let mut reader = Reader {
        path,
        parsed: &parsed,
        out: FileItems::default(),
        module: 0,
        test: is_test(&parsed.file.attrs),
    };
    reader.out.modules.push(FileModule { test: reader.test, ..FileModule::default() });
    reader.items(&parsed.file.items);
    reader.out
}

struct Reader<'a> {
    path: &'a str,
    parsed: &'a Parsed,
    out: FileItems,
    module: usize,
    test: bool,
}

impl Reader<'_> {
    fn items(&mut self, items: &[Item]) {
        for item in items {
            self.item(item);
        }
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Mod(module) => self.module(module),
            Item::Use(import) => self.import(import),
            Item::Struct(item) => {
                let fields = fields(&item.fields);
                self.named(
                    &item.ident,
                    &item.vis,
                    &item.attrs,
                    &item.generics,
                    TypeKind::Struct,
                    fields,
                    Vec::new(),
                );
            }
            Item::Enum(item) => {
                let variants = item.variants.iter().map(|variant| variant.ident.to_string()).collect();
                self.named(
                    &item.ident,
                    &item.vis,
                    &item.attrs,
                    &item.generics,
                    TypeKind::Enum,
                    Vec::new(),
                    variants,
                );
            }
            Item::Trait(item) => {
                self.named(
                    &item.ident,
                    &item.vis,
                    &item.attrs,
                    &item.generics,
                    TypeKind::Trait,
                    Vec::new(),
                    Vec::new(),
                );
                let self_ty = Ty::named(&item.ident.to_string());
                for inner in &item.items {
                    if let syn::TraitItem::Fn(method) = inner {
                        let body = method.default.as_ref();
                        let public = syn::Visibility::Inherited;
                        self.function(&method.sig, &method.attrs, &public, body, Some((&self_ty, None)));
                    }
                }
            }
            Item::Type(item) => self.out.aliases.push(Alias {
                path: item.ident.to_string(),
                module: self.module,
                generics: type_parameters(&item.generics),
                ty: Ty::from_syn(&item.ty),
                visibility: visibility(&item.vis),
            }),
            Item::Fn(item) => self.function(&item.sig, &item.attrs, &item.vis, Some(&item.block), None),
            Item::Impl(item) => self.implementation(item),
            _ => {}
        }
    }

    fn module(&mut self, module: &syn::ItemMod) {
        let test = self.test || is_test(&module.attrs);
        let name = module.ident.to_string();
        let Some((_, items)) = &module.content else {
            self.out.modules[self.module].children.push(Child {
                name,
                place: path_attribute(&module.attrs),
                test,
                debug_only: is_debug_only(&module.attrs),
                visibility: visibility(&module.vis),
            });
            return;
        };
        let mut path = self.out.modules[self.module].path.clone();
        path.push(name);
        self.out.modules.push(FileModule {
            path,
            test,
            debug_only: is_debug_only(&module.attrs),
            visibility: visibility(&module.vis),
            ..FileModule::default()
        });
        let outer = (self.module, self.test);
        (self.module, self.test) = (self.out.modules.len() - 1, test);
        self.items(items);
        (self.module, self.test) = outer;
    }

    fn import(&mut self, import: &syn::ItemUse) {
        let public = !matches!(import.vis, syn::Visibility::Inherited);
        let mut uses = Vec::new();
        flatten(&import.tree, &mut Vec::new(), public, &mut uses);
        self.out.modules[self.module].uses.extend(uses);
    }

    #[allow(clippy::too_many_arguments)] // the parts of three kinds of items that share a shape
    fn named(
        &mut self,
        ident: &syn::Ident,
        vis: &syn::Visibility,
        attrs: &[Attribute],
        generics: &syn::Generics,
        kind: TypeKind,
        fields: Vec<Field>,
        variants: Vec<String>,
    ) {
        self.out.types.push(Type {
            path: ident.to_string(),
            module: self.module,
            kind,
            fields,
            visibility: visibility(vis),
            derives: derives(attrs),
            variants,
            generics: type_parameters(generics),
            attributes: attributes(attrs),
            file: self.path.to_string(),
            at: self.parsed.bytes(ident.span()),
            test: self.test || is_test(attrs),
        });
    }

    fn implementation(&mut self, item: &syn::ItemImpl) {
        let self_ty = Ty::from_syn(&item.self_ty);
        let of_trait = item.trait_.as_ref().map(|(path, _)| Ty::from_path(path));
        let test = self.test || is_test(&item.attrs);
        if let Some(of_trait) = &of_trait {
            let associated = item
                .items
                .iter()
                .filter_map(|inner| match inner {
                    syn::ImplItem::Type(ty) => Some((ty.ident.to_string(), Ty::from_syn(&ty.ty))),
                    _ => None,
                })
                .collect();
            let start = self.parsed.bytes(item.impl_token.span).start;
            self.out.impls.push(TraitImpl {
                of_trait: of_trait.clone(),
                self_ty: self_ty.clone(),
                associated,
                module: self.module,
                file: self.path.to_string(),
                at: start..self.parsed.range(&item.self_ty).end,
                body: self.parsed.bytes(item.brace_token.span.join()),
                test,
            });
        }
        let outer = std::mem::replace(&mut self.test, test);
        for inner in &item.items {
            if let syn::ImplItem::Fn(method) = inner {
                let place = Some((&self_ty, of_trait.as_ref()));
                self.function(&method.sig, &method.attrs, &method.vis, Some(&method.block), place);
            }
        }
        self.test = outer;
    }

    fn function(
        &mut self,
        sig: &syn::Signature,
        attrs: &[Attribute],
        vis: &syn::Visibility,
        body: Option<&syn::Block>,
        place: Option<(&Ty, Option<&Ty>)>,
    ) {
        let start = match vis {
            syn::Visibility::Inherited => self.parsed.range(sig).start,
            vis => self.parsed.range(vis).start,
        };
        let params = sig.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(typed) => {
                Some(Param { pattern: typed.pat.to_token_stream().to_string(), ty: Ty::from_syn(&typed.ty) })
            }
            syn::FnArg::Receiver(_) => None,
        });
        let returns = match &sig.output {
            syn::ReturnType::Default => Ty::Tuple(Vec::new()),
            syn::ReturnType::Type(_, ty) => Ty::from_syn(ty),
        };
        let test = self.test || is_test(attrs) || attributes(attrs).iter().any(|attr| attr.ends_with("test"));
        self.out.functions.push(Function {
            name: sig.ident.to_string(),
            module: self.module,
            self_ty: place.map(|(ty, _)| ty.clone()),
            of_trait: place.and_then(|(_, of_trait)| of_trait.cloned()),
            has_self: sig.receiver().is_some(),
            params: params.collect(),
            returns,
            is_async: sig.asyncness.is_some(),
            visibility: visibility(vis),
            attributes: attributes(attrs),
            file: self.path.to_string(),
            at: start..self.parsed.range(sig).end,
            body: body.map_or(0..0, |body| self.parsed.bytes(body.brace_token.span.join())),
            test,
        });
        // Imports and helpers inside of a function count as the module's: close enough to resolve names.
        if let Some(body) = body {
            let mut inner = InnerItems(Vec::new());
            inner.visit_block(body);
            for item in inner.0 {
                self.item(&item);
            }
        }
    }
}

/// Imports written inside of functions.
struct InnerItems(Vec<Item>);

impl<'ast> Visit<'ast> for InnerItems {
    fn visit_item(&mut self, item: &'ast Item) {
        if let Item::Use(_) = item {
            self.0.push(item.clone());
        }
    }
}

fn flatten(tree: &syn::UseTree, path: &mut Vec<String>, public: bool, out: &mut Vec<Use>) {
    let mut push = |name: String, path: Vec<String>| out.push(Use { name, path, public });
    match tree {
        syn::UseTree::Path(inner) => {
            path.push(inner.ident.to_string());
            flatten(&inner.tree, path, public, out);
            path.pop();
        }
        syn::UseTree::Name(name) if name.ident == "self" => {
            push(path.last().cloned().unwrap_or_default(), path.clone());
        }
        syn::UseTree::Name(name) => push(name.ident.to_string(), with(path, &name.ident)),
        syn::UseTree::Rename(rename) if rename.ident == "self" => {
            push(rename.rename.to_string(), path.clone())
        }
        syn::UseTree::Rename(rename) => push(rename.rename.to_string(), with(path, &rename.ident)),
        syn::UseTree::Glob(_) => push("*".to_string(), path.clone()),
        syn::UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, path, public, out);
            }
        }
    }
}

fn with(path: &[String], last: &syn::Ident) -> Vec<String> {
    path.iter().cloned().chain([last.to_string()]).collect()
}

fn fields(fields: &syn::Fields) -> Vec<Field> {
    fields
        .iter()
        .enumerate()
        .map(|(i, field)| Field {
            name: field.ident.as_ref().map_or_else(|| i.to_string(), ToString::to_string),
            ty: Ty::from_syn(&field.ty),
            visibility: visibility(&field.vis),
        })
        .collect()
}

fn visibility(vis: &syn::Visibility) -> Visibility {
    match vis {
        syn::Visibility::Public(_) => Visibility::Crate,
        syn::Visibility::Restricted(restricted) if restricted.path.is_ident("crate") => Visibility::Crate,
        syn::Visibility::Restricted(_) => Visibility::Parent,
        _ => Visibility::Private,
    }
}

fn type_parameters(generics: &syn::Generics) -> Vec<String> {
    generics.type_params().map(|param| param.ident.to_string()).collect()
}

/// Attributes without white space, such as `cfg(debug_assertions)` or `tokio::test`; doc comments left out.
fn attributes(attrs: &[Attribute]) -> Vec<String> {
    attrs
        .iter()
        .filter(|attr| !attr.path().is_ident("doc"))
        .map(|attr| attr.meta.to_token_stream().to_string().replace(' ', ""))
        .collect()
}

fn derives(attrs: &[Attribute]) -> Vec<String> {
    let mut names = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("derive")) {
        // A malformed derive has no names; rustc will say so.
        let _ = attr.parse_nested_meta(|meta| {
            names.extend(meta.path.segments.last().map(|segment| segment.ident.to_string()));
            Ok(())
        });
    }
    names
}

fn is_test(attrs: &[Attribute]) -> bool {
    attributes(attrs)
        .iter()
        .any(|attr| attr == "cfg(test)" || (attr.starts_with("cfg(all(") && attr.contains("test")))
}

fn is_debug_only(attrs: &[Attribute]) -> bool {
    attributes(attrs).iter().any(|attr| {
        attr == "cfg(debug_assertions)"
            || (attr.starts_with("cfg(all(")
                && attr.contains("debug_assertions")
                && !attr.contains("not(debug_assertions)"))
    })
}

fn path_attribute(attrs: &[Attribute]) -> Option<String> {
    attrs.iter().find(|attr| attr.path().is_ident("path")).and_then(|attr| match &attr.meta {
        syn::Meta::NameValue(pair) => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    })
}
