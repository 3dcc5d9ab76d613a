//! What would make a working programme better, from what is there and what isn't; most worthwhile first.

use super::Recommendation;
use super::chart::Chart;
use crate::playbook::Component;

/// All that apply here.
pub fn recommendations(chart: &Chart<'_>) -> Vec<Recommendation> {
    let one = |id: &str, title: &str, benefit: &str, effort: &str, command: &str| Recommendation {
        id: id.into(),
        title: title.into(),
        benefit: benefit.into(),
        effort: effort.into(),
        command: command.into(),
    };
    if chart.traces.is_empty() {
        return vec![one(
            "integrate",
            "Integrate Cello",
            "Users refer users: widget, attribution, sign-up and purchase tracking, as a plan to review.",
            "an hour",
            "cello-scaffold plan",
        )];
    }
    let mut out = Vec::new();
    // An integration of this tool's is gone on with by its plan; of any other the same sheet says what to write.
    let ours = chart.plan.steps.len() > 1;
    let planned = |decision: &str, explained: &str| {
        if ours {
            format!("cello-scaffold plan --set {decision}")
        } else {
            format!("cello-scaffold explain {explained}")
        }
    };
    let says = |word: &str| chart.browser_says(word);
    let open = chart.plan.steps.iter().any(|step| step.status == crate::plan::Status::Ready)
        && chart.plan.steps.len() > 1;
    if open {
        out.push(one(
            "finish",
            "Finish the plan",
            "Steps of the integration are still open; each is a way to lose a referral.",
            "minutes",
            "cello-scaffold plan",
        ));
    }
    if chart.has(Component::PurchaseTracking) {
        out.push(one(
            "webhook",
            "Make sure Stripe tells Cello of every payment",
            "Without the webhook's ten events no reward is ever computed.",
            "minutes",
            "cello-scaffold webhook check",
        ));
    }
    let launcher = says("customLauncherSelector") || says("hideDefaultLauncher");
    if chart.has(Component::ReferralWidget) && !launcher {
        out.push(one(
            "launcher",
            "Put an own launcher into the menu, with the reward's text from getLabels",
            "People find the programme where they look for their account; the text names the reward.",
            "an hour",
            "cello-scaffold explain custom-launcher",
        ));
    }
    if launcher && !says("getLabels") {
        out.push(one(
            "labels",
            "Let the launcher name the reward, by getLabels",
            "A text with the reward in it is opened more often, and is right when the campaign changes.",
            "minutes",
            "cello-scaffold explain custom-launcher-labels",
        ));
    }
    if chart.has(Component::Attribution) && !says("getReferrerName") {
        out.push(one(
            "banner",
            "Greet referred visitors with the referrer's name and the discount",
            "The new-user banner is switched on in the portal and needs no code.",
            "minutes",
            "cello-scaffold explain portal-settings",
        ));
    }
    if chart.has(Component::PurchaseTracking) && !chart.rust_says("/reward") && !says("getCampaignConfig") {
        out.push(one(
            "discount",
            "Give referred users a discount",
            "A reason for the invited to sign up; applied where the subscription is made.",
            "a day",
            &planned("discount=yes", "discount"),
        ));
    }
    let consent = chart.target.files.values().chain(chart.front).any(|file| {
        ["OneTrust", "Cookiebot", "cookieconsent", "usercentrics"].iter().any(|tool| file.text.contains(tool))
    });
    if consent && !says("allowCookies") {
        out.push(one(
            "consent",
            "Let the consent tool govern Cello's cookies",
            "The site asks for consent; allowCookies and deleteCookies pass the answer on.",
            "an hour",
            &planned("consent=after-consent", "consent"),
        ));
    }
    let organisations = chart.target.index.types.values().any(|ty| {
        ty.fields.iter().any(|field| {
            ["organization_id", "organisation_id", "org_id", "tenant_id"].contains(&field.name.as_str())
        })
    });
    if organisations && !chart.rust_says("new_user_organization_id") {
        out.push(one(
            "organisations",
            "Decide whether a person or an organisation is rewarded",
            "There are organisations here; where they pay, Cello needs their id in three places.",
            "a day",
            &planned("payer=organisation", "payer"),
        ));
    }
    if chart.has(Component::ReferralWidget) && !chart.rust_says("depersonalize") {
        out.push(one(
            "deletion",
            "Remove deleted users at Cello too",
            "One call when an account is deleted keeps a promise that most privacy policies make.",
            "an hour",
            "cello-scaffold explain deletion",
        ));
    }
    let credits = chart.target.index.types.values().any(|ty| {
        ty.fields.iter().any(|field| {
            ["credits", "credit_balance", "credits_balance", "credit"].contains(&field.name.as_str())
        })
    });
    if credits && chart.has(Component::ReferralWidget) && !chart.rust_says("credit_reward") {
        out.push(one(
            "credits",
            "Reward with credit of the product instead of cash",
            "There is credit here already; as a reward it costs less and brings people back.",
            "a day",
            "cello-scaffold explain credit-rewards",
        ));
    }
    out
}
