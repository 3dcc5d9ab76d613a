use super::*;
use crate::edit::{Edit, splice};
use crate::plan::{Status, Verdict};
use crate::steps::page_script;

const MANIFEST: &str =
    "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\naskama = \"0.14\"\n";

/// A project on disk from paths and texts.
pub fn project(files: &[(&str, &str)]) -> (tempfile::TempDir, Target) {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let target = Target::open(dir.path(), None).unwrap();
    (dir, target)
}

fn survey(files: &[(&str, &str)]) -> Vec<PageSite> {
    let mut all = vec![("Cargo.toml", MANIFEST)];
    all.extend(files);
    let (_dir, target) = project(&all);
    pages(&target, &target.packages[0])
}

fn decoy_of<'a>(sites: &'a [PageSite], path: &str) -> Option<&'a str> {
    let site = sites.iter().find(|site| site.page.at.file == path).unwrap();
    site.page.decoy.as_deref()
}

const HEAD: &str = "<html>\n<head>\n  <title>a</title>\n</head>\n<body></body>\n</html>\n";

#[test]
fn a_base_that_rendered_pages_extend_gets_one_line() {
    let files = [
        (
            "src/main.rs",
            "#[derive(Template)]\n#[template(path = \"login.html\")]\nstruct Login;\n#[derive(Template)]\n#[template(path = \"pages/account.html\")]\nstruct Account { user: User }\n#[cfg(test)]\nmod tests { #[derive(Template)]\n#[template(path = \"old.html\")]\nstruct Old; }\nfn main() {}\n",
        ),
        ("templates/base.html", HEAD),
        ("templates/login.html", "{% extends \"base.html\" %}"),
        ("templates/pages/account.html", "{% extends \"../base.html\" %}"),
        ("templates/old.html", HEAD),
    ];
    let sites = survey(&files);
    let base = &sites[0];
    assert_eq!(
        (base.page.id.as_str(), base.page.kind.as_str(), base.page.audience.as_str()),
        ("page:templates/base.html", "askama", "both")
    );
    assert!(decoy_of(&sites, "templates/old.html").unwrap().contains("no struct renders it"));

    let drafts = page_script(&sites, "/api/cello/client.js", Vec::new());
    assert_eq!(drafts.len(), 1);
    assert_eq!(drafts[0].id(), "page-script:templates/base.html");
    let edit = &drafts[0].edits[0];
    let out =
        splice(HEAD.as_bytes(), &[Edit { at: edit.at.clone().unwrap(), text: edit.text.clone() }]).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "<html>\n<head>\n  <title>a</title>\n  <script type=\"module\" src=\"/api/cello/client.js\"></script>\n</head>\n<body></body>\n</html>\n"
    );
    assert_eq!(drafts[0].accounts.len(), 2);
}

#[test]
fn a_partial_that_two_shells_share_gets_it_once() {
    let page = "<html><head>\n{% include \"partials/meta.html\" %}\n</head><body></body></html>";
    let files = [
        (
            "src/main.rs",
            "#[template(path = \"a.html\")]\nstruct A;\n#[template(path = \"b.html\")]\nstruct B;\nfn main() {}\n",
        ),
        ("templates/a.html", page),
        ("templates/b.html", page),
        ("templates/partials/meta.html", "<meta name=\"a\">\n<link rel=\"icon\" href=\"b\">\n"),
    ];
    let sites = survey(&files);
    assert_eq!(sites.len(), 3);
    let drafts = page_script(&sites, "/api/cello/client.js", Vec::new());
    assert_eq!(
        drafts.iter().map(crate::steps::Draft::id).collect::<Vec<_>>(),
        ["page-script:templates/partials/meta.html"]
    );
    let verdicts: Vec<Verdict> = drafts[0].accounts.iter().map(|account| account.verdict).collect();
    assert_eq!(verdicts, [Verdict::Edit, Verdict::Covered, Verdict::Covered]);

    // Not if it is used in a body too.
    let mut more = files.to_vec();
    more.push(("templates/c.html", "<div>{% include \"partials/meta.html\" %}</div>"));
    assert_eq!(page_script(&survey(&more), "/x", Vec::new()).len(), 2);
}

#[test]
fn mails_administrations_and_error_pages_are_no_pages() {
    let main = "mod mailer { #[template(path = \"welcome.html\")]\nstruct Welcome; }\n#[template(path = \"admin/index.html\")]\nstruct Admin;\n#[template(path = \"404.html\")]\nstruct Missing;\n#[template(path = \"home.html\")]\nstruct Home { user: U }\nfn main() {}\n";
    let files = [
        ("src/main.rs", main),
        ("templates/welcome.html", HEAD),
        ("templates/admin/index.html", HEAD),
        ("templates/404.html", HEAD),
        ("templates/home.html", HEAD),
        ("coverage/index.html", HEAD),
        ("stray.html", HEAD),
    ];
    let sites = survey(&files);
    assert!(decoy_of(&sites, "templates/welcome.html").unwrap().contains("mailer::Welcome"));
    assert!(decoy_of(&sites, "templates/admin/index.html").unwrap().contains("administration"));
    assert!(decoy_of(&sites, "templates/404.html").unwrap().contains("error page"));
    assert!(decoy_of(&sites, "coverage/index.html").unwrap().contains("coverage/"));
    assert!(decoy_of(&sites, "stray.html").unwrap().contains("no Rust code"));
    assert_eq!(decoy_of(&sites, "templates/home.html"), None);

    // The administration is the product if there is nothing else.
    let alone = survey(&[
        (
            "src/main.rs",
            "#[template(path = \"admin/index.html\")]\nstruct Admin;\n#[template(path = \"login.html\")]\nstruct Login;\nfn main() {}\n",
        ),
        ("templates/admin/index.html", HEAD),
        ("templates/login.html", HEAD),
    ]);
    assert_eq!(decoy_of(&alone, "templates/admin/index.html"), None);
}

#[test]
fn plain_pages_count_if_the_code_includes_or_serves_them() {
    let sites = survey(&[
        (
            "src/web/mod.rs",
            "pub fn page() -> &'static str { include_str!(\"../../pages/index.html\") }\npub fn all() { ServeDir::new(\"static\"); }",
        ),
        ("src/main.rs", "mod web;\nfn main() {}\n"),
        ("pages/index.html", HEAD),
        ("static/about.html", HEAD),
        (
            "web/index.html",
            "<html><head></head><body><script type=\"module\" src=\"/src/main.tsx\"></script></body></html>",
        ),
    ]);
    assert_eq!(decoy_of(&sites, "pages/index.html"), None);
    assert_eq!(decoy_of(&sites, "static/about.html"), None);
    let drafts = page_script(&sites, "/x", Vec::new());
    let front = drafts.iter().find(|draft| draft.subject == "web/index.html").unwrap();
    assert_eq!(front.status, Status::ByHand);
}

#[test]
fn a_page_that_has_the_script_is_done() {
    let sites = survey(&[
        ("src/main.rs", "#[template(path = \"a.html\")]\nstruct A;\nfn main() {}\n"),
        (
            "templates/a.html",
            "<html><head><script type=module src=\"{{ base }}/api/cello/client.js?manual\"></script></head></html>",
        ),
    ]);
    assert_eq!(page_script(&sites, "/api/cello/client.js", Vec::new())[0].status, Status::Done);
}

#[test]
fn an_application_without_pages_gets_the_line_by_hand() {
    let drafts = page_script(&survey(&[("src/main.rs", "fn main() {}\n")]), "/x", Vec::new());
    assert_eq!((drafts.len(), drafts[0].status), (1, Status::ByHand));
    assert!(drafts[0].by_hand[0].text.contains("/x"));
}

pub(super) fn with_engine(dependency: &str, files: &[(&str, &str)]) -> Vec<PageSite> {
    let manifest = format!("{}\n{dependency}\n", MANIFEST.replace("askama = \"0.14\"\n", ""));
    let mut all = vec![("Cargo.toml", manifest.as_str())];
    all.extend(files);
    let (_dir, target) = project(&all);
    pages(&target, &target.packages[0])
}

/// Paths of the pages whose step is ready, and the kind of the first.
fn ready(sites: &[PageSite]) -> (Vec<String>, String) {
    let drafts = page_script(sites, "/x", Vec::new());
    let ready = drafts.iter().filter(|draft| draft.status == Status::Ready);
    (ready.map(|draft| draft.subject.clone()).collect(), sites[0].page.kind.clone())
}

#[test]
fn tera_and_minijinja_templates_count_if_the_code_names_them_or_what_extends_them() {
    let child = "{% extends \"base.html\" %}{% block body %}a{% endblock %}";
    for (dependency, main, folder, kind) in [
        (
            "tera = \"1\"",
            "fn main() { let t = Tera::new(\"site/**/*.html\"); t.render(\"user/home.html\", &c); }",
            "site",
            "tera",
        ),
        (
            "minijinja = \"2\"",
            "fn main() { env.set_loader(path_loader(\"src/pages\")); env.get_template(\"user/home.html\"); }",
            "src/pages",
            "minijinja",
        ),
        ("tera = \"1\"", "fn main() { v.render(\"user/home.html\", c) }", "assets/views", "tera"),
    ] {
        let path = |name: &str| format!("{folder}/{name}");
        let (base, home, old) = (path("base.html"), path("user/home.html"), path("old.html"));
        let sites =
            with_engine(dependency, &[("src/main.rs", main), (&base, HEAD), (&home, child), (&old, HEAD)]);
        assert_eq!(ready(&sites), (vec![base], kind.to_string()));
        assert!(decoy_of(&sites, &old).unwrap().contains("nothing in the code names it"));
    }
}

#[test]
fn handlebars_finds_layouts_and_partials_by_names_without_endings() {
    let main = "fn main() { hbs.register_templates_directory(\"./web/tpl\", DirectorySourceOptions::default()); hbs.render(\"home\", &c); hbs.render(\"about\", &c); }";
    let page = "<html>\n<head>\n  {{> parts/head}}\n</head><body></body></html>";
    let sites = with_engine(
        "handlebars = \"6\"",
        &[
            ("src/main.rs", main),
            ("web/tpl/home.hbs", page),
            ("web/tpl/about.hbs", page),
            ("web/tpl/parts/head.hbs", "<meta charset=\"utf-8\">\n"),
            ("web/tpl/if.hbs", "{{#if a}}<head></head>{{/if}}"),
        ],
    );
    assert_eq!(ready(&sites), (vec!["web/tpl/parts/head.hbs".to_string()], "handlebars".to_string()));
    let layout = with_engine(
        "handlebars = \"6\"",
        &[
            ("src/main.rs", "fn main() { h.render(\"home\", &c) }"),
            ("templates/home.hbs", "{{#> base}}a{{/base}}"),
            ("templates/base.hbs", HEAD),
        ],
    );
    assert_eq!(ready(&layout).0, ["templates/base.hbs"]);
}

#[test]
fn an_administration_is_not_taken_for_the_product_because_the_products_base_is_gone() {
    let main = "#[template(path = \"admin/users.html\")]\nstruct Users;\n#[template(path = \"account.html\")]\nstruct Account { user: U }\nfn main() {}\n";
    let files = [
        ("src/main.rs", main),
        ("templates/admin/users.html", HEAD),
        ("templates/account.html", "{% extends \"base.html\" %}"),
    ];
    let sites = survey(&files);
    assert!(decoy_of(&sites, "templates/admin/users.html").unwrap().contains("administration"));
    assert_eq!(page_script(&sites, "/x", Vec::new())[0].status, Status::ByHand);
}

#[test]
fn a_folder_that_settings_name_and_a_file_the_code_reads_may_be_pages() {
    let sites = survey(&[
        (
            "src/main.rs",
            "fn main() { ServeDir::new(&config.folder); read_to_string(\"src/public/done.html\"); }",
        ),
        ("web/index.html", HEAD),
        ("web/other.html", HEAD),
        ("src/public/done.html", HEAD),
    ]);
    assert!(decoy_of(&sites, "web/other.html").is_some());
    assert_eq!(ready(&sites).0, ["src/public/done.html"]);
    assert!(sites.iter().any(|site| site.page.at.file == "web/index.html" && site.by_hand.is_some()));
}

#[test]
fn a_page_whose_head_is_a_partials_gets_the_script_there() {
    let page = "<!doctype html><html>{% include \"head.html\" %}<body></body></html>";
    let sites = survey(&[
        ("src/main.rs", "#[template(path = \"a.html\")]\nstruct A;\nfn main() {}\n"),
        ("templates/a.html", page),
        ("templates/head.html", "<head>\n  <title>a</title>\n</head>\n"),
    ]);
    let drafts = page_script(&sites, "/x", Vec::new());
    assert_eq!(drafts.len(), 1);
    assert_eq!((drafts[0].subject.as_str(), drafts[0].status), ("templates/head.html", Status::Ready));
    assert_eq!(drafts[0].accounts.len(), 2);
}

#[test]
fn the_pages_own_nonce_is_used_if_all_its_scripts_have_it() {
    let page = |second: &str| {
        format!(
            "<html><head><script nonce=\"{{{{ csp_nonce }}}}\">a</script><script{second} src=\"b.js\"></script></head></html>"
        )
    };
    let text = |page: &str| {
        let sites = survey(&[
            ("src/main.rs", "#[template(path = \"a.html\")]\nstruct A;\nfn main() {}\n"),
            ("templates/a.html", page),
        ]);
        page_script(&sites, "/x", Vec::new())[0].edits[0].text.clone()
    };
    assert_eq!(
        text(&page(" nonce='{{ csp_nonce }}'")),
        "<script nonce=\"{{ csp_nonce }}\" type=\"module\" src=\"/x\"></script>"
    );
    assert_eq!(text(&page("")), "<script type=\"module\" src=\"/x\"></script>");
}

#[test]
fn what_a_mailer_renders_or_includes_is_an_e_mail_whatever_its_folder() {
    let main = "use axum::response::Html;\nasync fn home(t: Tera) -> Html<String> { Html(t.render(\"home.html\", &c)) }\nasync fn both(t: Tera) -> Html<String> { Html(t.render(\"both.html\", &c)) }\nasync fn greet(t: Tera, mailer: Mailer) { mailer.send(t.render(\"hello.html\", &c)); mailer.send(t.render(\"both.html\", &c)); }\nasync fn leave() { send_email(include_str!(\"../bye.html\")) }\nfn main() {}\n";
    let sites = with_engine(
        "tera = \"1\"\naxum = \"0.8\"",
        &[
            ("src/main.rs", main),
            ("bye.html", HEAD),
            ("templates/both.html", HEAD),
            ("templates/hello.html", HEAD),
            ("templates/home.html", HEAD),
        ],
    );
    assert_eq!(ready(&sites).0, ["templates/home.html"]);
    for path in ["bye.html", "templates/hello.html"] {
        assert!(decoy_of(&sites, path).unwrap().contains("an e-mail"), "{path}");
    }
    let both = sites.iter().find(|site| site.page.at.file == "templates/both.html").unwrap();
    assert!(both.by_hand.is_some() && both.page.decoy.is_none());
}
