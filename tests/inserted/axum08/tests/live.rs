use axum08 as host;

include!("../../host/live.rs");
