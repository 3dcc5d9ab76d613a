//! Who uses a page that is written in Rust: functions that answer requests, by the names in their bodies, resolved.
//!
//! `Html(layout("Home", body))` in a handler makes `layout` live. Near misses: a function that sends mail; one that
//! answers with JSON; one of the same name in another module.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};

use crate::survey::literals::rust_files;
use crate::target::index::{FunctionId, Index, ModuleId, Parsed, Ty, finish};
use crate::target::{Package, Target};

/// What the bodies of a package's functions say.
#[derive(Default)]
pub struct Uses {
    /// Functions by the canonical path of what they mention.
    by: BTreeMap<String, BTreeSet<FunctionId>>,
    /// What is passed on without being called, as handlers are.
    values: BTreeSet<String>,
    traits: BTreeMap<FunctionId, Traits>,
}

/// What a function's body has to do with.
#[derive(Default, Clone, Copy)]
struct Traits {
    mail: bool,
    html: bool,
    json: bool,
}

/// What uses a page.
#[derive(Default)]
pub struct Users {
    /// Functions that answer requests with it.
    pub answer: Vec<FunctionId>,
    /// Functions that answer requests with something that may be it.
    pub perhaps: Vec<FunctionId>,
    /// Functions that send mail.
    pub mail: Vec<FunctionId>,
}

impl Uses {
    /// Reads all functions of a package.
    pub fn read(target: &Target, package: &Package) -> Self {
        let mut uses = Self::default();
        for file in rust_files(target, package) {
            if let Ok(parsed) = Parsed::new(&file.text) {
                let mut reader =
                    Reader { index: &target.index, path: &file.path, parsed: &parsed, uses: &mut uses };
                reader.visit_file(&parsed.file);
            }
            finish();
        }
        uses
    }

    /// Who uses what stands in a function, type or constant.
    pub fn of(&self, index: &Index, owner: Option<FunctionId>, key: &str) -> Users {
        let mut users = Users::default();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut todo = vec![key.to_string()];
        if let Some(owner) = owner
            && self.sort(index, owner, &mut users)
        {
            return users;
        }
        while let Some(key) = todo.pop() {
            if !seen.insert(key.clone()) {
                continue;
            }
            for &user in self.by.get(&key).into_iter().flatten() {
                if !self.sort(index, user, &mut users) {
                    todo.push(self::key(index, user));
                }
            }
        }
        for list in [&mut users.answer, &mut users.perhaps, &mut users.mail] {
            list.sort_unstable();
            list.dedup();
        }
        users
    }

    /// Puts a function where it belongs; false if it only hands the page on.
    fn sort(&self, index: &Index, id: FunctionId, users: &mut Users) -> bool {
        let function = &index.functions[id];
        if function.test || index.modules[function.module].test {
            return true;
        }
        let traits = self.traits.get(&id).copied().unwrap_or_default();
        if traits.mail {
            users.mail.push(id);
            return true;
        }
        let returns = index.resolve_ty(function.module, &function.returns);
        let names = names(&returns);
        let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_str()));
        let routed = self.values.contains(&key(index, id))
            || function.attributes.iter().any(|attribute| {
                ["get(", "post(", "route("].iter().any(|start| attribute.starts_with(start))
            });
        let foreign = names.iter().any(|name| FOREIGN.contains(&name.as_str()));
        let response = has(&RESPONSES) && !foreign;
        // Leptos calls its shell by itself; it is passed on to `leptos_routes`.
        if has(&HTML) || response && traits.html || routed && has(&["Markup", "PreEscaped", "IntoView"]) {
            users.answer.push(id);
            return true;
        }
        if response && !traits.json && !has(&["Json"]) {
            users.perhaps.push(id);
            return true;
        }
        false
    }
}

/// Answers that are HTML.
const HTML: [&str; 3] = ["Html", "RawHtml", "HtmlTemplate"];

/// Answers that may be HTML.
const RESPONSES: [&str; 5] = ["IntoResponse", "Response", "HttpResponse", "Responder", "Reply"];

/// Crates whose `Response` is one to a call of ours.
const FOREIGN: [&str; 5] = ["reqwest", "ureq", "surf", "isahc", "lettre"];

/// The key under which others mention a function: its own path, or that of its type.
pub fn key(index: &Index, id: FunctionId) -> String {
    let function = &index.functions[id];
    let of_type = function.self_ty.as_ref().map(|ty| index.resolve_ty(function.module, ty));
    of_type
        .and_then(|ty| ty.behind_pointers().path())
        .unwrap_or_else(|| format!("{}::{}", index.modules[function.module].path, function.name))
}

/// All segments of all paths of a type.
fn names(ty: &Ty) -> Vec<String> {
    match ty {
        Ty::Path { path, args } => path.iter().cloned().chain(args.iter().flat_map(names)).collect(),
        Ty::Ref(inner) => names(inner),
        Ty::Tuple(items) => items.iter().flat_map(names).collect(),
        Ty::Unknown => Vec::new(),
    }
}

struct Reader<'a> {
    index: &'a Index,
    path: &'a str,
    parsed: &'a Parsed,
    uses: &'a mut Uses,
}

impl Reader<'_> {
    fn body(&mut self, block: &syn::Block) {
        let start = self.parsed.bytes(block.brace_token.span.join()).start;
        let Some(id) = self.index.function_at(self.path, start) else {
            return;
        };
        let function = &self.index.functions[id];
        let own = key(self.index, id);
        let mut paths = Vec::new();
        let mut traits = Traits::default();
        collect(block.to_token_stream(), &mut paths, &mut traits);
        for (path, value) in paths {
            for canonical in mentioned(self.index, function.module, &path) {
                if canonical == own {
                    continue;
                }
                if value {
                    self.uses.values.insert(canonical.clone());
                }
                self.uses.by.entry(canonical).or_default().insert(id);
            }
        }
        self.uses.traits.insert(id, traits);
    }
}

/// What a path stands for: itself, and the type whose function or variant it is.
fn mentioned(index: &Index, module: ModuleId, path: &[String]) -> Vec<String> {
    let whole = index.resolve(module, path);
    let owner = path.split_last().filter(|(_, owner)| !owner.is_empty());
    let owner = owner.and_then(|(_, owner)| index.resolve(module, owner));
    whole.into_iter().chain(owner.filter(|owner| index.types.contains_key(owner))).collect()
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.body(&item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.body(&item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        item.default.iter().for_each(|block| self.body(block));
        visit::visit_trait_item_fn(self, item);
    }
}

/// Paths in tokens, each with whether it is a value by itself; field and method names are none.
fn collect(tokens: TokenStream, paths: &mut Vec<(Vec<String>, bool)>, traits: &mut Traits) {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let punct = |i: usize, wanted: char| matches!(trees.get(i), Some(TokenTree::Punct(punct)) if punct.as_char() == wanted);
    let mut i = 0;
    while i < trees.len() {
        match &trees[i] {
            TokenTree::Ident(first) => {
                let member = i > 0 && punct(i - 1, '.');
                let mut path = vec![first.to_string()];
                while punct(i + 1, ':') && punct(i + 2, ':') {
                    let Some(TokenTree::Ident(next)) = trees.get(i + 3) else {
                        break;
                    };
                    path.push(next.to_string());
                    i += 3;
                }
                traits.path(&path, member);
                let called = matches!(
                    trees.get(i + 1),
                    Some(TokenTree::Group(group)) if group.delimiter() != Delimiter::Bracket
                );
                if !member {
                    paths.push((path, !called));
                }
            }
            TokenTree::Group(group) => collect(group.stream(), paths, traits),
            TokenTree::Literal(literal) => {
                if let syn::Lit::Str(text) = syn::Lit::new(literal.clone()) {
                    let text = text.value();
                    traits.html |= text.starts_with("text/html");
                    // `format!("{HEAD}…")` names a constant.
                    paths.extend(captured(&text).map(|name| (vec![name], false)));
                }
            }
            TokenTree::Punct(_) => {}
        }
        i += 1;
    }
}

fn captured(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split('{').skip(1).filter_map(|rest| {
        let name = &rest[..rest.find(['}', ':'])?];
        let constant = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        (!name.is_empty() && name.chars().all(constant)).then(|| name.to_string())
    })
}

impl Traits {
    fn path(&mut self, path: &[String], member: bool) {
        for word in path {
            self.mail |= is_mail(word);
            self.json |= matches!(word.as_str(), "Json" | "json");
            self.html |= matches!(word.as_str(), "Html" | "RawHtml" | "TEXT_HTML" | "TEXT_HTML_UTF_8");
        }
        // `ContentType::html()`, `reply::html(…)`; not a variable of that name, nor a mail builder's `.html(…)`.
        let last = path.last().map(String::as_str);
        self.html |= path.len() > 1 && !member && matches!(last, Some("html" | "HTML"));
    }
}

/// True for names that have to do with sending mail.
fn is_mail(word: &str) -> bool {
    const CLIENTS: [&str; 9] =
        ["lettre", "mailer", "smtp", "sendgrid", "postmark", "mailgun", "multipart", "mailbox", "resend"];
    let lower = word.to_ascii_lowercase();
    let is = |wanted: &str| lower.split('_').any(|part| part == wanted);
    let sends = is("send") || is("deliver") || is("render");
    CLIENTS.iter().any(|name| is(name))
        || lower.contains("mailer")
        || lower.contains("smtp")
        || sends && ["email", "mail", "emails", "mails"].iter().any(|name| is(name))
        || matches!(word, "SendEmail" | "SendMail" | "EmailMessage" | "EmailBuilder" | "MultiPart")
}
