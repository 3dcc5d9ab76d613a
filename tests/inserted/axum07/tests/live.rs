use axum07 as host;

include!("../../host/listen.rs");
include!("../../host/serve_axum.rs");
include!("../../host/live.rs");
