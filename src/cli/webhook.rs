//! `webhook`: Stripe's webhook endpoint for Cello, shown, checked or made.

use serde::Serialize;

use super::args::{WebhookArgs, WebhookDo};
use super::formats::Format;
use super::live::{STRIPE, setting};
use super::{Console, Exit, Failure};
use crate::doctor::live::PATIENCE;
use crate::doctor::live::webhook::{Account, Done, Endpoint, events, is_sandbox, leads_to_cello};

const SECRET: &str = "Reveal the endpoint's signing secret in Stripe's dashboard (Developers, Webhooks) and paste it into the Cello \
     portal. The application doesn't need it, and this tool never shows it.";

/// What `webhook` answers: without a subcommand what to set up, with `check` what there is, with `create` what was done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WebhookAnswer {
    /// Always `cello-webhook/1`.
    pub schema: String,
    /// Events that Stripe has to send to Cello.
    pub events: Vec<String>,
    /// `test` or `live`, as the key has it; null where no account was asked.
    pub mode: Option<String>,
    /// Whether an endpoint is right as it is; null unless it was checked.
    pub right: Option<bool>,
    /// The account's endpoints that lead to Cello, as far as it was checked.
    pub endpoints: Vec<CheckedEndpoint>,
    /// `unchanged`, `completed` or `made`; null unless `create` was asked for.
    pub done: Option<String>,
    /// The endpoint that was completed or made.
    pub id: Option<String>,
    /// The address asked for.
    pub url: Option<String>,
}

/// An endpoint and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CheckedEndpoint {
    /// As Stripe has it.
    pub endpoint: Endpoint,
    /// In sentences.
    pub problems: Vec<String>,
}

fn answer() -> WebhookAnswer {
    WebhookAnswer { schema: "cello-webhook/1".into(), events: events().to_vec(), ..WebhookAnswer::default() }
}

pub(super) fn run(args: &WebhookArgs, console: &mut Console) -> Result<Exit, Failure> {
    match args.command.unwrap_or(WebhookDo::Show) {
        WebhookDo::Show => show(args, console),
        WebhookDo::Check => check(args, console),
        WebhookDo::Create => create(args, console),
    }
}

fn show(args: &WebhookArgs, console: &mut Console) -> Result<Exit, Failure> {
    if args.format == Format::Json {
        console.print_json(&answer())?;
        return Ok(Exit::Done);
    }
    let style = console.style;
    let mut text = style.heading("Stripe's webhook for Cello");
    text.push_str(&style.paragraph(
        "Stripe tells Cello of customers and payments by itself: nothing in the application takes part. Copy the address from the \
         Cello portal (Integrations, Webhooks), once for test mode and once for live mode. It gets these events of your account:",
        1,
    ));
    events().iter().for_each(|event| text.push_str(&format!("   {event}\n")));
    text.push_str(&style.paragraph(SECRET, 1));
    text.push_str(&format!(" {}\n", style.command("cello-scaffold webhook check")));
    text.push_str(&format!(" {}\n", style.command("cello-scaffold webhook create --url ADDRESS")));
    console.print(&text)?;
    Ok(Exit::Done)
}

/// What is wrong with an endpoint, in sentences.
fn problems(endpoint: &Endpoint) -> Vec<String> {
    let mut out = Vec::new();
    if !endpoint.enabled {
        out.push("It is disabled: Stripe delivers nothing.".to_string());
    }
    if !endpoint.missing.is_empty() {
        out.push(format!("It doesn't get {}.", endpoint.missing.join(", ")));
    }
    if endpoint.live && is_sandbox(&endpoint.url) {
        out.push("Live payments go to Cello's sandbox.".to_string());
    }
    out
}

fn check(args: &WebhookArgs, console: &mut Console) -> Result<Exit, Failure> {
    let key = key(args)?;
    let found = account(args, &key)?.endpoints().map_err(|trouble| Failure::Remote(trouble.text()))?;
    let right = found.iter().any(|endpoint| problems(endpoint).is_empty());
    if args.format == Format::Json {
        let endpoints = found
            .iter()
            .map(|endpoint| CheckedEndpoint { endpoint: endpoint.clone(), problems: problems(endpoint) });
        console.print_json(&WebhookAnswer {
            mode: Some(mode(&key).into()),
            right: Some(right),
            endpoints: endpoints.collect(),
            ..answer()
        })?;
    } else {
        let style = console.style;
        let title =
            if right { "The webhook for Cello is right" } else { "The webhook for Cello is not right" };
        let mut text = style.heading(&format!("{title}, in {} mode", mode(&key)));
        if found.is_empty() {
            text.push_str(&style.paragraph("No endpoint of this account leads to Cello.", 1));
        }
        for endpoint in &found {
            text.push_str(&format!(" {} {}\n", endpoint.id, crate::report::clean(&endpoint.url)));
            let problems = problems(endpoint);
            let said = if problems.is_empty() {
                "It is enabled and gets all ten events.".to_string()
            } else {
                problems.join(" ")
            };
            text.push_str(&style.paragraph(&said, 3));
        }
        if !right {
            text.push_str(&format!(" {}\n", style.command("cello-scaffold webhook create --url ADDRESS")));
        }
        text.push_str(&style.paragraph(
            "The other mode has endpoints of its own: check it with a key of that mode. Whether the signing secret is in the Cello \
             portal shows only there.",
            1,
        ));
        console.print(&text)?;
    }
    Ok(if right { Exit::Done } else { Exit::Differs })
}

fn create(args: &WebhookArgs, console: &mut Console) -> Result<Exit, Failure> {
    let Some(url) = &args.url else {
        return Err(Failure::Usage(
            "`webhook create` needs --url, the address from the Cello portal".to_string(),
        ));
    };
    if !leads_to_cello(url) {
        return Err(Failure::Usage(format!(
            "`{url}` is not on a host of Cello's; copy it from the Cello portal"
        )));
    }
    let key = key(args)?;
    if mode(&key) == "live" && is_sandbox(url) {
        return Err(Failure::Usage(
            "this is a live key and the sandbox's address: they don't belong together".to_string(),
        ));
    }
    let question = format!("Make or complete the endpoint {url} in Stripe's {} mode?", mode(&key));
    let may_ask = args.format == Format::Human;
    let mut ask = || if may_ask { console.ask(&format!("{question} [y/N]")) } else { None };
    let agreed = args.yes || ask().is_some_and(|answer| ["y", "yes"].contains(&answer.as_str()));
    if !agreed {
        return Err(Failure::NotAgreed(question));
    }
    let done = account(args, &key)?.ensure(url).map_err(|trouble| Failure::Remote(trouble.text()))?;
    let (word, id) = match &done {
        Done::Nothing => ("unchanged", None),
        Done::Completed(id) => ("completed", Some(id)),
        Done::Made(id) => ("made", Some(id)),
    };
    if args.format == Format::Json {
        console.print_json(&WebhookAnswer {
            mode: Some(mode(&key).into()),
            done: Some(word.into()),
            id: id.cloned(),
            url: Some(url.clone()),
            ..answer()
        })?;
    } else {
        let text = match done {
            Done::Nothing => "The endpoint was right already; nothing was changed.".to_string(),
            Done::Completed(id) => format!("Completed {id}: it is enabled and gets all ten events. {SECRET}"),
            Done::Made(id) => format!("Made {id} with all ten events. {SECRET}"),
        };
        let style = console.style;
        console.print(&style.paragraph(&text, 0))?;
    }
    Ok(Exit::Done)
}

fn account<'k>(args: &WebhookArgs, key: &'k str) -> Result<Account<'k>, Failure> {
    Account::new(args.stripe_api.as_deref().unwrap_or(STRIPE), key, PATIENCE)
        .map_err(|why| Failure::Remote(why.text().to_string()))
}

fn key(args: &WebhookArgs) -> Result<String, Failure> {
    setting(&args.stripe_key_env).ok_or_else(|| {
        Failure::Usage(format!("`{}` has no key of Stripe's in this environment", args.stripe_key_env))
    })
}

pub(super) fn mode(key: &str) -> &'static str {
    if key.split('_').nth(1) == Some("live") { "live" } else { "test" }
}
