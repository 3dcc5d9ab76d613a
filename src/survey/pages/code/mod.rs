//! Pages that are written in Rust: HTML in string literals, maud's `html!`, Leptos' `view!`.
//!
//! A literal is a page if a function that answers requests sends it, itself or by way of others. Near misses: an
//! e-mail, which goes to a mailer; an error page; a page that only leads on; HTML that nothing was seen to send.

mod markup;
mod strings;
mod uses;

use std::collections::BTreeMap;
use std::ops::Range;

use super::PageSite;
use super::judge::{self, DOCUMENTATION, is_mail};
use super::place::Place;
use crate::survey::Page;
use crate::survey::literals::rust_files;
use crate::target::index::{FunctionId, Index, Parsed, finish};
use crate::target::{Package, SourceText, Target};
use uses::{Users, Uses};

/// How a page is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A string literal.
    Text,
    /// maud's `html!`.
    Maud,
    /// Leptos' `view!` with a head.
    Leptos,
    /// Leptos' `view!` without one, with a `<Stylesheet>`.
    LeptosMeta,
}

/// What may be a page.
#[derive(Debug)]
struct Candidate {
    shape: Shape,
    /// Bytes of the literal or macro.
    at: Range<usize>,
    head_end: Option<Range<usize>>,
    body_end: Option<Range<usize>>,
    place: Result<Place, String>,
    already: bool,
    /// True with a `</head>`.
    ends_head: bool,
    /// True if it holds what only a browser makes use of.
    loads: bool,
    mail_layout: bool,
    leads_on: bool,
    documents_api: bool,
}

/// Where a candidate stands.
struct Owner {
    function: Option<FunctionId>,
    /// Under which others mention it.
    key: String,
    /// Path within its crate.
    symbol: String,
    test: bool,
}

/// True if a word stands in a text by itself: a `head`, not a `header`.
fn has_word(text: &str, word: &str) -> bool {
    let part_of_a_word = |beside: Option<char>| beside.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (text[..at].chars().next_back(), text[at + word.len()..].chars().next());
        !part_of_a_word(before) && !part_of_a_word(after)
    })
}

/// The pages in a package's Rust code.
pub fn pages(target: &Target, package: &Package) -> Vec<PageSite> {
    let mut found: Vec<(&SourceText, Owner, Candidate)> = Vec::new();
    for file in rust_files(target, package) {
        if !has_word(&file.text, "head")
            && !["<html", "<body", "Stylesheet"].iter().any(|hint| file.text.contains(hint))
        {
            continue;
        }
        if let Ok(parsed) = Parsed::new(&file.text) {
            let mut candidates = strings::documents(file, &parsed);
            candidates.extend(markup::heads(file, &parsed, package));
            found.extend(candidates.into_iter().filter_map(|candidate| {
                let owner = owner(&target.index, file, candidate.at.start)?;
                (!owner.test).then_some((file, owner, candidate))
            }));
        }
        finish();
    }
    drop_pieces(&mut found);
    if found.is_empty() {
        return Vec::new();
    }
    let uses = Uses::read(target, package);
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    found
        .into_iter()
        .map(|(file, owner, candidate)| {
            let users = uses.of(&target.index, owner.function, &owner.key);
            let n = count.entry(owner.symbol.clone()).and_modify(|n| *n += 1).or_insert(1);
            let id = if *n == 1 { owner.symbol.clone() } else { format!("{}#{n}", owner.symbol) };
            site(target, package, file, format!("page:{id}"), &owner, candidate, &users)
        })
        .collect()
}

/// Whether what names a page answers requests with it or sends mail, as far as that can be told.
pub struct Senders<'a> {
    target: &'a Target,
    uses: Uses,
}

impl<'a> Senders<'a> {
    /// Reads all functions of a package.
    pub fn read(target: &'a Target, package: &Package) -> Self {
        Self { target, uses: Uses::read(target, package) }
    }

    /// Whether pages named at these places go by mail, and whether they answer requests.
    pub fn of(&self, places: &[(&str, usize)]) -> (bool, bool) {
        let index = &self.target.index;
        let users = places.iter().filter_map(|(file, byte)| {
            let owner = owner(index, self.target.files.get(*file)?, *byte)?;
            Some(self.uses.of(index, owner.function, &owner.key))
        });
        users.fold((false, false), |(mail, answer), users| {
            let answers = !users.answer.is_empty() || !users.perhaps.is_empty();
            (mail || !users.mail.is_empty(), answer || answers)
        })
    }
}

/// A head without its end is a piece of the page whose end stands beside it; Leptos' `<Stylesheet>` only matters where
/// no view has a head.
fn drop_pieces(found: &mut Vec<(&SourceText, Owner, Candidate)>) {
    let whole: Vec<String> = found
        .iter()
        .filter(|(_, _, candidate)| candidate.ends_head && candidate.shape == Shape::Text)
        .map(|(_, owner, _)| owner.symbol.clone())
        .collect();
    let shell = found.iter().any(|(_, _, candidate)| candidate.shape == Shape::Leptos);
    found.retain(|(_, owner, candidate)| match candidate.shape {
        Shape::Text => candidate.ends_head || !whole.contains(&owner.symbol),
        Shape::LeptosMeta => !shell,
        Shape::Maud | Shape::Leptos => true,
    });
}

/// The function, else the constant, around a byte.
fn owner(index: &Index, file: &SourceText, byte: usize) -> Option<Owner> {
    let functions = index.functions.iter().enumerate();
    let around =
        functions.filter(|(_, function)| function.file == file.path && function.body.contains(&byte));
    if let Some((id, function)) = around.min_by_key(|(_, function)| function.body.len()) {
        let module = &index.modules[function.module];
        return Some(Owner {
            function: Some(id),
            key: uses::key(index, id),
            symbol: index.symbol(id),
            test: function.test || module.test,
        });
    }
    let mut constants = index.constants.values();
    let constant = constants.find(|constant| constant.file == file.path && constant.at.contains(&byte))?;
    let krate = &index.modules[constant.module].krate;
    let symbol = constant.path.strip_prefix(krate.as_str()).unwrap_or(&constant.path);
    Some(Owner {
        function: None,
        key: constant.path.clone(),
        symbol: symbol.trim_start_matches("::").to_string(),
        test: constant.test || index.modules[constant.module].test,
    })
}

/// True for a word of a function's path that says so. What a program carries in itself is called embedded, too.
fn is_shown_in_a_frame(word: &str) -> bool {
    judge::is_embedded(word) && word != "embedded"
}

fn site(
    target: &Target,
    package: &Package,
    file: &SourceText,
    id: String,
    owner: &Owner,
    candidate: Candidate,
    users: &Users,
) -> PageSite {
    let names = names(&target.index, owner, users);
    let leptos = matches!(candidate.shape, Shape::Leptos | Shape::LeptosMeta);
    let mail = owner
        .symbol
        .split("::")
        .any(|part| part.split('_').any(is_mail) || leptos && words(part).iter().any(|word| is_mail(word)));
    // Leptos calls its shell by itself; but letters are written with it, too.
    let sent = !users.answer.is_empty() || leptos && !mail || !users.perhaps.is_empty() && candidate.loads;
    let decoy = if candidate.leads_on {
        Some("it leads on to another page at once".to_string())
    } else if candidate.documents_api {
        Some(DOCUMENTATION.to_string())
    } else if !sent && (mail || candidate.mail_layout || !users.mail.is_empty()) {
        Some(format!("an e-mail or a document: {} makes it", owner.symbol))
    } else if names.iter().all(|name| name.split(['_', ':']).any(is_shown_in_a_frame)) {
        Some(judge::EMBEDDED.to_string())
    } else if names.iter().all(|name| is_error(name)) {
        Some("an error page: nobody lands on it with a code or opens the widget there".to_string())
    } else {
        (!sent && !candidate.loads)
            .then(|| "no function that answers requests was seen to send it".to_string())
    };
    let by_hand = if !users.mail.is_empty() {
        Some("what also makes e-mails or documents uses it".to_string())
    } else if candidate.mail_layout {
        Some("it is laid out like an e-mail".to_string())
    } else if !sent {
        Some("no function that answers requests was seen to send it".to_string())
    } else if candidate.shape == Shape::LeptosMeta && !names_script(target, owner) {
        Some("its module has no leptos_meta::Script by name".to_string())
    } else {
        candidate.place.as_ref().err().cloned()
    };
    let live = match users.answer.iter().chain(&users.perhaps).next() {
        Some(&first) if Some(first) == owner.function => "it answers requests by itself".to_string(),
        Some(&first) => {
            let count = users.answer.len() + users.perhaps.len();
            let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
            format!("{}{more} send it", target.index.symbol(first))
        }
        None => "Leptos renders it".to_string(),
    };
    PageSite {
        page: Page {
            id,
            app: package.name.clone(),
            at: file.at(candidate.at.clone()),
            kind: match candidate.shape {
                Shape::Text => "rust-string",
                Shape::Maud => "maud",
                Shape::Leptos | Shape::LeptosMeta => "leptos",
            }
            .to_string(),
            audience: if decoy.as_ref().is_some_and(|why| why.starts_with("an e-mail")) {
                "email"
            } else if leptos {
                "both"
            } else {
                judge::audience_of(&names)
            }
            .to_string(),
            head_end: candidate.head_end.map(|range| file.at(range)),
            body_end: candidate.body_end.map(|range| file.at(range)),
            decoy,
        },
        place: candidate.place.ok(),
        already: candidate.already,
        covered_by: None,
        serves: 0,
        by_hand,
        front_end: None,
        nonce: None,
        live,
        rendered_by: None,
    }
}

/// The words of a component's name, which is written `LikeThis`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for letter in name.chars() {
        match words.last_mut() {
            Some(word) if !letter.is_uppercase() => word.push(letter),
            _ => words.push(letter.to_lowercase().collect()),
        }
    }
    words
}

/// Names that tell who sees a page: those of the functions that send it, without the crate.
fn names(index: &Index, owner: &Owner, users: &Users) -> Vec<String> {
    let mut names: Vec<String> =
        users.answer.iter().chain(&users.perhaps).map(|&id| index.symbol(id)).collect();
    if names.is_empty() {
        names.push(owner.symbol.clone());
    }
    names
}

/// True if `<Script>` can be written where a candidate stands.
fn names_script(target: &Target, owner: &Owner) -> bool {
    let function = owner.function.and_then(|id| target.index.functions.get(id));
    let module = function.and_then(|function| target.index.modules.get(function.module));
    module.is_some_and(|module| {
        module.uses.iter().any(|import| {
            import.path.first().is_some_and(|krate| krate == "leptos_meta")
                && matches!(import.name.as_str(), "*" | "Script")
        })
    })
}

/// True for `not_found`, `AppError::into_response` and the like.
fn is_error(symbol: &str) -> bool {
    let parts: Vec<&str> = symbol.split("::").collect();
    parts.iter().any(|part| {
        matches!(
            *part,
            "not_found" | "handle_404" | "fallback_404" | "error_response" | "error_page" | "maintenance"
        ) || part.ends_with("Error") && part.len() > 5
            || part.starts_with("handle_error")
            || part.split('_').any(|word| matches!(word, "404" | "500"))
    })
}

#[cfg(test)]
mod tests;
