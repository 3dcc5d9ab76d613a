//! One running sample application, with a database of its own and Cello and Stripe at hand.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use serde_json::Value;
use tempfile::TempDir;

use crate::browser::Browser;
use crate::cello_stub::{ACCESS_KEY_ID, ACCESS_TOKEN, CelloStub, SECRET_ACCESS_KEY};
use crate::clock;
use crate::database::{Database, Store};
use crate::pagewatch::PAGEWATCH;
use crate::sample::Sample;
use crate::stripe_proxy::Stripe;

pub const PRODUCT_ID: &str = "e2e-product";
pub const PRODUCT_SECRET: &str = "e2e-product-secret-77ad";

/// What may be read nowhere but in requests to Cello.
pub const SECRETS: [&str; 4] = [PRODUCT_SECRET, SECRET_ACCESS_KEY, ACCESS_KEY_ID, ACCESS_TOKEN];

/// Settings by name.
pub type Settings = BTreeMap<&'static str, String>;

/// The application and the world around it. The fields are dropped in this order.
pub struct Scene {
    process: Child,
    sample: &'static Sample,
    pub address: SocketAddr,
    pub cello: CelloStub,
    pub stripe: Option<Stripe>,
    settings: Settings,
    database: Database,
    folder: TempDir,
}

impl Scene {
    /// Pagewatch, the sample that is examined most.
    pub fn new() -> Self {
        Self::of(&PAGEWATCH, None, &|_| {})
    }

    pub fn with_stripe() -> Self {
        Self::of(&PAGEWATCH, Some(Stripe::start()), &|_| {})
    }

    /// Starts Pagewatch with its settings changed.
    pub fn with_settings(stripe: Option<Stripe>, change: &dyn Fn(&mut Settings)) -> Self {
        Self::of(&PAGEWATCH, stripe, change)
    }

    pub fn of(sample: &'static Sample, stripe: Option<Stripe>, change: &dyn Fn(&mut Settings)) -> Self {
        let cello = CelloStub::start();
        let folder = tempfile::tempdir().expect("a temporary folder");
        // Where nothing listens, so that a test which should leave Stripe alone fails if it doesn't.
        let stripe_url = stripe.as_ref().map_or("http://127.0.0.1:9/".into(), Stripe::url);
        let database = Database::new(sample.store, folder.path());
        let mut settings = (sample.settings)(&database.url(), &stripe_url);
        settings.extend([("RUST_LOG", "debug".to_string()), ("NO_COLOR", "1".into())]);
        settings.extend(cello_settings(&cello));
        change(&mut settings);
        let (process, address) = launch(&sample.patched().program, sample.listens, folder.path(), &settings);
        Self { process, sample, address, cello, stripe, settings, database, folder }
    }

    /// Killed as by a power failure, and started again.
    pub fn is_killed_and_restarted(&mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it ends");
        let program = &self.sample.patched().program;
        (self.process, self.address) =
            launch(program, self.sample.listens, self.folder.path(), &self.settings);
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.address)
    }

    /// A visitor who came by a referral link: Cello's script has left its cookie.
    pub fn referred(&self) -> Browser {
        let mut browser = self.browser();
        browser.set_cookie("cello-referral", "test");
        browser
    }

    pub fn stripe(&self) -> &Stripe {
        self.stripe.as_ref().expect("a scene with Stripe")
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    #[track_caller]
    pub fn sql(&self, sql: &str) -> Vec<Vec<Value>> {
        self.database.sql(sql)
    }

    /// The notes of sign-ups: code, attempts, whether put off, whether done with.
    #[track_caller]
    pub fn notes(&self) -> Vec<Vec<Value>> {
        let rows = match self.sample.store {
            Store::Sqlite => {
                "SELECT ucc, attempts, next_attempt_at > datetime('now'), reported_at IS NOT NULL \
                 FROM cello_signups ORDER BY rowid"
            }
            Store::Postgres => {
                "SELECT ucc, attempts, (next_attempt_at > now())::int AS later, \
                 (reported_at IS NOT NULL)::int AS done FROM cello_signups ORDER BY created_at"
            }
        };
        self.sql(rows)
    }

    /// As if the time to try again had come.
    #[track_caller]
    pub fn time_passes(&self) {
        let then = self.database.ago(self.database.now(), "1 second");
        self.sql(&format!("UPDATE cello_signups SET next_attempt_at = {then}"));
    }

    /// As if everybody had signed up that much earlier.
    #[track_caller]
    pub fn signed_up_earlier(&self, by: &str) {
        let then = self.database.ago("created_at", by);
        self.sql(&format!("UPDATE cello_signups SET created_at = {then}"));
    }
}

/// What Cello's part of an application reads.
pub fn cello_settings(cello: &CelloStub) -> Settings {
    Settings::from([
        ("CELLO_ENV", "sandbox".into()),
        ("CELLO_PRODUCT_ID", PRODUCT_ID.into()),
        ("CELLO_PRODUCT_SECRET", PRODUCT_SECRET.into()),
        ("CELLO_ACCESS_KEY_ID", ACCESS_KEY_ID.into()),
        ("CELLO_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY.into()),
        ("CELLO_API_BASE_URL", cello.url()),
        ("CELLO_ASSETS_BASE_URL", "https://assets.sandbox.cello.so".into()),
    ])
}

/// Starts a program and waits until it says in its log where it listens, after these words.
pub fn launch(program: &Path, listens: &str, folder: &Path, settings: &Settings) -> (Child, SocketAddr) {
    let path = folder.join("log");
    let log = OpenOptions::new().create(true).append(true).open(&path).expect("a log file");
    let before = log.metadata().expect("its size").len();
    let mut process = Command::new(program)
        .env_clear()
        .envs(settings)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a second handle"))
        .stderr(log)
        .spawn()
        .expect("the patched application starts");
    let address = clock::eventually("the application says where it listens", || {
        let log = fs::read_to_string(&path).unwrap_or_default();
        if let Ok(Some(status)) = process.try_wait() {
            panic!("the application ended with {status}\n{log}");
        }
        let log = log.get(usize::try_from(before).ok()?..)?;
        let (_, rest) = log.split_once(listens)?;
        let address = rest.split_once('\n')?.0.trim();
        address.strip_prefix("http://").unwrap_or(address).parse().ok()
    });
    (process, address)
}

impl Drop for Scene {
    /// Nothing that ever happened in a test may have put a secret into the log.
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let log = self.log();
        if thread::panicking() {
            let lines: Vec<&str> = log.lines().filter(|line| !line.contains(" DEBUG ")).collect();
            eprintln!("log of the application:\n{}", lines.join("\n"));
            return;
        }
        for secret in SECRETS.iter().chain(&["eyJ"]) {
            assert!(!log.contains(secret), "{secret} in the log");
        }
        assert!(!log.contains("panicked"), "the application panicked:\n{log}");
    }
}
