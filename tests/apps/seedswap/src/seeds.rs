//! The seeds that are offered: all of them in front, one's own behind the door.

use axum::{
    extract::{Form, State},
    response::{Html, Redirect},
};
use leptos::prelude::*;
use serde::Deserialize;

use crate::{
    error::Result,
    session::SignedIn,
    shell::{page, Shell},
    AppState,
};

pub async fn front(State(state): State<AppState>) -> Result<Html<String>> {
    let kinds: Vec<String> = sqlx::query_scalar("SELECT DISTINCT kind FROM seeds ORDER BY kind")
        .fetch_all(&state.db)
        .await?;
    Ok(page(view! {
        <Shell title="Seeds to spare">
            <h1>"Somebody has too many beans."</h1>
            <Kinds kinds/>
            <p><a href="/join">"Join"</a> " or " <a href="/enter">"come in"</a> "."</p>
        </Shell>
    }))
}

pub async fn own(
    State(state): State<AppState>,
    SignedIn(gardener): SignedIn,
) -> Result<Html<String>> {
    let kinds = sqlx::query_scalar("SELECT kind FROM seeds WHERE gardener_id = ? ORDER BY kind")
        .bind(gardener.id)
        .fetch_all(&state.db)
        .await?;
    Ok(page(view! {
        <Shell title="Your seeds">
            <h1>{format!("Seeds of {}", gardener.name)}</h1>
            <Kinds kinds/>
            <form method="post">
                <label>"Seeds of " <input name="kind" required/></label>
                <button>"Offer"</button>
            </form>
            <form method="post" action="/support">
                <button>"Support the swap"</button>
            </form>
            <form method="post" action="/leave">
                <button>"Leave"</button>
            </form>
        </Shell>
    }))
}

#[derive(Deserialize)]
pub struct Offer {
    kind: String,
}

pub async fn offer(
    State(state): State<AppState>,
    SignedIn(gardener): SignedIn,
    Form(offer): Form<Offer>,
) -> Result<Redirect> {
    sqlx::query("INSERT INTO seeds (gardener_id, kind) VALUES (?, ?)")
        .bind(gardener.id)
        .bind(offer.kind.trim())
        .execute(&state.db)
        .await?;
    Ok(Redirect::to("/seeds"))
}

#[component]
fn Kinds(kinds: Vec<String>) -> impl IntoView {
    let items: Vec<_> = kinds
        .into_iter()
        .map(|kind| view! { <li>{kind}</li> })
        .collect();
    view! { <ul>{items}</ul> }
}
