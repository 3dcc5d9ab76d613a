use with_diesel as host;

include!("../../host/serve_axum.rs");
include!("../../host/live.rs");
