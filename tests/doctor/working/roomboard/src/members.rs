use actix_session::Session;
use actix_web::{web, HttpRequest, HttpResponse};
use serde::Deserialize;
use sqlx::SqlitePool;

use crate::error::Error;
use crate::settings::Settings;
use crate::{referral, stripe_api};

#[derive(Clone, sqlx::FromRow)]
pub struct Member {
    pub id: i64,
    pub email: String,
    pub full_name: String,
    pub cello_ucc: Option<String>,
}

#[derive(Deserialize)]
pub struct JoinForm {
    email: String,
    full_name: String,
    password: String,
    #[serde(default)]
    cello_ucc: String,
}

pub async fn join(
    request: HttpRequest,
    session: Session,
    pool: web::Data<SqlitePool>,
    settings: web::Data<Settings>,
    form: web::Form<JoinForm>,
) -> Result<HttpResponse, Error> {
    let ucc = referral::ucc_of(&request, &form.cello_ucc);
    let member: Member = sqlx::query_as(
        "INSERT INTO members (email, full_name, password, cello_ucc) VALUES (?, ?, ?, ?) RETURNING *",
    )
    .bind(&form.email)
    .bind(&form.full_name)
    .bind(hash(&form.password))
    .bind(&ucc)
    .fetch_one(pool.get_ref())
    .await?;
    let customer = stripe_api::create_customer(&settings, &member).await?;
    sqlx::query("UPDATE members SET stripe_customer = ? WHERE id = ?")
        .bind(&customer)
        .bind(member.id)
        .execute(pool.get_ref())
        .await?;
    session.insert("member", member.id)?;
    Ok(HttpResponse::SeeOther().insert_header(("Location", "/board")).finish())
}

pub async fn leave(session: Session) -> HttpResponse {
    session.purge();
    HttpResponse::SeeOther().insert_header(("Location", "/")).finish()
}

pub async fn current(session: &Session, pool: &SqlitePool) -> Result<Option<Member>, Error> {
    let Some(id) = session.get::<i64>("member").unwrap_or(None) else {
        return Ok(None);
    };
    Ok(sqlx::query_as("SELECT * FROM members WHERE id = ?").bind(id).fetch_optional(pool).await?)
}

fn hash(password: &str) -> String {
    use sha2::{Digest, Sha512};
    Sha512::digest(password.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
