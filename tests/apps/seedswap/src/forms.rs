//! Joining, coming in and leaving.

use axum::{
    extract::{Form, State},
    response::{Html, Redirect},
};
use axum_extra::extract::CookieJar;
use leptos::prelude::*;

use crate::{
    error::Result,
    gardeners::{Credentials, Gardener, NewGardener},
    session,
    shell::{page, Shell},
    AppState,
};

pub async fn join_form() -> Html<String> {
    page(view! {
        <Shell title="Join">
            <h1>"Join the swap"</h1>
            <form method="post">
                <p><label>"Name " <input name="name" required/></label></p>
                <p><label>"E-mail " <input name="email" type="email" required/></label></p>
                <p><label>"Password " <input name="password" type="password" required/></label></p>
                <button>"Join"</button>
            </form>
        </Shell>
    })
}

pub async fn join(
    State(state): State<AppState>,
    jar: CookieJar,
    Form(new): Form<NewGardener>,
) -> Result<(CookieJar, Redirect)> {
    let gardener = Gardener::create(&state.db, new).await?;
    let jar = session::start(&state.db, jar, &gardener).await?;
    Ok((jar, Redirect::to("/seeds")))
}

pub async fn enter_form() -> Html<String> {
    page(view! {
        <Shell title="Come in">
            <h1>"Welcome back"</h1>
            <form method="post">
                <p><label>"E-mail " <input name="email" type="email" required/></label></p>
                <p><label>"Password " <input name="password" type="password" required/></label></p>
                <button>"Come in"</button>
            </form>
        </Shell>
    })
}

pub async fn enter(
    State(state): State<AppState>,
    jar: CookieJar,
    Form(given): Form<Credentials>,
) -> Result<(CookieJar, Redirect)> {
    let gardener = Gardener::known_by(&state.db, &given).await?;
    let jar = session::start(&state.db, jar, &gardener).await?;
    Ok((jar, Redirect::to("/seeds")))
}

pub async fn leave(State(state): State<AppState>, jar: CookieJar) -> Result<(CookieJar, Redirect)> {
    Ok((session::end(&state.db, jar).await?, Redirect::to("/")))
}
