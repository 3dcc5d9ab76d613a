use axum07 as host;

include!("../../host/serve_axum.rs");
include!("../../host/off.rs");
