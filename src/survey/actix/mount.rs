//! Where the module's routes go into an actix-web application: right after `App::new()` and what is wrapped around it,
//! before the first route.
//!
//! actix-web asks services in the order of their registration, and a scope answers for all below its path, with 404 if
//! need be. So routes that come first are always reached, and take nothing from the others. Near misses: an application
//! behind a guard, where the script could not be public; two applications; a layer that puts slashes at the end.

use crate::survey::actix::chain::{Call, Chain, Start};
use crate::survey::actix::gate::About;
use crate::survey::actix::places::said;
use crate::survey::actix::web::Web;
use crate::survey::actix::wrap::Kind;
use crate::target::index::{FunctionId, Ty};
use crate::target::{At, Target};

/// A place for one more call in a chain.
#[derive(Debug, Clone)]
pub struct Slot {
    /// Number of the chain.
    pub chain: usize,
    /// Function around it.
    pub function: FunctionId,
    /// The chain.
    pub at: At,
    /// Byte after which the call goes.
    pub insert: usize,
    /// Indentation of the chain's calls, where each has a line of its own.
    pub indent: Option<String>,
    /// The file's line end.
    pub eol: &'static str,
}

/// Calls on an application or scope that register no routes.
const NO_ROUTES: [&str; 7] = ["wrap", "wrap_fn", "app_data", "data", "data_factory", "guard", "name"];

/// The application of a package, as a place for routes that everybody may ask for.
///
/// # Errors
/// With the reason, as the end of a sentence, if none is surely right.
pub fn application(target: &Target, web: &Web, package: usize) -> Result<Slot, String> {
    let tree = &web.tree;
    let index = &target.index;
    let own = |number: usize| {
        index.modules[index.functions[tree.chains[number].function].module].package == package
    };
    let tops: Vec<usize> = (0..tree.chains.len())
        .filter(|&number| tree.is_start(number) && tree.parent(number).is_none() && web.is_served(number))
        .filter(|&number| own(number))
        .collect();
    let apps: Vec<usize> = tops.iter().copied().filter(|&top| *tree.start(top) == Start::App).collect();
    let top = match (apps.as_slice(), tops.as_slice()) {
        ([one], _) | ([], [one]) => *one,
        ([], [first, ..]) if tops.iter().all(|&top| same_body(web, *first, top)) => *first,
        ([], []) => return Err("no application is put together in this package".into()),
        _ => return Err("several applications are put together in it".into()),
    };
    for (_, gate) in web.gates.on_the_way(tree, top) {
        if gate.about != About::Unsure || gate.by_path {
            return Err(format!(
                "around the whole application, {}, so the script would have no public place",
                said(gate)
            ));
        }
    }
    if let Some(unknown) = tree.wraps(top).into_iter().find(|wrap| wrap.kind == Kind::Unknown) {
        return Err(format!(
            "around the whole application, what `{}` does can't be read off: it may refuse the script or the token",
            unknown.name
        ));
    }
    let slashes = tree.wraps(top).into_iter().find(|wrap| {
        let text =
            target.text(&wrap.at.file).map_or("", |file| &file.text[wrap.at.bytes[0]..wrap.at.bytes[1]]);
        text.contains("NormalizePath") && text.contains("Always")
    });
    if slashes.is_some() {
        return Err("a layer puts a slash at the end of every path".into());
    }
    slot(target, web, top)
}

/// True if two configurations are added to in one function.
fn same_body(web: &Web, a: usize, b: usize) -> bool {
    web.tree.chains[a].function == web.tree.chains[b].function
}

/// The place in a chain before its first route.
///
/// # Errors
/// With the reason, as the end of a sentence, if there is none.
pub fn slot(target: &Target, web: &Web, number: usize) -> Result<Slot, String> {
    let chain = &web.tree.chains[number];
    let is_call = |call: &Call| call.bytes.start >= chain.root_end;
    if !chain.calls.iter().all(is_call) || matches!(chain.start, Start::Function(_) | Start::Local(_)) {
        return Err("it is put together in a way that can't be added to by rule".into());
    }
    if chain.conditional && chain.start != Start::App {
        return Err("it is put together under a condition".into());
    }
    if chain.start == Start::Config && earlier(web, chain) {
        return Err("other routes are added before it, in a way that can't be added to by rule".into());
    }
    let text = target.text(&chain.at.file).ok_or("its file can't be read")?;
    let first = chain.calls.iter().position(|call| !NO_ROUTES.contains(&call.method.as_str()));
    let before = first.unwrap_or(chain.calls.len());
    let insert = match before {
        0 => chain.root_end,
        n => chain.calls[n - 1].bytes.end,
    };
    // Each call on a line of its own, as the neighbours are.
    let own_line = |call: &Call| {
        let line = text.text[..call.bytes.start].rfind('\n').map_or(0, |at| at + 1);
        let indent = &text.text[line..call.bytes.start];
        indent.trim().is_empty().then(|| indent.to_string())
    };
    let neighbours = chain.calls[before..].iter().chain(&chain.calls[..before]);
    Ok(Slot {
        chain: number,
        function: chain.function,
        at: chain.at.clone(),
        insert,
        indent: neighbours.take(1).find_map(own_line),
        eol: text.eol(),
    })
}

/// True if a chain in the same function adds to a configuration before this one does.
fn earlier(web: &Web, chain: &Chain) -> bool {
    web.tree.chains.iter().any(|other| {
        other.function == chain.function
            && other.start == Start::Config
            && other.at.bytes[0] < chain.at.bytes[0]
            && other.calls.iter().any(|call| !NO_ROUTES.contains(&call.method.as_str()))
    })
}

/// True if some part of an application, and not the whole of it, is given data.
pub fn parts_have_data(web: &Web, application: usize) -> bool {
    let tree = &web.tree;
    (0..tree.chains.len()).any(|number| {
        let below = tree.way_up(number).contains(&application) && number != application;
        let scope = matches!(tree.start(number), Start::Scope(_) | Start::Resource(_));
        below && scope && tree.calls(number).into_iter().any(|call| call.method == "app_data")
    })
}

/// True if what handlers take as `web::Data<T>` is there at a chain: it is given to it or to what holds it, or no part
/// of the application has data of its own.
pub fn has_data(web: &Web, chain: usize, ty: &Ty) -> bool {
    let tree = &web.tree;
    let around = tree.way_up(chain);
    let gives = |number: usize| tree.calls(number).into_iter().filter_map(|call| call.data.as_ref());
    let configures = |number: usize| {
        *tree.start(number) == Start::Config
            && tree.parent(number).is_none_or(|holder| around.contains(&holder))
    };
    let all = || (0..tree.chains.len()).filter(|&number| tree.is_start(number));
    let seen = around.iter().copied().chain(all().filter(|&number| configures(number)));
    if seen.into_iter().any(|number| gives(number).any(|given| given == ty)) {
        return true;
    }
    all().all(|number| around.contains(&number) || configures(number) || gives(number).next().is_none())
}
