use axum07 as host;

include!("../../host/serve_axum.rs");
include!("../../host/guarded.rs");
