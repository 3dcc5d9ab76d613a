//! Arguments of the commands that examine: `doctor` and `webhook`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::formats::{DoctorFormat, Format};

/// `doctor`
#[derive(Debug, Args)]
#[command(after_help = super::examples::and(
    "doctor",
    "Exit code 1 means errors that are not in the baseline; warnings and notes don't\n\
     fail."
))]
pub struct DoctorArgs {
    /// The project; its Cargo workspace is taken as a whole
    #[arg(default_value = ".")]
    pub project: PathBuf,
    /// Look at this package only
    #[arg(long, value_name = "NAME")]
    pub package: Option<String>,
    /// Also try the application that runs at this address; only this host is asked
    #[arg(long, value_name = "URL")]
    pub live: Option<String>,
    /// With --live: where it answers with the widget's token, if that isn't found in the source
    #[arg(long, value_name = "PATH", requires = "live")]
    pub token_path: Option<String>,
    /// With --live: the `Cookie` header of somebody signed in
    #[arg(long, value_name = "COOKIE", requires = "live")]
    pub cookie: Option<String>,
    /// With --live: a header of somebody signed in (repeatable)
    #[arg(long, value_name = "NAME: VALUE", requires = "live")]
    pub header: Vec<String>,
    /// With --live: sign out by `POST` to this path at the end, and see that no token is handed out then
    #[arg(long, value_name = "PATH", requires = "live")]
    pub log_out: Option<String>,
    /// With --live: the Chromium or Chrome that visits a page; by default the first in PATH
    #[arg(long, value_name = "PROGRAM", requires = "live")]
    pub browser: Option<PathBuf>,
    /// With --live: let the browser load from this host too, such as assets.cello.so (repeatable); else only from the URL's
    #[arg(long, value_name = "HOST", requires = "live")]
    pub browser_host: Vec<String>,
    /// Also ask Cello's API for an access token, with the CELLO_* settings of this environment
    #[arg(long)]
    pub cello: bool,
    /// Also look at the newest Customers and charges at Stripe
    #[arg(long)]
    pub stripe: bool,
    /// Setting of this environment that holds a key for Stripe; a restricted one that may read is enough
    #[arg(long, value_name = "NAME", default_value = "STRIPE_RESTRICTED_KEY")]
    pub stripe_key_env: String,
    /// Address of Stripe's interface, instead of its own
    #[arg(long, value_name = "URL")]
    pub stripe_api: Option<String>,
    /// With --stripe: list what can be repaired of the Customers' metadata, ask, and do it; takes a key that may write Customers
    #[arg(long, requires = "stripe")]
    pub repair: bool,
    /// With --repair: a file with lines `CUSTOMER,USER` or `CUSTOMER,USER,CODE` from your database
    #[arg(long, value_name = "FILE", requires = "repair")]
    pub users: Option<PathBuf>,
    /// With --repair: agree to what is listed
    #[arg(long, requires = "repair")]
    pub yes: bool,
    /// Write the plan that puts right what can be put right by rule; nothing is applied
    #[arg(long)]
    pub fix: bool,
    /// Findings in this file are known and don't fail; it is written if it isn't there
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    pub format: DoctorFormat,
}

/// What to do with Stripe's webhook endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WebhookDo {
    /// What to set up
    Show,
    /// What the account has
    Check,
    /// Make it, or complete what is there
    Create,
}

/// `webhook`
#[derive(Debug, Args)]
pub struct WebhookArgs {
    /// What to do
    #[arg(value_enum)]
    pub command: Option<WebhookDo>,
    /// The address from the Cello portal
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Agree to making or completing the endpoint
    #[arg(long)]
    pub yes: bool,
    /// Setting of this environment that holds a key for Stripe that may read, or write, webhook endpoints
    #[arg(long, value_name = "NAME", default_value = "STRIPE_RESTRICTED_KEY")]
    pub stripe_key_env: String,
    /// Address of Stripe's interface, instead of its own
    #[arg(long, value_name = "URL")]
    pub stripe_api: Option<String>,
    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}
