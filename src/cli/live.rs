//! What `doctor` tries where it is told to: a running application, Cello's API, Stripe. Secrets come from the environment.

use super::args::DoctorArgs;
use super::{Console, Failure};
use crate::doctor::chart::{token_path, user_id_type};
use crate::doctor::live::browser::{Visit, find};
use crate::doctor::live::cello::{Keys, credentials};
use crate::doctor::live::http::NoReply;
use crate::doctor::live::stripe::{Code, Ids};
use crate::doctor::live::{Asked, Outcome, PATIENCE, Trial, application, stripe};
use crate::survey::Findings;
use crate::target::Target;

/// Stripe's interface.
pub(super) const STRIPE: &str = "https://api.stripe.com";

/// A setting of the environment that this runs in, unless it is empty.
#[expect(clippy::disallowed_methods, reason = "keys are kept out of arguments, which others can see")]
pub(super) fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|value| value.trim().to_string()).filter(|value| !value.is_empty())
}

/// Everything that was asked for.
pub(super) fn trials(
    args: &DoctorArgs,
    target: &Target,
    findings: &Findings,
    console: &mut Console,
) -> Result<Vec<Trial>, Failure> {
    let failed = |what: &str, why: NoReply| Failure::Usage(format!("{what}: {}", why.text()));
    let mut trials = Vec::new();
    if let Some(url) = &args.live {
        let path = args
            .token_path
            .clone()
            .or_else(|| token_path(target))
            .unwrap_or_else(|| "/api/cello/token".to_string());
        let profile = tempfile::Builder::new().prefix("cello-doctor-").tempdir().map_err(|source| {
            Failure::Io { doing: "made", path: std::path::PathBuf::from("a folder for the browser"), source }
        })?;
        let visit = Visit {
            program: args.browser.clone().or_else(in_path),
            profile: profile.path().to_path_buf(),
            hosts: args.browser_host.clone(),
        };
        let others = match args.browser_host.as_slice() {
            [] => "nobody else".to_string(),
            hosts => format!("in a browser {} too, as you said", hosts.join(" and ")),
        };
        console.remark(&format!("Asking {url} and {others}; the token at {path}."));
        let signed_in = signed_in(args)?;
        let secret = setting("CELLO_PRODUCT_SECRET");
        let asked = Asked {
            url,
            token_path: &path,
            signed_in: &signed_in,
            product_secret: secret.as_deref(),
            log_out: args.log_out.as_deref(),
            visit: &visit,
            now: now(),
            patience: PATIENCE,
        };
        trials.extend(application(&asked).map_err(|why| failed(url, why))?);
    }
    if args.cello {
        let keys = Keys {
            access_key_id: setting("CELLO_ACCESS_KEY_ID"),
            secret_access_key: setting("CELLO_SECRET_ACCESS_KEY"),
            product_id: setting("CELLO_PRODUCT_ID"),
            product_secret: setting("CELLO_PRODUCT_SECRET"),
            environment: setting("CELLO_ENV"),
            base: setting("CELLO_API_BASE_URL"),
        };
        console.remark(&format!(
            "Asking {} for an access token.",
            keys.address().unwrap_or_else(|| "nobody".to_string())
        ));
        trials.push(credentials(&keys, PATIENCE).map_err(|why| failed("CELLO_API_BASE_URL", why))?);
    }
    if args.stripe {
        let base = args.stripe_api.as_deref().unwrap_or(STRIPE);
        let Some(key) = setting(&args.stripe_key_env) else {
            let name = &args.stripe_key_env;
            return Err(Failure::Usage(format!(
                "`{name}` has no key of Stripe's in this environment; a restricted one that may read is enough"
            )));
        };
        console.remark(&format!("Asking {base} for the newest Customers and charges."));
        let mut sites = findings.survey.apps.iter().flat_map(|app| &app.stripe);
        let site =
            sites.find(|call| call.decoy.is_none() && call.object == "customer" && call.call == "create");
        let code = Code {
            site: site.map(|call| format!("{}:{}", call.at.file, call.at.line)),
            ids: user_id_type(target).map_or(Ids::Any, |name| Ids::of(&name)),
        };
        trials.extend(stripe::account(base, &key, &code, PATIENCE).map_err(|why| failed(base, why))?);
    }
    for trial in &trials {
        let word = match trial.outcome {
            Outcome::Holds => "holds",
            Outcome::Broken(severity) => severity.as_str(),
            Outcome::NotTried => "not tried",
        };
        console.remark(&format!("  {word}: {}", crate::report::clean(&trial.text)));
    }
    Ok(trials)
}

/// A browser in the folders of `PATH`.
#[expect(clippy::disallowed_methods, reason = "which programs there are is a matter of this machine")]
fn in_path() -> Option<std::path::PathBuf> {
    find(std::env::split_paths(&std::env::var_os("PATH")?))
}

fn signed_in(args: &DoctorArgs) -> Result<Vec<(String, String)>, Failure> {
    let mut headers: Vec<(String, String)> =
        args.cookie.iter().map(|cookie| ("cookie".to_string(), cookie.clone())).collect();
    for header in &args.header {
        // Its value may be a secret, so it isn't told.
        let (name, value) = header
            .split_once(':')
            .ok_or_else(|| Failure::Usage("--header takes `NAME: VALUE`".to_string()))?;
        headers.push((name.trim().to_ascii_lowercase(), value.trim().to_string()));
    }
    Ok(headers)
}

#[expect(clippy::disallowed_methods, reason = "a token's time is compared with this machine's")]
fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
