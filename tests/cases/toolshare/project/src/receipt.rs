use axum::response::Html;

use crate::members::Member;

/// For printing, so with a page of its own.
pub async fn receipt(member: Member) -> Html<String> {
    Html(format!(
        r#"<!doctype html>
<html lang="en">
<head>
  <title>Receipt</title>
  <style>td {{ padding: 2px }}</style>
</head>
<body><p>{}</p></body>
</html>
"#,
        member.email
    ))
}
