//! A realistic plan for the sample application, written by hand: every kind of step, site and decision is in it.

use cello_scaffold::edit::{Edit, splice};
use cello_scaffold::plan::*;

use super::app::{at, create, insert, replace, text};
use super::survey::{survey, tool};

const MODULE: &str = include_str!("module.rs.txt");
const CLIENT: &str = include_str!("client.js.txt");
const MIGRATION: &str = "\
CREATE TABLE cello_signups (
    user_id      TEXT PRIMARY KEY NOT NULL,
    ucc          TEXT,
    signed_up_at TEXT NOT NULL,
    reported_at  TEXT
) STRICT;
";

/// The plan, with one decision open, or answered.
pub fn plan(answered: bool) -> Plan {
    let steps = steps(answered);
    let count = |status: Status| steps.iter().filter(|step| step.status == status).count();
    let decide = count(Status::Decide);
    let mut plan = Plan {
        schema: SCHEMA.into(),
        tool: tool(),
        digest: String::new(),
        document_sha256: String::new(),
        outcome: if decide > 0 { Outcome::Decide } else { Outcome::Ready },
        project: Project { packages: vec!["pagewatch".into()], git: None },
        summary: Summary {
            attribution: "B".into(),
            frameworks: vec!["axum 0.8".into()],
            identity: "the extractor `MaybeUser`".into(),
            ready: count(Status::Ready),
            decide,
            by_hand: count(Status::ByHand),
            done: count(Status::Done),
            not_applicable: count(Status::NotApplicable),
            changed_lines: ChangedLines { rust: 8, templates: 1, manifests: 2, other: 6 },
            new_lines: MODULE.lines().count() + CLIENT.lines().count() + MIGRATION.lines().count(),
        },
        survey: survey(),
        accounting: accounting(answered),
        decisions: vec![decision(answered)],
        files: files(&steps),
        steps,
        subset: None,
    };
    seal(&mut plan);
    plan
}

fn steps(answered: bool) -> Vec<Step> {
    let service = "src/billing/service.rs";
    let web = "src/web/mod.rs";
    let mut module = step(
        "module",
        "Add the module that talks to Cello",
        Component::Setup,
        "axum 0.8 and sqlx are there; nothing of Cello is yet.",
    );
    module.edits = vec![create("src/cello.rs", MODULE), create("src/cello/client.js", CLIENT)];
    module.cello_facts = vec!["token-hs512".into(), "no-such-fact".into()];
    module.acceptance = vec![check("qa-04", "The token is a valid HS512 JWT.", How::Compile)];
    module.docs = vec![Doc {
        url: "https://docs.cello.so/sdk/client-side/user-authentication".into(),
        read: "2026-11".into(),
    }];

    let mut declaration = step(
        "module-declaration",
        "Declare the module",
        Component::Setup,
        "The other modules are declared here, in order.",
    );
    declaration.edits = vec![insert("src/lib.rs", "pub mod billing;\n", "pub mod cello;\n")];
    declaration.after = vec!["module".into()];

    let mut dependency = step(
        "dependency",
        "Depend on hmac and sha2",
        Component::Setup,
        "No JWT library is there, and `rand` 0.8 fixes the generation.",
    );
    dependency.edits = vec![
        insert("Cargo.toml", "dotenvy = \"0.15\"\n", "hmac = \"0.12\"\n"),
        insert("Cargo.toml", "serde_json = \"1\"\n", "sha2 = \"0.10\"\n"),
    ];

    let mut migration = step(
        "migration",
        "Add a table for codes of new users",
        Component::SignupTracking,
        "Migrations are numbered; the highest is 0003.",
    );
    migration.edits = vec![create("migrations/0004_cello_signups.sql", MIGRATION)];

    let mut routes = step(
        "routes",
        "Serve the token and the script",
        Component::ReferralWidget,
        "This router is outermost, and identity is optional in it.",
    );
    routes.edits =
        vec![insert(web, ".nest(\"/api/v1\", api::routes())\n", "        .merge(crate::cello::routes())\n")];
    routes.evidence = vec![Evidence {
        at: at(web, ".nest(\"/api/v1\", api::routes())"),
        fact: "the last route before the fallback".into(),
    }];
    routes.after = vec!["module-declaration".into()];
    routes.acceptance = vec![check(
        "qa-09",
        "The token endpoint answers a visitor with `{\"enabled\":false}`.",
        How::Running,
    )];

    let mut signup = step(
        "signup:web::signup::submit",
        "Note a new user after the form",
        Component::SignupTracking,
        "After this line the sign-up can't fail any more.",
    );
    signup.edits = vec![insert(
        "src/web/signup.rs",
        "session::start(&state.db, &state.config, jar, user.id).await?;\n",
        "    crate::cello::signed_up(&state.db, &user.id).await;\n",
    )];
    signup.evidence = vec![Evidence {
        at: at("src/web/signup.rs", "match accounts::register(&state.db, &input.name"),
        fact: "the user is created here; `user.id` is in scope behind it".into(),
    }];
    signup.after = vec!["migration".into(), "module-declaration".into()];
    signup.cello_facts = vec!["events-new-signup".into()];

    let mut admin = step(
        "signup:web::admin::create_user",
        "Note users whom an admin makes",
        Component::SignupTracking,
        "Whether they count as sign-ups can't be told from the code.",
    );
    if answered {
        admin.status = Status::NotApplicable;
        admin.reason = "You decided that these accounts are no sign-ups.".into();
    } else {
        admin.status = Status::Decide;
        admin.needs = vec!["signup-by-admin".into()];
    }

    let mut customer = step(
        "customer-metadata:billing::service::ensure_customer",
        "Put the code on the Stripe Customer",
        Component::PurchaseTracking,
        "The Customer is made here, and nowhere else, with the user in scope.",
    );
    customer.edits = vec![
        replace(
            service,
            "let customer = Customer::create(",
            "let mut metadata = HashMap::from_iter(crate::cello::customer_metadata(db, user).await);\n    metadata.extend([\n        // The Stripe account is shared with our other product.\n        (\"app\".to_string(), \"pagewatch\".to_string()),\n        (\"user_id\".to_string(), user.id.to_string()),\n    ]);\n    let customer = Customer::create(",
        ),
        replace(
            service,
            "Some(HashMap::from([\n                // The Stripe account is shared with our other product.\n                (\"app\".to_string(), \"pagewatch\".to_string()),\n                (\"user_id\".to_string(), user.id.to_string()),\n            ]))",
            "Some(metadata)",
        ),
    ];
    customer.evidence = vec![Evidence {
        at: at(service, "metadata: Some(HashMap::from(["),
        fact: "has metadata already, which is merged".into(),
    }];
    customer.cello_facts = vec!["stripe-customer-metadata".into()];
    customer.acceptance =
        vec![check("qa-33", "Customer metadata has cello_ucc and new_user_id at creation.", How::Static)];

    let mut page = step(
        "page-script:templates/base.html",
        "Load the script in the base template",
        Component::Attribution,
        "All nine pages extend this one.",
    );
    page.edits = vec![insert(
        "templates/base.html",
        "<link rel=\"stylesheet\" href=\"/static/app.css\">\n",
        "    <script type=\"module\" src=\"/api/cello/client.js\"></script>\n",
    )];

    let mut csp = step(
        "csp:web::CONTENT_SECURITY_POLICY",
        "Let the policy admit Cello's hosts",
        Component::ReferralWidget,
        "`default-src 'self'` would block the scripts.",
    );
    csp.edits = vec![
        insert(
            web,
            "default-src 'self'",
            "; script-src 'self' https://*.cello.so; connect-src 'self' https://*.cello.so",
        ),
        insert(web, "img-src 'self' data:", " https://*.cello.so"),
    ];
    csp.cello_facts = vec!["csp-hosts".into()];

    let mut environment = step(
        "environment",
        "List the settings in .env.example",
        Component::Setup,
        "The application's settings are documented there.",
    );
    environment.edits = vec![insert(
        ".env.example",
        "STRIPE_WEBHOOK_SECRET=\n",
        "\n# Cello referrals, https://portal.cello.so/integrations/accesskeys; all or none\nCELLO_ENV=\nCELLO_PRODUCT_ID=\nCELLO_PRODUCT_SECRET=\nCELLO_ACCESS_KEY_ID=\nCELLO_SECRET_ACCESS_KEY=\n",
    )];

    let mut webhook = step(
        "stripe-webhook",
        "Let Stripe tell Cello of payments",
        Component::PurchaseTracking,
        "Cello has an endpoint of its own; no code takes part.",
    );
    webhook.status = Status::ByHand;
    webhook.by_hand = vec![
        HandWork {
            todo: "Copy the webhook address from Cello's portal, under Integrations".into(),
            place: None,
            text: String::new(),
            turns_green: None,
        },
        HandWork {
            todo: "Create the endpoint in Stripe with exactly these events".into(),
            place: None,
            text: "charge.refunded\ncharge.succeeded\ncharge.updated\ncustomer.created\ncustomer.deleted\ncustomer.updated\ncustomer.subscription.created\ncustomer.subscription.deleted\ncustomer.subscription.updated\ninvoice.paid\n".into(),
            turns_green: Some("qa-35".into()),
        },
    ];
    webhook.cello_facts = vec!["stripe-webhook-events".into()];

    let mut deletion = step(
        "deletion",
        "Carry account deletions to Cello",
        Component::Setup,
        "This application has no deletion of accounts to extend.",
    );
    deletion.phase = 2;
    deletion.status = Status::ByHand;
    deletion.by_hand = vec![HandWork {
        todo: "Depersonalize whoever deletes their account".into(),
        place: Some(at("src/web/account.rs", "pub async fn show(")),
        text: "POST /referrers/{productUserId}/depersonalize".into(),
        turns_green: None,
    }];

    vec![
        dependency,
        environment,
        migration,
        module,
        declaration,
        routes,
        csp,
        page,
        signup,
        admin,
        customer,
        webhook,
        deletion,
    ]
}

fn step(id: &str, title: &str, component: Component, reason: &str) -> Step {
    Step {
        id: id.into(),
        title: title.into(),
        component,
        phase: 1,
        status: Status::Ready,
        why: String::new(),
        reason: reason.into(),
        evidence: Vec::new(),
        cello_facts: Vec::new(),
        needs: Vec::new(),
        after: Vec::new(),
        edits: Vec::new(),
        by_hand: Vec::new(),
        acceptance: Vec::new(),
        docs: Vec::new(),
    }
}

fn check(qa: &str, text: &str, how: How) -> Acceptance {
    Acceptance { qa: qa.into(), text: text.into(), how }
}

fn decision(answered: bool) -> Decision {
    let choice = |value: &str, label: &str| Choice {
        value: value.into(),
        label: label.into(),
        evidence: Some(at("src/web/admin.rs", "match accounts::register(&state.db")),
    };
    Decision {
        id: "signup-by-admin".into(),
        prompt: "Does an account that an admin makes count as a sign-up?".into(),
        why: "The admin's browser makes it, so no referral code can come with it; a referrer may expect a reward all the same.".into(),
        human_only: false,
        accepts: Accepts::Option,
        options: vec![
            choice("no", "they are made for customers who pay by invoice"),
            choice("yes", "note them like any other new user"),
        ],
        default: Some("no".into()),
        answer: answered.then(|| "no".into()),
        answered_by: answered.then(|| "flag".into()),
    }
}

fn accounting(answered: bool) -> Vec<Account> {
    let row = |site: &str, kind, verdict, step: Option<&str>, reason: &str| Account {
        site: site.into(),
        kind,
        verdict,
        step: step.map(String::from),
        case: (kind == SiteKind::Stripe).then(|| "B".into()),
        reason: reason.into(),
    };
    let admin = if answered { Verdict::NotApplicable } else { Verdict::Undecided };
    use SiteKind::{Csp, Page, Signup, Stripe};
    use Verdict::{Covered, Edit, NotApplicable};
    let customer = "customer-metadata:billing::service::ensure_customer";
    vec![
        row(
            "signup:web::admin::create_user",
            Signup,
            admin,
            Some("signup:web::admin::create_user"),
            "an admin makes the account",
        ),
        row("signup:web::dev::login", Signup, NotApplicable, None, "compiled into debug builds only"),
        row(
            "signup:web::signup::submit",
            Signup,
            Edit,
            Some("signup:web::signup::submit"),
            "the form that everybody uses",
        ),
        row("stripe:billing::service::ensure_customer", Stripe, Edit, Some(customer), "makes the Customer"),
        row(
            "stripe:billing::service::portal_url",
            Stripe,
            NotApplicable,
            None,
            "a portal session | no purchase",
        ),
        row(
            "stripe:billing::service::start_checkout",
            Stripe,
            Covered,
            Some(customer),
            "uses the Customer of `ensure_customer`",
        ),
        row("page:templates/admin/layout.html", Page, NotApplicable, None, "only admins see it"),
        row(
            "page:templates/base.html",
            Page,
            Edit,
            Some("page-script:templates/base.html"),
            "the shell of all pages",
        ),
        row("page:templates/emails/welcome.html", Page, NotApplicable, None, "an e-mail has no <script>"),
        row(
            "csp:web::CONTENT_SECURITY_POLICY",
            Csp,
            Edit,
            Some("csp:web::CONTENT_SECURITY_POLICY"),
            "would block Cello's scripts",
        ),
    ]
}

fn files(steps: &[Step]) -> Vec<PlannedFile> {
    let mut paths: Vec<&str> =
        steps.iter().flat_map(|step| &step.edits).map(|edit| edit.file.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    paths
        .into_iter()
        .map(|path| {
            let edits: Vec<&PlannedEdit> =
                steps.iter().flat_map(|step| &step.edits).filter(|edit| edit.file == path).collect();
            if edits[0].diff.starts_with("--- /dev/null") {
                let content = edits[0].text.clone();
                let after = sha256_hex(content.as_bytes());
                return PlannedFile { path: path.into(), before: None, after, content: Some(content) };
            }
            let old = text(path);
            let edits: Vec<Edit> = edits
                .iter()
                .map(|edit| Edit { at: edit.at[0]..edit.at[1], text: edit.text.clone() })
                .collect();
            let new = splice(old.as_bytes(), &edits).expect("the edits are apart");
            PlannedFile {
                path: path.into(),
                before: Some(sha256_hex(old.as_bytes())),
                after: sha256_hex(&new),
                content: None,
            }
        })
        .collect()
}
