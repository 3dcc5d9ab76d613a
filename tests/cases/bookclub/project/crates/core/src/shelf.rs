use axum::response::Html;

use crate::member::Member;

/// What the club reads, for members.
pub async fn home(member: Member) -> Html<String> {
    let name = member.full_name.unwrap_or(member.email);
    Html(format!("<p>Hello {name}, we read <cite>Middlemarch</cite> until March.</p>"))
}
