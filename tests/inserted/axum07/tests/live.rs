use axum07 as host;

include!("../../host/live.rs");
