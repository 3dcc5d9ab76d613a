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
    let drafts = csp(&survey(main));
    let edits: Vec<Edit> = drafts
        .iter()
        .inspect(|draft| assert_eq!(draft.status, Status::Ready, "{}", draft.reason))
        .flat_map(|draft| &draft.edits)
        .map(|edit| Edit { at: edit.at.clone().unwrap(), text: edit.text.clone() })
        .collect();
    let out = String::from_utf8(splice(main.as_bytes(), &edits).unwrap()).unwrap();
    assert!(csp(&survey(&out)).iter().all(|draft| draft.status == Status::Done), "{out}");
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
        let drafts = csp(&sites);
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
    let drafts = csp(&sites);
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
    assert_eq!(csp(&sites)[0].edits[0].text, " https://*.cello.so");
}
