//! Requests to the one host that the user named: no redirect is followed, nothing waits for long, answers have a limit.

use std::time::Duration;

use ureq::Agent;
use ureq::http::Response;

/// Bytes of an answer that are read.
const LARGEST: u64 = 2 * 1024 * 1024;

/// Asks one host.
pub struct Host {
    agent: Agent,
    /// Scheme, host and port, perhaps with a path below which everything is; no slash at the end.
    base: String,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its text; what is no UTF-8 is replaced.
    pub text: String,
}

/// Why there is no answer, in words that hold no part of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoReply {
    /// It took too long.
    Slow,
    /// Nobody is there.
    NobodyThere,
    /// The certificate is not trusted.
    Certificate,
    /// What came is no HTTP, or stopped in the middle.
    Garbled,
    /// The address is none.
    Address,
}

impl NoReply {
    /// In a sentence, without its full stop.
    pub fn text(self) -> &'static str {
        match self {
            Self::Slow => "no answer in time",
            Self::NobodyThere => "nobody answers at this address",
            Self::Certificate => "the certificate is not trusted",
            Self::Garbled => "the answer is no HTTP, too large, or stops in the middle",
            Self::Address => "this is no address of a web server",
        }
    }
}

impl Host {
    /// A host by its address.
    ///
    /// # Errors
    /// If it isn't an address with `http://` or `https://`.
    pub fn new(address: &str, patience: Duration) -> Result<Self, NoReply> {
        let uri: ureq::http::Uri = address.parse().map_err(|_| NoReply::Address)?;
        let scheme = uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme));
        if scheme.is_none() || uri.host().is_none() {
            return Err(NoReply::Address);
        }
        let config = Agent::config_builder()
            .timeout_global(Some(patience))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            // A proxy would be another machine that sees cookies and keys.
            .proxy(None)
            .user_agent(concat!("cello-scaffold/", env!("CARGO_PKG_VERSION")))
            .build();
        let base = address.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').to_string();
        Ok(Self { agent: config.into(), base })
    }

    /// The whole address of a path.
    pub fn address(&self, path: &str) -> String {
        format!("{}/{}", self.base, path.trim_start_matches('/'))
    }

    /// `GET`.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn get(&self, path: &str, headers: &[(String, String)]) -> Result<Reply, NoReply> {
        let mut request = self.agent.get(self.address(path));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        read(request.call())
    }

    /// `POST` with a body.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn post(&self, path: &str, headers: &[(String, String)], body: &str) -> Result<Reply, NoReply> {
        let mut request = self.agent.post(self.address(path));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        read(request.send(body))
    }
}

fn read(response: Result<Response<ureq::Body>, ureq::Error>) -> Result<Reply, NoReply> {
    let response = response.map_err(|error| why(&error))?;
    let (parts, mut body) = response.into_parts();
    let headers = parts.headers.iter().map(|(name, value)| {
        (name.as_str().to_ascii_lowercase(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    let bytes = body.with_config().limit(LARGEST).read_to_vec().map_err(|error| why(&error))?;
    Ok(Reply {
        status: parts.status.as_u16(),
        headers: headers.collect(),
        text: String::from_utf8_lossy(&bytes).into_owned(),
    })
}

fn why(error: &ureq::Error) -> NoReply {
    match error {
        ureq::Error::Timeout(_) => NoReply::Slow,
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => NoReply::NobodyThere,
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            NoReply::NobodyThere
        }
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => NoReply::Certificate,
        ureq::Error::BadUri(_) => NoReply::Address,
        _ => NoReply::Garbled,
    }
}

impl Reply {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Its text as JSON.
    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_str(&self.text).ok()
    }

    /// True for 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}
