//! The pages, written here.

use axum::{
    extract::{Form, State},
    response::{Html, Redirect},
};
use axum_extra::extract::CookieJar;

use crate::{
    accounts::{authenticate, register, Credentials, NewPilot},
    error::Result,
    session::{self, SignedIn},
    AppState,
};

pub async fn front() -> Html<String> {
    page(
        "Kitelog",
        r#"<h1>Every flight, written down.</h1>
<p><a href="/signup">Begin a log</a> or <a href="/login">log in</a>.</p>"#,
    )
}

pub async fn sign_up_form() -> Html<String> {
    page(
        "Begin a log",
        r#"<form method="post">
<label>Name <input name="name" required></label>
<label>E-mail <input name="email" type="email" required></label>
<label>Password <input name="password" type="password" minlength="10" required></label>
<button>Begin</button>
</form>"#,
    )
}

pub async fn sign_up(
    State(state): State<AppState>,
    jar: CookieJar,
    Form(new): Form<NewPilot>,
) -> Result<(CookieJar, Redirect)> {
    let pilot = register(&state.db, new).await?;
    let jar = session::start(&state.db, jar, &pilot).await?;
    Ok((jar, Redirect::to("/flights")))
}

pub async fn log_in_form() -> Html<String> {
    page(
        "Log in",
        r#"<form method="post">
<label>E-mail <input name="email" type="email" required></label>
<label>Password <input name="password" type="password" required></label>
<button>Log in</button>
</form>"#,
    )
}

pub async fn log_in(
    State(state): State<AppState>,
    jar: CookieJar,
    Form(given): Form<Credentials>,
) -> Result<(CookieJar, Redirect)> {
    let pilot = authenticate(&state.db, &given).await?;
    let jar = session::start(&state.db, jar, &pilot).await?;
    Ok((jar, Redirect::to("/flights")))
}

pub async fn log_out(
    State(state): State<AppState>,
    jar: CookieJar,
) -> Result<(CookieJar, Redirect)> {
    Ok((session::end(&state.db, jar).await?, Redirect::to("/")))
}

pub async fn flights(SignedIn(pilot): SignedIn) -> Html<String> {
    let name = escaped(&pilot.name);
    let body = format!(
        r#"<h1>Flights of {name}</h1>
<p>None yet. The wind will come.</p>
<form method="post" action="/billing/checkout"><button>Keep more than one log</button></form>
<form method="post" action="/logout"><button>Log out</button></form>"#
    );
    page("Your flights", &body)
}

fn page(title: &str, body: &str) -> Html<String> {
    Html(format!(
        r#"<!doctype html>
<html lang="en">
<head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>{title}</title>
    <style>body {{ max-width: 40rem; margin: 2rem auto; font-family: sans-serif }}</style>
</head>
<body>
{body}
</body>
</html>
"#
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
