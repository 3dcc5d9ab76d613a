//! Bodies of functions as rules look at them: who sends an event to Cello, who tries it and gives up with it.

use syn::visit::{self, Visit};
use syn::{Block, Expr};

use super::Chart;
use crate::target::index::{Function, FunctionId, finish};

/// A call that is awaited, as it stands in a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    /// Name of what is called.
    pub name: String,
    /// True if its failure makes this function fail: `.await?`.
    pub fatal: bool,
    /// True between the beginning of a transaction and its commit.
    pub in_transaction: bool,
}

/// Names that methods of libraries have.
const COMMON: [&str; 14] = [
    "new", "send", "post", "execute", "request", "call", "get", "put", "run", "push", "insert", "publish",
    "track", "json",
];

impl Chart<'_> {
    /// The text of a function's body, braces included.
    pub fn body(&self, function: &Function) -> &str {
        let text = self.target.text(&function.file).map_or("", |file| file.text.as_str());
        text.get(function.body.clone()).unwrap_or_default()
    }

    /// The innermost function around a place.
    pub fn function_at(&self, file: &str, at: &std::ops::Range<usize>) -> Option<FunctionId> {
        let around = self.target.index.functions.iter().enumerate().filter(|(_, function)| {
            function.file == file && function.body.start <= at.start && at.end <= function.body.end
        });
        around.min_by_key(|(_, function)| function.body.len()).map(|(id, _)| id)
    }

    /// Functions that post an event to Cello's API.
    pub fn senders(&self) -> Vec<FunctionId> {
        let is_sender = |id: FunctionId| {
            let Some(words) = self.rust.functions.get(&id) else { return false };
            let posts = words.contains("post") && words.contains("send");
            let events = |word: &String| {
                let path = word.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
                path.ends_with("/events") || path.contains("cello.so/v2/events/")
            };
            posts && words.iter().any(events) && self.is_about_cello(id)
        };
        (0..self.target.index.functions.len()).filter(|&id| is_sender(id)).collect()
    }

    fn is_about_cello(&self, id: FunctionId) -> bool {
        let file = &self.target.index.functions[id].file;
        let text = self.target.text(file).map_or("", |file| file.text.as_str());
        ["cello", "Cello", "CELLO", "ReferralUpdated"].iter().any(|word| text.contains(word))
    }

    /// The function of this name, if there is one only: others can't be told apart by a call. Names that libraries have,
    /// too, say nothing.
    pub fn only_function(&self, name: &str) -> Option<FunctionId> {
        if COMMON.contains(&name) {
            return None;
        }
        let functions = self.target.index.functions.iter().enumerate();
        let mut same = functions.filter(|(_, function)| function.name == name && !function.test);
        same.next().map(|(id, _)| id).filter(|_| same.next().is_none())
    }

    /// What a function calls and waits for; what it leaves to a task of its own isn't that.
    pub fn awaited(&self, function: &Function) -> Vec<Awaited> {
        let found = match syn::parse_str::<Block>(self.body(function)) {
            Ok(block) => {
                let mut waits = Waits::default();
                waits.visit_block(&block);
                waits.found
            }
            Err(_) => Vec::new(),
        };
        finish();
        found
    }
}

#[derive(Default)]
struct Waits {
    in_transaction: bool,
    found: Vec<Awaited>,
}

impl Waits {
    fn add(&mut self, called: &Expr) {
        let Some(name) = name_of(called) else { return };
        match name.as_str() {
            "begin" => self.in_transaction = true,
            "commit" | "rollback" => self.in_transaction = false,
            _ => self.found.push(Awaited { name, fatal: false, in_transaction: self.in_transaction }),
        }
    }
}

fn name_of(called: &Expr) -> Option<String> {
    match called {
        Expr::MethodCall(call) => Some(call.method.to_string()),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
            _ => None,
        },
        _ => None,
    }
}

impl<'ast> Visit<'ast> for Waits {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Call(call) if is_spawn(&call.func) => return,
            Expr::MethodCall(call) if call.method == "spawn" => return,
            Expr::Async(_) => return,
            _ => {}
        }
        visit::visit_expr(self, expr);
        match expr {
            // What is within was seen before, and is known to be fatal only now.
            Expr::Try(tried) => {
                let name = awaited(&tried.expr).and_then(name_of);
                if let Some(last) = self.found.last_mut().filter(|last| Some(&last.name) == name.as_ref()) {
                    last.fatal = true;
                }
            }
            Expr::Await(inner) => self.add(&inner.base),
            _ => {}
        }
    }
}

/// The awaited call in `f().await`, or in `f().await.map_err(…)`.
fn awaited(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::Await(inner) => Some(&inner.base),
        Expr::MethodCall(call) if ["map_err", "context", "with_context"].iter().any(|n| call.method == n) => {
            awaited(&call.receiver)
        }
        _ => None,
    }
}

fn is_spawn(func: &Expr) -> bool {
    let Expr::Path(path) = func else { return false };
    path.path.segments.last().is_some_and(|last| last.ident.to_string().contains("spawn"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Vec<(String, bool, bool)> {
        let mut waits = Waits::default();
        waits.visit_block(&syn::parse_str::<Block>(body).unwrap());
        waits.found.into_iter().map(|call| (call.name, call.fatal, call.in_transaction)).collect()
    }

    #[test]
    fn what_is_waited_for_is_told_from_what_is_left_to_a_task() {
        let body = "{ let mut tx = db.begin().await?; a(&mut tx).await?; b().await; tx.commit().await?;
            c().await.map_err(no)?; tokio::spawn(async move { d().await; }); if e().await.is_err() {} }";
        let of = |name: &str, fatal, within| (name.to_string(), fatal, within);
        assert_eq!(
            read(body),
            [of("a", true, true), of("b", false, true), of("c", true, false), of("e", false, false)]
        );
    }
}
