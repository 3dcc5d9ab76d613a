use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Redirect;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use uuid::Uuid;

pub const KEY: &str = "member";

/// The member whose session it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Member {
    pub id: Uuid,
    pub email: String,
    pub full_name: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Member {
    type Rejection = Redirect;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Redirect> {
        let session = Session::from_request_parts(parts, state).await.map_err(|_| Redirect::to("/join"))?;
        let member = session.get::<Member>(KEY).await.ok().flatten();
        member.ok_or_else(|| Redirect::to("/join"))
    }
}
