//! Single-file components: where their scripts are, and what in the root one says who is signed in.

use crate::plan::Status;
use crate::survey::frontend::tests::{FETCH, planned, text};

const VUE: &str = r#"{"dependencies":{"vue":"3"},"devDependencies":{"vite":"7"}}"#;
const SVELTE: &str = r#"{"devDependencies":{"svelte":"5","vite":"7"}}"#;
const KIT: &str = r#"{"devDependencies":{"@sveltejs/kit":"2","svelte":"5","vite":"7"}}"#;

const APP_VUE: &str = "<script setup lang=\"ts\">\nimport { onMounted, ref } from 'vue'\nimport type { User } from './user'\n\nconst user = ref<User | null>(null) // who\nconst open = ref(false)\n\nonMounted(async () => {\n  user.value = await (await fetch('/api/me')).json()\n})\n</script>\n\n<template>\n  <!-- <script setup> const user = ref(1) </script> -->\n  <p v-if=\"user\">{{ user.name }}</p>\n</template>\n";

#[test]
fn the_root_component_of_vue() {
    let main = ("src/main.ts", "import App from './App.vue'\n");
    let (draft, changed) = planned(VUE, &[("src/App.vue", APP_VUE), main]);
    assert_eq!(draft.status, Status::Ready, "{}", draft.reason);
    assert_eq!(
        text(&changed, "web/src/App.vue"),
        APP_VUE
            .replace("'./user'\n", "'./user'\nimport { followSignIn } from './cello'\n")
            .replace("// who\n", "// who\n\nfollowSignIn(() => Boolean(user.value))\n")
    );
    let wrapper = text(&changed, "web/src/cello.ts");
    assert!(wrapper.contains("import { watch } from 'vue'\n"), "{wrapper}");
    assert!(!wrapper.contains(";\n"), "{wrapper}");

    // CRLF, double quotes, semicolons and no types.
    let other = APP_VUE
        .replace(" lang=\"ts\"", "")
        .replace("import type { User } from './user'\n", "")
        .replace("<User | null>", "");
    let other = other.replace("'vue'", "\"vue\";").replace('\n', "\r\n");
    let (draft, changed) = planned(VUE, &[("src/App.vue", &other), main]);
    assert_eq!(draft.status, Status::Ready, "{}", draft.reason);
    let app = text(&changed, "web/src/App.vue");
    assert!(app.contains("from \"vue\";\r\nimport { followSignIn } from \"./cello\";\r\n\r\nconst"), "{app}");
    assert!(text(&changed, "web/src/cello.js").contains("watch(signedIn, cello"));
}

#[test]
fn what_composables_share() {
    let auth = "import { ref } from 'vue';\n\nconst user = ref<string | null>(null);\n\nexport function useAuth() {\n  const signIn = (name: string) => {\n    user.value = name;\n  };\n  return { user, signIn };\n}\n";
    let api = ("src/api.ts", FETCH);
    let main = (
        "src/App.vue",
        "<script setup>\nimport { useAuth } from './useAuth';\nconst { user } = useAuth();\n</script>\n<template>{{ user }}</template>\n",
    );
    let (draft, changed) = planned(VUE, &[("src/useAuth.ts", auth), main, api]);
    assert_eq!(draft.status, Status::Ready, "{}", draft.reason);
    assert!(
        text(&changed, "web/src/useAuth.ts")
            .contains("(null);\n\nfollowSignIn(() => Boolean(user.value));\n")
    );
    // One for each caller is none to follow.
    let own = auth
        .replace("const user = ref<string | null>(null);\n\n", "")
        .replace("{\n  const signIn", "{\n  const user = ref<string | null>(null);\n  const signIn");
    assert!(own.contains("() {\n  const user"));
    let (draft, _) = planned(VUE, &[("src/useAuth.ts", &own), main, api]);
    assert!(draft.reason.contains("no state"), "{}", draft.reason);
}

#[test]
fn the_root_component_of_svelte() {
    let runes = "<script lang=\"ts\">\n\timport Nav from './Nav.svelte';\n\n\tlet user = $state<User | null>(null);\n\n\tasync function load() {\n\t\tuser = await (await fetch('/api/me')).json();\n\t}\n</script>\n\n{#if user && 1 < 2}<Nav {user} />{/if}\n";
    let main = ("src/main.ts", "import App from './App.svelte';\n");
    let (draft, changed) = planned(SVELTE, &[("src/App.svelte", runes), main]);
    assert_eq!(draft.status, Status::Ready, "{}", draft.reason);
    assert_eq!(
        text(&changed, "web/src/App.svelte"),
        runes
            .replace("Nav.svelte';\n", "Nav.svelte';\n\timport { cello } from './cello';\n")
            .replace("(null);\n", "(null);\n\t$effect(() => cello(Boolean(user)));\n")
    );
    // Svelte 4, with a block for the module before the component's own.
    let plain = runes.replace("$state<User | null>(null)", "null").replace(" lang=\"ts\"", "");
    let plain = format!(
        "<script context=\"module\">\n\timport './once';\n\tlet user = 1;\n\tuser = 2;\n</script>\n{plain}"
    );
    let (draft, changed) = planned(SVELTE, &[("src/App.svelte", &plain), main]);
    assert_eq!(draft.status, Status::Ready, "{}", draft.reason);
    let app = text(&changed, "web/src/App.svelte");
    assert!(
        app.contains("\tlet user = null;\n\t$: cello(Boolean(user));\n") && app.contains("'./once';\n\tlet"),
        "{app}"
    );
}

#[test]
fn what_a_layout_is_given() {
    let layout = "<script lang=\"ts\">\n  import '../app.css';\n\n  let { data, children } = $props();\n</script>\n\n{data.user?.name}\n{@render children()}\n";
    let load = "export const load = async ({ fetch }) => {\n  const reply = await fetch('/api/me');\n  return { user: reply.ok ? await reply.json() : null, theme: 'dark' };\n};\n";
    let shell = ("src/app.html", "<head>%sveltekit.head%</head>");
    let files = [("src/routes/+layout.svelte", layout), ("src/routes/+layout.ts", load), shell];
    let (draft, changed) = planned(KIT, &files);
    assert_eq!(draft.status, Status::Ready, "{}", draft.reason);
    let out = text(&changed, "web/src/routes/+layout.svelte");
    assert!(out.contains("app.css';\n  import { cello } from '$lib/cello';\n"), "{out}");
    assert!(out.contains("$props();\n  $effect(() => cello(Boolean(data.user)));\n"), "{out}");
    assert!(text(&changed, "web/src/lib/cello.ts").contains("typeof window"));
    let older = layout
        .replace("let { data, children } = $props();", "export let data;")
        .replace("{@render children()}", "<slot />");
    let (_, changed) = planned(KIT, &[("src/routes/+layout.svelte", &older), files[1], shell]);
    assert!(
        text(&changed, "web/src/routes/+layout.svelte")
            .contains("export let data;\n  $: cello(Boolean(data.user));\n")
    );
    // A layout of some pages only, and a load that says nothing of a user.
    let inner = [("src/routes/app/+layout.svelte", layout), ("src/routes/app/+layout.ts", load), shell];
    let (draft, _) = planned(KIT, &inner);
    assert!(draft.reason.contains("no state"), "{}", draft.reason);
    let (draft, _) =
        planned(KIT, &[files[0], ("src/routes/+layout.ts", &load.replace("user:", "news:")), shell]);
    assert!(draft.reason.contains("no state"), "{}", draft.reason);
}

#[test]
fn what_only_looks_like_a_root_component() {
    let api = ("src/api.ts", FETCH);
    let main = ("src/main.ts", "import App from './App.vue'\nimport Profile from './Profile.vue'\n");
    let setup = "<script setup lang=\"ts\">";
    for (path, component) in [
        ("src/Profile.vue", APP_VUE.to_string()),
        // An options component, a script elsewhere, two of them, none at all.
        ("src/App.vue", APP_VUE.replace(setup, "<script lang=\"ts\">")),
        ("src/App.vue", APP_VUE.replace(setup, "<script setup src=\"./app.ts\">")),
        ("src/App.vue", format!("{APP_VUE}{setup}\n</script>\n")),
        (
            "src/App.vue",
            APP_VUE.replace("<script setup lang=\"ts\">", "<!--").replace("</script>\n\n", "-->\n\n"),
        ),
        // Nothing sets it, another `ref`, a function's own.
        ("src/App.vue", APP_VUE.replace("user.value = ", "")),
        ("src/App.vue", APP_VUE.replace("from 'vue'", "from './ours'")),
        ("src/App.vue", APP_VUE.replace("const user", "function f() { const user").replace("// who", "; }")),
    ] {
        let (draft, changed) = planned(VUE, &[(path, &component), main, api]);
        assert_eq!((draft.status, changed.len()), (Status::ByHand, 0), "{component}");
        assert!(draft.reason.contains("no state"), "{}", draft.reason);
    }
    // Nothing to stand beside, and a block that is not understood.
    let bare =
        APP_VUE.replace("import { onMounted, ref } from 'vue'\nimport type { User } from './user'\n", "");
    let (draft, _) = planned(VUE, &[("src/App.vue", &bare), main, api]);
    assert_eq!(draft.status, Status::ByHand, "{}", draft.reason);
    let broken = APP_VUE.replace("const open = ref(false)", "const open = ;");
    let (draft, _) = planned(VUE, &[("src/App.vue", &broken), main, api]);
    assert!(draft.reason.contains("syntax"), "{}", draft.reason);
    let mixed = "<script>\n  import { onMount } from 'svelte';\n  let user = null;\n  let open = $state(false);\n  onMount(() => { user = 1; });\n</script>\n";
    let (draft, _) = planned(
        SVELTE,
        &[("src/App.svelte", mixed), ("src/main.ts", "import App from './App.svelte';\n"), api],
    );
    assert!(draft.reason.contains("no state"), "{}", draft.reason);
}
