//! A visit by a real browser, and signing out: against stubs of an application and of the host of Cello's scripts.

use cello_scaffold::doctor::live::browser::find;

use super::*;

const COOKIES: &str = "
  const given = new URLSearchParams(location.search);
  document.cookie = 'cello-referral=' + given.get('ucc') + '; path=/';
  document.cookie = 'cello-product-id=' + given.get('productId') + '; path=/';
  window.CelloAttribution = async () => given.get('ucc');
";
/// As when a consent tool or a mistake keeps one of the cookies back.
const ONE_COOKIE: &str = "
  document.cookie = 'cello-referral=test; path=/';
  window.CelloAttribution = async () => '';
";

type Notes = Arc<Mutex<Vec<String>>>;

/// The host of Cello's scripts, with notes of what it was asked for.
fn assets_of(script: &'static str) -> (Server, Notes) {
    let asked = Notes::default();
    let notes = Arc::clone(&asked);
    let server = Server::start(Arc::new(move |request| {
        notes.lock().unwrap().push(request.target().1.to_string());
        let mut reply = Message::reply(200, "text/javascript", script);
        reply.headers.push(("access-control-allow-origin".into(), "*".into()));
        reply
    }));
    (server, asked)
}

/// A page that loads the script from there, and something from elsewhere.
fn page(assets: SocketAddr, elsewhere: SocketAddr, policy: &str) -> Server {
    let policy = policy.to_string();
    Server::start(Arc::new(move |request| {
        if request.target().1 != "/" {
            return Message::json_reply(200, &json!({ "enabled": false }));
        }
        let html = format!(
            "<!doctype html><html><head><script type=\"module\" src=\"http://{assets}/attribution/latest/cello-attribution.js\">\
             </script><script src=\"http://{elsewhere}/other.js\"></script></head><body></body></html>"
        );
        let mut page = Message::reply(200, "text/html", html);
        page.headers.push(("content-security-policy".into(), policy.clone()));
        page
    }))
}

fn chromium() -> std::path::PathBuf {
    let path = std::env::var_os("PATH").expect("there is a PATH");
    find(std::env::split_paths(&path)).expect("a browser is there: tests/run.sh installs Chromium")
}

fn visited(page: &Server, hosts: &[String]) -> Vec<Trial> {
    let profile = tempfile::tempdir().unwrap();
    let visit =
        Visit { program: Some(chromium()), profile: profile.path().to_path_buf(), hosts: hosts.to_vec() };
    let url = format!("http://{}", page.address);
    let asked = super::Asked {
        url: &url,
        token_path: "/api/cello/token",
        signed_in: &[],
        product_secret: None,
        log_out: None,
        visit: &visit,
        now: NOW,
        patience: Duration::from_secs(20),
    };
    application(&asked).unwrap()
}

fn outcome(trials: &[Trial], id: &str) -> (Outcome, String) {
    let trial = trials.iter().find(|trial| trial.id == id).unwrap_or_else(|| panic!("no {id}: {trials:#?}"));
    (trial.outcome, trial.text.clone())
}

#[test]
fn a_browser_sees_the_cookies_once_its_host_is_named_and_goes_nowhere_else() {
    let (assets, asked) = assets_of(COOKIES);
    let (elsewhere, strange) = assets_of("");
    let page = page(assets.address, elsewhere.address, "default-src * 'unsafe-inline'");
    // The loopback has one name for all; the ports tell the hosts apart.
    let trials = visited(&page, &[]);
    assert_eq!(outcome(&trials, "live-browser-script").0, Outcome::Holds, "{trials:#?}");
    let (cookies, said) = outcome(&trials, "live-browser-cookies");
    assert_eq!(cookies, Outcome::NotTried);
    assert!(said.contains(&format!("--browser-host {}", assets.address)), "{said}");
    assert!(asked.lock().unwrap().is_empty(), "the host that was not named was asked");

    let trials = visited(&page, &[assets.address.to_string()]);
    for id in ["live-browser-script", "live-browser-cookies", "live-browser-ucc"] {
        assert_eq!(outcome(&trials, id).0, Outcome::Holds, "{trials:#?}");
    }
    assert_eq!(*asked.lock().unwrap(), ["/attribution/latest/cello-attribution.js"]);
    assert!(strange.lock().unwrap().is_empty(), "a host that nobody named was asked");
}

#[test]
fn a_cookie_that_is_missing_is_named() {
    let (assets, _) = assets_of(ONE_COOKIE);
    let page = page(assets.address, assets.address, "default-src * 'unsafe-inline'");
    let trials = visited(&page, &[assets.address.to_string()]);
    let (cookies, said) = outcome(&trials, "live-browser-cookies");
    assert_eq!(cookies, Outcome::Broken(Severity::Warning), "{trials:#?}");
    assert!(said.contains("cello-product-id") && !said.contains("cello-referral"), "{said}");
    assert_eq!(outcome(&trials, "live-browser-ucc").0, Outcome::Broken(Severity::Warning));
}

#[test]
fn a_page_that_never_ends_or_a_program_that_is_no_browser_is_not_called_broken() {
    let slow = Server::start(Arc::new(|request| {
        if request.target().1 == "/slow.js" {
            std::thread::sleep(Duration::from_secs(3));
        }
        let html = "<!doctype html><html><head><script src=\"/slow.js\"></script></head></html>";
        Message::reply(200, "text/html", html)
    }));
    let profile = tempfile::tempdir().unwrap();
    let url = format!("http://{}", slow.address);
    for program in [chromium(), "/bin/false".into(), "/nowhere/chromium".into()] {
        let visit =
            Visit { program: Some(program), profile: profile.path().to_path_buf(), hosts: Vec::new() };
        let asked = super::Asked {
            url: &url,
            token_path: "/t",
            signed_in: &[],
            product_secret: None,
            log_out: None,
            visit: &visit,
            now: NOW,
            patience: Duration::from_secs(10),
        };
        let trials = application(&asked).unwrap();
        for id in ["live-browser-script", "live-browser-cookies", "live-browser-ucc"] {
            assert_eq!(outcome(&trials, id).0, Outcome::NotTried, "{trials:#?}");
        }
    }
}

/// An application whose sign-out works, is refused, or ends nothing.
fn signed_out(status: u16, ends: bool) -> (Outcome, String) {
    let over = Arc::new(Mutex::new(false));
    let server = Server::start(Arc::new(move |request| match request.target() {
        ("POST", "/leave") => {
            *over.lock().unwrap() = ends;
            Message::reply(status, "text/plain", "")
        }
        (_, "/t") if request.header("cookie") == Some(COOKIE) && !*over.lock().unwrap() => {
            Message::json_reply(
                200,
                &json!({ "enabled": true, "bootConfig": { "token": token(SECRET, NOW) } }),
            )
        }
        (_, "/t") => Message::json_reply(200, &json!({ "enabled": false })),
        _ => Message::reply(404, "text/plain", ""),
    }));
    let url = format!("http://{}", server.address);
    let signed_in = [("cookie".to_string(), COOKIE.to_string())];
    let asked = super::Asked {
        url: &url,
        token_path: "/t",
        signed_in: &signed_in,
        product_secret: None,
        log_out: Some("/leave"),
        visit: &Visit::default(),
        now: NOW,
        patience: PATIENCE,
    };
    outcome(&application(&asked).unwrap(), "live-log-out")
}

#[test]
fn after_signing_out_no_token_may_come() {
    assert_eq!(signed_out(303, true).0, Outcome::Holds);
    assert_eq!(signed_out(303, false).0, Outcome::Broken(Severity::Error));
    let (outcome, said) = signed_out(403, true);
    assert_eq!(outcome, Outcome::NotTried);
    assert!(said.contains("403"), "{said}");
}
