//! What happens between a visitor's click and a reward, in this application: the boxes of the picture.

use crate::plan::{Plan, SiteKind, Verdict};
use crate::report::lines::{locate, place};
use crate::report::{clean, words};

use super::{APPLICATION, BROWSER, CELLO, Moment, STRIPE, moment};

/// What happens, in the order of time.
pub(super) fn moments(plan: &Plan) -> Vec<Moment> {
    let at_signup = plan.summary.attribution == "A";
    let stripe = ["A", "B"].contains(&plan.summary.attribution.as_str());
    let (customer, token) = if at_signup { (3, 4) } else { (4, 3) };
    let last = if stripe { 5 } else { 4 };
    let mut moments = vec![
        moment(
            plan,
            "Referral link",
            (0, BROWSER),
            "A visitor follows a user's link, which carries the code (`ucc`).",
            &[],
            vec!["?productId=…&ucc=…".into()],
        ),
        moment(
            plan,
            "Landing page",
            (1, APPLICATION),
            "The page loads the script, which keeps the code in a cookie.",
            &["page-script", "front-end", "redirect", "csp"],
            sites(plan, SiteKind::Page),
        ),
        moment(
            plan,
            "Sign-up",
            (2, APPLICATION),
            "One line notes that this user is new.",
            &["signup", "capture-layer", "migration"],
            sites(plan, SiteKind::Signup),
        ),
        moment(
            plan,
            "First token request",
            (token, APPLICATION),
            "Signed in for the first time, the page asks for its token and brings the code along.",
            &["routes", "token", "module", "module-declaration", "store-handle"],
            vec!["GET /api/cello/token".into()],
        ),
        moment(
            plan,
            "Referral widget",
            (token, BROWSER),
            "Users find their link and rewards in it.",
            &["custom-launcher"],
            vec!["cello.boot(…)".into()],
        ),
    ];
    if stripe {
        let when = if at_signup { "made at sign-up" } else { "made at first purchase" };
        moments.push(moment(
            plan,
            "Stripe Customer",
            (customer, APPLICATION),
            if at_signup {
                "The Customer is made at sign-up, with the user and the code in its metadata."
            } else {
                "The Customer is made at the first purchase, with the user and the code in its metadata."
            },
            &["customer-metadata"],
            sites(plan, SiteKind::Stripe),
        ));
        moments.push(moment(
            plan,
            "Its metadata",
            (customer, STRIPE),
            when,
            &[],
            vec!["new_user_id".into(), "cello_ucc".into()],
        ));
        moments.push(moment(
            plan,
            "Webhook to Cello",
            (last, STRIPE),
            "Stripe tells Cello of every payment, without this application.",
            &["stripe-webhook"],
            vec![],
        ));
    } else {
        moments.push(moment(
            plan,
            "Payment",
            (last, APPLICATION),
            words::case(&plan.summary.attribution).1,
            &["customer-metadata", "stripe-webhook"],
            sites(plan, SiteKind::Stripe),
        ));
    }
    if !at_signup {
        moments.push(moment(
            plan,
            "Sign-up is known",
            (token, CELLO),
            "The application reports a referred sign-up, once.",
            &[],
            vec!["POST /events".into()],
        ));
    }
    moments.push(moment(
        plan,
        "Reward",
        (last, CELLO),
        "Cello rewards whoever referred them.",
        &["portal-settings", "first-run-check"],
        vec![],
    ));
    // A site may wait for an answer without a step of its own.
    let waits = [("Sign-up", SiteKind::Signup), ("Stripe Customer", SiteKind::Stripe)];
    for (title, kind) in waits {
        let undecided = plan.accounting.iter().any(|account| {
            account.kind == kind && account.verdict == Verdict::Undecided && account.step.is_none()
        });
        let open = plan.decisions.iter().any(|decision| decision.answer.is_none());
        for moment in moments.iter_mut().filter(|moment| moment.title == title && undecided && open) {
            moment.wait();
        }
    }
    // A request comes before what the browser makes of its answer.
    moments.sort_by_key(|moment| (moment.at.0, moment.at.1 == BROWSER, moment.at.1));
    moments
}

/// Where something of a kind happens: sites that are no look-alikes, and those that others cover only if no other is left.
fn sites(plan: &Plan, kind: SiteKind) -> Vec<String> {
    let of_kind = |covered: bool| {
        let beside =
            [Verdict::NotApplicable, if covered { Verdict::NotApplicable } else { Verdict::Covered }];
        plan.accounting
            .iter()
            .filter(move |account| account.kind == kind && !beside.contains(&account.verdict))
    };
    let counting = of_kind(of_kind(false).next().is_none());
    let mut places: Vec<String> = Vec::new();
    for account in counting {
        let name = account.site.split_once(':').map_or(account.site.as_str(), |(_, name)| name).to_string();
        // A page's id is its file; elsewhere a file says more than nothing.
        let known =
            if name.is_empty() { locate(&plan.survey, &account.site).map_or(name, place) } else { name };
        // Before it is cut: half a secret is not known for one.
        let known = clean(&known);
        if !places.contains(&known) {
            places.push(known);
        }
    }
    places
}
