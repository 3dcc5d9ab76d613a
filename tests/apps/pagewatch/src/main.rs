use std::time::Duration;

use anyhow::Context;
use pagewatch::{app, config::Config, db, watch, AppState};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match dotenvy::dotenv() {
        // Normal in production. A file that can't be read to its end would be half of the settings.
        Err(error) if !error.not_found() => return Err(error).context("reading .env"),
        _ => {}
    }
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()))
        .init();

    let config = Config::from_env()?;
    let db = db::open(&config.database_url).await?;
    let state = AppState::new(db, config);

    if state.config.watch_interval > Duration::ZERO {
        tokio::spawn(watch::worker::run(state.clone()));
    } else {
        tracing::warn!("WATCH_INTERVAL is 0: no page will be checked");
    }

    let listener = TcpListener::bind(state.config.bind_addr)
        .await
        .with_context(|| format!("can't listen on {}", state.config.bind_addr))?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app(state))
        .with_graceful_shutdown(shutdown())
        .await?;
    Ok(())
}

async fn shutdown() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::error!(%error, "can't listen for ctrl-c");
        // Without a handler, returning here would stop the server at once.
        std::future::pending::<()>().await;
    }
}
