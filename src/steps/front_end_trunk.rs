//! What a front end that Trunk builds needs, by hand: a few lines in the page that Trunk starts from, and a function of
//! theirs that the program calls.
//!
//! Trunk leaves scripts without `data-trunk` as they are. The script hangs on `window`, since what a program in
//! WebAssembly imports itself would stop it where Cello is switched off.

use crate::plan::HandWork;
use crate::survey::pages::PageSite;

use super::front_end::Served;

/// The two sheets for one page.
pub fn by_hand(dir: &str, page: Option<&PageSite>, served: Served) -> Vec<HandWork> {
    let place = page.map(|site| site.page.head_end.clone().unwrap_or_else(|| site.page.at.clone()));
    let path = page.map_or("the page that Trunk starts from", |site| site.page.at.file.as_str());
    let dir = if dir.is_empty() { "the front end's program" } else { dir };
    let folder = served.folder;
    let load = format!("  const cello = import('{folder}/client.js?manual').catch(() => ({{}}));\n");
    let (fetch, known, start) = match served.to_other_sites {
        true => (
            format!(
                "  const fetchToken = (token) => async (ucc) => {{\n    const headers = {{ Authorization: `Bearer ${{token}}` }};\n    const reply = await fetch(`{folder}/token${{ucc}}`, {{ headers }});\n    return reply.ok ? reply.json() : null;\n  }};\n"
            ),
            "token",
            "start?.(fetchToken(token))",
        ),
        false => (String::new(), "signedIn", "start?.()"),
    };
    let script = format!(
        "<script type=\"module\">\n{load}{fetch}  window.celloSignedIn = async ({known}) => {{\n    const {{ start, stop }} = await cello;\n    await ({known} ? {start} : stop?.());\n  }};\n</script>"
    );
    let parameter = if served.to_other_sites { "token: Option<String>" } else { "signed_in: bool" };
    let rust = format!(
        "use wasm_bindgen::prelude::wasm_bindgen;\n\n#[wasm_bindgen]\nextern \"C\" {{\n    #[wasm_bindgen(js_name = celloSignedIn)]\n    fn cello_signed_in({parameter});\n}}"
    );
    let says = if served.to_other_sites { "the token or `None`" } else { "whether somebody is signed in" };
    vec![
        HandWork {
            todo: format!(
                "Put this into the head of {path}, not of what Trunk writes. It keeps a visitor's referral code from \
                 the first page on. If the API is another origin, each address starts with it."
            ),
            place: place.clone(),
            text: script,
            turns_green: Some("qa-22".into()),
        },
        HandWork {
            todo: format!(
                "Declare this in {dir} and call it with {says}, once that is known and whenever it changes: after \
                 signing in, after the page is loaded with a session, and on signing out."
            ),
            place,
            text: rust,
            turns_green: Some("qa-20".into()),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Status, Verdict};
    use crate::steps::front_end;
    use crate::survey::frontend::front_ends;
    use crate::survey::pages::{pages, tests::project};

    const MAIN: &str = "fn main() { let a = Router::new().fallback_service(ServeDir::new(\"public\")); }\n";
    const SOURCE: &str = "<html><head>\n<link data-trunk rel=\"rust\">\n</head><body></body></html>\n";
    const BUILT: &str = "<html><head>\n<title>a</title>\n</head><body></body></html>\n";

    fn plan(files: &[(&str, &str)], to_other_sites: bool) -> (Vec<crate::steps::Draft>, Vec<PageSite>) {
        let mut all = vec![(
            "Cargo.toml",
            "[package]\nname = \"app\"\nedition = \"2024\"\n[dependencies]\naxum = \"0.8\"\n",
        )];
        all.extend(files);
        let (_dir, target) = project(&all);
        let package = target.packages.iter().find(|package| package.name == "app").unwrap();
        let sites = pages(&target, package);
        let served = Served { folder: "/api/cello", to_other_sites };
        let front = front_end(&front_ends(&target, package), &sites, served);
        (crate::steps::page_script(&sites, "/api/cello/client.js", front), sites)
    }

    #[test]
    fn what_trunk_writes_is_left_alone_and_what_it_starts_from_is_done_by_hand() {
        let files = [
            ("src/main.rs", MAIN),
            ("public/index.html", BUILT),
            ("web/Trunk.toml", "[build]\ndist = \"../public\"\n"),
            ("web/index.html", SOURCE),
        ];
        for (by_bearer, call, parameter) in [
            (false, "signedIn ? start?.() : stop?.()", "signed_in: bool"),
            (true, "token ? start?.(fetchToken(token)) : stop?.()", "token: Option<String>"),
        ] {
            let (drafts, _) = plan(&files, by_bearer);
            let [draft] = drafts.as_slice() else {
                panic!("{} drafts", drafts.len());
            };
            assert_eq!((draft.id().as_str(), draft.status), ("front-end:web", Status::ByHand));
            assert!(draft.by_hand[0].text.contains(call), "{}", draft.by_hand[0].text);
            assert!(draft.by_hand[1].text.contains(parameter), "{}", draft.by_hand[1].text);
            assert_eq!(draft.by_hand[0].place.as_ref().unwrap().file, "web/index.html");
            let told: Vec<(&str, Verdict)> =
                draft.accounts.iter().map(|one| (one.site.as_str(), one.verdict)).collect();
            assert_eq!(
                told,
                [
                    ("page:web/index.html", Verdict::ByHand),
                    ("page:public/index.html", Verdict::NotApplicable)
                ]
            );
            assert!(draft.accounts[1].reason.contains("Trunk writes it from web/index.html"));
        }
    }

    #[test]
    fn a_page_of_its_own_beside_a_trunk_build_is_still_a_page() {
        // The build goes elsewhere; and nothing here is built by Trunk.
        let elsewhere = [
            ("src/main.rs", MAIN),
            ("public/index.html", BUILT),
            ("web/Trunk.toml", "[build]\ndist = \"../other\"\n"),
            ("web/index.html", SOURCE),
        ];
        let none = [("src/main.rs", MAIN), ("public/index.html", BUILT), ("web/Trunk.toml", "[build]\n")];
        for files in [&elsewhere[..], &none[..]] {
            let (drafts, _) = plan(files, false);
            let page = drafts.iter().find(|draft| draft.id() == "page-script:public/index.html").unwrap();
            assert_eq!(page.status, Status::Ready, "{}", page.reason);
        }
    }

    #[test]
    fn a_program_of_its_own_in_the_workspace_is_told_with_the_server() {
        let web = "[package]\nname = \"web\"\nedition = \"2024\"\n[dependencies]\nyew = \"0.21\"\n";
        let files = [
            ("src/main.rs", MAIN),
            ("public/index.html", BUILT),
            ("web/Cargo.toml", web),
            ("web/src/main.rs", "fn main() {}\n"),
            ("web/Trunk.toml", "[build]\ndist = \"../public\"\n"),
            ("web/index.html", SOURCE),
        ];
        let (drafts, sites) = plan(&files, false);
        let ids: Vec<String> = drafts.iter().map(crate::steps::Draft::id).collect();
        assert_eq!(ids, ["front-end:web"]);
        assert_eq!(sites.iter().filter(|site| site.page.decoy.is_none()).count(), 1);
    }

    #[test]
    fn without_its_source_a_built_page_is_left_to_a_person() {
        let built = BUILT.replace(
            "<title>",
            "<script type=\"module\" crossorigin src=\"/assets/index-BxY2k_jd.js\"></script><title>",
        );
        let (drafts, _) = plan(&[("src/main.rs", MAIN), ("public/index.html", &built)], false);
        assert_eq!(drafts[0].status, Status::ByHand);
        assert!(drafts[0].reason.contains("index-BxY2k_jd.js"), "{}", drafts[0].reason);
    }
}
