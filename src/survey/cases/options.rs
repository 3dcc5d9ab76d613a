//! What is off unless chosen: no step and no byte of it before, whole lines after, in a new module and in one that is
//! there.

use super::harness::SIGNS_UP;
use super::{Case, Planned};
use crate::plan::Status;

const CLIENT: &str = "src/cello/client.js";
const PAGE: &str = "<html>\n<head>\n</head>\n<body>\n</body>\n</html>\n";

fn case() -> Case {
    Case::new()
        .file("src/signup.rs", SIGNS_UP)
        .file("static/dashboard.html", PAGE)
        .replace(
            "src/main.rs",
            ".route(\"/me\"",
            ".nest_service(\"/static\", ServeDir::new(\"static\"))\n        .route(\"/me\"",
        )
        .replace(
            "src/main.rs",
            "use sqlx::SqlitePool;\n",
            "use sqlx::SqlitePool;\nuse tower_http::services::ServeDir;\n",
        )
}

/// The application as a plan leaves it.
fn applied(planned: &Planned) -> Case {
    let mut case = case();
    for path in
        ["Cargo.toml", "src/main.rs", "src/signup.rs", "src/cello.rs", "src/cello/protocol.rs", CLIENT]
    {
        case = case.file(path, planned.text(path));
    }
    case
}

#[test]
fn nothing_is_asked_and_there_is_no_step_unless_chosen() {
    let planned = case().plan();
    for id in ["custom-launcher", "page-language", "referral-banner", "discount"] {
        assert!(!planned.ids().contains(&id), "{id}");
    }
    let asked: Vec<&str> = planned.plan.decisions.iter().map(|decision| decision.id.as_str()).collect();
    assert_eq!(asked, Vec::<&str>::new());
    assert_eq!(planned.text(CLIENT), include_str!("../../../templates/app/client.js"));
    // To say so makes no difference but that it is kept.
    let said =
        case().answer("launcher", "cello").answer("banner", "portal").answer("language", "product").plan();
    assert_eq!(said.text(CLIENT), planned.text(CLIENT));
    assert_eq!(said.ids(), planned.ids());
    assert_eq!(said.plan.decisions.len(), 3);
}

#[test]
fn a_new_module_has_the_lines_and_the_plan_says_what_is_left() {
    let planned = case().answer("launcher", "own").answer("language", "page").answer("banner", "own").plan();
    let text = planned.text(CLIENT);
    for line in ["'#cello-launcher'", "document.documentElement.lang", "'getReferrerName'"] {
        assert!(text.contains(line), "{line}");
    }
    let step = planned.step("custom-launcher");
    assert_eq!(step.status, Status::ByHand);
    assert!(step.by_hand[0].text.starts_with("<button id=\"cello-launcher\""));
    assert_eq!(step.by_hand[0].place.as_ref().unwrap().file, "static/dashboard.html");
    assert!(step.by_hand[1].text.contains("`#cello-launcher`"), "{:?}", step.by_hand);
    assert_eq!(planned.step("page-language").by_hand.len(), 1);
    assert!(planned.step("referral-banner").by_hand[0].text.starts_with("<p id=\"cello-banner\""));

    // The element is there: what is left is the portal's.
    let page =
        PAGE.replace("<body>\n", "<body>\n<a id=\"cello-launcher\" hidden><b data-label>Invite</b></a>\n");
    let planned = case().file("static/dashboard.html", &page).answer("launcher", "own").plan();
    let step = planned.step("custom-launcher");
    assert_eq!((step.by_hand.len(), step.evidence.len()), (1, 1));
}

#[test]
fn a_module_that_is_there_gets_the_lines_once() {
    let before = case().plan();
    let planned = applied(&before).answer("launcher", "own").plan();
    let step = planned.step("custom-launcher");
    assert_eq!(step.status, Status::Ready, "{}", step.reason);
    assert!(planned.changed(CLIENT).iter().all(|line| line.starts_with('+')));
    // The same as if it had been chosen from the start; and one more option is added beside it.
    let at_once = case().answer("launcher", "own").plan();
    assert_eq!(planned.text(CLIENT), at_once.text(CLIENT));
    let more = applied(&at_once).answer("launcher", "own").answer("banner", "own").plan();
    assert_eq!(more.state("custom-launcher").0, Status::ByHand);
    assert_eq!(more.state("referral-banner").0, Status::Ready);

    let other = before.text(CLIENT).replace("    await window.Cello?.('shutdown');\n", "");
    let planned = applied(&before).file(CLIENT, &other).answer("launcher", "own").plan();
    let step = planned.step("custom-launcher");
    assert_eq!(step.status, Status::ByHand);
    assert!(step.by_hand[0].text.contains("showLauncher"), "{}", step.by_hand[0].text);
}

#[test]
fn a_module_written_by_hand_gets_the_lines_by_hand() {
    let main = "mod users;\n\nuse poem::Route;\n\nfn app() -> Route {\n    Route::new().at(\"/\", home)\n}\n";
    let poem = Case::new().replace("Cargo.toml", "axum = \"0.8\"", "poem = \"3\"").file("src/main.rs", main);
    let planned = poem.file("src/auth.rs", "").any_format().answer("launcher", "own").plan();
    assert_eq!(planned.state("module").0, Status::ByHand);
    let step = planned.step("custom-launcher");
    assert!(step.by_hand[0].text.contains("showLauncher"), "{:?}", step.by_hand);
}

#[test]
fn a_discount_names_the_places_of_the_coupon() {
    let billing = "use axum::extract::State;\nuse stripe::{CheckoutSession, CreateCheckoutSession};\n\nuse crate::AppState;\n\npub async fn checkout(State(state): State<AppState>) {\n    let params = CreateCheckoutSession::new();\n    let _ = CheckoutSession::create(&state.stripe, params).await;\n}\n";
    let sells = case().file("src/billing.rs", billing);
    let planned = sells.clone().answer("discount", "yes").plan();
    let step = planned.step("discount");
    assert_eq!(step.status, Status::ByHand);
    let place = step.by_hand.last().unwrap().place.as_ref().unwrap();
    assert_eq!(place.file, "src/billing.rs");
    assert!(!sells.answer("discount", "no").plan().ids().contains(&"discount"));
}

#[test]
fn a_consent_tool_is_heard_by_the_script_once_somebody_decided_so() {
    let page =
        PAGE.replace("<head>\n", "<head>\n<script src=\"https://consent.cookiebot.com/uc.js\"></script>\n");
    let asks = case().file("static/dashboard.html", &page);
    let open = asks.plan();
    assert_eq!(open.state("page-script:static/dashboard.html").0, Status::Decide);
    assert_eq!(open.plan.decisions[0].id, "consent");
    let decided = asks.clone().answer("consent", "after-consent").plan();
    assert_eq!(decided.state("page-script:static/dashboard.html").0, Status::Ready);
    assert!(decided.text(CLIENT).contains("CookiebotOnAccept"));
    let step = decided.step("consent-tool");
    assert_eq!((step.status, step.by_hand.len()), (Status::ByHand, 1));
    assert!(step.by_hand[0].text.contains("Until then Cello sets its cookies"), "{:?}", step.by_hand);
    // The other answer, and a tool that is not heard.
    let necessary = asks.answer("consent", "necessary").plan();
    assert!(!necessary.text(CLIENT).contains("Cookiebot") && !necessary.ids().contains(&"consent-tool"));
    let klaro = page.replace("consent.cookiebot.com/uc.js", "cdn.example.org/klaro.js");
    let other = case().file("static/dashboard.html", &klaro).answer("consent", "after-consent").plan();
    assert!(!other.ids().contains(&"consent-tool"));
    assert!(other.step("page-script:static/dashboard.html").by_hand[0].text.contains("allowCookies"));
}
