use axum08 as host;

include!("../../host/guarded.rs");
