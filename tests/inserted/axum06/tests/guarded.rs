use axum06 as host;

include!("listen/mod.rs");
include!("../../host/serve_axum.rs");
include!("../../host/guarded.rs");
