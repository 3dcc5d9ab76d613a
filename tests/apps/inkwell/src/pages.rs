//! Templates, and the page that everybody sees first.

use actix_web::{get, http::header::ContentType, web, HttpResponse};
use tera::{Context, Tera};

use crate::{error::Result, writers::Writer};

pub struct Pages(Tera);

impl Pages {
    pub fn load() -> tera::Result<Self> {
        let mut pages = Tera::default();
        pages.add_raw_templates([
            ("base.html", include_str!("../templates/base.html")),
            ("books.html", include_str!("../templates/books.html")),
            ("front.html", include_str!("../templates/front.html")),
            ("sign-in.html", include_str!("../templates/sign-in.html")),
            ("sign-up.html", include_str!("../templates/sign-up.html")),
        ])?;
        Ok(Self(pages))
    }

    pub fn show(&self, page: &str, context: &Context) -> Result<HttpResponse> {
        let text = self.0.render(page, context)?;
        Ok(HttpResponse::Ok()
            .content_type(ContentType::html())
            .body(text))
    }
}

#[get("/")]
pub async fn front(writer: Option<Writer>, pages: web::Data<Pages>) -> Result<HttpResponse> {
    let mut context = Context::new();
    context.insert("name", &writer.map(|writer| writer.name));
    pages.show("front.html", &context)
}
