use super::*;
use crate::edit::{Edit, splice};
use crate::plan::Status;
use crate::steps::csp;
use crate::survey::pages::tests::project;

const MANIFEST: (&str, &str) =
    ("Cargo.toml", "[package]\nname = \"app\"\nedition = \"2024\"\n[dependencies]\naxum = \"0.8\"\n");

fn survey(main: &str) -> Vec<CspSite> {
    let (_dir, target) = project(&[MANIFEST, ("src/main.rs", main)]);
    policies(&target, &target.packages[0])
}

/// The file after the steps, which must all be ready; and it must be nothing to do the second time.
fn after(main: &str) -> String {
    let drafts = csp(&survey(main), false);
    let edits: Vec<Edit> = drafts
        .iter()
        .inspect(|draft| assert_eq!(draft.status, Status::Ready, "{}", draft.reason))
        .flat_map(|draft| &draft.edits)
        .map(|edit| Edit { at: edit.at.clone().unwrap(), text: edit.text.clone() })
        .collect();
    let out = String::from_utf8(splice(main.as_bytes(), &edits).unwrap()).unwrap();
    assert!(csp(&survey(&out), false).iter().all(|draft| draft.status == Status::Done), "{out}");
    out
}

#[test]
fn directives_are_extended_where_they_end_and_missing_ones_copy_their_fallback() {
    let main = "fn layer() {\r\n    h.insert(\"Content-Security-Policy\", HeaderValue::from_static(\r\n        \"default-src 'self' \\\"; \\\r\n         script-src 'self' 'unsafe-inline'; \\\r\n         img-src * data:; \\\r\n         connect-src 'self' https:; \\\r\n         frame-src 'none'; \\\r\n         style-src 'self'\",\r\n    ));\r\n}\r\nfn main() {}\r\n".replace(" \\\"", "");
    let out = after(&main);
    assert_eq!(
        out,
        main.replace("'unsafe-inline';", "'unsafe-inline' https://*.cello.so;")
            .replace("'none'", "https://*.cello.so")
            .replace(
                "style-src 'self'\"",
                "style-src 'self' https://*.cello.so; \\\r\n         font-src 'self' https://*.cello.so\""
            )
    );
}

#[test]
fn raw_strings_constants_concat_joins_and_format_are_read() {
    let raw = after(
        "const POLICY: &str = r#\"script-src 'self'\"#;\nfn set() { h.insert(header::CONTENT_SECURITY_POLICY, POLICY); }\nfn main() {}\n",
    );
    assert!(raw.contains("r#\"script-src 'self' https://*.cello.so\"#"));

    let concat = after(
        "fn set() { h.insert(CONTENT_SECURITY_POLICY, concat!(\"default-src 'none'; \", \"script-src 'self';\")); }\nfn main() {}\n",
    );
    assert!(concat.contains("\"script-src 'self' https://*.cello.so; connect-src 'self' https://*.cello.so; img-src https://*.cello.so;"), "{concat}");

    let join = after(
        "fn set() { let p = [\"script-src 'self'\", \"connect-src 'self'\"].join(\"; \"); h.insert(CONTENT_SECURITY_POLICY, p); }\nfn main() {}\n",
    );
    assert!(
        join.contains(
            "[\"script-src 'self' https://*.cello.so\", \"connect-src 'self' https://*.cello.so\"]"
        ),
        "{join}"
    );

    let format = after(
        "fn policy(n: &str) -> String { format!(\"script-src 'self' 'nonce-{n}'; img-src 'self'\") }\nfn set() { h.insert(CONTENT_SECURITY_POLICY, policy(n)); }\nfn main() {}\n",
    );
    assert!(format.contains("'nonce-{n}' https://*.cello.so; img-src 'self' https://*.cello.so\""));
}

#[test]
fn strict_and_scattered_policies_are_left_to_a_person() {
    for policy in [
        "\"script-src 'nonce-abc' 'strict-dynamic'\"",
        "\"script-src 'sha256-abc='\"",
        "(\"script-src 'self' \".to_string() + extra)",
    ] {
        let sites =
            survey(&format!("fn set() {{ h.insert(CONTENT_SECURITY_POLICY, {policy}); }}\nfn main() {{}}\n"));
        let drafts = csp(&sites, false);
        assert_eq!(drafts[0].status, Status::ByHand, "{policy}");
        assert!(drafts[0].edits.is_empty() && drafts[0].by_hand[0].text.contains("https://*.cello.so"));
    }
}

#[test]
fn policies_of_tests_and_of_nothing_are_no_sites() {
    let sites = survey(
        "/// `default-src 'self'`\nfn help() -> &'static str { \"default-src 'self'; script-src 'self'\" }\n#[cfg(test)]\nmod tests { fn a() { h.insert(CONTENT_SECURITY_POLICY, \"script-src 'self'\"); } }\nfn main() { h.insert(CONTENT_SECURITY_POLICY, x()); }\n",
    );
    assert_eq!(sites.len(), 1);
    assert!(sites[0].csp.decoy.is_some());
    let drafts = csp(&sites, false);
    assert_eq!(drafts[0].status, Status::NotApplicable);
    assert_eq!(drafts[0].accounts.len(), 1);
}

#[test]
fn several_policies_have_a_step_each_and_a_page_may_hold_one() {
    let page = "<html><head><meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'self'\"></head><body></body></html>";
    let main = "fn set() { if a { h.insert(CONTENT_SECURITY_POLICY_REPORT_ONLY, \"img-src 'self'\"); } else { h.insert(CONTENT_SECURITY_POLICY_REPORT_ONLY, \"font-src 'self'\"); } }\nfn page() { include_str!(\"../page.html\"); }\nfn main() {}\n";
    let (_dir, target) = project(&[MANIFEST, ("src/main.rs", main), ("page.html", page)]);
    let sites = policies(&target, &target.packages[0]);
    let ids: Vec<&str> = sites.iter().map(|site| site.id.as_str()).collect();
    assert_eq!(ids, ["csp:page.html", "csp:src/main.rs", "csp:src/main.rs#2"]);
    assert!(sites[1].report_only && sites[0].csp.kind == "meta" && sites[0].csp.decoy.is_none());
    assert_eq!(csp(&sites, false)[0].edits[0].text, " https://*.cello.so");
}

/// A file of a project after the steps, which must all be ready; and it must be nothing to do the second time.
fn file_after(path: &str, text: &str) -> String {
    let survey = |text: &str| {
        let (_dir, target) = project(&[MANIFEST, ("src/main.rs", "fn main() {}\n"), (path, text)]);
        policies(&target, &target.packages[0])
    };
    let drafts = csp(&survey(text), false);
    let edits: Vec<Edit> = drafts
        .iter()
        .inspect(|draft| assert_eq!(draft.status, Status::Ready, "{path}: {}", draft.reason))
        .flat_map(|draft| &draft.edits)
        .map(|edit| Edit { at: edit.at.clone().unwrap(), text: edit.text.clone() })
        .collect();
    let out = String::from_utf8(splice(text.as_bytes(), &edits).unwrap()).unwrap();
    assert!(csp(&survey(&out), false).iter().all(|draft| draft.status == Status::Done), "{out}");
    out
}

#[test]
fn web_servers_and_hosts_files_are_extended_in_place() {
    let own = "default-src 'self'; script-src 'self'; img-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; frame-src 'self'";
    let wide = own.replace("'self'", "'self' https://*.cello.so").replacen(" https://*.cello.so", "", 1);
    for (path, text) in [
        (
            "deploy/nginx.conf",
            "server { # add_header Content-Security-Policy \"script-src 'none'\";\n  add_header X-A 'b';\n  add_header Content-Security-Policy\n    \"POLICY\" always;\n}\n",
        ),
        (
            "Caddyfile",
            "a.example {\n\theader {\n\t\tX-A b\n\t\tContent-Security-Policy \"POLICY\"\n\t}\n\theader /x ?Content-Security-Policy-Report-Only `POLICY`\n}\n",
        ),
        ("web/_headers", "/*\r\n  X-A: b\r\n  Content-Security-Policy: POLICY\r\n"),
        (
            "vercel.json",
            "{\"headers\":[{\"source\":\"/(.*)\",\"headers\":[{\"key\":\"content-security-policy\",\"value\":\"POLICY\"}]}]}",
        ),
        (
            "next.config.mjs",
            "const policy = `POLICY`;\nexport default { async headers() { return [{ source: '/', headers: [{ key: 'Content-Security-Policy', value: policy.replace(/\\s{2,}/g, ' ').trim() }] }]; } };\n",
        ),
        (
            "next.config.js",
            "module.exports = { headers: () => [{ headers: [{ value: \"POLICY\", key: 'Content-Security-Policy' }] }] };\n",
        ),
    ] {
        assert_eq!(file_after(path, &text.replace("POLICY", own)), text.replace("POLICY", &wide), "{path}");
    }
    let list = "module.exports = { headers: () => [{ key: 'Content-Security-Policy', value: [\"script-src 'self'\", \"img-src 'self'\"].join('; ') }] };\n";
    assert_eq!(
        file_after("next.config.js", list),
        list.replace("-src 'self'", "-src 'self' https://*.cello.so")
    );
}

#[test]
fn actix_default_headers_are_read_and_a_desktop_shells_policy_is_left_alone() {
    let actix = after(
        "fn main() { App::new().wrap(middleware::DefaultHeaders::new().add((\"Content-Security-Policy\", \"script-src 'self'\"))); }\n",
    );
    assert!(actix.contains("\"script-src 'self' https://*.cello.so\""));
    let tauri = "{\"app\":{\"security\":{\"csp\":\"default-src 'self'; script-src 'self'\"}}}";
    let (_dir, target) =
        project(&[MANIFEST, ("src/main.rs", "fn main() {}\n"), ("desktop/src-tauri/tauri.conf.json", tauri)]);
    let sites = policies(&target, &target.packages[0]);
    assert!(sites[0].csp.decoy.as_ref().unwrap().contains("desktop"));
    assert_eq!(csp(&sites, false)[0].status, Status::NotApplicable);
}

#[test]
fn a_policy_from_parts_or_for_pages_of_another_origin_is_left_to_a_person() {
    let parts = "module.exports = { headers: () => [{ key: 'Content-Security-Policy', value: [\"script-src 'self'\", more].join('; ') }] };\n";
    let escaped =
        "server { add_header Content-Security-Policy \"script-src 'self'; report-uri \\\"x\\\"\"; }\n";
    for (path, text) in [("next.config.js", parts), ("nginx.conf", escaped)] {
        let (_dir, target) = project(&[MANIFEST, ("src/main.rs", "fn main() {}\n"), (path, text)]);
        assert_eq!(csp(&policies(&target, &target.packages[0]), false)[0].status, Status::ByHand, "{path}");
    }
    let page = "<html><head><meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'self'\"></head><body></body></html>";
    let front = [
        MANIFEST,
        ("src/main.rs", "fn main() {}\n"),
        (
            "web/package.json",
            "{\"dependencies\":{\"react-dom\":\"19\"},\"devDependencies\":{\"vite\":\"7\"}}",
        ),
        ("web/index.html", page),
    ];
    let (_dir, target) = project(&front);
    let drafts = csp(&policies(&target, &target.packages[0]), false);
    assert!(
        drafts[0].status == Status::ByHand && drafts[0].reason.contains("API's own origin"),
        "{}",
        drafts[0].reason
    );
}

#[test]
fn a_policy_of_nonces_stays_one_where_all_pages_show_theirs() {
    let page = |second: &str| {
        format!(
            "<html>\n<head>\n<script nonce=\"{{{{ nonce }}}}\" src=\"a.js\"></script>\n</head>\n<body><script{second}>b()</script></body></html>\n"
        )
    };
    let shown = page(" nonce=\"{{ nonce }}\"");
    let with = |policy: &str, page: &str| {
        let main = format!(
            "fn set(nonce: &str) {{ h.insert(CONTENT_SECURITY_POLICY, format!(\"{policy}\")); }}\n#[derive(Template)]\n#[template(path = \"a.html\")]\nstruct A {{ nonce: String }}\nfn main() {{}}\n"
        );
        let manifest = MANIFEST.1.replace("[dependencies]\n", "[dependencies]\naskama = \"0.14\"\n");
        let (_dir, target) =
            project(&[("Cargo.toml", &manifest), ("src/main.rs", &main), ("templates/a.html", page)]);
        let pages = crate::survey::pages::pages(&target, &target.packages[0]);
        let drafts = csp(&policies(&target, &target.packages[0]), crate::steps::nonced(&pages));
        let texts: Vec<String> = drafts[0].edits.iter().map(|edit| edit.text.clone()).collect();
        (drafts[0].status, texts.join("|"))
    };
    let own = "connect-src 'self'; img-src 'self'; style-src 'self'; font-src 'self'; frame-src 'self'";
    let others = [" https://*.cello.so"; 5].join("|");
    let nonces = format!("script-src 'nonce-{{nonce}}'; {own}");
    assert_eq!(with(&nonces, &shown), (Status::Ready, format!(" https://*.cello.so|{others}")));
    let dynamic = format!("script-src 'nonce-{{nonce}}' 'strict-dynamic'; {own}");
    assert_eq!(with(&dynamic, &shown), (Status::Ready, others));
    // A page with a script that has none, and hashes.
    assert_eq!(with(&nonces, &page("")).0, Status::ByHand);
    assert_eq!(with(&dynamic, &page("")).0, Status::ByHand);
    assert_eq!(with(&format!("script-src 'sha256-abc='; {own}"), &shown).0, Status::ByHand);
}
