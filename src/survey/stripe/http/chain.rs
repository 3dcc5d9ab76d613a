//! A chain of calls that makes and sends a request: `client.post(url).bearer_auth(key).form(&pairs).send()`.
//!
//! The chain may go on in later statements: `let request = client.post(url);`, then `request.form(&pairs).send()`.

use std::ops::Range;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprMethodCall, Stmt};

use super::endpoint::Verb;
use super::locals::{is_name, names_in, names_only};
use crate::survey::walk::{Around, Place};

/// What starts a request: who it goes to, and how.
pub struct Start<'e> {
    /// The address.
    pub address: &'e Expr,
    /// How it asks.
    pub verb: Asks<'e>,
}

/// How a request asks, as written.
pub enum Asks<'e> {
    /// As the method's name says.
    Plainly(Verb),
    /// As an expression says: `Method::POST`.
    By(&'e Expr),
}

/// Links of a chain from its root outwards, with the number of expressions below the outermost.
pub struct Chain<'e> {
    root: &'e Expr,
    /// The calls, innermost first.
    pub links: Vec<&'e ExprMethodCall>,
    /// Expressions of the chain below the outermost one.
    pub below: usize,
}

impl<'e> Chain<'e> {
    /// The chain that an expression is the outermost link of.
    pub fn of(expr: &'e Expr) -> Self {
        let mut links = Vec::new();
        let mut at = expr;
        let mut below = 0;
        loop {
            at = match at {
                Expr::MethodCall(call) => {
                    links.push(call);
                    &call.receiver
                }
                Expr::Await(inner) => &inner.base,
                Expr::Try(inner) => &inner.expr,
                Expr::Paren(inner) => &inner.expr,
                Expr::Reference(inner) => &inner.expr,
                _ => break,
            };
            below += 1;
        }
        links.reverse();
        Self { root: at, links, below }
    }

    /// Where a request is started in it, with the number of the link after it.
    pub fn start(&self) -> Option<(Start<'e>, usize)> {
        if let Expr::Call(call) = self.root
            && let Expr::Path(func) = &*call.func
            && let Some(last) = func.path.segments.last()
        {
            let args: Vec<&Expr> = call.args.iter().collect();
            let several = func.path.segments.len() > 1;
            if let Some(start) = started(&last.ident.to_string(), &args).filter(|_| several) {
                return Some((start, 0));
            }
            // `Request::new(Method::POST, url)`
            if let ("new", [method, address]) = (last.ident.to_string().as_str(), args.as_slice())
                && func.path.segments.iter().any(|segment| segment.ident == "Request")
            {
                return Some((Start { address, verb: Asks::By(method) }, 0));
            }
        }
        let method =
            || self.links.iter().find(|link| link.method == "method").and_then(|link| link.args.first());
        self.links.iter().enumerate().find_map(|(number, link)| {
            let args: Vec<&Expr> = link.args.iter().collect();
            let name = link.method.to_string();
            if let ("uri", [address]) = (name.as_str(), args.as_slice()) {
                let verb = method().map_or(Asks::Plainly(Verb::Get), Asks::By);
                return Some((Start { address, verb }, number + 1));
            }
            started(&name, &args).map(|start| (start, number + 1))
        })
    }
}

fn started<'e>(name: &str, args: &[&'e Expr]) -> Option<Start<'e>> {
    let verb = match (name, args.len()) {
        ("get" | "head", 1) => Verb::Get,
        ("post", 1) => Verb::Post,
        ("put" | "patch" | "delete", 1) => Verb::Other,
        ("request", 2) => return Some(Start { address: args[1], verb: Asks::By(args[0]) }),
        _ => return None,
    };
    Some(Start { address: args[0], verb: Asks::Plainly(verb) })
}

/// How an expression says a request asks: `Method::POST`, `"POST"`.
pub fn verb(expr: &Expr, place: &Place<'_, '_>) -> Verb {
    let by_name = |name: &str| match name {
        "POST" => Verb::Post,
        "GET" | "HEAD" => Verb::Get,
        "DELETE" | "PUT" | "PATCH" => Verb::Other,
        _ => Verb::Unknown,
    };
    match expr {
        Expr::Reference(inner) => verb(&inner.expr, place),
        Expr::MethodCall(call) if call.method == "clone" => verb(&call.receiver, place),
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => by_name(&text.value()),
        Expr::Path(path) => {
            let name = path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
            let function = &place.scope.index.functions[place.function];
            let is_it = |pattern: &str| pattern.trim_start_matches("mut ").trim() == name;
            match function.params.iter().position(|param| is_it(&param.pattern)) {
                Some(position) if path.path.get_ident().is_some() => Verb::Param(position),
                // `reqwest::Method::POST`, or a method of that name brought in.
                _ => by_name(&name.to_ascii_uppercase()),
            }
        }
        _ => Verb::Unknown,
    }
}

/// Sends what was put together.
const SENDS: [&str; 8] =
    ["send", "call", "send_form", "send_json", "send_string", "send_bytes", "send_body", "execute"];

/// A call on a request.
#[derive(Clone, Copy)]
pub struct Link<'e> {
    /// The call.
    pub call: &'e ExprMethodCall,
    /// True if it stands in a branch or a loop, so that it is not always made.
    pub sometimes: bool,
    /// Number of its statement in the block around the request, if that is a later one.
    pub statement: Option<usize>,
}

/// The calls on a request up to the one that sends it, later statements included, and the range of what is sent.
pub fn sent<'e>(
    chain: &Chain<'e>,
    from: usize,
    whole: &Expr,
    place: &Place<'e, '_>,
) -> (Vec<Link<'e>>, Range<usize>) {
    let sends = |link: &&ExprMethodCall| SENDS.iter().any(|name| link.method == name);
    let always = |call: &&'e ExprMethodCall| Link { call, sometimes: false, statement: None };
    if let Some(end) = chain.links[from..].iter().position(sends) {
        let end = from + end;
        let links = chain.links[..=end].iter().map(always).collect();
        return (links, place.parsed.range(chain.links[end]));
    }
    let mut links: Vec<Link<'e>> = chain.links.iter().map(always).collect();
    let mut range = place.parsed.range(whole);
    let Some((name, block, first)) = bound(whole, place) else {
        return (links, range);
    };
    let names = vec![name];
    let mut later = Later { names, links: Vec::new(), sent: None, branches: 0, statement: first, place };
    for (number, stmt) in block.stmts.iter().enumerate().skip(first) {
        later.statement = number;
        later.visit_stmt(stmt);
    }
    links.extend(later.links);
    if let Some(sent) = later.sent {
        range = sent;
    }
    (links, range)
}

/// The name that a statement binds to a chain, its block, and the number of the statement after it.
fn bound<'e>(whole: &Expr, place: &Place<'e, '_>) -> Option<(String, &'e Block, usize)> {
    let Some(Around::Block(block, number)) = place.around.last() else {
        return None;
    };
    let Stmt::Local(local) = &block.stmts[*number] else {
        return None;
    };
    let init = local.init.as_ref()?;
    if place.parsed.bytes(init.expr.span()) != place.parsed.bytes(whole.span()) {
        return None;
    }
    let mut names = names_in(&local.pat);
    let name = names.pop().filter(|name| names.is_empty() && names_only(&local.pat, name))?;
    Some((name, block, number + 1))
}

/// Calls on a request that was bound to a name.
struct Later<'e, 'p, 'w, 'a> {
    names: Vec<String>,
    links: Vec<Link<'e>>,
    branches: usize,
    statement: usize,
    sent: Option<Range<usize>>,
    place: &'p Place<'w, 'a>,
}

impl<'e> Later<'e, '_, '_, '_> {
    fn is_it(&self, expr: &Expr) -> bool {
        self.names.iter().any(|name| is_name(expr, name))
    }
}

impl<'e> Visit<'e> for Later<'e, '_, '_, '_> {
    fn visit_local(&mut self, local: &'e syn::Local) {
        if let Some(init) = &local.init {
            let chain = Chain::of(&init.expr);
            let goes_on = self.is_it(chain.root) && self.sent.is_none();
            visit::visit_local(self, local);
            if goes_on && self.sent.is_none() {
                self.names.extend(names_in(&local.pat));
            }
        }
    }

    fn visit_expr(&mut self, expr: &'e Expr) {
        let branches = matches!(expr, Expr::If(_) | Expr::Match(_) | Expr::ForLoop(_) | Expr::While(_));
        self.branches += usize::from(branches);
        visit::visit_expr(self, expr);
        self.branches -= usize::from(branches);
    }

    fn visit_expr_method_call(&mut self, call: &'e ExprMethodCall) {
        if self.sent.is_some() {
            return;
        }
        let mut base = &*call.receiver;
        loop {
            base = match base {
                Expr::MethodCall(inner) => &inner.receiver,
                Expr::Await(inner) => &inner.base,
                Expr::Try(inner) => &inner.expr,
                _ => break,
            };
        }
        let ours = self.is_it(base);
        // The receiver's calls come first.
        visit::visit_expr_method_call(self, call);
        if ours && self.sent.is_none() {
            let (sometimes, statement) = (self.branches > 0, Some(self.statement));
            self.links.push(Link { call, sometimes, statement });
            if SENDS.iter().any(|name| call.method == name) {
                self.sent = Some(self.place.parsed.range(call));
            }
        }
    }
}
