//! From the syntax tree of one file to the items the index keeps.

use quote::ToTokens;
use syn::visit::Visit;
use syn::{Attribute, Item};

use super::attributes::{
    attributes, derives, fields, is_debug_only, is_test, path_attribute, text_of, type_parameters, visibility,
};
use super::bounds::bounds;
use super::imports::flatten;
use super::items::{Alias, Constant, Field, Function, Param, TraitImpl, Type, TypeKind, Use, Visibility};
use super::outline::outline;
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
    pub constants: Vec<Constant>,
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

/// Reads a file's items. What functions do is neither read nor checked.
pub fn read(path: &str, text: &str) -> FileItems {
    let outlined = outline(text).and_then(|outline| Parsed::new(&outline).ok());
    let parsed = match outlined.map_or_else(|| Parsed::new(text), Ok) {
        Ok(parsed) => parsed,
        Err(error) => {
            return FileItems {
                modules: vec![FileModule::default()],
                error: Some(error),
                ..FileItems::default()
            };
        }
    };
    items(path, &parsed)
}

fn items(path: &str, parsed: &Parsed) -> FileItems {
    let mut reader =
        Reader { path, parsed, out: FileItems::default(), module: 0, test: is_test(&parsed.file.attrs) };
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
                let what = (TypeKind::Struct, fields(&item.fields), Vec::new());
                self.named(&item.ident, &item.vis, &item.attrs, &item.generics, what);
            }
            Item::Enum(item) => {
                let variants = item.variants.iter().map(|variant| variant.ident.to_string()).collect();
                let what = (TypeKind::Enum, Vec::new(), variants);
                self.named(&item.ident, &item.vis, &item.attrs, &item.generics, what);
            }
            Item::Trait(item) => {
                let what = (TypeKind::Trait, Vec::new(), Vec::new());
                self.named(&item.ident, &item.vis, &item.attrs, &item.generics, what);
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
            Item::Const(item) => self.constant(item.ident.to_string(), &item.expr, &item.attrs),
            Item::Static(item) => self.constant(item.ident.to_string(), &item.expr, &item.attrs),
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
        let mut uses = Vec::new();
        flatten(&import.tree, &mut Vec::new(), visibility(&import.vis), &mut uses);
        self.out.modules[self.module].uses.extend(uses);
    }

    fn named(
        &mut self,
        ident: &syn::Ident,
        vis: &syn::Visibility,
        attrs: &[Attribute],
        generics: &syn::Generics,
        (kind, fields, variants): (TypeKind, Vec<Field>, Vec<String>),
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

    fn constant(&mut self, path: String, value: &syn::Expr, attrs: &[Attribute]) {
        if let Some(text) = text_of(value) {
            self.out.constants.push(Constant {
                path,
                module: self.module,
                text,
                file: self.path.to_string(),
                at: self.parsed.range(value),
                test: self.test || is_test(attrs),
            });
        }
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
                generics: type_parameters(&item.generics),
                bounds: bounds(&item.generics),
                module: self.module,
                file: self.path.to_string(),
                at: start..self.parsed.range(&item.self_ty).end,
                body: self.parsed.bytes(item.brace_token.span.join()),
                test,
            });
        }
        let outer = std::mem::replace(&mut self.test, test);
        for inner in &item.items {
            match (inner, self_ty.name()) {
                (syn::ImplItem::Fn(method), _) => {
                    let place = Some((&self_ty, of_trait.as_ref()));
                    self.function(&method.sig, &method.attrs, &method.vis, Some(&method.block), place);
                }
                (syn::ImplItem::Const(item), Some(owner)) => {
                    self.constant(format!("{owner}::{}", item.ident), &item.expr, &item.attrs);
                }
                _ => {}
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
            lends_self: sig
                .receiver()
                .is_some_and(|own| matches!(own.kind, syn::ReceiverKind::Reference(_, _, None))),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::index::{finish, on_deep_stack};

    /// Blanked bodies are of no consequence, in everything that this repository has.
    #[test]
    fn an_outline_has_the_same_items() {
        let root = env!("CARGO_MANIFEST_DIR");
        let sources = |folder: &str| ignore::WalkBuilder::new(format!("{root}/{folder}")).build().flatten();
        let rust = sources("src").chain(sources("tests")).map(|entry| entry.into_path());
        let rust: Vec<_> = rust.filter(|path| path.extension().is_some_and(|end| end == "rs")).collect();
        assert!(rust.len() > 300);
        for path in rust {
            let text = fs_err::read_to_string(&path).unwrap();
            let (whole, outlined) = on_deep_stack(|| {
                let whole = Parsed::new(&text).map(|parsed| format!("{:?}", items("a.rs", &parsed)));
                let outlined = format!("{:?}", read("a.rs", &text));
                finish();
                (whole, outlined)
            });
            if let Ok(whole) = whole {
                assert_eq!(whole, outlined, "{}", path.display());
            }
        }
    }
}
