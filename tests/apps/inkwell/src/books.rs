//! Books, and the words written in each per day.

use actix_web::{get, post, web, HttpResponse};
use chrono::Local;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tera::Context;

use crate::{
    accounts::to,
    error::{Error, Result},
    pages::Pages,
    writers::Writer,
};

#[derive(Serialize, sqlx::FromRow)]
struct Book {
    id: i64,
    title: String,
    goal: i64,
    words: i64,
}

#[derive(Deserialize)]
pub struct NewBook {
    title: String,
    goal: i64,
}

#[derive(Deserialize)]
pub struct Sitting {
    words: i64,
}

#[get("")]
pub async fn list(
    writer: Writer,
    pool: web::Data<PgPool>,
    pages: web::Data<Pages>,
) -> Result<HttpResponse> {
    let books: Vec<Book> = sqlx::query_as(
        "SELECT id, title, goal, \
         (SELECT COALESCE(SUM(words), 0)::bigint FROM sittings WHERE book_id = books.id) AS words \
         FROM books WHERE writer_id = $1 ORDER BY title",
    )
    .bind(writer.id)
    .fetch_all(pool.get_ref())
    .await?;
    let mut context = Context::new();
    context.insert("books", &books);
    context.insert("name", &writer.name);
    context.insert("pays", &writer.stripe_customer.is_some());
    pages.show("books.html", &context)
}

#[post("")]
pub async fn add(
    writer: Writer,
    pool: web::Data<PgPool>,
    book: web::Form<NewBook>,
) -> Result<HttpResponse> {
    if book.title.trim().is_empty() || book.goal < 1 {
        return Err(Error::Input("a book has a title and a goal"));
    }
    let (have,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM books WHERE writer_id = $1")
        .bind(writer.id)
        .fetch_one(pool.get_ref())
        .await?;
    if have > 0 && writer.stripe_customer.is_none() {
        return Err(Error::OneBookIsFree);
    }
    sqlx::query("INSERT INTO books (writer_id, title, goal) VALUES ($1, $2, $3)")
        .bind(writer.id)
        .bind(book.title.trim())
        .bind(book.goal)
        .execute(pool.get_ref())
        .await?;
    Ok(to("/books"))
}

#[post("/{id}/sittings")]
pub async fn write(
    writer: Writer,
    pool: web::Data<PgPool>,
    book: web::Path<i64>,
    sitting: web::Form<Sitting>,
) -> Result<HttpResponse> {
    let noted = sqlx::query(
        "INSERT INTO sittings (book_id, day, words) \
         SELECT id, $3, $4 FROM books WHERE id = $1 AND writer_id = $2 \
         ON CONFLICT (book_id, day) DO UPDATE SET words = sittings.words + EXCLUDED.words",
    )
    .bind(book.into_inner())
    .bind(writer.id)
    .bind(Local::now().date_naive())
    .bind(sitting.words)
    .execute(pool.get_ref())
    .await?;
    match noted.rows_affected() {
        0 => Err(Error::NotFound),
        _ => Ok(to("/books")),
    }
}
