use axum::{
    extract::{FromRequestParts, Request},
    http::request::Parts,
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;

use super::session;
use crate::{accounts::User, error::AppError, AppState};

/// The signed-in user; anyone else is sent to the log-in page.
pub struct CurrentUser(pub User);

/// The signed-in user, if there is one, for pages that are for everybody.
pub struct MaybeUser(pub Option<User>);

/// A signed-in user who runs this site.
pub struct AdminUser(pub User);

impl FromRequestParts<AppState> for MaybeUser {
    type Rejection = AppError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let jar = CookieJar::from_headers(&parts.headers);
        Ok(MaybeUser(session::user(&state.db, &jar).await?))
    }
}

impl FromRequestParts<AppState> for CurrentUser {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        match MaybeUser::from_request_parts(parts, state).await {
            Ok(MaybeUser(Some(user))) => Ok(CurrentUser(user)),
            Ok(MaybeUser(None)) => Err(Redirect::to("/login").into_response()),
            Err(error) => Err(error.into_response()),
        }
    }
}

impl FromRequestParts<AppState> for AdminUser {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let CurrentUser(user) = CurrentUser::from_request_parts(parts, state).await?;
        if user.is_admin {
            Ok(AdminUser(user))
        } else {
            tracing::warn!(user = %user.id, path = parts.uri.path(), "not an admin");
            Err(AppError::Forbidden.into_response())
        }
    }
}

/// Guards the whole admin area, so that a new page there can't forget to ask.
pub async fn require_admin(_: AdminUser, request: Request, next: Next) -> Response {
    next.run(request).await
}
