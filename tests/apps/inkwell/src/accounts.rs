//! Signing up, in and out.

use actix_session::Session;
use actix_web::{get, post, web, HttpResponse};
use argon2::{
    password_hash::{rand_core::OsRng, PasswordHash, SaltString},
    Argon2, PasswordHasher, PasswordVerifier,
};
use serde::Deserialize;
use sqlx::PgPool;
use tera::Context;

use crate::{
    error::{Error, Result},
    pages::Pages,
    writers::Writer,
};

#[derive(Deserialize)]
pub struct SignUp {
    email: String,
    name: String,
    password: String,
}

impl SignUp {
    fn problem(&self) -> Option<&'static str> {
        if !self.email.contains('@') {
            return Some("this is no e-mail address");
        }
        if self.name.trim().is_empty() {
            return Some("a name is needed, be it a pen name");
        }
        (self.password.len() < 10).then_some("a password has at least ten characters")
    }
}

#[derive(Deserialize)]
pub struct SignIn {
    email: String,
    password: String,
}

#[get("/sign-up")]
pub async fn sign_up_form(pages: web::Data<Pages>) -> Result<HttpResponse> {
    pages.show("sign-up.html", &Context::new())
}

#[post("/sign-up")]
pub async fn sign_up(
    pool: web::Data<PgPool>,
    session: Session,
    form: web::Form<SignUp>,
) -> Result<HttpResponse> {
    if let Some(problem) = form.problem() {
        return Err(Error::Input(problem));
    }
    let hash = hash(&form.password)?;
    let name = form.name.trim();
    let Some(writer) = Writer::insert(&pool, &form.email, name, &hash).await? else {
        return Err(Error::Input("this address is taken"));
    };
    writer.sign_in(&session)?;
    Ok(to("/books"))
}

#[get("/sign-in")]
pub async fn sign_in_form(pages: web::Data<Pages>) -> Result<HttpResponse> {
    pages.show("sign-in.html", &Context::new())
}

#[post("/sign-in")]
pub async fn sign_in(
    pool: web::Data<PgPool>,
    session: Session,
    form: web::Form<SignIn>,
) -> Result<HttpResponse> {
    let known = Writer::by_email(&pool, &form.email).await?;
    match known.filter(|writer| is_password_of(writer, &form.password)) {
        Some(writer) => {
            writer.sign_in(&session)?;
            Ok(to("/books"))
        }
        None => Err(Error::Input("address and password do not fit")),
    }
}

#[post("/sign-out")]
pub async fn sign_out(session: Session) -> HttpResponse {
    session.purge();
    to("/")
}

pub fn to(place: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header(("location", place))
        .finish()
}

fn hash(password: &str) -> Result<String> {
    let salt = SaltString::generate(&mut OsRng);
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    Ok(hash.map_err(Error::Password)?.to_string())
}

fn is_password_of(writer: &Writer, password: &str) -> bool {
    PasswordHash::new(&writer.password_hash).is_ok_and(|hash| {
        let checked = Argon2::default().verify_password(password.as_bytes(), &hash);
        checked.is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again() {
        let writer = Writer {
            id: 1,
            email: "ada@example.com".to_string(),
            name: "Ada".to_string(),
            password_hash: hash("correct horse").unwrap(),
            stripe_customer: None,
        };
        assert!(is_password_of(&writer, "correct horse"));
        assert!(!is_password_of(&writer, "battery staple"));
    }
}
