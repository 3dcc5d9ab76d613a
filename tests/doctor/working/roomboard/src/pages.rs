use actix_session::Session;
use actix_web::{web, HttpResponse};
use askama::Template;
use sqlx::SqlitePool;

use crate::error::Error;
use crate::members;
use crate::settings::Settings;

#[derive(Template)]
#[template(path = "landing.html")]
struct Landing {
    assets: &'static str,
}

#[derive(Template)]
#[template(path = "join.html")]
struct Join {
    assets: &'static str,
}

#[derive(Template)]
#[template(path = "board.html")]
struct Board {
    assets: &'static str,
    name: String,
}

pub async fn landing(settings: web::Data<Settings>) -> Result<HttpResponse, Error> {
    html(Landing { assets: settings.cello_assets() }.render()?)
}

pub async fn join_form(settings: web::Data<Settings>) -> Result<HttpResponse, Error> {
    html(Join { assets: settings.cello_assets() }.render()?)
}

pub async fn board(session: Session, pool: web::Data<SqlitePool>, settings: web::Data<Settings>) -> Result<HttpResponse, Error> {
    let member = members::current(&session, &pool).await?.ok_or(Error::Unauthorized)?;
    html(Board { assets: settings.cello_assets(), name: member.full_name }.render()?)
}

pub async fn asset(name: web::Path<String>) -> HttpResponse {
    match name.as_str() {
        "referral.js" => HttpResponse::Ok().content_type("text/javascript").body(include_str!("../static/referral.js")),
        _ => HttpResponse::NotFound().finish(),
    }
}

fn html(body: String) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(body))
}
