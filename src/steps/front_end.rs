//! The wrapper in a front end beside the server: a small module in its language that calls the client script's `start`
//! and `stop`, and one line where the front end knows who is signed in.
//!
//! `useCello(Boolean(user))` after `const [user, setUser] = useState(null)` in the provider. Near misses: a front end
//! whose state can't be told, or that lies outside of the project, which gets the whole text by hand; one that loads
//! Cello already; an extension.

use serde_json::json;

use super::draft::{Draft, FileEdit, SiteVerdict};
use super::front_end_trunk;
use super::module::render;
use crate::plan::{HandWork, SiteKind, Status, Verdict};
use crate::survey::frontend::{Api, Follow, FrontEnd, Kit, Wiring};
use crate::survey::pages::PageSite;

const KIND: &str = "front-end";
const WRAPPER: &str = include_str!("../../templates/front-end/cello.ts.hbs");

/// What serves the script and the token.
#[derive(Debug, Clone, Copy)]
pub struct Served<'a> {
    /// Their folder, as browsers see it.
    pub folder: &'a str,
    /// True if the token's route answers pages of other sites.
    pub to_other_sites: bool,
}

/// What holds for a front end on another origin whose server knows people by a cookie.
const SAME_SITE: &str = " The token's route refuses pages of other sites, so that nobody else's page can ask for it with a \
     visitor's cookies: the two have to be of one site, as app.example.com and api.example.com are, and as two ports \
     of localhost are. On another domain nobody would get the widget.";

/// One step per front end that has pages of this application, or lies beside it.
pub fn front_end(front_ends: &[FrontEnd], sites: &[PageSite], served: Served) -> Vec<Draft> {
    let live = front_ends.iter().filter_map(|front| {
        let own = |site: &&PageSite| site.front_end.as_deref() == Some(front.package.dir.as_str());
        let pages: Vec<&PageSite> =
            sites.iter().filter(own).filter(|site| site.page.decoy.is_none()).collect();
        (!pages.is_empty() || front.package.is_beside()).then(|| draft(front, &pages, served))
    });
    live.collect()
}

/// What is left to do where no front end was found and people are known by a bearer token alone: a script tag sends none,
/// so that the widget would never start.
///
/// Pages that load the script share it with the front end, so it is asked for under the same address there.
pub fn by_bearer(folder: &str, tagged: bool) -> Draft {
    let query = if tagged { "" } else { "?manual" };
    let reason = "People are known by a bearer token alone, which no script tag can send, and the front end that has it \
                  was not found in this project: wherever it lives, it has to start and stop the widget itself.";
    let mut draft = Draft::new(KIND, "", Status::ByHand, reason);
    draft.by_hand.push(HandWork {
        todo: format!(
            "Put this where every page of the front end passes, as it keeps a visitor's referral code from the first \
             page on, and call its functions with the token at hand: after signing in, after a page is loaded with a \
             session, and on signing out. If the API is another origin, both addresses start with it. Public pages \
             outside of the front end load `<script type=\"module\" src=\"{folder}/client.js\"></script>`."
        ),
        place: None,
        text: format!(
            "const cello = import(/* @vite-ignore */ /* webpackIgnore: true */ '{folder}/client.js{query}');\n\nexport const signedIn = async (token) =>\n  (await cello).start(async (ucc) => {{\n    const answer = await fetch(`{folder}/token${{ucc}}`, {{\n      headers: {{ Authorization: `Bearer ${{token}}` }},\n    }});\n    return answer.status === 200 ? answer.json() : null;\n  }});\n\nexport const signedOut = async () => (await cello).stop();\n"
        ),
        turns_green: Some("qa-20".into()),
    });
    draft
}

fn draft(front: &FrontEnd, pages: &[&PageSite], served: Served) -> Draft {
    let folder = served.folder;
    let name = front.package.kit.name();
    let subject = if front.package.dir.is_empty() { "." } else { front.package.dir.as_str() };
    let (status, verdict, reason) = match (&front.already, &front.wiring) {
        (Some(path), _) => {
            (Status::Done, Verdict::Covered, format!("{path} loads the client script already."))
        }
        (None, Ok(wiring)) => (
            Status::Ready,
            Verdict::Edit,
            format!(
                "A {name} front end signs in without loading a page, so it starts and stops the widget itself, where it \
                 knows who is signed in: {}. {} Applying asks its own type checker about it, if one is installed.",
                wiring.file,
                calls(&wiring.api, served.to_other_sites),
            ),
        ),
        (None, Err(why)) => (
            Status::ByHand,
            Verdict::ByHand,
            format!("Where this {name} front end knows who is signed in is for a person to say: {why}."),
        ),
    };
    let mut draft = Draft::new(KIND, subject, status, &reason);
    match (status, &front.wiring) {
        (Status::Ready, Ok(wiring)) => draft.edits = edits(front, wiring, folder),
        (Status::ByHand, _) => draft.by_hand = by_hand(front, pages, served),
        _ => {}
    }
    draft.accounts = pages
        .iter()
        .map(|site| SiteVerdict {
            site: site.page.id.clone(),
            kind: SiteKind::Page,
            verdict: if verdict == Verdict::Edit { Verdict::Covered } else { verdict },
            case: None,
            reason: match verdict {
                Verdict::Edit => "the front end loads the script from its own module".to_string(),
                _ => reason.clone(),
            },
        })
        .collect();
    draft
}

fn calls(api: &Api, to_other_sites: bool) -> String {
    let to = match &api.origin {
        Some(origin) => format!(
            "It calls {origin}; that origin has to be among the script-src of a policy, if it has one.{}",
            if to_other_sites { "" } else { SAME_SITE }
        ),
        None => "It calls its own origin.".to_string(),
    };
    let with = match &api.bearer {
        Some(bearer) => format!("with the bearer token from {bearer}"),
        None => "with cookies".to_string(),
    };
    format!("{to} The token is fetched {with}.")
}

fn edits(front: &FrontEnd, wiring: &Wiring, folder: &str) -> Vec<FileEdit> {
    let quote = if wiring.double_quotes { '"' } else { '\'' };
    let end = if wiring.semicolons { ";" } else { "" };
    let (name, call) = match &wiring.follow {
        Follow::Hook(says) => ("useCello", format!("useCello({says}){end}")),
        Follow::Watch(says) => ("followSignIn", format!("followSignIn(() => {says}){end}")),
        Follow::Reactive(says) => ("cello", format!("$: cello({says}){end}")),
        Follow::Rune(says) => ("cello", format!("$effect(() => cello({says})){end}")),
        Follow::Zustand(store, says) => {
            ("followSignIn", format!("followSignIn({store}, (state) => {says}){end}"))
        }
        Follow::Svelte(store, value, says) => {
            ("cello", format!("{store}.subscribe(({value}) => cello({says})){end}"))
        }
    };
    let import = format!("import {{ {name} }} from {quote}{}{quote}{end}", wiring.import_from);
    let eol = wiring.eol;
    let import = match wiring.has_imports {
        true => format!("{eol}{}{import}", wiring.import_indentation),
        false => format!("{import}{eol}{eol}"),
    };
    // A statement of its own after a store that spans lines; a hook stands right below the state it follows.
    let gap = if wiring.indentation.is_empty() { eol } else { "" };
    let call = format!("{eol}{gap}{}{call}", wiring.indentation);
    let edit = |at: usize, text: String| FileEdit { file: wiring.file.clone(), at: Some(at..at), text };
    let new = || FileEdit { file: wiring.wrapper.clone(), at: None, text: wrapper(front, wiring, folder) };
    let mut edits = if wiring.is_wrapped { Vec::new() } else { vec![new()] };
    edits.extend([edit(wiring.import_at, import), edit(wiring.call_at, call)]);
    edits
}

/// The module's text, in the style of the file that calls it.
fn wrapper(front: &FrontEnd, wiring: &Wiring, folder: &str) -> String {
    let quote = if wiring.double_quotes { '"' } else { '\'' };
    let import = |what: &str, from: &str| vec![format!("import {{ {what} }} from {quote}{from}{quote};")];
    let imports = match &wiring.follow {
        Follow::Hook(_) => import("useEffect", "react"),
        Follow::Watch(_) => import("watch", "vue"),
        Follow::Zustand(..) | Follow::Svelte(..) | Follow::Reactive(_) | Follow::Rune(_) => Vec::new(),
    };
    let context = json!({
        "imports": imports,
        "typescript": wiring.typescript,
        "folder": folder,
        "origin": wiring.api.origin,
        "bearer": wiring.api.bearer,
        "start_with": if wiring.api.bearer.is_some() { "fetchToken" } else { "" },
        "server_rendered": is_server_rendered(front),
        "ignore": ignore(front),
        "hook": matches!(wiring.follow, Follow::Hook(_)),
        "watch": matches!(wiring.follow, Follow::Watch(_)),
        "zustand": matches!(wiring.follow, Follow::Zustand(..)),
    });
    let template = if wiring.double_quotes { WRAPPER.replace('\'', "\"") } else { WRAPPER.to_string() };
    styled(&render(&template, &context), wiring.semicolons, wiring.unit, wiring.eol)
}

fn is_server_rendered(front: &FrontEnd) -> bool {
    matches!(front.package.kit, Kit::Next | Kit::SvelteKit | Kit::Other(_))
}

/// What tells the bundler to leave an import to the browser.
fn ignore(front: &FrontEnd) -> &'static str {
    if front.package.vite || front.package.kit == Kit::SvelteKit {
        "@vite-ignore"
    } else {
        "webpackIgnore: true"
    }
}

/// A text written with semicolons and two blanks, in another style.
fn styled(text: &str, semicolons: bool, unit: &str, eol: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let inner = line.trim_start_matches(' ');
        out.push_str(&unit.repeat((line.len() - inner.len()) / 2));
        let inner = if semicolons { inner } else { inner.strip_suffix(';').unwrap_or(inner) };
        out.push_str(inner);
        out.push_str(eol);
    }
    out
}

fn by_hand(front: &FrontEnd, pages: &[&PageSite], served: Served) -> Vec<HandWork> {
    if front.package.kit == Kit::Trunk {
        return front_end_trunk::by_hand(&front.package.dir, pages.first().copied(), served);
    }
    let dir =
        if front.package.dir.is_empty() { "the front end".to_string() } else { front.package.dir.clone() };
    let context = json!({
        "imports": [], "typescript": true, "folder": served.folder, "origin": null, "bearer": null, "start_with": "",
        "server_rendered": is_server_rendered(front), "ignore": ignore(front),
        "hook": false, "watch": false, "zustand": false,
    });
    let place = pages.first().map(|site| site.page.at.clone());
    vec![
        HandWork {
            todo: format!(
                "Put this module into {dir} as cello.ts, imported where every page passes. If the API is another \
                 origin, `at` starts with its address. If calls carry a bearer token, give `start` a function that \
                 fetches `token` with it and answers null for anything but 200.{}",
                if served.to_other_sites { "" } else { SAME_SITE }
            ),
            place: place.clone(),
            text: render(WRAPPER, &context),
            turns_green: Some("qa-22".into()),
        },
        HandWork {
            todo: "Call it once it is known who is signed in, and whenever that changes: after signing in, after the \
                   page is loaded with a session, and on signing out."
                .to_string(),
            place,
            text: "cello(Boolean(user));".to_string(),
            turns_green: Some("qa-20".into()),
        },
    ]
}
