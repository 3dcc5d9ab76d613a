use with_diesel as host;

include!("../../host/listen.rs");
include!("../../host/serve_axum.rs");
include!("../../host/off.rs");
