//! Whatever stands around the place in a script, its bytes stay: byte-order mark, line ends, comments, other alphabets.

use super::tests::{FETCH, planned, text};

const REACT: &str = "import { useState } from 'react';\n//1\nexport function App() {\n  //2\n  const [user, setUser] = useState(null);\n  //3\n  return <main onClick={() => setUser({})}>{user ? 'é' : '</head>'}</main>;\n}\n";
const ZUSTAND: &str = "import { create } from 'zustand';\n//1\nexport const useAuth = create((set) => ({\n  //2\n  user: null,\n  signOut: () => set({ user: null }),\n}));\n//3\n";
const PINIA: &str = "import { ref } from 'vue';\nimport { defineStore } from 'pinia';\n//1\nexport const useAuth = defineStore('auth', () => {\n  //2\n  const user = ref(null);\n  //3\n  return { user };\n});\n";
const SVELTE: &str =
    "import { writable } from 'svelte/store';\n//1\nexport const user = writable(null);\n//2\n//3\n";

/// What may stand at a numbered place, a line each, ended as the file's lines are.
const PIECES: [&str; 12] = [
    "",
    "// </script> 'a\" `b ${",
    "/* const [user, setUser] = useState(null); */",
    "/* ü\n   import { x } from './x'; */",
    "const Ω = '日本語';",
    "const regex = /[/\\]'\"`]+/u;",
    "const text = `a ${'}' + `${1}`} b`;",
    "let a = 1",
    "\t",
    "const emoji = '👩‍🚀'; // \u{feff}",
    "const tag = '<!-- {{ }} {% if %} -->';",
    ";",
];

/// The next of a row of numbers that looks like chance and is the same every time.
fn next(seed: &mut u64) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) as usize
}

#[test]
fn nothing_of_a_script_changes_but_for_what_is_added() {
    let vite = |kit: &str| format!(r#"{{"dependencies":{{{kit}}},"devDependencies":{{"vite":"7"}}}}"#);
    let kinds = [
        (vite(r#""react-dom":"19""#), "src/App.tsx", REACT),
        (vite(r#""react-dom":"19""#), "src/auth.ts", ZUSTAND),
        (vite(r#""vue":"3""#), "src/auth.ts", PINIA),
        (r#"{"devDependencies":{"@sveltejs/kit":"2","vite":"7"}}"#.to_string(), "src/auth.ts", SVELTE),
    ];
    let mut seed = 11;
    let mut ready = 0;
    for round in 0..100 {
        let (manifest, path, script) = &kinds[round % kinds.len()];
        let mut source = (*script).to_string();
        for mark in ["//1\n", "//2\n", "//3\n"] {
            let mut piece = String::new();
            for _ in 0..next(&mut seed) % 3 {
                piece.push_str(PIECES[next(&mut seed) % PIECES.len()]);
                piece.push('\n');
            }
            source = source.replace(mark, &piece);
        }
        let crlf = next(&mut seed).is_multiple_of(2);
        if crlf {
            source = source.replace('\n', "\r\n");
        }
        if next(&mut seed).is_multiple_of(3) {
            source.insert(0, '\u{feff}');
        }
        if next(&mut seed).is_multiple_of(4) {
            source.truncate(source.trim_end().len());
        }
        let files = [
            (*path, source.as_str()),
            ("src/main.ts", "import './App';\nimport './auth';\n"),
            ("src/app.html", "%sveltekit.head%<head></head>"),
            ("src/api.ts", FETCH),
        ];
        // `planned` also sees that there is nothing to do afterwards.
        let (draft, changed) = planned(manifest, &files);
        // What can't be decided is left to a person.
        if draft.edits.is_empty() {
            continue;
        }
        ready += 1;
        let path = format!("web/{path}");
        let mut rest = text(&changed, &path).to_string();
        let mut added: Vec<_> = draft.edits.iter().filter(|edit| edit.file == path).collect();
        added.sort_by_key(|edit| edit.at.as_ref().map(|at| at.start));
        for edit in &added {
            let at = edit.at.clone().unwrap();
            assert!(at.is_empty(), "it replaces something: {source:?}");
            assert_eq!(edit.text.contains('\r'), crlf && edit.text.contains('\n'), "{source:?}");
            assert_eq!(&rest[at.start..at.start + edit.text.len()], edit.text);
            rest.replace_range(at.start..at.start + edit.text.len(), "");
        }
        assert!(!added.is_empty() && rest == source, "{source:?}");
    }
    assert!(ready > 50, "{ready}");
}
