//! The HTML file: complete, alone, well-formed, and nothing of a target's text becomes a part of it.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cello_scaffold::plan::{Plan, Status};
use cello_scaffold::report::html;
use html5gum::Tokenizer;
use html5gum::emitters::default::{DefaultEmitter, StartTag, Token};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::fact;
use super::plan::plan;

/// Elements that the templates and helpers make, and no others.
const ELEMENTS: &[&str] = &[
    "a",
    "article",
    "body",
    "button",
    "code",
    "defs",
    "del",
    "details",
    "div",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "g",
    "h1",
    "h2",
    "h3",
    "h5",
    "head",
    "header",
    "html",
    "input",
    "ins",
    "label",
    "legend",
    "li",
    "main",
    "marker",
    "meta",
    "nav",
    "noscript",
    "ol",
    "output",
    "p",
    "path",
    "pre",
    "rect",
    "script",
    "section",
    "span",
    "strong",
    "style",
    "summary",
    "svg",
    "text",
    "title",
    "ul",
];

/// What the file consists of, without the content of its script and its style sheet.
struct Page {
    tags: Vec<StartTag<()>>,
    words: String,
}

fn read(page: &str) -> Page {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut words = String::new();
    let mut tags: Vec<StartTag<()>> = Vec::new();
    let mut code = false;
    for token in Tokenizer::new_with_emitter(page, emitter) {
        match token.expect("it can be read") {
            Token::StartTag(tag) => {
                code = ["script", "style"].contains(&name(&tag).as_str());
                tags.push(tag);
            }
            Token::EndTag(_) => code = false,
            Token::String(text) if !code => words.push_str(&String::from_utf8_lossy(&text)),
            Token::Error(error) => panic!("not well-formed: {error:?}"),
            _ => {}
        }
    }
    Page { tags, words }
}

fn name(tag: &StartTag<()>) -> String {
    String::from_utf8_lossy(&tag.name).into_owned()
}

fn attribute(tag: &StartTag<()>, wanted: &str) -> Option<String> {
    let found = tag.attributes.iter().find(|(name, _)| name.as_slice() == wanted.as_bytes());
    found.map(|(_, value)| String::from_utf8_lossy(value).into_owned())
}

impl Page {
    fn all(&self, wanted: &str) -> Vec<String> {
        self.tags.iter().filter_map(|tag| attribute(tag, wanted)).collect()
    }
}

#[test]
fn everything_of_the_plan_is_in_it() {
    for answered in [false, true] {
        let plan = plan(answered);
        let text = html(&plan, &fact);
        let page = read(&text);
        for step in &plan.steps {
            assert!(page.words.contains(&step.title), "{}", step.title);
            assert!(page.words.contains(&step.id), "{}", step.id);
            for line in step.edits.iter().flat_map(|edit| edit.text.lines()) {
                assert!(page.words.contains(line), "{line}");
            }
        }
        for account in &plan.accounting {
            assert!(page.words.contains(&account.site), "{}", account.site);
        }
        for decision in &plan.decisions {
            assert!(page.words.contains(&decision.prompt), "{}", decision.id);
        }
        assert!(page.words.contains(&format!("cello-scaffold apply --approve {}", plan.digest)));
        assert!(page.words.contains(&plan.document_sha256));
        assert_eq!(text, html(&plan, &fact), "the same plan gives the same bytes");
    }
}

#[test]
fn it_stands_alone() {
    let text = html(&plan(false), &fact);
    let page = read(&text);
    for tag in &page.tags {
        assert!(attribute(tag, "src").is_none() && attribute(tag, "style").is_none(), "{tag:?}");
        let leads = attribute(tag, "href").unwrap_or_else(|| "#".into());
        assert!(leads.starts_with('#') || (name(tag) == "a" && leads.starts_with("https://")), "{leads}");
        assert!(!tag.attributes.keys().any(|name| name.starts_with(b"on")), "{tag:?}");
    }
    for loads in ["@import", "url(http", "fetch(", "<link", "<img"] {
        assert!(!text.contains(loads), "{loads}");
    }
}

#[test]
fn its_policy_admits_its_own_script_and_style_alone() {
    let text = html(&plan(false), &fact);
    let policy = &read(&text).all("content")[0];
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    for element in ["style", "script"] {
        let open = format!("<{element}>");
        let (_, rest) = text.split_once(&open).expect("it is there");
        let (inside, rest) = rest.split_once(&format!("</{element}>")).expect("it ends");
        assert!(!rest.contains(&open), "there is one of it");
        let hash = BASE64_STANDARD.encode(Sha256::digest(inside.as_bytes()));
        assert!(policy.contains(&format!("{element}-src 'sha256-{hash}'")), "{policy}");
    }
}

#[test]
fn names_are_there_once_and_links_lead_somewhere() {
    let page = read(&html(&plan(false), &fact));
    let ids = page.all("id");
    let known: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(known.len(), ids.len(), "an id is there twice");
    let inner = page.all("href").into_iter().filter_map(|to| to.strip_prefix('#').map(String::from));
    for to in inner.chain(page.all("for")).chain(page.all("aria-labelledby")) {
        assert!(known.contains(&to), "{to}");
    }
}

/// Puts a text into a plan's strings, one after the other, wherever the plan can still be read.
fn poison(plan: &Plan, text: &str) -> (Plan, usize) {
    let mut value = json!(plan);
    let mut places = Vec::new();
    walk(&value, String::new(), &mut places);
    let mut count = 0;
    for place in places {
        let slot = value.pointer_mut(&place).expect("it is there");
        let before = slot.clone();
        *slot = Value::String(format!("{}{text}", before.as_str().unwrap_or_default()));
        if serde_json::from_value::<Plan>(value.clone()).is_ok() {
            count += 1;
        } else if let Some(slot) = value.pointer_mut(&place) {
            *slot = before;
        }
    }
    (serde_json::from_value(value).expect("it is a plan"), count)
}

fn walk(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::String(_) => places.push(at),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| walk(item, format!("{at}/{index}"), places));
        }
        Value::Object(map) => {
            for (key, item) in map {
                walk(item, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), places);
            }
        }
        _ => {}
    }
}

#[test]
fn nothing_in_a_plan_becomes_a_part_of_the_page() {
    // Ends an attribute, an element, a comment, a code span and an address, in every string of the plan at once.
    const HOSTILE: &str = "\"'>`</code></pre></script></style></title>--><img src=x onerror=alert(1)><b a=\"{{7}}\">\
         <https://x\"onclick=y>\\<i>**&lt;s&gt;\u{202e}\u{1b}[31m<svg/onload=alert(1)>\n<script>alert(1)</script>";
    let (plan, poisoned) = poison(&plan(false), HOSTILE);
    assert!(poisoned > 300, "{poisoned}");
    let text = html(&plan, &fact);
    let page = read(&text);
    for tag in &page.tags {
        assert!(ELEMENTS.contains(&name(tag).as_str()), "{tag:?}");
        assert!(!tag.attributes.keys().any(|name| name.starts_with(b"on")), "{tag:?}");
        assert!(!["b", "i", "s", "img"].contains(&name(tag).as_str()));
        let leads = attribute(tag, "href").unwrap_or_else(|| "#".into());
        assert!(leads.starts_with('#') || leads.starts_with("https://"), "{leads}");
    }
    let scripts = page.tags.iter().filter(|tag| name(tag) == "script").count();
    assert_eq!(scripts, 1);
    assert!(page.words.contains("<img src=x onerror=alert(1)>"), "it is shown as it stands");
    assert!(!text.contains(['\u{202e}', '\u{1b}']));
}

#[test]
fn secrets_do_not_show() {
    let key = format!("{}_live_51Habcdefgh12345678", "sk");
    let (plan, _) = poison(&plan(true), &format!(" {key} "));
    assert!(!html(&plan, &fact).contains("51Habc"));
}

#[test]
fn the_picture_follows_the_case() {
    let mut plan = plan(true);
    for (case, has, lacks) in [
        ("A", "made at sign-up", "POST /events"),
        ("B", "made at first purchase", "no payment"),
        ("C", "Payment", "new_user_id"),
    ] {
        plan.summary.attribution = case.into();
        let text = html(&plan, &fact);
        let (_, rest) = text.split_once("<ol class=\"path\">").expect("the path");
        let (path, _) = rest.split_once("</ol>").expect("its end");
        assert!(path.contains(has) && !path.contains(lacks), "{case}: {path}");
    }
}

/// What changes and what is left stand at the top, and agree with the rest of the plan.
#[test]
fn the_plan_at_a_glance_agrees_with_the_plan() {
    let plan = plan(false);
    let page = html(&plan, &fact);
    let glance =
        page.split("<div class=\"glance\">").nth(1).unwrap().split("<div class=\"approve\">").next().unwrap();
    let (changes, left) = glance.split_once("What is left to you").unwrap();
    let mut come = 0;
    for file in &plan.files {
        let row = changes
            .split(&format!(">{}</a> <span>", file.path))
            .nth(1)
            .unwrap_or_else(|| panic!("{}", file.path));
        let size = row.split("</span>").next().unwrap();
        match &file.content {
            Some(text) => assert!(size.starts_with(&format!("new, {} line", text.lines().count())), "{size}"),
            None => come += size[1..].split(' ').next().unwrap().parse::<usize>().unwrap(),
        }
    }
    assert_eq!(changes.matches("<li>").count(), plan.files.len());
    let inserted = plan
        .steps
        .iter()
        .flat_map(|step| &step.edits)
        .filter(|edit| plan.files.iter().any(|file| file.path == edit.file && file.before.is_some()));
    let lines = inserted
        .flat_map(|edit| edit.diff.lines())
        .filter(|line| line.starts_with('+') && !line.starts_with("+++"));
    assert_eq!(come, lines.count());
    assert!(changes.contains(">templates/base.html</a> <span>+1</span>"), "{changes}");
    let waiting = plan.steps.iter().filter(|step| [Status::ByHand, Status::Decide].contains(&step.status));
    assert_eq!(left.matches("<li").count(), waiting.count());
}
