use std::{path::Path, process::Stdio};

use anyhow::{bail, Context};
use askama::Template;
use tokio::{io::AsyncWriteExt, process::Command};

use crate::{accounts::User, config::Config};

#[derive(Template)]
#[template(path = "emails/welcome.html")]
struct Welcome<'a> {
    name: &'a str,
    base_url: &'a str,
}

#[derive(Template)]
#[template(path = "emails/changed.html")]
struct Changed<'a> {
    name: &'a str,
    url: &'a str,
    base_url: &'a str,
}

/// Greets a new user. Mail problems are logged and not returned: they must not undo a sign-up.
pub async fn send_welcome(config: &Config, user: &User) {
    let body = Welcome {
        name: &user.name,
        base_url: &config.base_url,
    };
    deliver(config, user, "Welcome to Pagewatch", &body).await;
}

pub async fn send_changed(config: &Config, user: &User, url: &str) {
    let body = Changed {
        name: &user.name,
        url,
        base_url: &config.base_url,
    };
    deliver(config, user, "A page you watch has changed", &body).await;
}

async fn deliver(config: &Config, to: &User, subject: &str, body: &impl Template) {
    let sent = async {
        let html = body.render()?;
        match &config.sendmail {
            Some(program) => pipe(program, &message(&config.mail_from, to, subject, &html)).await,
            None => {
                tracing::info!(to = to.email, subject, "SENDMAIL is unset, not mailing");
                Ok(())
            }
        }
    };
    if let Err(error) = sent.await {
        tracing::error!(to = to.email, subject, "mail not sent: {error:#}");
    }
}

/// Addresses were checked for line breaks at sign-up; nothing else in the head comes from a user.
fn message(from: &str, to: &User, subject: &str, html: &str) -> String {
    format!(
        "From: {from}\r\nTo: {}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/html; charset=utf-8\r\n\r\n{html}",
        to.email
    )
}

async fn pipe(program: &Path, message: &str) -> anyhow::Result<()> {
    let mut child = Command::new(program)
        .arg("-t")
        .stdin(Stdio::piped())
        .spawn()
        .with_context(|| format!("can't start {}", program.display()))?;
    let mut stdin = child.stdin.take().context("sendmail has no stdin")?;
    stdin.write_all(message.as_bytes()).await?;
    drop(stdin);
    let status = child.wait().await?;
    if !status.success() {
        bail!("{} ended with {status}", program.display());
    }
    Ok(())
}
