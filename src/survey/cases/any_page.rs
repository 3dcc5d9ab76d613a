//! Whatever the pages and scripts of an application hold, no byte of theirs changes but for what is inserted, and once
//! that is there nothing is left to do: whole plans, over templates of every engine, pages in Rust strings and a front
//! end's scripts.

use std::collections::BTreeMap;

use super::Case;
use super::harness::SIGNS_UP;
use crate::edit::{Edit, splice};
use crate::plan::{Plan, Status};
use crate::steps::{Answers, make_plan};
use crate::survey::survey;
use crate::target::Target;

/// Applications tried.
const TRIED: usize = 60;

/// The next of a row of numbers that looks like chance and is the same every time.
struct Row(u64);

impl Row {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// Some of these, one after the other.
    fn some(&mut self, pieces: &[&str], most: usize) -> String {
        (0..self.below(most + 1)).map(|_| pieces[self.below(pieces.len())]).collect()
    }
}

const IN_HEAD: [&str; 22] = [
    "\n",
    "\n    ",
    "\t",
    "<title>é ü 日本語 👩‍🚀</title>",
    "<script>var a = \"</head>\"; if (a < 1 && b > 2) {}</script>",
    "<script nonce=\"{{ nonce }}\">1</script>",
    "<style>a{#b{c:d}} /* </head> */</style>",
    "<!-- </head> <body> -->",
    "<meta name=a content='</head>'>",
    "<link rel=stylesheet href=/a.css>",
    "{{ title }}",
    "{% if a %}<meta>{% endif %}",
    "{% block head %}{% endblock %}",
    "{# </head> #}",
    "{{! </head> }}",
    "{% raw %}{{ </head> }}{% endraw %}",
    "<noscript><img src=a></noscript>",
    "<template><p></template>",
    "<base href=/x/>",
    "\u{feff}",
    "\u{2028}",
    "&lt;/head&gt;",
];

const AROUND: [&str; 8] = [
    "",
    "\n",
    "<!-- © -->\n",
    "{# é #}\n",
    "{% if b %}x{% endif %}",
    "<header></header>\n",
    "<textarea></head></textarea>",
    "   \t\n",
];

const IN_SCRIPT: [&str; 9] = [
    "// </script> 'a\" `b ${\n",
    "/* const [user, setUser] = useState(null); */\n",
    "const Ω = '日本語';\n",
    "const regex = /[/\\]'\"`]+/u;\n",
    "const text = `a ${'}' + `${1}`} b`;\n",
    "\n",
    "\t// \u{feff}👩‍🚀\n",
    "const tag = '<!-- {{ }} {% if %} -->';\n",
    "let a = 1\n",
];

fn page(row: &mut Row) -> String {
    let doctype = if row.once_in(3) { "" } else { "<!doctype html>\n" };
    let (head, end) =
        [("<head>", "</head>"), ("<HEAD\n class='a>b'>", "</HeAd\n>"), ("<head>", "")][row.below(3)];
    let [inside, before, after] = [row.some(&IN_HEAD, 6), row.some(&AROUND, 1), row.some(&AROUND, 2)];
    format!("{before}{doctype}<html>\n  {head}{inside}{end}\n<body>{after}</body>\n</html>\n")
}

/// With other line ends, a byte-order mark, or no end of the last line.
fn varied(row: &mut Row, text: &str) -> String {
    let mut text = if row.once_in(2) { text.replace('\n', "\r\n") } else { text.to_string() };
    if row.once_in(4) {
        text.insert(0, '\u{feff}');
    }
    if row.once_in(4) {
        text.truncate(text.trim_end().len());
    }
    text
}

const ENGINES: [(&str, &str); 5] = [
    (
        "askama = \"0.14\"",
        "#[derive(askama::Template)]\n#[template(path = \"base.html\")]\npub struct Base {}\n",
    ),
    (
        "tera = \"1\"",
        "pub fn base(tera: &tera::Tera) {\n    tera.render(\"base.html\", &context()).unwrap();\n}\n",
    ),
    (
        "minijinja = \"2\"",
        "pub fn base(env: &minijinja::Environment) {\n    env.get_template(\"base.html\").unwrap();\n}\n",
    ),
    (
        "handlebars = \"6\"",
        "pub fn base(all: &handlebars::Handlebars) {\n    all.render(\"base\", &()).unwrap();\n}\n",
    ),
    ("anyhow-macros = \"1\"", "pub const BASE: &str = include_str!(\"../templates/base.html\");\n"),
];

fn case(row: &mut Row) -> Case {
    let (dependency, code) = ENGINES[row.below(ENGINES.len())];
    let name =
        if dependency.starts_with("handlebars") { "templates/base.hbs" } else { "templates/base.html" };
    let in_rust = page(row).replace("\"#", "' #");
    let code = format!(
        "{code}\npub async fn about() -> axum::response::Html<&'static str> {{\n    axum::response::Html(r#\"{in_rust}\"#)\n}}\n"
    );
    let [one, two, three] = [0; 3].map(|_| row.some(&IN_SCRIPT, 2));
    let script = format!(
        "import {{ useState }} from 'react';\n{one}export function App() {{\n{two}  const [user, setUser] = useState(null);\n{three}  return <main onClick={{() => setUser({{}})}}>{{user ? 'é' : '</head>'}}</main>;\n}}\n"
    );
    let [template, code, script] = [page(row), code, script].map(|text| varied(row, &text));
    Case::new()
        .replace("Cargo.toml", "anyhow = \"1\"\n", &format!("anyhow = \"1\"\n{dependency}\n"))
        .replace("src/main.rs", "mod billing;\n", "mod billing;\nmod pages;\n")
        .file("src/signup.rs", SIGNS_UP)
        .file("src/pages.rs", &code)
        .file(name, &template)
        .file("web/package.json", r#"{"dependencies":{"react-dom":"19"},"devDependencies":{"vite":"7"}}"#)
        .file("web/index.html", "<head></head><script type=\"module\" src=\"/src/main.tsx\"></script>\n")
        .file("web/src/main.tsx", "import './App';\n")
        .file("web/src/api.ts", "export const load = () => fetch('/api/me', { credentials: 'include' });\n")
        .file("web/src/App.tsx", &script)
        .any_format()
}

/// True if all bytes of the one are in the other, in their order.
fn is_within(bytes: &[u8], all: &[u8]) -> bool {
    let mut all = all.iter();
    bytes.iter().all(|byte| all.any(|other| other == byte))
}

/// What the ready steps insert into these files, which is all they do to them: how many files they are.
fn only_inserted(plan: &Plan, text: &dyn Fn(&str) -> String) -> Vec<String> {
    let mut files: BTreeMap<&str, Vec<Edit>> = BTreeMap::new();
    for step in plan.steps.iter().filter(|step| step.status == Status::Ready) {
        let of_pages = ["page-script:", "front-end:"].iter().any(|kind| step.id.starts_with(kind));
        for edit in step.edits.iter().filter(|edit| of_pages && !edit.file.ends_with("cello.ts")) {
            if plan.files.iter().any(|file| file.path == edit.file && file.before.is_none()) {
                continue;
            }
            let at = edit.at[0]..edit.at[1];
            files.entry(&edit.file).or_default().push(Edit { at, text: edit.text.clone() });
        }
    }
    for (file, edits) in &files {
        let before = text(file);
        let after = splice(before.as_bytes(), edits).unwrap();
        assert!(is_within(before.as_bytes(), &after), "something of {file} is gone: {before:?}");
        for edit in edits {
            // Neighbours of one step are joined, with what stands between them.
            assert!(
                is_within(&before.as_bytes()[edit.at.clone()], edit.text.as_bytes()),
                "{file}: {before:?}"
            );
            let lines = edit.text.matches('\n').count();
            let ends = if before.contains("\r\n") { lines } else { 0 };
            assert_eq!(edit.text.matches("\r\n").count(), ends, "the line ends of {file}: {before:?}");
        }
    }
    files.keys().map(|file| file.to_string()).collect()
}

#[test]
fn nothing_of_any_page_changes_but_for_what_is_inserted() {
    let mut row = Row(5);
    let mut edited: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..TRIED {
        let case = case(&mut row);
        let (plan, again) = case.twice();
        for file in only_inserted(&plan, &|file| case.text(file).to_string()) {
            *edited.entry(file).or_default() += 1;
        }
        let ready = again.steps.iter().filter(|step| step.status == Status::Ready);
        let ready: Vec<&str> = ready.map(|step| step.id.as_str()).collect();
        assert_eq!(ready, Vec::<&str>::new(), "{:?}", case.text("src/pages.rs"));
    }
    println!("{TRIED} applications; edited: {edited:?}");
    for file in ["templates/base.html", "templates/base.hbs", "src/pages.rs", "web/src/App.tsx"] {
        assert!(edited.get(file).is_some_and(|&count| count >= 5), "{edited:?}");
    }
}

#[test]
fn what_is_in_no_known_encoding_is_told_and_left_alone() {
    let page = "<html><head><title>é</title></head><body></body></html>\n";
    let latin: Vec<u8> = page.chars().map(|c| c as u8).collect();
    let wide: Vec<u8> =
        std::iter::once(0xfeff).chain(page.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for bytes in [latin, wide] {
        let case = Case::new()
            .replace("Cargo.toml", "anyhow = \"1\"\n", "anyhow = \"1\"\naskama = \"0.14\"\n")
            .replace("src/main.rs", "mod billing;\n", "mod billing;\nmod pages;\n")
            .file("src/pages.rs", ENGINES[0].1);
        let dir = tempfile::tempdir().unwrap();
        for path in [
            "Cargo.toml",
            "src/main.rs",
            "src/auth.rs",
            "src/users.rs",
            "src/signup.rs",
            "src/billing.rs",
            "src/pages.rs",
        ] {
            let to = dir.path().join(path);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::write(to, case.text(path)).unwrap();
        }
        std::fs::create_dir(dir.path().join("templates")).unwrap();
        std::fs::write(dir.path().join("templates/base.html"), &bytes).unwrap();
        let target = Target::open(dir.path(), None).unwrap();
        let findings = survey(&target);
        let plan = make_plan(&target, &findings, &Answers::new());
        assert!(plan.files.iter().all(|file| file.path != "templates/base.html"));
        let told =
            findings.survey.warnings.iter().any(|one| one.text.contains("templates/base.html was not read"));
        assert!(told, "{:?}", findings.survey.warnings);
    }
}
