//! What every page stands in.

use axum::response::Html;
use leptos::prelude::*;

#[component]
pub fn Shell(title: &'static str, children: Children) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <title>{title} " · Seedswap"</title>
            </head>
            <body>
                <main>{children()}</main>
                <footer>"Swap what you cannot sow."</footer>
            </body>
        </html>
    }
}

/// Renders a page, whole: nothing of it waits for anything.
pub fn page(view: impl IntoView) -> Html<String> {
    Html(view.into_view().to_html())
}
