use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Html;
use tera::Context;

use crate::Shed;

pub async fn home(State(shed): State<Shed>) -> Result<Html<String>, StatusCode> {
    page(&shed, "home.html")
}

pub async fn how(State(shed): State<Shed>) -> Result<Html<String>, StatusCode> {
    page(&shed, "how.html")
}

fn page(shed: &Shed, name: &str) -> Result<Html<String>, StatusCode> {
    let html = shed.pages.render(name, &Context::new());
    html.map(Html).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}
