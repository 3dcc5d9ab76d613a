use super::*;
use crate::edit::{Edit, splice};
use crate::plan::{Status, Verdict};
use crate::steps::{Draft, Served, front_end, page_script};
use crate::survey::pages::{pages, tests::project};

const SERVED: Served = Served { folder: "/api/cello", to_other_sites: false };
const VITE_REACT: &str = r#"{"dependencies":{"react-dom":"19"},"devDependencies":{"vite":"7"}}"#;
pub(in crate::survey) const FETCH: &str =
    "export const load = () => fetch('/api/me', { credentials: 'include' });\n";

/// The front end's draft of a project with these files in `web/`, and what its edits make of them.
pub(in crate::survey) fn planned(manifest: &str, files: &[(&str, &str)]) -> (Draft, Vec<(String, String)>) {
    let owned: Vec<(String, &str)> =
        files.iter().map(|(path, text)| (format!("web/{path}"), *text)).collect();
    let mut all = vec![
        ("Cargo.toml", "[package]\nname = \"app\"\nedition = \"2024\"\n[dependencies]\naxum = \"0.8\"\n"),
        ("src/main.rs", "fn main() {}\n"),
        ("web/package.json", manifest),
        (
            "web/index.html",
            "<head></head><body><script type=\"module\" src=\"/src/main.tsx\"></script></body>",
        ),
    ];
    all.extend(owned.iter().map(|(path, text)| (path.as_str(), *text)));
    let (dir, target) = project(&all);
    let package = &target.packages[0];
    let drafts = front_end(&front_ends(&target, package), &pages(&target, package), SERVED);
    let [draft] = drafts.as_slice() else {
        panic!("{} drafts", drafts.len());
    };
    let mut changed: Vec<(String, String)> = Vec::new();
    for (path, text) in &all {
        let edits: Vec<Edit> = draft
            .edits
            .iter()
            .filter(|edit| edit.file == *path)
            .map(|edit| Edit { at: edit.at.clone().unwrap(), text: edit.text.clone() })
            .collect();
        if !edits.is_empty() {
            let out = splice(text.as_bytes(), &edits).unwrap();
            changed.push(((*path).to_string(), String::from_utf8(out).unwrap()));
        }
    }
    for edit in draft.edits.iter().filter(|edit| edit.at.is_none()) {
        changed.push((edit.file.clone(), edit.text.clone()));
    }
    // Applied, there is nothing left to do.
    if draft.status == Status::Ready {
        for (path, text) in &changed {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let target = Target::open(dir.path(), None).unwrap();
        let package = &target.packages[0];
        let again = front_end(&front_ends(&target, package), &pages(&target, package), SERVED);
        assert_eq!(again[0].status, Status::Done, "{}", again[0].reason);
    }
    (draft.clone(), changed)
}

pub(in crate::survey) fn text<'a>(changed: &'a [(String, String)], path: &str) -> &'a str {
    &changed.iter().find(|(file, _)| file == path).unwrap().1
}

const PROVIDER: &str = "import { createContext, useState } from 'react';\n\nconst AuthContext = createContext(null);\n\nexport function AuthProvider({ children }) {\n  const [user, setUser] = useState<User | null>(null); // who\n  const signOut = () => setUser(null);\n  return <AuthContext.Provider value={{ user, signOut }}>{children}</AuthContext.Provider>;\n}\n";

#[test]
fn a_context_provider_gets_a_hook_and_an_import_in_its_own_style() {
    let files = [
        ("src/auth.tsx", PROVIDER),
        ("src/main.tsx", "import { AuthProvider } from './auth';\n"),
        ("src/api.ts", FETCH),
    ];
    let (draft, changed) = planned(VITE_REACT, &files);
    assert_eq!(draft.status, Status::Ready, "{}", draft.reason);
    assert_eq!(
        text(&changed, "web/src/auth.tsx"),
        PROVIDER
            .replace("'react';\n", "'react';\nimport { useCello } from './cello';\n")
            .replace("// who\n", "// who\n  useCello(Boolean(user));\n")
    );
    let wrapper = text(&changed, "web/src/cello.ts");
    assert!(wrapper.contains("import { useEffect } from 'react';\n"), "{wrapper}");
    assert!(wrapper.contains("const at = (path: string) => `/api/cello/${path}`;\n"), "{wrapper}");
    assert!(wrapper.contains("(signedIn ? start?.() : stop?.())"), "{wrapper}");
    assert_eq!(draft.accounts[0].verdict, Verdict::Covered);

    // Double quotes, tabs, CRLF, no semicolons, no types: as they write.
    let plain: Vec<(&str, String)> = files
        .iter()
        .map(|(path, text)| {
            let text = text.replace('\'', "\"").replace("  ", "\t").replace(';', "").replace('\n', "\r\n");
            (*path, text.replace("<User | null>", ""))
        })
        .collect();
    let plain: Vec<(String, &str)> =
        plain.iter().map(|(path, text)| (path.replace(".ts", ".js"), text.as_str())).collect();
    let plain: Vec<(&str, &str)> = plain.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let (draft, changed) = planned(VITE_REACT, &plain);
    assert_eq!(draft.status, Status::Ready, "{}", draft.reason);
    assert!(
        text(&changed, "web/src/auth.jsx").contains("\"react\"\r\nimport { useCello } from \"./cello\"\r\n")
    );
    assert!(text(&changed, "web/src/auth.jsx").contains("// who\r\n\tuseCello(Boolean(user))\r\n"));
    let wrapper = text(&changed, "web/src/cello.js");
    assert!(
        !wrapper.contains(';') && !wrapper.contains("string") && !wrapper.replace("\r\n", "").contains('\n'),
        "{wrapper}"
    );
    assert!(wrapper.contains("\r\n\tuseEffect(() => {\r\n\t\tvoid follow(signedIn)"), "{wrapper}");
}

#[test]
fn an_api_on_another_origin_is_called_with_its_setting_and_bearer_token() {
    let api = "const KEY = 'token';\nexport const API = import.meta.env.VITE_API_URL ?? 'http://localhost:3000';\nclass Client {\n  private token(): string | null {\n    if (!x) return null;\n    return localStorage.getItem(KEY);\n  }\n  get(path: string) {\n    const token = this.token();\n    return fetch(API + path, { headers: { Authorization: `Bearer ${token}` } });\n  }\n}\n";
    let main = ("src/main.tsx", "import { AuthProvider } from './auth';\n");
    let (draft, changed) = planned(VITE_REACT, &[("src/auth.tsx", PROVIDER), main, ("src/api.ts", api)]);
    assert_eq!(draft.status, Status::Ready, "{}", draft.reason);
    let wrapper = text(&changed, "web/src/cello.ts");
    assert!(
        wrapper.contains("const API_URL = import.meta.env.VITE_API_URL ?? 'http://localhost:3000';\n"),
        "{wrapper}"
    );
    assert!(wrapper.contains("const token = localStorage.getItem('token');\n"), "{wrapper}");
    assert!(wrapper.contains("start?.(fetchToken)"), "{wrapper}");

    // What can't be followed is handed over.
    for (from, to, why) in [
        ("localStorage.getItem(KEY)", "vault.read()", "can't be followed"),
        ("Bearer ${token}", "Basic ${token}", "neither a bearer token nor cookies"),
        ("import.meta.env.VITE_API_URL ?? ", "", "writes the server's address out"),
        ("const KEY", "const b = process.env.NEXT_PUBLIC_BACKEND_URL;\nconst KEY", "several settings"),
    ] {
        let (draft, _) =
            planned(VITE_REACT, &[("src/auth.tsx", PROVIDER), main, ("src/api.ts", &api.replace(from, to))]);
        assert_eq!(draft.status, Status::ByHand, "{from}");
        assert!(draft.reason.contains(why), "{}", draft.reason);
        assert!(draft.by_hand[0].text.contains("/api/cello/${path}"));
    }
}

#[test]
fn stores_of_zustand_pinia_and_svelte_are_followed() {
    let zustand = "import { create } from 'zustand';\n\nexport const useAuth = create<State>()((set) => ({\n  user: null,\n  isLoggedIn: false,\n  signOut: () => set({ user: null, isLoggedIn: false }),\n}));\n";
    let pinia = "import { ref } from 'vue';\nimport { defineStore } from 'pinia';\n\nexport const useAuth = defineStore('auth', () => {\n  const user = ref<User | null>(null);\n  return { user };\n});\n";
    let svelte = "import { writable } from 'svelte/store';\n\nconst initial = { user: null, token: null };\nfunction make() {\n  const { subscribe, set } = writable(initial);\n  return { subscribe, set };\n}\nexport const auth = make();\n";
    let plain =
        "import { writable } from 'svelte/store';\n\nexport const user = writable<User | null>(null);\n";
    let vue = r#"{"dependencies":{"vue":"3"},"devDependencies":{"vite":"7"}}"#;
    let kit = r#"{"devDependencies":{"@sveltejs/kit":"2","vite":"7"}}"#;
    for (manifest, store, line, wrapped) in [
        (
            VITE_REACT,
            zustand,
            "}));\n\nfollowSignIn(useAuth, (state) => state.isLoggedIn);\n",
            "store.subscribe(",
        ),
        (
            vue,
            pinia,
            "(null);\n  followSignIn(() => Boolean(user.value));\n",
            "watch(signedIn, cello, { immediate: true })",
        ),
        (kit, svelte, "make();\n\nauth.subscribe((state) => cello(Boolean(state.user)));\n", "typeof window"),
        (kit, plain, "(null);\n\nuser.subscribe((user) => cello(Boolean(user)));\n", "typeof window"),
    ] {
        let files = [
            ("src/stores/auth.ts", store),
            ("src/app.html", "%sveltekit.head%<head></head>"),
            ("src/main.ts", "import { auth } from './stores/auth';\n"),
            ("src/api.ts", FETCH),
        ];
        let (draft, changed) = planned(manifest, &files);
        assert_eq!(draft.status, Status::Ready, "{}", draft.reason);
        let out = text(&changed, "web/src/stores/auth.ts");
        assert!(out.contains(line), "{out}");
        assert!(text(&changed, "web/src/stores/cello.ts").contains(wrapped));
    }
}

#[test]
fn what_only_looks_like_the_state_is_left_to_a_person() {
    let form = "import { useState } from 'react';\nexport function Profile() {\n  const [user, setUser] = useState(null);\n  return <form onSubmit={() => setUser(user)} />;\n}\n";
    let hook = "import { useState } from 'react';\nexport function useAuth() {\n  const [user, setUser] = useState(null);\n  return { user, setUser };\n}\n";
    let other = PROVIDER.replace("AuthContext", "ThemeContext");
    let options = "import { defineStore } from 'pinia';\nexport const useAuth = defineStore('auth', { state: () => ({ user: null }) });\n";
    let twice = format!("{PROVIDER}{}", PROVIDER.replace("AuthProvider", "UserProvider"));
    let broken = format!("{PROVIDER}\nconst = ;\n");
    for (store, why) in [
        (form, "no state"),
        (hook, "no state"),
        (other.as_str(), "no state"),
        (options, "no state"),
        (twice.as_str(), "several places"),
        (broken.as_str(), "syntax"),
    ] {
        let files = [("src/auth.tsx", store), ("src/main.tsx", "import './auth';\n"), ("src/api.ts", FETCH)];
        let (draft, changed) = planned(VITE_REACT, &files);
        assert_eq!(draft.status, Status::ByHand, "{store}");
        assert!(draft.reason.contains(why), "{}", draft.reason);
        assert!(changed.is_empty());
    }
    let (draft, _) = planned(VITE_REACT, &[("src/auth.tsx", PROVIDER), ("src/api.ts", FETCH)]);
    assert!(draft.reason.contains("nothing imports"), "{}", draft.reason);
    let nuxt = r#"{"dependencies":{"nuxt":"4","vue":"3"}}"#;
    let (draft, _) = planned(nuxt, &[("nuxt.config.ts", "export default defineNuxtConfig({});\n")]);
    assert!(draft.reason.contains("Nuxt front ends are not read") && draft.by_hand.len() == 2);
}

#[test]
fn what_is_no_front_end_of_the_application_is_named_or_left_out() {
    let survey = |files: &[(&str, &str)]| {
        let mut all = vec![("Cargo.toml", "[package]\nname = \"app\"\n"), ("src/main.rs", "fn main() {}\n")];
        all.extend(files);
        let (_dir, target) = project(&all);
        let sites = pages(&target, &target.packages[0]);
        let drafts = front_end(&front_ends(&target, &target.packages[0]), &sites, SERVED);
        let verdicts: Vec<Verdict> = page_script(&sites, "/x", drafts)
            .iter()
            .flat_map(|draft| &draft.accounts)
            .map(|account| account.verdict)
            .collect();
        (sites.iter().map(|site| site.page.decoy.clone()).collect::<Vec<_>>(), verdicts)
    };
    let html = "<head></head><body></body>";
    let styles = r#"{"devDependencies":{"tailwindcss":"4"}}"#;
    assert_eq!(survey(&[("package.json", styles)]).0, Vec::<Option<String>>::new());
    let library = r#"{"peerDependencies":{"react":"19"},"devDependencies":{"react-dom":"19","vite":"7"}}"#;
    assert!(survey(&[("ui/package.json", library)]).0.is_empty());
    let extension = r#"{"dependencies":{"react-dom":"19"},"devDependencies":{"wxt":"1","vite":"7"}}"#;
    let (decoys, verdicts) = survey(&[("ext/package.json", extension), ("ext/index.html", html)]);
    assert_eq!(
        (decoys, verdicts),
        (vec![Some("a browser extension".to_string())], vec![Verdict::NotApplicable])
    );
    let (decoys, _) = survey(&[("e2e/app/package.json", VITE_REACT), ("e2e/app/index.html", html)]);
    assert!(decoys[0].as_ref().unwrap().contains("e2e/"));
}

#[test]
fn what_lies_beside_the_project_is_named_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(".git/HEAD", "ref: refs/heads/main\n");
    write("server/Cargo.toml", "[package]\nname = \"app\"\n");
    write("server/src/main.rs", "fn main() {}\n");
    write("frontend/package.json", VITE_REACT);
    write("docs/package.json", VITE_REACT);
    write("tools/package.json", r#"{"devDependencies":{"typescript":"5"}}"#);
    let target = Target::open(&dir.path().join("server"), None).unwrap();
    let sites = pages(&target, &target.packages[0]);
    let drafts = front_end(&front_ends(&target, &target.packages[0]), &sites, SERVED);
    let drafts = page_script(&sites, "/api/cello/client.js", drafts);
    let [draft] = drafts.as_slice() else { panic!("{} drafts", drafts.len()) };
    assert_eq!((draft.status, draft.subject.as_str()), (Status::ByHand, "../frontend"));
    assert!(draft.reason.contains("beside this project"), "{}", draft.reason);
    assert!(
        draft.by_hand[0].todo.contains("../frontend") && draft.by_hand[0].text.contains("client.js?manual")
    );
    // Nobody but a person knows its origin.
    assert!(draft.by_hand[0].todo.contains("of one site"), "{}", draft.by_hand[0].todo);
}
