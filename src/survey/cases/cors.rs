//! A front end on another origin, and whether CORS lets its pages load the script.

use super::harness::SIGNS_UP;
use super::{Case, Planned};
use crate::plan::{Status, Verdict};

const PACKAGE: &str = r#"{"dependencies":{"react-dom":"19"},"devDependencies":{"vite":"7"}}"#;
const SHELL: &str = "<head></head><body><script type=\"module\" src=\"/src/main.tsx\"></script></body>\n";
const AUTH: &str = "import { createContext, useState } from 'react';\n\nconst AuthContext = createContext(null);\n\nexport function AuthProvider({ children }) {\n  const [user, setUser] = useState<User | null>(null);\n  const signOut = () => setUser(null);\n  return <AuthContext.Provider value={{ user, signOut }}>{children}</AuthContext.Provider>;\n}\n";
const API: &str = "const API = import.meta.env.VITE_API_URL;\nexport const me = () => fetch(`${API}/me`, { credentials: 'include' });\n";
const CHAIN: &str = "    Router::new()\n        .route(\"/signup\", post(signup::signup))\n        .route(\"/me\", get(auth::me))\n        .route(\"/checkout\", post(billing::checkout))\n        .with_state(state)\n";

/// The application with this router and this way of its front end to call it.
fn plan(router: &str, api: &str) -> Planned {
    Case::new()
        .file("src/signup.rs", SIGNS_UP)
        .file("web/package.json", PACKAGE)
        .file("web/index.html", SHELL)
        .file("web/src/main.tsx", "import { AuthProvider } from './auth';\n")
        .file("web/src/auth.tsx", AUTH)
        .file("web/src/api.ts", api)
        .replace("src/main.rs", CHAIN, router)
        .replace(
            "src/main.rs",
            "use axum::Router;\n",
            "use axum::Router;\nuse tower_http::cors::CorsLayer;\n",
        )
        .plan()
}

fn nested(inner: &str, outer: &str) -> String {
    format!(
        "    let cors = CorsLayer::new().allow_origin(ORIGIN);\n    let api = Router::new()\n        .route(\"/signup\", post(signup::signup))\n        .route(\"/checkout\", post(billing::checkout)){inner};\n    Router::new()\n        .route(\"/me\", get(auth::me))\n        .nest(\"/api\", api){outer}\n        .with_state(state)\n"
    )
}

const LAYER: &str = "\n        .layer(cors)";

#[test]
fn a_layer_around_other_routes_alone_leaves_the_front_end_to_a_person() {
    let planned = plan(&nested(LAYER, ""), API);
    let step = planned.step("front-end:web");
    assert_eq!(step.status, Status::ByHand, "{}", step.reason);
    assert!(step.reason.contains("CORS layer in src/main.rs"), "{}", step.reason);
    assert_eq!(step.by_hand[0].text, ".merge(crate::cello::routes().layer(cors))");
    assert!(step.by_hand.iter().any(|hand| hand.text == "useCello(Boolean(user));"), "{:?}", step.by_hand);
    assert_eq!(planned.verdict("page:web/index.html").0, Verdict::ByHand);
    assert_eq!(planned.step("routes").status, Status::Ready);
}

#[test]
fn a_layer_around_the_place_too_or_none_at_all_or_the_same_origin_is_no_hindrance() {
    let own = "export const me = () => fetch('/api/me', { credentials: 'include' });\n";
    for (router, api) in [
        (nested("", LAYER), API),
        (nested("", "\n        .layer(cors)\n        .fallback(auth::me)"), API),
        (CHAIN.to_string(), API),
        (nested(LAYER, ""), own),
    ] {
        let planned = plan(&router, api);
        let (status, reason) = planned.state("front-end:web");
        assert_eq!(status, Status::Ready, "{reason}\n{router}");
    }
}
