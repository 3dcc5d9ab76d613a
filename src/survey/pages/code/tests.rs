use super::super::tests::project;
use super::super::{PageSite, pages};
use crate::edit::{Edit, splice};
use crate::plan::Status;
use crate::steps::page_script;

fn manifest(dependency: &str) -> String {
    format!(
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\naxum = \"0.8\"\n{dependency}\n"
    )
}

fn survey(dependency: &str, main: &str) -> Vec<PageSite> {
    let manifest = manifest(dependency);
    let (_dir, target) = project(&[("Cargo.toml", &manifest), ("src/main.rs", main)]);
    pages(&target, &target.packages[0])
}

/// The file after the steps, all of which must be ready; a second time there must be nothing to do.
fn after(dependency: &str, main: &str) -> String {
    let drafts = page_script(&survey(dependency, main), "/c/client.js", Vec::new());
    let edits: Vec<Edit> = drafts
        .iter()
        .inspect(|draft| assert_eq!(draft.status, Status::Ready, "{}", draft.reason))
        .flat_map(|draft| &draft.edits)
        .map(|edit| Edit { at: edit.at.clone().unwrap(), text: edit.text.clone() })
        .collect();
    let out = String::from_utf8(splice(main.as_bytes(), &edits).unwrap()).unwrap();
    syn::parse_file(&out).unwrap();
    let moved = out.replace("/c/client.js", "/api/cello/client.js");
    assert!(
        page_script(&survey(dependency, &moved), "/x", Vec::new())
            .iter()
            .all(|draft| draft.status == Status::Done)
    );
    out
}

/// Why the first page is none, or how its step stands.
fn fate(main: &str) -> String {
    let sites = survey("", main);
    match sites.first() {
        None => "not listed".to_string(),
        Some(site) => match &site.page.decoy {
            Some(why) => why.clone(),
            None => format!("{:?}", page_script(&sites, "/x", Vec::new())[0].status),
        },
    }
}

const TAG: &str = "<script type=\"module\" src=\"/c/client.js\"></script>";

#[test]
fn a_raw_string_in_a_format_gets_a_line_of_its_own() {
    let main = "use axum::response::Html;\r\nasync fn home() -> Html<String> {\r\n    Html(format!(\r\n        r#\"<!doctype html>\r\n<head>\r\n  <title>{}</title>\r\n  <style>a {{ b: c }}</style>\r\n</head>\r\n<body></body>\"#, 1))\r\n}\r\nfn main() {}\r\n";
    assert_eq!(after("", main), main.replace("</head>", &format!("  {TAG}\r\n</head>")));
}

#[test]
fn every_way_to_write_a_string_keeps_its_own_quotes_and_line_ends() {
    let page = |literal: &str| {
        format!(
            "use axum::response::Html;\nasync fn home() -> Html<&'static str> {{\n    Html({literal})\n}}\nfn main() {{}}\n"
        )
    };
    let escaped = TAG.replace('"', "\\\"");
    for (literal, place, text) in [
        ("\"<head><title>a</title></head><body></body>\"", "</head>", escaped.clone()),
        ("r\"<head></head><body></body>\"", "</head>", TAG.replace('"', "'")),
        ("r##\"<head>\"#</head>\"##", "</head>", TAG.to_string()),
        (
            "\"<head>\\n\\\n      <title>a</title>\\n\\\n      </head>\"",
            "</head>",
            format!("{escaped}\\n\\\n      "),
        ),
        ("\"<head>\\\n         <meta>\\\n     </head>\"", "     </head>", format!("         {escaped}\\\n")),
        (
            "concat!(\"<html><head>\", \"<title>a</title>\", \"</head>\", \"<body>\")",
            "</head>",
            escaped.clone(),
        ),
        ("\"<!doctype html><title>a</title><body>é</body>\"", "<body>", escaped.clone()),
    ] {
        let main = page(literal);
        assert_eq!(after("", &main), main.replace(place, &format!("{text}{place}")), "{literal}");
    }
}

#[test]
fn a_layout_is_live_by_way_of_the_functions_and_types_that_use_it() {
    let main = "use axum::response::{Html, IntoResponse};\nconst HEAD: &str = \"<html><head></head>\";\nmod view {\n    pub struct Page;\n    impl Page {\n        pub fn show(&self) -> String { format!(\"{}<body>\", super::layout()) }\n    }\n}\nfn layout() -> String { format!(\"{HEAD}<p>\") }\nasync fn login() -> Html<String> { Html(view::Page.show()) }\nfn main() {}\n";
    let sites = survey("", main);
    assert_eq!((sites[0].page.id.as_str(), sites[0].page.audience.as_str()), ("page:HEAD", "public"));
    assert!(sites[0].live.contains("login"), "{}", sites[0].live);
    assert!(
        after("", main)
            .contains("<head><script type=\\\"module\\\" src=\\\"/c/client.js\\\"></script></head>")
    );
}

#[test]
fn what_the_program_carries_in_itself_is_a_page() {
    let main = "use axum::response::Html;\nmod embedded { pub async fn home() -> axum::response::Html<&'static str> { axum::response::Html(\"<html><head></head><body></body></html>\") } }\nasync fn serve_embedded() -> Html<&'static str> { Html(\"<html><head></head><body></body></html>\") }\n";
    let sites = survey("", &format!("{main}fn main() {{}}\n"));
    assert_eq!(sites.len(), 2);
    assert!(sites.iter().all(|site| site.page.decoy.is_none()), "{:?}", sites[0].page.decoy);
}

#[test]
fn what_is_no_page_says_why() {
    let html = "\"<html><head></head><body></body></html>\"";
    for (main, wanted) in [
        (
            format!("fn body() -> String {{ {html}.into() }}\nasync fn join(mailer: Mailer) {{ mailer.send_email(body()); }}"),
            "an e-mail or a document: body makes it",
        ),
        (
            format!("use axum::response::Html;\nasync fn not_found() -> Html<&'static str> {{ Html({html}) }}"),
            "an error page",
        ),
        (
            format!("impl axum::response::IntoResponse for AppError {{ fn into_response(self) -> axum::response::Response {{ Html({html}).into_response() }} }}"),
            "an error page",
        ),
        (
            "use axum::response::Html;\nasync fn go() -> Html<&'static str> { Html(\"<head><meta http-equiv='refresh' content='0'></head>\") }".to_string(),
            "it leads on",
        ),
        (
            "use axum::response::Html;\nasync fn docs() -> Html<&'static str> { Html(\"<html><head></head><body><redoc></redoc></body>\") }".to_string(),
            "it shows the interface's documentation",
        ),
        (format!("fn report() -> String {{ {html}.into() }}"), "no function that answers requests"),
        (
            format!("use axum::Json;\nasync fn api() -> axum::Json<String> {{ axum::Json({html}.into()) }}"),
            "no function that answers requests",
        ),
        (
            "use axum::response::Html;\nasync fn live(page: String) -> Html<String> { if page == \"<head>\" {} Html(page.replace(\"</head>\", \"<script></script></head>\")) }".to_string(),
            "not listed",
        ),
        (
            format!("#[cfg(test)]\nmod tests {{ use axum::response::Html; fn a() -> Html<&'static str> {{ Html({html}) }} }}"),
            "not listed",
        ),
        (
            format!("async fn invoice() -> axum::response::Response {{ let html = {html}; render_pdf(html) }}"),
            "an e-mail or a document",
        ),
        (
            format!("use axum::response::Html;\nasync fn embed_widget() -> Html<&'static str> {{ Html({html}) }}"),
            "it is shown inside other sites",
        ),
        // Sent, but by what also sends mail.
        (
            format!("use axum::response::Html;\nfn layout() -> String {{ {html}.into() }}\nasync fn a() -> Html<String> {{ Html(layout()) }}\nasync fn b() {{ send_mail(layout()) }}"),
            "ByHand",
        ),
        // Looks like a page, and nothing was seen to send it.
        ("fn page() -> String { \"<head></head><body><form></form></body>\".into() }".to_string(), "ByHand"),
        (
            "use axum::response::Html;\nasync fn a() -> Html<&'static str> { Html(\"<head></head><head></head>\") }".to_string(),
            "ByHand",
        ),
    ] {
        let fate = fate(&format!("{main}\nfn main() {{}}\n"));
        assert!(fate.starts_with(wanted), "{main}: {fate}");
    }
}

#[test]
fn maud_gets_an_element_and_names_that_are_none_are_left_alone() {
    let main = "use maud::{html, Markup, DOCTYPE};\nfn layout(head: bool) -> Markup {\n    html! {\n        (DOCTYPE)\n        html {\n            head {\n                title { \"a\" }\n            }\n            body { @if head { \"b\" } head-line {} }\n        }\n    }\n}\nasync fn home() -> Markup { layout(true) }\nfn main() { Router::new().route(\"/\", get(home)); }\n";
    let line =
        "                script type=\"module\" src=\"/c/client.js\" {}\n            }\n            body";
    assert_eq!(after("maud = \"0.27\"", main), main.replace("            }\n            body", line));
    let short = main.replace("{\n                title { \"a\" }\n            }", "{ title { \"a\" } }");
    assert!(
        after("maud = \"0.27\"", &short)
            .contains("head { title { \"a\" } script type=\"module\" src=\"/c/client.js\" {} }")
    );
    assert!(survey("", main).is_empty(), "without maud its macro is another's");
}

#[test]
fn leptos_gets_it_in_the_shell_or_beside_the_stylesheet() {
    let shell = "pub fn shell(o: LeptosOptions) -> impl IntoView {\n    view! {\n        <!DOCTYPE html>\n        <html lang=\"en\">\n            <head>\n                <meta charset=\"utf-8\"/>\n                <MetaTags/>\n            </head>\n            <body><App/></body>\n        </html>\n    }\n}\n#[component]\nfn App() -> impl IntoView { view! { <Stylesheet id=\"a\" href=\"/b.css\"/> } }\nfn main() {}\n";
    let line = format!("                {TAG}\n            </head>");
    assert_eq!(after("leptos = \"0.8\"", shell), shell.replace("            </head>", &line));
    let old = "use leptos_meta::*;\n#[component]\nfn App() -> impl IntoView {\n    provide_meta_context();\n    view! {\n        <Stylesheet id=\"a\" href=\"/b.css\"/>\n        <Title text=\"a\"/>\n    }\n}\nfn main() {}\n";
    assert_eq!(
        after("leptos = \"0.6\"", old),
        old.replace("b.css\"/>\n", "b.css\"/>\n        <Script type_=\"module\" src=\"/c/client.js\"/>\n")
    );
    let unnamed =
        old.replace("use leptos_meta::*;", "use leptos_meta::{provide_meta_context, Stylesheet, Title};");
    assert_eq!(
        page_script(&survey("leptos = \"0.6\"", &unnamed), "/x", Vec::new())[0].status,
        Status::ByHand
    );
}

#[test]
fn a_shell_that_handlers_render_to_a_string_is_a_page_and_a_letter_is_none() {
    let page = "use axum::response::Html;\nuse leptos::prelude::*;\n#[component]\nfn Shell(children: Children) -> impl IntoView {\n    view! {\n        <!DOCTYPE html>\n        <html>\n            <head>\n                <title>\"About </head>\"</title>\n            </head>\n            <body>{children()}</body>\n        </html>\n    }\n}\nasync fn home() -> Html<String> {\n    Html(view! { <Shell><header>\"a\"</header></Shell> }.to_html())\n}\nfn main() {}\n";
    let line = format!("                {TAG}\n            </head>\n");
    assert_eq!(after("leptos = \"0.8\"", page), page.replace("            </head>\n", &line));
    assert!(survey("", page).is_empty(), "without Leptos its macro is another's");

    for (name, call) in [
        ("welcome_email", ""),
        ("WelcomeEmail", ""),
        ("letters::email", "async fn join(mailer: Mailer) { mailer.send_email(letters::email()); }"),
    ] {
        let function = name.rsplit("::").next().unwrap();
        let letter = format!(
            "pub fn {function}() -> String {{\n    use leptos::prelude::*;\n    view! {{ <html><head><title>\"a\"</title></head><body></body></html> }}.to_html()\n}}\n"
        );
        let letter = match name.split_once("::") {
            Some((module, _)) => format!("mod {module} {{\n{letter}}}\n"),
            None => letter,
        };
        let sites = survey("leptos = \"0.8\"", &format!("{letter}{call}\nfn main() {{}}\n"));
        let decoy = sites[0].page.decoy.as_deref();
        assert_eq!(decoy, Some(&*format!("an e-mail or a document: {name} makes it")));
    }
}
