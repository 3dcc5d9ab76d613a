use axum07 as host;

include!("../../host/guarded.rs");
